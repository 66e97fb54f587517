"""The named sets of states, for whoever asks where a thing is: `call.state in states.call.live`.

They belong to the code and are the same for every call and for ever, so that a statement can ask for them over many
calls and a constraint can name them. Which states each has, and what it is for, stands in the catalogue's file of its
subject; that every name is there, and no other, is checked here.
"""

from dataclasses import dataclass, fields
from typing import TypeVar

from workflows.catalogue.source import LIFECYCLES


class StateSet(tuple[str, ...]):
    """Keys of states in the catalogue's order."""

    __slots__ = ()

    @property
    def only(self) -> str:
        """The one state of a set that has one; ValueError otherwise."""
        (key,) = self
        return key


@dataclass(frozen=True)
class CallStates:
    editable: StateSet
    under_review: StateSet
    unpublished: StateSet
    published: StateSet
    live: StateSet
    concluded: StateSet
    cancelled: StateSet


@dataclass(frozen=True)
class StageStates:
    collecting: StateSet
    checking: StateSet
    assessing: StateSet
    moderating: StateSet
    deciding: StateSet
    ranked: StateSet
    decided: StateSet
    untold: StateSet
    told: StateSet
    in_hand: StateSet
    live: StateSet


@dataclass(frozen=True)
class EntryStates:
    writable: StateSet
    drafts: StateSet
    lapsed: StateSet
    unsent: StateSet
    submitted: StateSet
    standing: StateSet
    withdrawn: StateSet
    disqualified: StateSet
    abandoned: StateSet
    absent: StateSet
    checking: StateSet
    ineligible: StateSet
    assessing: StateSet
    ranked: StateSet
    advanced: StateSet
    reserve: StateSet
    declined: StateSet
    answered: StateSet


@dataclass(frozen=True)
class AssignmentStates:
    invited: StateSet
    unbegun: StateSet
    marking: StateSet
    writable: StateSet
    due: StateSet
    submitted: StateSet
    handed_in: StateSet
    live: StateSet
    reading: StateSet
    visible: StateSet
    declined: StateSet
    conflicted: StateSet
    removed: StateSet


@dataclass(frozen=True)
class AwardStates:
    proposed: StateSet
    approved: StateSet
    told: StateSet
    confirmed: StateSet
    answerable: StateSet
    accepted: StateSet
    refused: StateSet
    dropped: StateSet
    lapsed: StateSet
    settled: StateSet
    made_known: StateSet
    relied_on: StateSet


Sets = TypeVar("Sets", CallStates, StageStates, EntryStates, AssignmentStates, AwardStates)


def _sets(subject: str, kind: type[Sets]) -> Sets:
    plain = LIFECYCLES[subject]
    declared, known = plain["sets"], {state["key"] for state in plain["state"]}
    if unlike := sorted(set(declared) ^ {field.name for field in fields(kind)}):
        raise ValueError(f"{subject}: the sets {', '.join(unlike)} are in one place only")
    if wrong := sorted({key for keys in declared.values() for key in keys} - known):
        raise ValueError(f"{subject}: sets of unknown states {', '.join(wrong)}")
    return kind(**{name: StateSet(keys) for name, keys in declared.items()})


call = _sets("call", CallStates)
stage = _sets("stage", StageStates)
entry = _sets("entry", EntryStates)
assignment = _sets("assignment", AssignmentStates)
award = _sets("award", AwardStates)


def _phase(subject: str, key: str) -> str:
    if key not in {phase["key"] for phase in LIFECYCLES[subject]["phase"]}:
        raise ValueError(f"{subject}: no phase {key!r}")
    return key


INELIGIBLE_PROPOSED = _phase("entry", "proposed")
STAGE_CLOSED = _phase("stage", "closed")
STANDSTILL = _phase("award", "standstill")
