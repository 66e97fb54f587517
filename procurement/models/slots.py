"""The times at which the entries of a stage are presented: an interview, a demonstration."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry
from procurement.models.base import Base, link, listed
from procurement.models.calls import Lot
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.slots import Attendance


class Slot(Base):
    """One time of a stage, for entries of one lot (`lot_id`) or of all, and the entry that has it.

    `place` and `joining` (an address) say where; either may be empty. `chosen_by` is whoever chose it: somebody of the
    team, or an officer for them. A slot that was taken away stays as a row (`withdrawn_at`); one that an entry gave
    back is free again, and the history knows who had it. `attendance` is empty until somebody noted it.
    """

    __tablename__ = "slots"
    __table_args__ = (
        ForeignKeyConstraint(["stage_id", "call_id"], ["stages.id", "stages.call_id"]),
        ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"]),
        ForeignKeyConstraint(["entry_id", "stage_id"], ["entries.id", "entries.stage_id"]),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("place <> '' OR joining <> ''", name="is_somewhere"),
        CheckConstraint("(entry_id IS NULL) = (chosen_at IS NULL)", name="chosen_with_its_instant"),
        CheckConstraint("(entry_id IS NULL) = (chosen_by IS NULL)", name="chosen_by_somebody"),
        CheckConstraint("withdrawn_at IS NULL OR entry_id IS NULL", name="what_is_taken_is_not_withdrawn"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint(f"attendance IN {listed(('', *Attendance))}", name="attendance_is_known"),
        CheckConstraint("attendance = '' OR entry_id IS NOT NULL", name="attendance_of_somebody"),
        CheckConstraint("(attendance = '') = (noted_at IS NULL)", name="noted_with_its_instant"),
        CheckConstraint("(attendance = '') = (noted_by IS NULL)", name="noted_by_somebody"),
        Index("ix_slots_stage_id", "stage_id", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = mapped_column()
    lot_id: Mapped[int | None] = mapped_column()
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    joining: Mapped[str] = mapped_column(default="")
    offered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(unique=True)  # an entry has one time at most
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    chosen_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # whoever has it now
    attendance: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime | None]
    stage: Mapped[Stage] = link("Stage", foreign_keys=[stage_id], primaryjoin="Slot.stage_id == Stage.id")
    lot: Mapped[Lot | None] = link("Lot", foreign_keys=[lot_id], primaryjoin="Slot.lot_id == Lot.id")
    entry: Mapped[Entry | None] = link("Entry", foreign_keys=[entry_id], primaryjoin="Slot.entry_id == Entry.id")
    chooser: Mapped[Person | None] = link("Person", foreign_keys=[chosen_by])
    noter: Mapped[Person | None] = link("Person", foreign_keys=[noted_by])

    @property
    def free(self) -> bool:
        """Whether nobody has it, and it was not taken away; whether it has begun is for the clock to say."""
        return self.entry_id is None and self.withdrawn_at is None

    @property
    def missed(self) -> bool:
        """Whether an officer noted that the team did not come."""
        return self.attendance == Attendance.DID_NOT_COME
