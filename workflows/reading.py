"""Plain values to a workflow: from the catalogue's files, and from the copies that calls took at their publication.

A copy holds what binds (states, moves, guards, effects) and no words: how a state or a button is called comes from the
catalogue, also for a call of long ago. Copies are never rewritten: `workflows.earlier` reads those of each format that
was released before this one.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from workflows.composing import compose
from workflows.definition import (
    STAGED,
    Move,
    Phase,
    PlannedStage,
    Procedure,
    Role,
    Route,
    Shape,
    Standard,
    State,
    Step,
    Workflow,
)
from workflows.effects import EFFECTS
from workflows.guards import GUARDS

Plain = Mapping[str, Any]
Keys = tuple[set[str], set[str]]  # those that must be there, those that may be

FORMAT = 3
WORKFLOW_KEYS: Keys = ({"key", "title", "subject", "step", "state", "sets", "move"}, {"phase"})
STEP_KEYS: Keys = ({"key", "title"}, set())
STATE_KEYS: Keys = ({"key", "step", "title", "colour"}, {"public", "outcome", "ends"})
PHASE_KEYS: Keys = ({"key", "title", "colour"}, {"public"})
MOVE_KEYS: Keys = ({"action", "title", "from", "to", "by"}, {"unless", "then", "due", "needs_reason"})
PROCEDURE_KEYS: Keys = ({"key", "name", "title", "kind", "route", "standard", "stage"}, {"windows"})
STAGE_KEYS: Keys = (
    {"key", "title", "noun", "nouns", "steps", "names", "other_marks"},
    {"sealed", "required", "shows", "marks_of", "ranks_by", "reasons"},
)
# what a copy leaves out: words, and that there could be windows, since its stages say which there are
WORDS = frozenset({"title", "name", "noun", "nouns", "public", "outcome", "colour", "step", "phase", "sets", "windows"})
COPY_KEYS: Keys = ({"format", "key", "subject", "state", "move"}, set())
COPY_STATE_KEYS: Keys = ({"key"}, {"ends"})
WORKFLOWS_REMEMBERED = 256  # workflows: every call of a busy year has its own copy, most of them equal

_known: dict[Hashable, Workflow] = {}


def read(plain: Plain) -> Workflow:
    """The workflow that a file of the catalogue describes; ValueError that says what is wrong with it."""
    _check_keys(plain, WORKFLOW_KEYS, "workflow")
    phases = plain.get("phase", ())
    parts = (("step", plain["step"], STEP_KEYS), ("state", plain["state"], STATE_KEYS), ("phase", phases, PHASE_KEYS))
    for part, entries, keys in parts:
        for entry in entries:
            _check_keys(entry, keys, f"workflow {plain['key']}, {part} {entry.get('key')}")
    return Workflow(
        plain["key"],
        plain["title"],
        plain["subject"],
        tuple(Step(**step) for step in plain["step"]),
        tuple(State(**state) for state in plain["state"]),
        _moves(plain["key"], plain["move"]),
        tuple(Phase(**phase) for phase in phases),
    )


def read_procedure(plain: Plain) -> Procedure:
    """The procedure that a file of the catalogue describes; ValueError that says what is wrong with it."""
    _check_keys(plain, PROCEDURE_KEYS, "procedure")
    return Procedure(
        plain["key"],
        plain["name"],
        plain["title"],
        plain["kind"],
        Standard(plain["standard"]),
        Route(plain["route"]),
        tuple(_stage(entry) for entry in plain["stage"]),
        plain.get("windows", False),
    )


def to_copy(plain: Plain) -> dict[str, Any]:
    """What a call freezes of a file of the catalogue: everything but words. What is composed stays uncomposed in it."""
    words = WORDS - {"step"} if plain.get("subject") in STAGED else WORDS
    copy = _without(words, plain)
    copy.pop("step", None)  # how a block calls its steps
    return {"format": FORMAT, **copy}


def read_copy(plain: Plain, known: Workflow, shape: Shape | None = None) -> Workflow:
    """The workflow that a call froze, in the words of the catalogue's workflow of the same subject (and shape).

    ValueError if it names anything that is not known here: what was released keeps its name for ever.
    """
    if plain.get("format") != FORMAT:
        raise ValueError(f"copy {plain.get('key')}: its format is {plain.get('format')!r}")
    if shape is not None:
        plain = compose(plain, shape)
        plain = {**plain, "state": [{k: v for k, v in state.items() if k != "step"} for state in plain["state"]]}
    _check_keys(plain, COPY_KEYS, "copy")
    for entry in plain["state"]:
        _check_keys(entry, COPY_STATE_KEYS, f"copy {plain['key']}, state {entry.get('key')}")
    words = {state.key: state for state in known.states}
    _refuse_unknown(plain["key"], "states", (entry["key"] for entry in plain["state"]), words)
    states = tuple(_state(entry, words[entry["key"]]) for entry in plain["state"])
    used = {state.step for state in states}
    return Workflow(
        plain["key"],
        known.title,
        plain["subject"],
        tuple(step for step in known.steps if step.key in used),
        states,
        _moves(plain["key"], _titled(plain, known)),
        known.phases,
    )


def fingerprint(plain: Plain) -> str:
    """What a copy is known by: SHA-256, in hexadecimal, of its canonical JSON (RFC 8785; it holds no fractions)."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def remembered(known_as: Hashable, make: Callable[[], Workflow]) -> Workflow:
    """What `make` gives, made once per process for each of what it is known as: a fingerprint, and the rest."""
    if known_as not in _known:
        workflow = make()
        while len(_known) >= WORKFLOWS_REMEMBERED:
            _known.pop(next(iter(_known)), None)
        _known[known_as] = workflow
    return _known[known_as]


