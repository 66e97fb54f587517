"""Who was invited to assess in a stage, before anybody reads a bid, and what they answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, unique_where
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.invitations import InvitationStatus, status_of


class Invitation(Base):
    """One person invited to assess in one stage; it gives no right to read anything of a bid.

    `answer_by` is the last day (UK) on which they should answer; `accepted` is none until they do, and `reason` is what
    they said with it. `declared_at`: when they declared, on the list of all organisations that applied to the stage,
    in which of them they have an interest. One that was withdrawn stays as a row.
    """

    __tablename__ = "stage_invitations"
    __table_args__ = (
        CheckConstraint("(accepted IS NULL) = (answered_at IS NULL)", name="answered_with_its_instant"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint("declared_at IS NULL OR accepted", name="declared_by_who_accepted"),
        # one stands per person and stage: two answers would be two truths
        unique_where("uq_stage_invitations_one_stands", "stage_id", "person_id", where="withdrawn_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    answer_by: Mapped[date] = mapped_column(Date)
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    invited_at: Mapped[datetime]
    accepted: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    stage: Mapped[Stage] = link("Stage")
    person: Mapped[Person] = link("Person", foreign_keys=[person_id])

    def status(self, today: date) -> InvitationStatus:
        """How far it is on a day (UK)."""
        return status_of(
            accepted=self.accepted, withdrawn=self.withdrawn_at is not None, answer_by=self.answer_by, today=today
        )
