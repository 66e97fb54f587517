"""Who was told of which task."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base


class WorkTold(Base):
    """A task (`queries.work.Task.key`) that a person was told of; it goes when the task is done, so that the same one
    that comes back is told of again."""

    __tablename__ = "work_told"
    __table_args__ = (UniqueConstraint("person_id", "task"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    task: Mapped[str]
    told_at: Mapped[datetime]
