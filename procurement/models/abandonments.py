"""Abandoning a call, or one lot of it, for good: proposed by one person, decided by another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, unique_where
from procurement.models.calls import Call, Lot
from procurement.models.people import Person


class Abandonment(Base):
    """A proposal to end a call, or the one lot that it names, without a contract; decided once it is approved. `reason`
    is what everybody reads. `ended_at`: it was sent back or taken back (`answer` says why)."""

    __tablename__ = "abandonments"
    __table_args__ = (
        ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"]),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        # one waits or stands, of the call as a whole and of each lot
        unique_where("uq_abandonments_one_stands", "call_id", where="ended_at IS NULL AND lot_id IS NULL"),
        unique_where("uq_abandonments_one_of_a_lot", "lot_id", where="ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column()
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    lot: Mapped[Lot | None] = link("Lot", foreign_keys=[lot_id], primaryjoin="Abandonment.lot_id == Lot.id")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
