"""What staff say to each other at a part of a call while it is prepared."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link
from procurement.models.people import Person


class CallComment(Base):
    """A comment at a field of the set-up, or at a section of it: `section`, `field` and `stage` as a problem names them
    (`rules.call_checks.Problem`). It binds nobody, is never published, and stays as a row once it is settled."""

    __tablename__ = "call_comments"
    __table_args__ = (
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_by_somebody"),
        CheckConstraint("text <> ''", name="says_something"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    section: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    said_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]
    speaker: Mapped[Person] = link("Person", foreign_keys=[said_by])
