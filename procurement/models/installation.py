"""The installation itself: whether it is a demonstration, its clock's offset, dated settings, leases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Json


class Installation(Base):
    """One row. The offset moves the service's clock forward, never back, and only in a demonstration."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("clock_offset >= 0", name="clock_never_back"),
        CheckConstraint("clock_offset = 0 OR demonstration", name="offset_only_in_a_demonstration"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    demonstration: Mapped[bool]
    clock_offset: Mapped[int]  # seconds
    made_at: Mapped[datetime]


class Setting(Base):
    """A dated figure or name that an operator or the law changes: the newest whose day has come holds."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("key", "holds_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    holds_from: Mapped[date] = mapped_column(Date)
    value: Mapped[Any] = mapped_column(Json)
    source: Mapped[str] = mapped_column(default="")


class Lease(Base):
    """Who does what only one process may do at a time, and until when (unshifted time)."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
