"""Disqualifications: proposed by one person with a ground and a reason, and decided by another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry
from procurement.models.base import Base, link, listed, unique_where
from procurement.models.people import Person
from procurement.rules.disqualification import GROUNDS


class Disqualification(Base):
    """A proposal to take an application out of its call, wherever it has come to; decided once it is approved.

    `entry_id` is the bid from which it was proposed: what staff had read. `reason` is what the applicant reads, with
    the words of the `ground`; where that is one of the Schedules 6 and 7, `paragraph` is the key of its heading and
    `heard` says how the supplier could make representations. `ended_at`: it was sent back or taken back, or a review
    reversed it after its approval (`answer` says why).
    """

    __tablename__ = "disqualifications"
    __table_args__ = (
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        CheckConstraint(f"ground IN {listed(GROUNDS)}", name="ground_is_known"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        # one waits or stands
        unique_where("uq_disqualifications_one_stands", "application_id", where="ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column(index=True)
    ground: Mapped[str]
    paragraph: Mapped[str] = mapped_column(default="", server_default="")
    heard: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Disqualification.entry_id == Entry.id")
    proposer: Mapped[Person] = link("Person", foreign_keys=[proposed_by])
