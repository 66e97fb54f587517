"""Amendments of a published call: what it is to say instead, written beside it, agreed by two people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, unique_where
from procurement.models.calls import Call
from procurement.models.people import Person


class Amendment(Base):
    """One amendment. `copy_id` is the edited copy of the call, on which the set-up's own pages write; `base` is what
    the call said when it was begun ("kind/key" -> field -> text), so that what was edited is known whatever changed
    meanwhile.

    `closings`: the closings that move with it, by the key of the stage (ISO text); `date_reason`: why a closing is
    another one than was proposed for a material change. `version` is that of the call which it made, `changes` what
    it changed as everybody reads it, `material` whether it was; `schemes` the schemes that held before, by the key of
    the stage: all of them since it was approved.
    """

    __tablename__ = "amendments"
    __table_args__ = (
        CheckConstraint("copy_id <> call_id", name="copy_is_another_call"),
        CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposed_with_its_instant"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("approved_at IS NULL OR proposed_at IS NOT NULL", name="approved_once_proposed"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        CheckConstraint("(approved_at IS NULL) = (version IS NULL)", name="approved_with_its_version"),
        unique_where("uq_amendments_one_is_written", "call_id", where="approved_at IS NULL AND ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    base: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    closings: Mapped[dict[str, Any]]
    date_reason: Mapped[str] = mapped_column(default="")
    begun_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")  # why it was sent back, or ended
    material: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[list[Any]]
    schemes: Mapped[dict[str, Any]]
    version: Mapped[int | None]
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    copy: Mapped[Call] = link("Call", foreign_keys=[copy_id])
    beginner: Mapped[Person] = link("Person", foreign_keys=[begun_by])
    proposer: Mapped[Person | None] = link("Person", foreign_keys=[proposed_by])

    @property
    def open(self) -> bool:
        """Whether it is neither published nor ended."""
        return self.approved_at is None and self.ended_at is None

    @property
    def editable(self) -> bool:
        """Whether officers still write it."""
        return self.open and self.proposed_at is None