def checked(copy: Plain) -> Plain:
    """The plain values of what a call took, {"fingerprint", "plain"}; ValueError if they are not those of it."""
    if (found := fingerprint(copy["plain"])) != copy["fingerprint"]:
        raise ValueError(f"the copy's fingerprint is {copy['fingerprint']}, and its values give {found}")
    return copy["plain"]  # type: ignore[no-any-return]  # because it was stored as JSON


def _without(words: frozenset[str], plain: Plain) -> dict[str, Any]:
    return {
        key: [_without(words, each) if isinstance(each, Mapping) else each for each in value]
        if isinstance(value, list)
        else value
        for key, value in plain.items()
        if key not in words
    }


def _state(entry: Plain, words: State) -> State:
    ends = entry.get("ends", False)
    return State(words.key, words.title, words.colour, words.public, words.outcome, words.step, ends)


def _titled(plain: Plain, known: Workflow) -> list[dict[str, Any]]:
    """The moves of a copy with the words of their buttons: within a workflow an action has the same everywhere."""
    titles = {move.action: move.title for move in known.moves}
    _refuse_unknown(plain["key"], "actions", (entry["action"] for entry in plain["move"]), titles)
    return [{**entry, "title": titles[entry["action"]]} for entry in plain["move"]]


def _moves(key: str, entries: Sequence[Plain]) -> tuple[Move, ...]:
    for entry in entries:
        _check_keys(entry, MOVE_KEYS, f"workflow {key}, move {entry.get('action')}")
    moves = [_move(entry, source) for entry in entries for source in entry["from"]]
    _refuse_unknown(key, "guards", (name for move in moves for name in move.unless), GUARDS)
    _refuse_unknown(key, "effects", (name for move in moves for name in move.then), EFFECTS)
    for entry in entries:
        _check_move(key, entry, _move(entry, ""))
    return tuple(moves)


def _move(entry: Plain, source: str) -> Move:
    return Move(
        entry["action"],
        entry["title"],
        source,
        entry["to"],
        frozenset(map(Role, entry["by"])),
        tuple(entry.get("unless", ())),
        tuple(entry.get("then", ())),
        entry.get("due", ""),
        entry.get("needs_reason", False),
    )


def _stage(entry: Plain) -> PlannedStage:
    _check_keys(entry, STAGE_KEYS, f"stage {entry.get('key')}")
    listed = {name: tuple(entry[name]) for name in ("steps", "shows") if name in entry}
    return PlannedStage(**{**entry, **listed, "ranks_by": tuple(entry.get("ranks_by", {}).items())})


def _check_keys(entry: Plain, keys: Keys, where: str) -> None:
    required, optional = keys
    if missing := sorted(required - set(entry)):
        raise ValueError(f"{where}: {', '.join(missing)} missing")
    # A misspelt key would otherwise be a guard that nobody asks.
    if unknown := sorted(set(entry) - required - optional):
        raise ValueError(f"{where}: unknown {', '.join(unknown)}")


def _refuse_unknown(key: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"workflow {key}: unknown {what} {', '.join(unknown)}")


def _check_move(key: str, entry: Plain, move: Move) -> None:
    if Role.SYSTEM in move.by and "due" not in entry:
        raise ValueError(f'workflow {key}: {move.action}: a system move says when it is due (or due = "")')
    if move.needs_reason is not ("reason_missing" in move.unless):
        raise ValueError(f"workflow {key}: {move.action}: needs_reason and the guard reason_missing go together")
