"""Corrections of marks after their lock: proposed by one person with a reason, and decided by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.base import Base, Committed, link, unique_where
from procurement.models.people import Person


class Correction(Committed, Base):
    """A proposal to correct one mark of a bid, one assessor's (`assignment_id`) or an agreed one (`agreed_id`, the
    agreement that is corrected); done once it is approved.

    `asked_by` says in words who asked for it. With the approval come `shifts`, what it changed of every bid
    (`rules.corrections.Shift`), and `digest`, the SHA-256 of the assessor's whole scorecard as it is from then on.
    `ended_at`: it was sent back or taken back (`answer` says why).
    """

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("(assignment_id IS NULL) <> (agreed_id IS NULL)", name="of_one_mark"),
        CheckConstraint("before >= 0 AND after >= 0", name="marks_are_not_negative"),
        CheckConstraint("before <> after", name="another_mark"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("asked_by <> ''", name="asked_by_somebody"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name="approved_or_ended"),
        # one waits: the next is reckoned from what it makes
        unique_where(
            "uq_corrections_one_waits", "entry_id", "criterion", where="approved_at IS NULL AND ended_at IS NULL"
        ),
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    criterion: Mapped[str]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    agreed_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_marks.id"))
    before: Mapped[int]
    after: Mapped[int]
    reason: Mapped[str]
    asked_by: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    shifts: Mapped[list[Any]] = mapped_column(default=list)
    digest: Mapped[str | None]
    entry: Mapped[Entry] = link("Entry")
    assignment: Mapped[Assignment | None] = link("Assignment")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
    approver: Mapped[Person | None] = link("Person", foreign_keys=[approved_by])
