"""What calls had published by each release, read by hand: no line of the house's own reading is asked.

Before there were stages a call froze {call, application, assignment, award}. Where each of its moves is today stands
here in plain words, to be compared with what `workflows.earlier` makes of the same values.
"""

import json
from pathlib import Path

# As calls had them published by each release: never changed, and never removed.
RELEASED = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("released").glob("copies-*.json"))
}
BEFORE_STAGES = ("copies-1", "copies-2")

STAGE_OF_CALL = {
    "published": "collecting",
    "opened": "checking",
    "in_assessment": "assessing",
    "deciding": "deciding",
    "decided": "decided",
}
OF_THE_CALL = ("draft", "in_review", "approved", "published", "concluded", "cancelled")
OF_THE_AWARD = ("awarded", "accepted", "refused")
# What was an act and no move: the publication that began the collecting, and the telling.
NEW = {
    ("stage", "planned", "start", "collecting", ("system",), (), (), "", False),
    ("stage", "decided", "tell", "told", ("approver", "officer"), ("call_not_live", "letters_missing"), (), "", False),
}


def taken(release, procedure):
    """The copies that a call of this procedure took, {subject: {"fingerprint", "plain"}}."""
    return RELEASED[release][procedure]["workflows"]


def said(plain):
    """Each move of a copy as it stands there, once for each state that it begins at."""
    return [
        {**move, "start": start, "unless": move.get("unless", []), "then": move.get("then", [])}
        for move in plain["move"]
        for start in move["from"]
    ]


def line(subject, move, *, first=(), also=(), **other):
    """A move as one comparable line, with guards in front of its own and behind them."""
    move = {**move, **other}
    guards = (*first, *move["unless"], *(guard for guard in also if guard not in move["unless"]))
    return (
        subject,
        move["start"],
        move["action"],
        move["to"],
        tuple(sorted(move["by"])),
        guards,
        tuple(move["then"]),
        move.get("due", ""),
        move.get("needs_reason", False),
    )


def where_they_are(copies):
    """Every move of the copies of before, as a line of what it is today."""
    call, application, award = (said(copies[each]["plain"]) for each in ("call", "application", "award"))
    found = [line("assignment", move) for move in said(copies["assignment"]["plain"])]
    found += [_of_call(move) for move in call]
    found += [_of_entry(move) for move in application if move["to"] not in OF_THE_AWARD]
    repeated = {move["action"]: move["unless"] for move in application if move["to"] in OF_THE_AWARD}
    assert sorted(repeated) == ["accept", "award", "refuse"]
    # what the application called "award" was the telling of its award
    guards = {"tell": repeated["award"], "accept": repeated["accept"], "refuse": repeated["refuse"]}
    return found + [line("award", move, also=guards.get(move["action"], ())) for move in award]


def _of_call(move):
    if move["action"] == "conclude":  # from where everything is decided: the stage says so, the call is published
        return line("call", move, start="published")
    if move["action"] == "cancel":  # from wherever nothing is decided
        return line("call", move, start=_still(move["start"]), first=("award_decided",))
    if move["start"] in STAGE_OF_CALL:
        ends = {"start": STAGE_OF_CALL[move["start"]], "to": STAGE_OF_CALL[move["to"]]}
        return line("stage", move, first=("call_not_live",), **ends)
    return line("call", move)


def _still(state):
    return state if state in OF_THE_CALL else "published"


def _of_entry(move):
    if move["action"] == "recommend":
        return line("entry", move, action="advance", to="advanced")
    return line("entry", move)
