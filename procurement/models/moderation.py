"""What a panel settles: the marks that it agrees on, when it met, and what it spoke about."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Entry
from procurement.models.base import Base, link, unique_where
from procurement.models.people import Person
from procurement.models.stages import Stage


class AgreedMark(Base):
    """What was agreed about one bid and criterion; the assessors' own marks stay beside it.

    Without a `mark` the difference was looked at and left as it is, so that the mean of the marks counts. `reason` is
    what the applicant reads in the place of the assessors' comments where there is a mark, and for the record where
    there is none. `present` are the ids of whoever was there. One record stands; a later one supersedes it. `salt` and
    `commitment` come when the moderation is closed: the digest that the chain holds.
    """

    __tablename__ = "agreed_marks"
    __table_args__ = (
        CheckConstraint("mark IS NULL OR mark >= 0", name="mark_is_not_negative"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("(salt IS NULL) = (commitment IS NULL)", name="commitment_with_its_salt"),
        # one stands per bid and criterion: two would be two marks
        unique_where("uq_agreed_marks_one_stands", "entry_id", "criterion", where="superseded_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    criterion: Mapped[str]
    mark: Mapped[int | None]
    reason: Mapped[str]
    present: Mapped[list[int]]
    agreed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    agreed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    salt: Mapped[bytes | None]
    commitment: Mapped[str | None]
    person: Mapped[Person] = link("Person", foreign_keys=[agreed_by])


class Panel(Base):
    """One meeting of a stage's panel. `minutes` are those of the meeting as a whole; those of a bid stand with its
    item, so that whoever must not know of a bid reads nothing of it."""

    __tablename__ = "panels"
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    held_at: Mapped[datetime]
    place: Mapped[str]
    chair_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    minutes: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    called_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    called_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    stage: Mapped[Stage] = link("Stage")
    chair: Mapped[Person] = link("Person", foreign_keys=[chair_id])
    items: Mapped[list["PanelItem"]] = link("PanelItem", order_by="PanelItem.position")


class PanelItem(Base):
    """One bid on a panel's agenda. `conflicts` are the ids of people who have an interest in it and left the room."""

    __tablename__ = "panel_items"
    __table_args__ = (
        UniqueConstraint("panel_id", "entry_id"),
        UniqueConstraint("panel_id", "position"),
        CheckConstraint("position >= 1", name="numbered_from_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    position: Mapped[int]
    discussed_at: Mapped[datetime | None]
    conflicts: Mapped[list[int]]
    minutes: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    entry: Mapped[Entry] = link("Entry")
    panel: Mapped[Panel] = link("Panel")
