"""What is changed after a stage was decided or published: who is taken from the reserve, and dates that move."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry
from procurement.models.base import Base, link, unique_where
from procurement.models.people import Person
from procurement.models.stages import Stage


class Promotion(Base):
    """A proposal to let an entry of the reserve go on after all: by an officer, approved by somebody else.

    `amount` where the stage awards. `closes_at` where too little time would be left in the next stage: it closes then,
    for everybody. `ended_at`: it was sent back (`answer` says why), or overtaken by what happened meanwhile.
    """

    __tablename__ = "promotions"
    __table_args__ = (
        ForeignKeyConstraint(["entry_id", "stage_id"], ["entries.id", "entries.stage_id"]),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_is_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        unique_where("uq_promotions_one_waits", "entry_id", where="approved_at IS NULL AND ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    entry_id: Mapped[int] = mapped_column()
    reason: Mapped[str]
    amount: Mapped[Decimal | None]
    closes_at: Mapped[datetime | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Promotion.entry_id == Entry.id")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])


class StageAmendment(Base):
    """Dates of a published stage that moved, or are proposed to: from what to what, why, and by which two people.

    `before` and `after` hold the dates by the name of their field, as ISO text; only those that change.
    `moved_with_id`: the amendment of an earlier stage with which it was proposed, and is approved or ended.
    """

    __tablename__ = "stage_amendments"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        unique_where("uq_stage_amendments_one_waits", "stage_id", where="approved_at IS NULL AND ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    moved_with_id: Mapped[int | None] = mapped_column(ForeignKey("stage_amendments.id"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    stage: Mapped[Stage] = link("Stage", foreign_keys=[stage_id])
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
