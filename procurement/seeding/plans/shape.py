"""What a plan for the demonstration city says of a call, of each of its stages, and of each answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from procurement.rules.questions import Question
from procurement.rules.questions.kind import Layout


class Until(StrEnum):
    """How far a firm has come with its answer."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class Reach(StrEnum):
    """How far a stage has come, in the order in which it gets there. What lies before its publication is its call's,
    and so is `CANCELLED`, which is beside that order."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PLANNED = "planned"
    PUBLISHED = "published"
    OPENED = "opened"
    IN_ASSESSMENT = "in_assessment"
    MODERATING = "moderating"
    DECIDING = "deciding"
    DECIDED = "decided"
    TOLD = "told"
    NOTICED = "noticed"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Bid:
    """One firm's answer. `level` is how good it is, from 1 to 5: assessors mark around it; `ineligible` says why it is
    found so. `answers` are what it says of conditions, by their texts. A firm whose draft went on, or that
    was declined, may have another in a later `window`."""

    firm: str
    title: str
    summary: str
    amount: int
    level: int = 3
    until: Until = Until.SUBMITTED
    lot: int = 1
    ineligible: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    window: int = 1


@dataclass(frozen=True)
class StagePlan:
    """A stage of a call: when it opens and closes, counted in days from now, and how far it has come.

    Where it collects nothing, teams are asked when it `opens` and come when it `closes`. `assessed`, `decided`: the days
    that are published for the assessment and then for the decision. What is said of a firm holds instead of what its bid
    says: its `levels`, its `untils`, its `amounts`. `seats`: how many go on, where it is published (0: whoever passes);
    `reserves`: how many are kept in reserve after them. `withheld_of`: the firm of whose reasons something is taken out
    before others read them. `waits`: who has not chosen a time yet. `opening` begins every long answer of the stage; marks that lie `apart` so far are settled
    by its panel. `conditions` are asked at the end of its form. `costs`: what its table of costs asks for, where that is
    how the amount is asked for.
    """

    opens: timedelta
    closes: timedelta
    reach: Reach
    assessed: int = 21
    decided: int = 14
    levels: Mapping[str, int] = field(default_factory=dict)
    untils: Mapping[str, Until] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    seats: int = 0
    reserves: int = 0
    withheld_of: str = ""
    waits: tuple[str, ...] = ()
    opening: str = ""
    apart: int = 2
    conditions: tuple[Question, ...] = ()
    costs: Layout = ()


@dataclass(frozen=True)
class Plan:
    """A call: what it says, its stages in their order (those of each window one after the other), and who answers."""

    key: str
    procedure: str
    title: str
    theme: str
    summary: str
    problem: str
    users: str
    outcome: str
    budget: int
    stages: tuple[StagePlan, ...]
    bids: tuple[Bid, ...] = ()
    lots: Mapping[str, int] = field(default_factory=dict)

    @property
    def begins(self) -> StagePlan:
        """The stage with which the call begins."""
        return min(self.stages, key=lambda stage: stage.opens)

    @property
    def ends(self) -> StagePlan:
        """The stage with which the call ends."""
        return max(self.stages, key=lambda stage: stage.closes)

    @property
    def settled(self) -> bool:
        """Whether every stage has come to its end, so that the call is concluded."""
        return all(stage.reach in (Reach.TOLD, Reach.SETTLED) for stage in self.stages) and any(
            stage.reach is Reach.SETTLED for stage in self.stages
        )


def days(number: float) -> timedelta:
    return timedelta(days=number)
