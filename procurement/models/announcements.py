"""Messages of officers to the applicants of a call, and to which applications each went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Committed, link, listed
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.announcements import Audience


class Announcement(Committed, Base):
    """What an officer wrote to some or all applicants of a call, in a stage; `count`: to how many applications."""

    __tablename__ = "announcements"
    __table_args__ = (
        CheckConstraint(f"audience IN {listed(Audience)}", name="audience_is_known"),
        CheckConstraint("title <> '' AND text <> ''", name="says_something"),
        CheckConstraint("count > 0", name="goes_to_somebody"),
    )
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    audience: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    count: Mapped[int]
    sent_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[datetime]
    sender: Mapped[Person] = link("Person")
    stage: Mapped[Stage] = link("Stage")


class AnnouncementRecipient(Base):
    """One application that a message went to: its team reads it there."""

    __tablename__ = "announcement_recipients"
    __table_args__ = (UniqueConstraint("announcement_id", "application_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
