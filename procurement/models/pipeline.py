"""Calls that are thought of for the months to come, before there is a call."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link
from procurement.models.calls import Call
from procurement.models.people import Person


class PlannedCall(Base):
    """One that firms may get ready for. It binds nobody: `month` (its first day) and `value` (pounds; of a challenge
    with VAT) are what is expected. `written_by` wrote it last; `published_by` is somebody else than whoever had written
    what they read; `call_id`: what came of it."""

    __tablename__ = "planned_calls"
    __table_args__ = (
        CheckConstraint("kind IN ('challenge', 'fund')", name="kind_is_known"),
        CheckConstraint("title <> '' AND summary <> ''", name="says_something"),
        CheckConstraint("value IS NULL OR value > 0", name="value_is_positive"),
        CheckConstraint("(published_by IS NULL) = (published_at IS NULL)", name="published_by_somebody"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_for_a_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    theme: Mapped[str]
    summary: Mapped[str]
    value: Mapped[Decimal | None]
    month: Mapped[date] = mapped_column(Date)
    contact: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    writer: Mapped[Person] = link("Person", foreign_keys=[written_by])
    publisher: Mapped[Person | None] = link("Person", foreign_keys=[published_by])
    call: Mapped[Call | None] = link("Call")
