"""What a call is made of while it is written, what its parts are called, and where it stands for the public."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from procurement.rules.call_documents import DocumentDraft
from procurement.rules.ledger import canonical
from procurement.rules.money import written
from procurement.rules.questions import Question
from procurement.rules.routes import FACTS
from procurement.rules.statuses import CallStatus
from workflows.catalogue import states
from workflows.definition import Route
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
    "route": Sentence("Say which law applies"),
    "documents": Sentence("Add documents"),
}
# The parts of the set-up that each stage has for itself, and the step without which there is nothing to set up in it.
STAGE_SECTIONS = {"dates": "", "stage": "", "form": "collect", "criteria": "assess"}
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
        "cpv",
        "also_cpv",
        "place",
        "also_places",
        "starts_on",
        "ends_on",
    ),
    "money": ("budget", "vat_rate", "above_budget"),
    "route": FACTS,
}
# The same of a stage; of the dates those of the steps that it has.
STAGE_FIELDS: dict[str, tuple[str, ...]] = {
    "dates": ("opens_at", "ask_by", "closes_at", "choose_by", "assess_by", "decide_by"),
    "criteria": ("minimum_total", "readers"),
}
MOST_TIE_BREAKERS = 3
BOUND = (Route.COVERED, Route.BELOW_THRESHOLD)  # procurements whose decisions are what the published rule gives
DATED_BY = {
    "opens_at": "collect",
    "ask_by": "collect",
    "closes_at": "collect",
    "choose_by": "present",
    "assess_by": "assess",
}
LARGEST_MARK = 999_999_999
VOWELS = "aeiou"


class OverBudget(StrEnum):
    """What happens to somebody who asks for more than the lot has: they are warned, or cannot submit."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True)
class LotDraft:
    """A lot as it is written."""

    number: int
    title: str
    description: str
    budget: Decimal
    vat_rate: Decimal | None = None  # its own; the call's holds where there is none
    options: Decimal | None = None
    cpv: str = ""  # its own classes and places (`rules.classification`), where they are not the call's
    places: str = ""


