"""What officers keep to begin anew from: whole calls as templates, questions and criteria in the library."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Searched, link, listed, unique_where
from procurement.models.calls import Call
from procurement.models.people import Person

ITEM_KINDS = ("question", "criterion")


class CallTemplate(Base):
    """A call that the house begins others from, under a name of its own. What is copied is what the call says then.

    `note`: when to use it. One that was removed stays as a row; the calls that were begun from it stay as they are.
    """

    __tablename__ = "call_templates"
    __table_args__ = (
        CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name="removed_by_somebody"),
        unique_where("uq_call_templates_one_of_a_call", "call_id", where="removed_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    kept_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kept_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
    call: Mapped[Call] = link("Call")
    keeper: Mapped[Person] = link("Person", foreign_keys=[kept_by])


class LibraryItem(Searched, Base):
    """A question or a criterion that officers put into forms: `content` as plain values (`rules.questions.to_plain`;
    of a criterion name, description, top, minimum, words). What a call took of it is the call's own: a change here
    changes no call. `tags`: words with a space between them. `version` is raised by every change."""

    __tablename__ = "library_items"
    searched = ("title", "note", "tags")
    __table_args__ = (
        CheckConstraint(f"kind IN {listed(ITEM_KINDS)}", name="kind_is_known"),
        CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name="removed_by_somebody"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    tags: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]


class LibraryUse(Base):
    """That a call took an item of the library, or gave it: where it is used."""

    __tablename__ = "library_uses"
    __table_args__ = (UniqueConstraint("item_id", "call_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("library_items.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    used_at: Mapped[datetime]
    call: Mapped[Call] = link("Call")
