"""Who reads what, and the marks they give."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Application, Entry
from procurement.models.base import Base, link, listed
from procurement.models.people import Person
from workflows.catalogue import states


class Assignment(Base):
    """One assessor asked to read one application in one stage.

    `ref` is drawn at random. So is the order in which what several assessors wrote of one application is shown, which
    goes by it: the same each time, and another for each application, so that a number stands for nobody.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("entry_id", "person_id"),
        UniqueConstraint("id", "application_id"),
        ForeignKeyConstraint(["application_id", "call_id"], ["applications.id", "applications.call_id"]),
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        CheckConstraint(
            f"(state IN {listed(states.assignment.handed_in)}) = (submitted_at IS NOT NULL)",
            name="submitted_with_its_instant",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    reason_code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    assigned_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    assigned_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    person: Mapped[Person] = link("Person", foreign_keys=[person_id])
    application: Mapped[Application] = link(
        "Application", foreign_keys=[application_id], primaryjoin="Assignment.application_id == Application.id"
    )
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Assignment.entry_id == Entry.id")
    marks: Mapped[list["Mark"]] = link("Mark", order_by="Mark.criterion")


class Mark(Base):
    """One assessor's mark and comments for one criterion. Once it is locked it changes by a correction alone."""

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("assignment_id", "criterion"),
        CheckConstraint("mark IS NULL OR mark >= 0", name="mark_is_not_negative"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    criterion: Mapped[str]
    mark: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]


class MarkVersion(Base):
    """What a mark said before it was saved again."""

    __tablename__ = "mark_versions"
    __table_args__ = (UniqueConstraint("assignment_id", "criterion", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    criterion: Mapped[str]
    version: Mapped[int]
    mark: Mapped[int | None]
    comment: Mapped[str]
    note: Mapped[str]
    saved_at: Mapped[datetime]


class Scorecard(Base):
    """A scorecard as it was submitted, each time that it was: one that was returned stays as it was handed in.

    `content` has the marks with their comments to the applicant; `digest` is the SHA-256 of their canonical form.
    """

    __tablename__ = "scorecards"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    submitted_at: Mapped[datetime]


class MarkLock(Base):
    """The commitment to one assignment's marks when they were locked: a salt, and the digest that the chain holds."""

    __tablename__ = "mark_locks"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    salt: Mapped[bytes]
    commitment: Mapped[str]
    locked_at: Mapped[datetime]
