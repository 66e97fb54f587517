"""Messages to people: staged, approved, sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Text, listed
from procurement.rules.statuses import MessageStatus


class Message(Base):
    """One message. `key` says what it tells and to whom, so that nobody is told twice; `sealed` hides it from each list
    until the call's bids are opened. `due_at`, `lease_until` are unshifted times."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(f"state IN {listed(MessageStatus)}", name="state_is_known"),
        CheckConstraint(f"(state = '{MessageStatus.SENT}') = (sent_at IS NOT NULL)", name="sent_with_its_instant"),
        Index("ix_messages_waiting", "state", "due_at"),
        Index("ix_messages_call_id", "call_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    sealed: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    staged_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
