"""What a call is made of while it is written, what its parts are called, and where it stands for the public."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from procurement.rules.ledger import canonical
from procurement.rules.money import written
from procurement.rules.questions import Question
from procurement.rules.statuses import CallStatus
from workflows.catalogue import states
from workflows.engine import phase
from workflows.facts import Sentence
from workflows.scoring.schemes import Criterion

# The seven priority areas of the city's roadmap, in the order in which every page lists them.
THEMES: dict[str, Sentence] = {
    "low_carbon": Sentence("Low carbon"),
    "health_and_care": Sentence("Health and care"),
    "mobility": Sentence("Mobility"),
    "digital_inclusion": Sentence("Digital inclusion"),
    "information_marketplaces": Sentence("Information marketplaces"),
    "skills_and_jobs": Sentence("Skills and jobs"),
    "connectivity": Sentence("Connectivity"),
}
CALL_KINDS: dict[str, Sentence] = {"challenge": Sentence("Challenge"), "fund": Sentence("Innovation funding")}
SECTIONS: dict[str, Sentence] = {
    "details": Sentence("Describe the call"),
    "money": Sentence("Set the budget and lots"),
    "dates": Sentence("Set the dates"),
    "form": Sentence("Write the application form"),
    "criteria": Sentence("Set the criteria and the scale"),
}
# The columns of a call that each page of plain fields saves together.
SECTION_FIELDS: dict[str, tuple[str, ...]] = {
    "details": (
        "title",
        "theme",
        "summary",
        "problem",
        "users",
        "outcome",
        "eligibility",
        "terms",
        "contact",
        "starts_on",
        "ends_on",
    ),
    "money": ("budget",),
    "dates": ("opens_at", "closes_at", "assess_by", "decision_on"),
    "criteria": ("minimum_total", "readers"),
}
LARGEST_MARK = 999_999_999


@dataclass(frozen=True)
class LotDraft:
    """A lot as it is written."""

    number: int
    title: str
    description: str
    budget: Decimal


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A whole call as plain values: what the checks before publication look at, and what is frozen by it."""

    ref: str
    kind: str
    procedure: str
    title: str = ""
    theme: str = ""
    summary: str = ""
    problem: str = ""
    users: str = ""
    outcome: str = ""
    eligibility: str = ""
    terms: str = ""
    contact: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Decimal | None = None
    lots: tuple[LotDraft, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    assess_by: datetime | None = None
    decision_on: date | None = None
    readers: int = 2
    hold_minutes: int = 60
    questions: tuple[Question, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    descriptions: tuple[str, ...] = ()  # of the criteria, in their order
    minimum_total: Decimal = Decimal(0)


def status(
    state: str, opens_at: datetime | None, closes_at: datetime | None, told_at: datetime | None, now: datetime
) -> CallStatus:
    """Where a call stands for everybody; ValueError while it is being prepared, when it stands nowhere for them.

    What the clock decides is computed. That decisions were made is said from the instant at which all were told.
    """
    if state in states.call.published:
        return CallStatus(phase(opens_at, closes_at, now))
    if state in states.call.opened:
        return CallStatus.DECIDED if told_at is not None and told_at <= now else CallStatus.IN_ASSESSMENT
    if state in states.call.cancelled:
        return CallStatus.CANCELLED
    raise ValueError(f"a call at {state!r} is not public")


def as_text(value: object) -> str:
    """A value of a call as text, for comparing what two people wrote: instants in UTC, amounts without ornament."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return written(value)
    return str(value)


def mark(values: Mapping[str, Any]) -> int:
    """A number that changes whenever the values do: the version that a page sends back with what it saves.

    Taken of the content, so that a colleague's change of another part of the call does not make this page stale.
    """
    digest = hashlib.sha256(canonical({key: as_text(value) for key, value in values.items()})).hexdigest()
    return int(digest[:12], 16) % LARGEST_MARK + 1
