"""Abandoning a call for good, also once awards are decided or told: proposed by one person, decided by another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, unique_where
from procurement.models.people import Person


class Abandonment(Base):
    """A proposal to end a call without a contract; decided once it is approved. `reason` is what everybody reads.
    `ended_at`: it was sent back or taken back (`answer` says why)."""

    __tablename__ = "abandonments"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        # one waits or stands
        unique_where("uq_abandonments_one_stands", "call_id", where="ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
