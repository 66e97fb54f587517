"""What is asked of one applicant after the opening, with its answer; and the reviews that follow an ineligibility."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry, Submission
from procurement.models.base import Base, link, listed
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.people import Person
from procurement.rules.requests import RequestKind, RequestStatus, ReviewOutcome, status_of


class Request(Base):
    """One thing asked of an applicant about its entry, numbered through all stages of the application.

    `text` says what is missing or unclear, `questions` are the plain values of ordinary questions, frozen; their
    answers are drafted where all answers are, under keys that no form has (`rules.requests.prefix`). The response is a
    submission (`submission_id`) with its number, digest and receipt; it was received before `closes_at`, or it is none.
    Of a review `asked_by` is the approver who wrote the letter, and it is for the applicant to ask or not. `looked_at`
    is when an officer said that the answer was read, `reminded_at` when the team was reminded before the closing.
    """

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        CheckConstraint(f"kind IN {listed(RequestKind)}", name="kind_is_known"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
        CheckConstraint("asked_at < closes_at", name="asked_before_it_closes"),
        CheckConstraint("(submission_id IS NULL) = (answered_at IS NULL)", name="answered_with_its_instant"),
        CheckConstraint("answered_at IS NULL OR answered_at < closes_at", name="answered_in_time"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_a_reason"),
        CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="answered_or_withdrawn"),
        CheckConstraint("(looked_by IS NULL) = (looked_at IS NULL)", name="looked_at_by_somebody"),
        CheckConstraint("looked_at IS NULL OR answered_at IS NOT NULL", name="looked_at_what_was_answered"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    questions: Mapped[list[Any]]
    closes_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), unique=True)
    answered_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    looked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Request.entry_id == Entry.id")
    submission: Mapped[Submission | None] = link("Submission", foreign_keys=[submission_id])
    asker: Mapped[Person] = link("Person", foreign_keys=[asked_by])
    looker: Mapped[Person | None] = link("Person", foreign_keys=[looked_by])

    @property
    def organisation_id(self) -> int:
        """Of whom it is asked: rights ask."""
        return self.entry.organisation_id

    @property
    def was_opened(self) -> bool:
        """Whether staff may know of it: rights ask. Nothing is asked before the opening."""
        return self.entry.was_opened

    def status(self, now: datetime) -> RequestStatus:
        """How far it is at an instant."""
        return status_of(
            answered_at=self.answered_at, withdrawn_at=self.withdrawn_at, closes_at=self.closes_at, now=now
        )


class Review(Base):
    """The review of one decision (`decision_id`) or disqualification, asked for by a request of that kind: that of an
    ineligibility is offered with the letter, any other begun by the applicant. It is answered by somebody who neither
    proposed nor approved what it is about."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(f"outcome IN {listed(('', *ReviewOutcome))}", name="outcome_is_known"),
        CheckConstraint("(outcome = '') = (decided_at IS NULL)", name="decided_with_its_instant"),
        CheckConstraint("(outcome = '') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(outcome = '') = (reason = '')", name="decided_with_a_reason"),
        CheckConstraint("(decision_id IS NULL) <> (disqualification_id IS NULL)", name="about_one_thing"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), unique=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    disqualification_id: Mapped[int | None] = mapped_column(ForeignKey("disqualifications.id"), unique=True)
    outcome: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    request: Mapped[Request] = link("Request")
    decision: Mapped[Decision | None] = link("Decision")
    disqualification: Mapped[Disqualification | None] = link("Disqualification")
    decider: Mapped[Person | None] = link("Person", foreign_keys=[decided_by])

    @property
    def about(self) -> Decision | Disqualification:
        """What is reviewed; loaded with it."""
        found = self.decision if self.decision_id is not None else self.disqualification
        assert found is not None  # noqa: S101  (the table: one of the two)
        return found

    @property
    def authors(self) -> tuple[int, ...]:
        """Who proposed and who approved what is reviewed: none of them answers."""
        return tuple(each for each in (self.about.proposed_by, self.about.approved_by) if each is not None)
