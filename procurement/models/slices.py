"""What an act on many things has left to make: in parts, so that nobody waits for the whole of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, listed
from procurement.rules.statuses import SliceKind, SliceStatus


class Slice(Base):
    """A part of the messages or documents (`makes`) of one act, in the words and for the people as they were when it
    was done; `size` says how many. `content` has them until they are made, and nothing afterwards.

    `kind` is the kind of the first of them, `asked_at` the instant of the act, `asked_by` who acted. `due_at`,
    `lease_until` are unshifted times.
    """

    __tablename__ = "slices"
    __table_args__ = (
        CheckConstraint(f"makes IN {listed(SliceKind)}", name="makes_is_known"),
        CheckConstraint(f"state IN {listed(SliceStatus)}", name="state_is_known"),
        CheckConstraint("size > 0", name="of_something"),
        Index("ix_slices_waiting", "state", "due_at"),
        Index("ix_slices_call_id", "call_id", "makes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    makes: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    size: Mapped[int]
    content: Mapped[list[Any]]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
