"""Calls: what is asked, until when, in which lots, and how answers are marked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link
from procurement.models.people import Person
from workflows.catalogue import states


class Call(Base):
    """One opportunity: a challenge (procurement) or a fund round (grants).

    `workflows` is the call's own copy, taken at publication: {"call", "application", "assignment", "award"} → plain
    values; `scheme` is the plain scoring scheme. Both are None until then and never change afterwards. `authors` are
    the ids of everybody who wrote any of it. What the clock decides (upcoming, open, closed, held) is not stored.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("kind IN ('challenge', 'fund')", name="kind_is_known"),
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("(published_at IS NULL) = (workflows IS NULL)", name="frozen_when_published"),
        CheckConstraint("(scheme IS NULL) = (scheme_fingerprint IS NULL)", name="scheme_with_its_fingerprint"),
        CheckConstraint("budget IS NULL OR budget > 0", name="budget_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    procedure: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    users: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    eligibility: Mapped[str] = mapped_column(default="")
    terms: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    budget: Mapped[Decimal | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    decision_on: Mapped[date | None] = mapped_column(Date)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    assess_by: Mapped[datetime | None]
    readers: Mapped[int] = mapped_column(default=2)
    hold_minutes: Mapped[int] = mapped_column(default=60)
    minimum_total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    authors: Mapped[list[int]]
    proposers: Mapped[list[int]]
    published_at: Mapped[datetime | None]
    workflows: Mapped[dict[str, Any] | None]
    workflow_fingerprint: Mapped[str | None]
    scheme: Mapped[dict[str, Any] | None]
    scheme_fingerprint: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    sent_back: Mapped[str] = mapped_column(default="")
    ended_reason: Mapped[str] = mapped_column(default="")
    lots: Mapped[list["Lot"]] = link("Lot", order_by="Lot.number")
    questions: Mapped[list["Question"]] = link("Question", order_by="Question.position")
    criteria: Mapped[list["Criterion"]] = link("Criterion", order_by="Criterion.position")

    @property
    def opened(self) -> bool:
        """Whether its bids have been opened: from here on staff may see them."""
        return self.state in states.call.opened or (self.state in states.call.cancelled and self.opened_at is not None)


class Lot(Base):
    """A part of a call that can be applied for and awarded alone; its budget is what its awards may cost together."""

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        UniqueConstraint("id", "call_id"),  # so that others can point at "a lot of that call"
        CheckConstraint("budget > 0", name="budget_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    budget: Mapped[Decimal]


class Question(Base):
    """One question of a call's form. `purpose` marks the title, the summary and the amount asked for."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("call_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    key: Mapped[str]
    position: Mapped[int]
    section: Mapped[str]
    text: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    required: Mapped[bool] = mapped_column(default=True)
    word_limit: Mapped[int | None]
    options: Mapped[list[str]]
    minimum: Mapped[Decimal | None]
    maximum: Mapped[Decimal | None]
    criterion: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")


class Criterion(Base):
    """One criterion of a call's scheme: a weight in percent, and a word for each mark from 0 to `top`."""

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_is_percent"),
        CheckConstraint("top BETWEEN 1 AND 10", name="top_is_small"),
        CheckConstraint("minimum BETWEEN 0 AND top", name="minimum_within_the_scale"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    key: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    weight: Mapped[int]
    top: Mapped[int] = mapped_column(default=5)
    minimum: Mapped[int] = mapped_column(default=0)
    words: Mapped[list[str]]


class CallVersion(Base):
    """What a call said when it was published, whole and frozen; an application remembers which version it answers."""

    __tablename__ = "call_versions"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    content: Mapped[bytes]
    fingerprint: Mapped[str]
    published_at: Mapped[datetime]


class Opening(Base):
    """The opening of a call's bids: a row that holds the first person; a different one completes it."""

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_different_people"),
        CheckConstraint("(second_id IS NULL) = (second_at IS NULL)", name="second_with_its_instant"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    second_at: Mapped[datetime | None]
    first: Mapped[Person] = link("Person", foreign_keys=[first_id])
    second: Mapped[Person | None] = link("Person", foreign_keys=[second_id])


class NearMiss(Base):
    """A press that came too late: that it was made and when, never what it said."""

    __tablename__ = "near_misses"
    __table_args__ = (ForeignKeyConstraint(["application_id", "call_id"], ["applications.id", "applications.call_id"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int]
    application_id: Mapped[int] = mapped_column()
    received_at: Mapped[datetime]
    closes_at: Mapped[datetime]
