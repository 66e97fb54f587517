"""The contracts and grant agreements that awards lead to: when both had signed, and what they say."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.awards import Award
from procurement.models.base import Base, Committed, link, unique_where
from procurement.models.people import Person


class Contract(Committed, Base):
    """The day on which the contract, or the grant agreement, of an accepted award was signed by both: typed by one
    person, confirmed by another, and public from then on.

    `starts_on`, `ends_on`: its own first and last day. `amount`: what it is for, on the basis of its award.
    `indicators`: its key performance indicators, or why it has none (Procurement Act 2023 s. 52). `reason`: why what
    was confirmed before is corrected. `ended_at`: it was sent back (`answer` says why), or a later one corrects it.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("starts_on IS NULL OR starts_on >= signed_on", name="begins_when_it_is_signed"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_it_begins"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="confirmed_by_somebody_else"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_with_its_instant"),
        unique_where("uq_contracts_one_waits", "award_id", where="confirmed_at IS NULL AND ended_at IS NULL"),
        unique_where("uq_contracts_one_stands", "award_id", where="confirmed_at IS NOT NULL AND ended_at IS NULL"),
    )
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), index=True)
    signed_on: Mapped[date] = mapped_column(Date)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    amount: Mapped[Decimal]
    indicators: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    award: Mapped[Award] = link("Award", foreign_keys=[award_id])
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
    confirmer: Mapped[Person | None] = link("Person", foreign_keys=[confirmed_by])
