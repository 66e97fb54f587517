"""What a frozen copy of a workflow offers, as plain tables: who may make which move, and where each guard stands.

A copy is read here as it says, whatever its format, and not by the house's own reading: what was written down on the
day of a release stays the truth, however the house may read it later (`corresponding.py` compares the two).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.workflows.clear import CLEAR, CLOSES_AT, OPENS_AT, OVER
from workflows.composing import compose
from workflows.definition import STAGED, Role, Shape
from workflows.facts import Facts
from workflows.guards import GIVEN_WITH_THE_ACT, GUARDS

LATER = OVER + timedelta(days=1)
# By the instant alone, and with everything left undone that can be.
SCENES = {
    "before": replace(CLEAR, now=OPENS_AT - timedelta(seconds=1)),
    "open": replace(CLEAR, now=OPENS_AT),
    "closed": replace(CLEAR, now=CLOSES_AT),
    "over": CLEAR,
    "undone": replace(
        CLEAR,
        actor=2,
        second_person=False,
        problems=1,
        call_live=False,
        award_decided=True,
        next_problems=1,
        unanswered=1,
        declared=False,
        reason=" ",
        undecided=1,
        requests_open=1,
        reviews_open=1,
        past_reviewing=True,
        checks_missing=1,
        conditions_unmet=1,
        supplier_excluded=True,
        readers_missing=1,
        attendance_missing=1,
        chair_missing=True,
        differences_open=1,
        scorecards_due=1,
        decisions_missing=1,
        over_budget=Decimal("0.01"),
        departures=1,
        rule_broken=("TT-1",),
        reasons_missing=("TT-1",),
        letters_due=1,
        told_at=LATER,
        notice_published=False,
        standstill_ends_at=LATER,
        confirm_at=None,
        accept_by=None,
        unsettled=1,
        marks_missing=1,
        comments_missing=1,
        assessment_over=True,
    ),
}


@dataclass(frozen=True)
class Offered:
    """One move of a copy, from one of the states that it can be made from."""

    action: str
    start: str
    to: str
    by: frozenset[Role]
    unless: tuple[str, ...]
    then: tuple[str, ...]
    due: str

    def is_free(self, facts: Facts) -> bool:
        """Whether nothing is in its way but what the person gives with the act itself."""
        if self.due:
            at = getattr(facts, self.due)
            if at is None or at > facts.now:
                return False
        return not any(GUARDS[name](facts) for name in self.unless if name not in GIVEN_WITH_THE_ACT)


@dataclass(frozen=True)
class Said:
    """A copy as it says: what it is called, its states in their order, its moves."""

    name: str
    states: tuple[str, ...]
    moves: tuple[Offered, ...]

    def of(self, state: str, role: Role) -> list[Offered]:
        return [move for move in self.moves if move.start == state and role in move.by]


def said(plain: dict[str, Any]) -> Said:
    """What a copy says that is composed of nothing."""
    found = tuple(
        Offered(
            move["action"],
            start,
            move["to"],
            frozenset(map(Role, move["by"])),
            tuple(move.get("unless", ())),
            tuple(move.get("then", ())),
            move.get("due", ""),
        )
        for move in plain["move"]
        for start in move["from"]
    )
    return Said(plain["key"], tuple(state["key"] for state in plain["state"]), found)


def each(copies: dict[str, Any]) -> Iterator[tuple[str, Said]]:
    """Every workflow among the copies under its fingerprint: what is composed, for each stage that a procedure lays
    down."""
    stages = [stage for plain in copies.values() if "subject" not in plain for stage in plain["stage"]]
    shapes = {Shape(tuple(s["steps"]), s.get("sealed", True), s.get("required", True)): s for s in stages}
    for known_as, plain in copies.items():
        if plain.get("subject") in STAGED:
            for shape in shapes:
                yield known_as, replace(said(compose(plain, shape)), name=f"{plain['key']}: {_how(shape)}")
        elif "subject" in plain:
            yield known_as, said(plain)


def _how(shape: Shape) -> str:
    how = [*shape.steps, *([] if shape.sealed else ["not sealed"]), *([] if shape.required else ["not required"])]
    return ", ".join(how)


def moves(copies: dict[str, Any]) -> list[dict[str, str]]:
    """Each move that each role is offered in each state of each copy, and the scenes in which nothing is in its way."""
    return [
        {
            "copy": known_as[:12],
            "workflow": workflow.name,
            "state": state,
            "role": role.value,
            "action": move.action,
            "to": move.to,
            "unless": listed(move.unless),
            "then": listed(move.then),
            "due": move.due or "–",
            "free": listed(scene for scene, facts in SCENES.items() if move.is_free(facts)),
        }
        for known_as, workflow in each(copies)
        for state in workflow.states
        for role in Role
        for move in workflow.of(state, role)
    ]


def guards(named: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The scenes in which each guard of some moves is in the way."""
    names = sorted({name for move in named for name in move["unless"].split(", ")} - {"–"})
    return [
        {"guard": name, "in the way": listed(scene for scene, facts in SCENES.items() if GUARDS[name](facts))}
        for name in names
    ]


def listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
