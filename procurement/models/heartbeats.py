"""That the service was there: since when each web process was heard of, and the outages that a closing has to do
with."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Json, link
from procurement.models.stages import Stage


class Heartbeat(Base):
    """How long one web process was heard of without a break: it says so every minute, and this row grows with it.

    Both instants are the machine's own (unshifted); `ahead` says by how many seconds the service's clock was ahead of
    it meanwhile. A process that was silent, or whose clock was moved, begins a new row.
    """

    __tablename__ = "heartbeats"
    __table_args__ = (
        UniqueConstraint("process", "began_at"),
        CheckConstraint("seen_at >= began_at", name="seen_from_its_beginning_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    process: Mapped[str]
    ahead: Mapped[int]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Outage(Base):
    """No web process was heard of, in the last hours before a closing or over it: as it was found, and what followed.

    All instants are the service's own. `closes_at`: the closing as it was then. `before`, `after`: the processes that
    were heard of last and first. Answered either by an amendment that lets the stage close later, or by somebody who
    says in public why the closing stands.
    """

    __tablename__ = "outages"
    __table_args__ = (
        UniqueConstraint("stage_id", "began_at"),
        CheckConstraint("ended_at > began_at", name="ends_after_it_began"),
        CheckConstraint(
            "(answered_at IS NULL) = (amendment_id IS NULL AND answered_by IS NULL)", name="answered_by_one_of_two"
        ),
        CheckConstraint("amendment_id IS NULL OR answered_by IS NULL", name="moved_or_stands"),
        CheckConstraint("(answered_by IS NULL) = (answer = '')", name="stands_with_a_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    closes_at: Mapped[datetime]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    before: Mapped[list[Any]] = mapped_column(Json)
    after: Mapped[list[Any]] = mapped_column(Json)
    found_at: Mapped[datetime]
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("stage_amendments.id"))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    stage: Mapped[Stage] = link("Stage", foreign_keys=[stage_id])
