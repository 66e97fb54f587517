"""A call that was approved to be published at an instant to come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, unique_where
from procurement.models.calls import Call
from procurement.models.people import Person


class PlannedPublication(Base):
    """What somebody who wrote none of it approved: that this call, with these words, becomes public at `publish_at`.

    `digest` is that of all that it says, dated with that instant. Until then it can be taken back. `made_at`: it was
    published; `ended_at`: it was not, and `answer` says why.
    """

    __tablename__ = "planned_publications"
    __table_args__ = (
        CheckConstraint("made_at IS NULL OR ended_at IS NULL", name="made_or_ended"),
        CheckConstraint("(ended_at IS NULL) = (answer = '')", name="ended_with_a_reason"),
        unique_where("uq_planned_publications_one_waits", "call_id", where="made_at IS NULL AND ended_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    publish_at: Mapped[datetime]
    digest: Mapped[str]
    approved_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    approver: Mapped[Person] = link("Person", foreign_keys=[approved_by])