@dataclass(frozen=True, kw_only=True)
class StageDraft:
    """A stage as it is written. `lots` are the numbers of those that it is for, each with how many go on from it (None:
    whoever passes)."""

    key: str
    number: int
    title: str
    noun: str
    nouns: str
    steps: tuple[str, ...]
    names: str
    other_marks: str
    window: int = 1
    sealed: bool = True
    required: bool = True
    shows: tuple[str, ...] = ()
    ranks_by: tuple[tuple[str, int], ...] = ()
    marks_of: str = ""
    moderate_from: int | None = None
    reasons: str = "optional"
    tie_breakers: tuple[str, ...] = ()  # keys of criteria
    drawn: bool = False  # who is equal by all of them is told apart by lot
    lots: tuple[tuple[int, int | None], ...] = ()
    budgets: tuple[tuple[int, Decimal | None], ...] = ()  # of its window, by the lot's number; None: the lot's own
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    ask_by: datetime | None = None
    choose_by: datetime | None = None
    assess_by: datetime | None = None
    decide_by: date | None = None
    readers: int = 2
    hold_minutes: int = 60
    questions: tuple[Question, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    descriptions: tuple[str, ...] = ()  # of the criteria, in their order
    minimum_total: Decimal = Decimal(0)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the lots that it is for."""
        return frozenset(number for number, _seats in self.lots)

    def is_for(self, lot: int) -> bool:
        """Whether it is on the way of a lot; of every one, as long as there are none."""
        return not self.lots or lot in self.numbers

    def meets(self, other: "StageDraft") -> bool:
        """Whether both are on the way of some lot; otherwise they run side by side."""
        return not self.lots or not other.lots or not self.numbers.isdisjoint(other.numbers)

    @property
    def collects(self) -> bool:
        return "collect" in self.steps

    @property
    def presents(self) -> bool:
        return "present" in self.steps

    @property
    def assesses(self) -> bool:
        return "assess" in self.steps

    @property
    def moderates(self) -> bool:
        return "moderate" in self.steps

    @property
    def awards(self) -> bool:
        return "award" in self.steps


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A whole call as plain values: what the checks before publication look at, and what is frozen by it."""

    ref: str
    kind: str
    procedure: str
    route: str
    title: str = ""
    theme: str = ""
    summary: str = ""
    problem: str = ""
    users: str = ""
    outcome: str = ""
    eligibility: str = ""
    terms: str = ""
    contact: str = ""
    cpv: str = ""  # of `rules.classification`, as is `place`
    place: str = ""
    also_cpv: str = ""
    also_places: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Decimal | None = None
    amount_basis: str = ""
    vat_rate: Decimal | None = None
    above_budget: str = OverBudget.WARN
    receives: str = ""  # of `rules.routes`, as is `subject`
    subject: str = ""
    whole_value: Decimal | None = None
    route_why: str = ""
    one_lot_why: str = ""
    conflicts_by: str = ""
    conflicts_on: date | None = None
    threshold: Decimal | None = None  # that holds for what is bought, with VAT; None: nobody looked it up
    lots: tuple[LotDraft, ...] = ()
    stages: tuple[StageDraft, ...] = ()
    documents: tuple[DocumentDraft, ...] = ()


def with_article(noun: str) -> str:
    """What somebody hands in, where one of them is meant: "an application", "a proposal"."""
    return f"{'an' if noun[:1] in VOWELS else 'a'} {noun}"


def sections_of(steps: Sequence[str]) -> tuple[str, ...]:
    """The parts of the set-up that a stage of these steps has."""
    return tuple(section for section, step in STAGE_SECTIONS.items() if not step or step in steps)


def section_title(section: str, noun: str) -> Sentence:
    """What is to be done in a part of a stage's set-up; `noun` is what applicants hand in to the stage."""
    return {
        "dates": Sentence("Set the dates"),
        "stage": Sentence("Say what this stage is"),
        "form": Sentence("Write the %(noun)s form", noun=noun),
        "criteria": Sentence("Set the criteria and the scale"),
    }[section]


def fields_of(section: str, steps: Sequence[str]) -> tuple[str, ...]:
    """The columns of a stage of these steps that a page of plain fields saves together."""
    return tuple(name for name in STAGE_FIELDS[section] if DATED_BY.get(name, "") in ("", *steps))


class StageStands(Protocol):
    """What is looked at in a stage to say where its call stands."""

    @property
    def number(self) -> int: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def told_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def awards(self) -> bool: ...


def status(state: str, stages: Sequence[StageStands], now: datetime) -> CallStatus:
    """Where a call stands for everybody; ValueError while it is being prepared, when it stands nowhere for them.

    What the clock decides is computed, from the stages in which an application begins: a call is open as long as one
    can. That decisions were made is said from the instant at which all were told, in every stage that awards. What was
    ended before it began is as if it were not there.
    """
    if state in states.call.cancelled:
        return CallStatus.CANCELLED
    if state in states.call.concluded:
        return CallStatus.DECIDED
    if state not in states.call.published:
        raise ValueError(f"a call at {state!r} is not public")
    stages = [each for each in stages if each.ended_at is None]
    opened = any(each.opened_at is not None for each in stages)
    by_clock = [phase(each.opens_at, each.closes_at, now) for each in stages if each.number == 1]
    if CallStatus.OPEN in by_clock:
        return CallStatus.OPEN
    if CallStatus.UPCOMING in by_clock:
        return CallStatus.UPCOMING
    told = [each.told_at is not None and each.told_at <= now for each in stages if each.awards]
    if told and all(told):
        return CallStatus.DECIDED
    return CallStatus.IN_ASSESSMENT if opened else CallStatus.CLOSED


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
