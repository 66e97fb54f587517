"""Claims in court about a procurement, of which the authority had notice while the standstill ran."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link
from procurement.models.calls import Call, Lot
from procurement.models.people import Person


class Claim(Base):
    """Notice of a claim about one lot: typed by one person, and by that alone its awards are suspended (Procurement Act
    2023 s. 101); another person agrees, or ends it with an `answer`. It is lifted by somebody else than who typed it,
    with the day of the order or of the settlement. `confirm_at`: when the awards would have been confirmed.
    """

    __tablename__ = "claims"
    __table_args__ = (
        ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"]),
        CheckConstraint("said <> ''", name="says_what_is_claimed"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint("ended_by IS NULL OR ended_by <> proposed_by", name="ended_by_somebody_else"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        CheckConstraint("(lifted_at IS NULL) = (ordered_on IS NULL)", name="lifted_with_the_day_of_the_order"),
        CheckConstraint("lifted_by IS NULL OR lifted_by <> proposed_by", name="lifted_by_somebody_else"),
        CheckConstraint("lifted_at IS NULL OR approved_at IS NOT NULL", name="lifted_after_it_was_approved"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    lot_id: Mapped[int] = mapped_column()
    notified_on: Mapped[date]
    said: Mapped[str]
    confirm_at: Mapped[datetime]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None]
    ordered_on: Mapped[date | None]
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    lot: Mapped[Lot] = link("Lot", foreign_keys=[lot_id], primaryjoin="Claim.lot_id == Lot.id")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
    approver: Mapped[Person | None] = link("Person", foreign_keys=[approved_by])
    ender: Mapped[Person | None] = link("Person", foreign_keys=[ended_by])
    lifter: Mapped[Person | None] = link("Person", foreign_keys=[lifted_by])
