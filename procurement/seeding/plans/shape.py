"""What a plan for the demonstration city says of a call and of each answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Until(StrEnum):
    """How far a firm has come with its answer."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class Reach(StrEnum):
    """How far a call has come, in the order in which it gets there; cancelled is beside that order."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    OPENED = "opened"
    IN_ASSESSMENT = "in_assessment"
    DECIDING = "deciding"
    DECIDED = "decided"
    TOLD = "told"
    NOTICED = "noticed"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Bid:
    """One firm's answer. `level` is how good it is, from 1 to 5: assessors mark around it; `ineligible` says why it is
    found so."""

    firm: str
    title: str
    summary: str
    amount: int
    level: int = 3
    until: Until = Until.SUBMITTED
    lot: int = 1
    ineligible: str = ""


@dataclass(frozen=True)
class Plan:
    """A call: when it opens and closes, counted in days from now, and how far it has come."""

    key: str
    procedure: str
    title: str
    theme: str
    summary: str
    problem: str
    users: str
    outcome: str
    budget: int
    opens: timedelta
    closes: timedelta
    reach: Reach
    bids: tuple[Bid, ...] = ()
    lots: Mapping[str, int] = field(default_factory=dict)


def days(number: float) -> timedelta:
    return timedelta(days=number)
