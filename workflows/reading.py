"""Plain values to a workflow: the same shape in a file, in a call's own copy, and under its fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from workflows.definition import EFFECTS, Move, Procedure, Role, Stage, State, Workflow
from workflows.guards import GUARDS

Plain = Mapping[str, Any]

WORKFLOW_KEYS = ({"key", "title", "subject", "stage", "state", "move"}, {"procedure"})
PROCEDURE_KEYS = ({"kind", "title", "standstill", "notices", "standard", "hold_minutes", "documents"}, set[str]())
STAGE_KEYS = ({"key", "title"}, {"applicant_names", "other_marks"})
STATE_KEYS = ({"key", "stage", "title", "public"}, {"final", "outcome"})
MOVE_KEYS = ({"action", "title", "from", "to", "by"}, {"unless", "then", "due", "needs_reason"})
REMEMBERED = 256  # workflows: every call of a busy year has its own copy, most of them equal

_known: dict[str, Workflow] = {}


def read(plain: Plain) -> Workflow:
    """The workflow that these plain values (TOML or JSON) describe; ValueError that says what is wrong with them."""
    _check_keys(plain, WORKFLOW_KEYS, "workflow")
    for part, keys in (("stage", STAGE_KEYS), ("state", STATE_KEYS), ("move", MOVE_KEYS)):
        for entry in plain[part]:
            _check_keys(entry, keys, f"workflow {plain['key']}, {part} {entry.get('key', entry.get('action'))}")
    moves = tuple(_move(entry, source) for entry in plain["move"] for source in entry["from"])
    _refuse_unknown(plain["key"], "guards", (name for move in moves for name in move.unless), GUARDS)
    _refuse_unknown(plain["key"], "effects", (name for move in moves for name in move.then), EFFECTS)
    for entry, move in ((entry, _move(entry, "")) for entry in plain["move"]):
        _check_move(plain["key"], entry, move)
    return Workflow(
        plain["key"],
        plain["title"],
        plain["subject"],
        tuple(Stage(**stage) for stage in plain["stage"]),
        tuple(State(**state) for state in plain["state"]),
        moves,
        _procedure(plain["procedure"]) if "procedure" in plain else None,
    )


def fingerprint(plain: Plain) -> str:
    """What a copy is known by: SHA-256, in hexadecimal, of its canonical JSON (RFC 8785; it holds no fractions)."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_cached(known_as: str, plain: Plain) -> Workflow:
    """As `read`, once per process for each fingerprint; ValueError if the values are not those of the fingerprint."""
    if known_as not in _known:
        if (found := fingerprint(plain)) != known_as:
            raise ValueError(f"workflow {plain.get('key')}: its fingerprint is {found}, not {known_as}")
        workflow = read(plain)
        while len(_known) >= REMEMBERED:
            _known.pop(next(iter(_known)), None)
        _known[known_as] = workflow
        return workflow
    return _known[known_as]


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


def _procedure(entry: Plain) -> Procedure:
    _check_keys(entry, PROCEDURE_KEYS, "procedure")
    return Procedure(**{**entry, "notices": tuple(entry["notices"]), "documents": tuple(entry["documents"])})


def _check_keys(entry: Plain, keys: tuple[set[str], set[str]], where: str) -> None:
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
