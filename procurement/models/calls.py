"""Calls: what is asked for, in which lots, and what was published."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, listed
from workflows.definition import Route


class Call(Base):
    """One opportunity: a challenge (procurement) or a fund round (grants).

    What it asks for, until when and how it is marked is said by its stages (`models.stages`). `route` is what it is in
    law (`workflows.definition.Route`). `workflows` is the call's own copy, taken at publication: by subject, plain
    values (`workflows.catalogue.copies`; `workflows.earlier` knows older ones); None until then, and never changed
    afterwards. `authors` are the ids of everybody who wrote any of it.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("kind IN ('challenge', 'fund')", name="kind_is_known"),
        CheckConstraint(f"route IN {listed(Route)}", name="route_is_known"),
        CheckConstraint("(published_at IS NULL) = (workflows IS NULL)", name="frozen_when_published"),
        CheckConstraint("budget IS NULL OR budget > 0", name="budget_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    procedure: Mapped[str]
    route: Mapped[str]
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
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    authors: Mapped[list[int]]
    published_at: Mapped[datetime | None]
    workflows: Mapped[dict[str, Any] | None]
    workflow_fingerprint: Mapped[str | None]
    sent_back: Mapped[str] = mapped_column(default="")
    ended_reason: Mapped[str] = mapped_column(default="")
    lots: Mapped[list["Lot"]] = link("Lot", order_by="Lot.number")


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
