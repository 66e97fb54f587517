"""Copies that calls took under the releases before stages, read as calls of one stage. Pure; nothing is rewritten.

Such a call froze {call, application, assignment, award}: the call itself was opened, assessed and decided, and the
application went on to its award. What the call did between its publication and its end is its one stage's life here,
what an application was is its one entry's, and what it repeated of its award is the award's alone, with the guards that
stood in its way there. No move is lost and none gained: whatever a cancelled call had no state for is in the way of its
stage (`call_not_live`, `award_decided`).
"""

from collections.abc import Mapping
from typing import Any

from workflows.definition import Role

Plain = Mapping[str, Any]

MARKED = "in_assessment"  # the state of the first format whose stage says what assessors see
OF_CALL = ("draft", "in_review", "approved", "published", "concluded", "cancelled")
STAGE_OF_CALL = {
    "published": "collecting",
    "opened": "checking",
    "in_assessment": "assessing",
    "deciding": "deciding",
    "decided": "decided",
}
MOVES_OF_STAGE = ("open", "begin_assessment", "lock_marks", "decide")
OF_AWARD = ("awarded", "accepted", "refused")
ENTRY_OF_APPLICATION = {"recommended": "advanced"}
ACTION_OF_ENTRY = {"recommend": "advance"}
KEPT_OF_MOVE = ("action", "from", "to", "by", "unless", "then", "due", "needs_reason")


def is_earlier(workflows: Plain) -> bool:
    """Whether a call took these copies before there were stages."""
    return "application" in workflows


def as_one_stage(workflows: Plain) -> dict[str, dict[str, Any]]:
    """By subject, the plain values of a call's copies ({subject: plain}) in today's format, composed of nothing."""
    call, application, award = workflows["call"], workflows["application"], workflows["award"]
    return {
        "call": _copy("call", _states(call, OF_CALL), _call_moves(call)),
        "stage": _copy("stage", _stage_states(call), _stage_moves(call)),
        "entry": _copy("entry", _entry_states(application), _entry_moves(application)),
        "assignment": _copy("assignment", _states(workflows["assignment"]), _moves(workflows["assignment"])),
        "award": _copy("award", _states(award), _award_moves(award, application)),
    }


def bound_to(application: Plain) -> dict[str, Any]:
    """What an application's copy says of its procedure: {"key", "kind", "standard", "names", "other_marks", "covered"}.

    `covered`: a contract award notice and its standstill stand before the award.
    """
    bound = application["procedure"]
    if "format" in application:
        (stage,) = bound["stage"]
        notices = stage.get("notices", ())
        seen = {"names": stage["names"], "other_marks": stage["other_marks"]}
    else:
        key = next(state["stage"] for state in application["state"] if state["key"] == MARKED)
        stage = next(each for each in application["stage"] if each["key"] == key)
        notices = bound["notices"]
        seen = {"names": stage.get("applicant_names", "shown"), "other_marks": stage.get("other_marks", "never")}
    # the first format called the copy by its procedure
    named = {"key": bound.get("key", application["key"]), "kind": bound["kind"], "standard": bound["standard"]}
    return {**named, **seen, "covered": bool(notices)}


def _copy(subject: str, states: list[dict[str, Any]], moves: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": 3, "key": subject, "subject": subject, "state": states, "move": moves}


def _states(plain: Plain, kept: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """The states with what was called `final` in the first format, and `ends` in the second."""
    return [
        {"key": state["key"], **({"ends": True} if state.get("ends", state.get("final", False)) else {})}
        for state in plain["state"]
        if kept is None or state["key"] in kept
    ]


def _moves(plain: Plain) -> list[dict[str, Any]]:
    return [{key: move[key] for key in KEPT_OF_MOVE if key in move} for move in plain["move"]]


def _call_moves(call: Plain) -> list[dict[str, Any]]:
    made = []
    for move in _moves(call):
        if move["action"] in MOVES_OF_STAGE:
            continue
        sources = [state for state in move["from"] if state in OF_CALL]
        # whoever concluded did so from a state that is the stage's now, while the call stays published
        move["from"] = sources or ["published"]
        if move["to"] == "cancelled":
            move["unless"] = ["award_decided", *move.get("unless", ())]
        made.append(move)
    return made


def _stage_states(call: Plain) -> list[dict[str, Any]]:
    line = [STAGE_OF_CALL[state["key"]] for state in call["state"] if state["key"] in STAGE_OF_CALL]
    return [{"key": "planned"}, *({"key": key} for key in line), {"key": "told", "ends": True}]


def _stage_moves(call: Plain) -> list[dict[str, Any]]:
    system, tellers = [Role.SYSTEM.value], [Role.OFFICER.value, Role.APPROVER.value]
    start = {"action": "start", "from": ["planned"], "to": "collecting", "by": system, "due": ""}
    # the telling was an instant and no move; it waited for the letters then too
    tell = {
        "action": "tell",
        "from": ["decided"],
        "to": "told",
        "by": tellers,
        "unless": ["call_not_live", "letters_missing"],
    }
    own = [
        {
            **move,
            "from": [STAGE_OF_CALL[state] for state in move["from"]],
            "to": STAGE_OF_CALL[move["to"]],
            "unless": ["call_not_live", *move.get("unless", ())],
        }
        for move in _moves(call)
        if move["action"] in MOVES_OF_STAGE
    ]
    return [start, *own, tell]


def _entry_states(application: Plain) -> list[dict[str, Any]]:
    kept = [state for state in _states(application) if state["key"] not in OF_AWARD]
    return [
        {"key": ENTRY_OF_APPLICATION[state["key"]], "ends": True} if state["key"] in ENTRY_OF_APPLICATION else state
        for state in kept
    ]


def _entry_moves(application: Plain) -> list[dict[str, Any]]:
    return [
        {
            **move,
            "action": ACTION_OF_ENTRY.get(move["action"], move["action"]),
            "to": ENTRY_OF_APPLICATION.get(move["to"], move["to"]),
        }
        for move in _moves(application)
        if move["to"] not in OF_AWARD
    ]


def _award_moves(award: Plain, application: Plain) -> list[dict[str, Any]]:
    """The award's moves, each also under the guards of the application's move of the same name."""
    repeated = {move["action"]: move.get("unless", ()) for move in _moves(application) if move["to"] in OF_AWARD}
    made = []
    for move in _moves(award):
        own = list(move.get("unless", ()))
        if more := [guard for guard in repeated.get(move["action"], ()) if guard not in own]:
            move["unless"] = [*own, *more]
        made.append(move)
    return made
