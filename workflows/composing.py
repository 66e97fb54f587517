"""The workflows of a stage, composed of the steps that it has: one file for all stages, whatever the procedure.

A state of a step that the stage does not have is left out, and so is every move from it or to it. `to = "next"` is the
next state of the main line that is left. A stage's file and a call's frozen copy of it are composed alike.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.definition import Shape

Plain = Mapping[str, Any]

NEXT = "next"
COMPOSED_BY = ("always", "line", "if")  # what a state or move says about its place in a composition, and nowhere else


def compose(block: Plain, shape: Shape) -> dict[str, Any]:
    """What is left of a block for a stage of this shape, as plain values of an ordinary workflow."""
    kept = [
        state
        for state in block["state"]
        if (state.get("always", False) or state["step"] in shape.steps) and shape.has(state.get("if", ""))
    ]
    keys = [state["key"] for state in kept]
    used = {state["step"] for state in kept}
    moves = [part for move in block["move"] if shape.has(move.get("if", "")) for part in _parts(move, block, keys)]
    composed = {**block, "state": [_bare(state) for state in kept], "move": [_said(move, shape) for move in moves]}
    if "step" in block:
        composed["step"] = [step for step in block["step"] if step["key"] in used]
    return composed


def _parts(move: Plain, block: Plain, keys: Sequence[str]) -> list[dict[str, Any]]:
    """A move from the states that are left, once for each state that it leads to."""
    ends: dict[str, list[str]] = {}
    for source in move["from"]:
        if source in keys:
            target = _next(source, block, keys) if move["to"] == NEXT else move["to"]
            if target in keys:
                ends.setdefault(target, []).append(source)
    return [{**_bare(move), "from": sources, "to": target} for target, sources in ends.items()]


def _next(source: str, block: Plain, keys: Sequence[str]) -> str:
    """The next state of the main line that is left; whatever is not on the line stands where the line was before it."""
    order = [state["key"] for state in block["state"]]
    line = [state["key"] for state in block["state"] if state.get("line", False)]
    at = max(order.index(key) for key in line if order.index(key) <= order.index(source))
    return next((key for key in line if order.index(key) > at and key in keys), "")


def _bare(entry: Plain) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in COMPOSED_BY}


def _said(move: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The move with what the stage collects in the words of its button."""
    if "title" in move:
        move["title"] = move["title"] % {"noun": shape.noun, "nouns": shape.nouns}
    return move
