"""What happened, in order, chained. Rows are added and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link
from procurement.models.people import Person


class Event(Base):
    """One line of history. What is hashed (`hashed`) holds ids, instants, tags and salted digests only: no text, no
    personal data, so that erasure stays possible. `position` counts from 1 without a gap."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position_from_one"),
        Index("ix_events_subject", "subject", "subject_id"),
        Index("ix_events_newest", "subject", "position"),  # what is public is at the newest event of its subject
        Index("ix_events_call_id", "call_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    tag: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int]
    call_id: Mapped[int | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    hashed: Mapped[bytes]
    previous: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    actor: Mapped[Person | None] = link("Person")
    note: Mapped["EventNote | None"] = link("EventNote", uselist=False)


class EventNote(Base):
    """The words that belong to an event (a reason), kept apart from the chain, which holds their salted digest."""

    __tablename__ = "event_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), unique=True)
    salt: Mapped[bytes]
    text: Mapped[str]


class ChainHead(Base):
    """Where the chain ends: one row, locked last of all, so that positions have no gap and no twin."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[str]
