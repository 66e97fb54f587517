"""Applications, their entries in the stages of a call, answers and files, and the submissions made of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Searched, link, listed
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation, Person
from procurement.models.stages import Stage
from workflows.catalogue import states


class Application(Base):
    """One organisation's bid to one lot, through all stages of the call.

    It has no state of its own: where it is, its newest entry says (`entry`), and the award of that where there is one.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("lot_id", "organisation_id"),  # nobody makes a second by accident
        UniqueConstraint("id", "call_id"),
        ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    lot_id: Mapped[int] = mapped_column()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # the row it points to is made in the same transaction and belongs to this one: checked by a house test
    entry_id: Mapped[int | None] = mapped_column()
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    lot: Mapped[Lot] = link("Lot", foreign_keys=[lot_id], primaryjoin="Application.lot_id == Lot.id")
    organisation: Mapped[Organisation] = link("Organisation")
    entry: Mapped["Entry"] = link("Entry", foreign_keys=[entry_id], primaryjoin="Application.entry_id == Entry.id")


class Entry(Searched, Base):
    """An application in one stage of its call.

    `standing_id` is the submission that counts: it stands while a reopened draft is being changed. `missing` holds the
    keys of the questions that are not complete, stored at each save so that nobody needs to read an answer to know.
    `title`, `summary`, `amount`, `no_vat` (it charges none) and `over_assistance` (it says that it would not keep
    within minimal financial assistance) are copied from the standing submission when the bids are opened, and are empty
    before that; a stage that does not ask for one of them takes it from the entry before.
    `affected`: the questions that an amendment touched after they were answered, with the version of the call that did,
    until the team confirms or changes what it says; each is `missing` so long.
    `version` counts every change of the draft. `number` is the neutral name under which the stage's assessors may know
    it, given at the opening. `opened_at`, `told_at`: since when staff, and its own team, may know; what comes after
    does not take that back.
    """

    __tablename__ = "entries"
    searched = ("title",)
    __table_args__ = (
        UniqueConstraint("application_id", "stage_id"),
        UniqueConstraint("id", "application_id"),
        UniqueConstraint("id", "stage_id"),
        ForeignKeyConstraint(["application_id", "call_id"], ["applications.id", "applications.call_id"]),
        ForeignKeyConstraint(["stage_id", "call_id"], ["stages.id", "stages.call_id"]),
        CheckConstraint(
            f"state NOT IN {listed(states.entry.standing)} OR standing_id IS NOT NULL",
            name="submitted_has_a_submission",
        ),
        Index("ix_entries_stage_id", "stage_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = mapped_column()
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    call_version: Mapped[int] = mapped_column(default=1)
    missing: Mapped[list[str]]
    affected: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    made_at: Mapped[datetime]
    # the row it points to is made in the same transaction and belongs to this one: checked by a house test
    standing_id: Mapped[int | None] = mapped_column()
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    amount: Mapped[Decimal | None]
    no_vat: Mapped[bool] = mapped_column(default=False, server_default=false())
    over_assistance: Mapped[bool] = mapped_column(default=False, server_default=false())
    eligibility_reason: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    application: Mapped[Application] = link(
        "Application", foreign_keys=[application_id], primaryjoin="Entry.application_id == Application.id"
    )
    stage: Mapped[Stage] = link("Stage", foreign_keys=[stage_id], primaryjoin="Entry.stage_id == Stage.id")
    standing: Mapped["Submission | None"] = link(
        "Submission", foreign_keys=[standing_id], primaryjoin="Entry.standing_id == Submission.id"
    )

    @property
    def organisation_id(self) -> int:
        """Whose it is: rights ask."""
        return self.application.organisation_id

    @property
    def was_opened(self) -> bool:
        """Whether it was among the bids that were opened."""
        return self.opened_at is not None

    @property
    def told(self) -> bool:
        """Whether its outcome may be read by the applicant: all of a stage are told at one instant, except that one
        found ineligible is told when that was approved."""
        return self.told_at is not None


class NearMiss(Base):
    """A press that came too late: that it was made and when, never what it said."""

    __tablename__ = "near_misses"
    __table_args__ = (ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column()
    received_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class Answer(Base):
    """One answer of a draft, closed by the vault. `words`, `complete` are stored beside it.

    `version` counts the answer's own changes; `draft_version` is the entry's version since when it says this.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("entry_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    key: Mapped[str]
    closed: Mapped[bytes]
    words: Mapped[int] = mapped_column(default=0)
    complete: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    draft_version: Mapped[int] = mapped_column(default=1)
    saved_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    person: Mapped[Person] = link("Person")


class AnswerVersion(Base):
    """What an answer said before it was saved again; nothing that was typed is lost."""

    __tablename__ = "answer_versions"
    __table_args__ = (UniqueConstraint("entry_id", "key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    key: Mapped[str]
    version: Mapped[int]
    closed: Mapped[bytes]
    saved_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]


class Attachment(Base):
    """A file of a draft. `stored` finds the closed bytes; `digest` and `size` are of the file as it was sent.
    `sealed_as`: the reference under which the bytes were closed, where it was taken over from an earlier entry.

    `draft_version` is the entry's version when it was added or removed.
    """

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    stored: Mapped[str]
    sealed_as: Mapped[str] = mapped_column(default="", server_default="")
    draft_version: Mapped[int] = mapped_column(default=1)
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    person: Mapped[Person] = link("Person")


class Submission(Base):
    """What was submitted: immutable, and numbered through all stages of its application.

    `closed` is the canonical JSON of the answers, closed by the vault.
    `manifest` lists the files (key, name, size, digest, stored) and the words of each answer; `digest` is the SHA-256
    of the answers and the files' digests, which the receipt shows. `press` is the idempotency key of the form.
    `call_version`: the version of the call that it was made for; none where nobody wrote it down.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        CheckConstraint("number >= 1", name="numbered_from_one"),
        CheckConstraint("received_at <= recorded_at", name="received_before_recorded"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    press: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    submitted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    draft_version: Mapped[int]
    call_version: Mapped[int | None]
    closed: Mapped[bytes]
    manifest: Mapped[dict[str, Any]]
    digest: Mapped[str]
    declaration: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    event_position: Mapped[int | None]
    person: Mapped[Person] = link("Person")
    application: Mapped[Application] = link(
        "Application", foreign_keys=[application_id], primaryjoin="Submission.application_id == Application.id"
    )
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Submission.entry_id == Entry.id")
