"""Questions about a call, what was answered, and how far each person has read."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Committed, Searched, link
from procurement.models.calls import Call, Lot
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.clarifications import UNANSWERED, ClarificationStatus


class Clarification(Committed, Searched, Base):
    """A question about a call with its answer; or, where nobody asked (`asked_by` is none), what the authority says of
    its own accord.

    `question` is what was asked, for staff; `wording` and `answer` are what everybody reads. `secret`: why whoever
    asked thinks that an answer to all would give away a trade secret; `private_reason`: why it was answered to them
    alone. `number` is its place in the public log, from the answer on. `corrects_id`: the earlier one that it corrects;
    `same_as_id`: the one that answers it too. `written` counts its drafts, so that what is approved is what was
    read.
    """

    searched = ("wording", "answer")
    __tablename__ = "clarifications"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("(answered_by IS NULL) = (answered_at IS NULL)", name="answered_by_somebody"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed_by_somebody"),
        CheckConstraint("answered_at IS NULL OR closed_at IS NULL", name="answered_or_closed"),
        CheckConstraint("answered_by IS NULL OR answered_by <> drafted_by", name="answered_by_a_second_person"),
        CheckConstraint("answered_at IS NULL OR answer <> ''", name="answered_with_words"),
        CheckConstraint(
            "(number IS NOT NULL) = (answered_at IS NOT NULL AND private_reason = '')", name="numbered_when_public"
        ),
        CheckConstraint(
            "closed_at IS NULL OR closed_reason <> '' OR same_as_id IS NOT NULL", name="closed_for_a_cause"
        ),
    )
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    number: Mapped[int | None]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date)
    question: Mapped[str] = mapped_column(default="")
    secret: Mapped[str] = mapped_column(default="")
    written: Mapped[int] = mapped_column(default=0)
    wording: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    private_reason: Mapped[str] = mapped_column(default="")
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime | None]
    sent_back: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(default="")
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("clarifications.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("clarifications.id"))
    call: Mapped[Call] = link("Call")
    stage: Mapped[Stage] = link("Stage")
    lot: Mapped[Lot | None] = link("Lot")
    drafter: Mapped[Person | None] = link("Person", foreign_keys=[drafted_by])
    answerer: Mapped[Person | None] = link("Person", foreign_keys=[answered_by])
    closer: Mapped[Person | None] = link("Person", foreign_keys=[closed_by])
    same_as: Mapped["Clarification | None"] = link(
        "Clarification", foreign_keys=[same_as_id], remote_side="Clarification.id"
    )
    corrects: Mapped["Clarification | None"] = link(
        "Clarification", foreign_keys=[corrects_id], remote_side="Clarification.id"
    )

    @property
    def status(self) -> ClarificationStatus:
        """How far it is."""
        if self.closed_at is not None:
            return ClarificationStatus.CLOSED
        if self.answered_at is not None:
            return ClarificationStatus.PRIVATE if self.private_reason else ClarificationStatus.ANSWERED
        drafted = self.written > 0 and not self.sent_back
        return ClarificationStatus.DRAFTED if drafted else ClarificationStatus.WAITING

    @property
    def waits(self) -> bool:
        """Whether it still needs an answer."""
        return self.status in UNANSWERED


class ClarificationsRead(Base):
    """How far one person has read the clarifications of a call: the highest number that their page has shown."""

    __tablename__ = "clarifications_read"
    __table_args__ = (UniqueConstraint("person_id", "call_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    number: Mapped[int]
    read_at: Mapped[datetime]
