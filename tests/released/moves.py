"""What a frozen copy of a workflow offers, as plain tables: who may make which move, and where each guard stands."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflows import catalogue
from workflows.definition import Role
from workflows.engine import offers
from workflows.facts import Facts
from workflows.guards import GUARDS
from workflows.reading import read_cached

OPENS_AT, CLOSES_AT = datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 4, 1, 12, tzinfo=UTC)
HOLD_UNTIL, OVER = CLOSES_AT + timedelta(hours=1), CLOSES_AT + timedelta(days=90)
# Nothing is in the way but the clock.
DONE = Facts(
    now=OVER,
    opens_at=OPENS_AT,
    closes_at=CLOSES_AT,
    hold_until=HOLD_UNTIL,
    actor=1,
    authors=frozenset({2}),
    second_person=True,
    problems=0,
    unanswered=0,
    declared=True,
    reason="It is so.",
    undecided=0,
    readers_missing=0,
    scorecards_due=0,
    decisions_missing=0,
    over_budget=Decimal(0),
    departures=0,
    letters_due=0,
    told_at=OVER,
    notice_published=True,
    standstill_ends_at=OVER,
    confirm_at=OVER,
    unsettled=0,
    marks_missing=0,
    comments_missing=0,
    assessment_over=False,
)
LATER = OVER + timedelta(days=1)
# By the instant alone, and with everything left undone that can be.
SCENES = {
    "before": replace(DONE, now=OPENS_AT - timedelta(seconds=1)),
    "open": replace(DONE, now=OPENS_AT),
    "closed": replace(DONE, now=CLOSES_AT),
    "over": DONE,
    "undone": replace(
        DONE,
        actor=2,
        second_person=False,
        problems=1,
        unanswered=1,
        declared=False,
        reason=" ",
        undecided=1,
        readers_missing=1,
        scorecards_due=1,
        decisions_missing=1,
        over_budget=Decimal("0.01"),
        departures=1,
        letters_due=1,
        told_at=LATER,
        notice_published=False,
        standstill_ends_at=LATER,
        confirm_at=None,
        unsettled=1,
        marks_missing=1,
        comments_missing=1,
        assessment_over=True,
    ),
}


def moves(copies: dict[str, Any]) -> list[dict[str, str]]:
    """Each move that each role is offered in each state of each copy, and the scenes in which nothing is in its way."""
    return [
        {
            "copy": known_as[:12],
            "workflow": plain["key"],
            "state": state.key,
            "role": role.value,
            "action": offer.move.action,
            "to": offer.move.target,
            "unless": listed(offer.move.unless),
            "then": listed(offer.move.then),
            "due": offer.move.due or "–",
            "free": listed(
                scene
                for scene, facts in SCENES.items()
                for each in offers(workflow, state.key, frozenset({role}), facts)
                if each.move == offer.move and not each.reasons
            ),
        }
        for known_as, plain in copies.items()
        for workflow in [read_cached(known_as, plain, catalogue.workflow(plain["subject"], procedure_of(plain)))]
        for state in workflow.states
        for role in Role
        for offer in offers(workflow, state.key, frozenset({role}), DONE)
    ]


def procedure_of(plain: dict[str, Any]) -> str:
    """The procedure that a copy of an application's workflow is bound to; the first format called the copy by it."""
    procedure: str = plain.get("procedure", {}).get("key", plain["key"])
    return procedure


def guards(named: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The scenes in which each guard of some moves is in the way."""
    names = sorted({name for move in named for name in move["unless"].split(", ")} - {"–"})
    return [
        {"guard": name, "in the way": listed(scene for scene, facts in SCENES.items() if GUARDS[name](facts))}
        for name in names
    ]


def listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
