"""What a workflow is: stages, the states in them, and the moves between states. Checked when it is built."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from workflows.facts import INSTANTS


class Role(StrEnum):
    APPLICANT = "applicant"
    ASSESSOR = "assessor"
    OFFICER = "officer"
    APPROVER = "approver"
    SYSTEM = "system"


Key = TypeVar("Key")  # Python 3.11 has no type parameters yet

SUBJECTS = frozenset({"call", "application", "assignment", "award"})
NAMES = ("shown", "hidden")
OTHER_MARKS = ("never", "after_own", "always")
KINDS = ("challenge", "fund")
STANDARDS = ("ocds", "360giving")

# What may follow a move. Only names here: services/effects.py says what each one asks for.
EFFECTS = frozenset(
    {
        "freeze_call",
        "publish_acceptance",
        "publish_call",
        "publish_cancellation",
        "publish_confirmation",
        "publish_refusal",
        "request_ineligible_letter",
        "request_letters",
        "request_opening_record",
        "request_summaries",
        "send_receipt",
        "tell_applicants_cancelled",
        "tell_approvers",
        "tell_author",
        "tell_officers_conflict",
        "tell_officers_declined",
        "tell_team_not_submitted",
        "tell_team_reopened",
        "tell_team_withdrawn",
    }
)


@dataclass(frozen=True)
class Procedure:
    """What a call that runs this workflow is bound to."""

    kind: str  # challenge, fund
    title: str
    standstill: bool
    notices: tuple[str, ...]  # the statutory notices that it publishes
    standard: str  # the open data standard of its awards: ocds, 360giving
    hold_minutes: int  # from the closing until the bids may be opened
    documents: tuple[str, ...]  # the kinds of document that it makes


@dataclass(frozen=True)
class Stage:
    key: str
    title: str
    applicant_names: str = "shown"  # to assessors: shown, hidden
    other_marks: str = "never"  # to assessors: never, after_own, always


@dataclass(frozen=True)
class State:
    key: str
    stage: str
    title: str  # the officer's word
    public: str  # the applicant's word; gives nothing away before the outcome is told
    final: bool = False
    outcome: str = ""  # the applicant's word once the outcome is told, where it differs

    def word(self, *, told: bool) -> str:
        """What an applicant reads."""
        return self.outcome if told and self.outcome else self.public


@dataclass(frozen=True)
class Move:
    action: str
    title: str  # the button's words
    source: str
    target: str
    by: frozenset[Role]
    unless: tuple[str, ...] = ()  # guards
    then: tuple[str, ...] = ()  # effects
    due: str = ""  # system moves: the instant of Facts at which it falls due; "" if an act brings it
    needs_reason: bool = False


@dataclass(frozen=True)
class Workflow:
    """Frozen, and without faults: a faulty one cannot be built (ValueError that names every fault)."""

    key: str
    title: str
    subject: str
    stages: tuple[Stage, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    procedure: Procedure | None = None

    def __post_init__(self) -> None:
        if problems := "; ".join(faults(self)):
            raise ValueError(f"workflow {self.key}: {problems}")

    @property
    def start(self) -> State:
        return self.states[0]

    def state(self, key: str) -> State:
        """The state of that key; KeyError if there is none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(f"workflow {self.key} has no state {key!r}")

    def stage(self, key: str) -> Stage:
        """The stage of that key; KeyError if there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(f"workflow {self.key} has no stage {key!r}")

    def moves_from(self, state: str) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if move.source == state)


def faults(workflow: Workflow) -> Iterator[str]:
    """Every reason why this cannot be a workflow, in words."""
    if not workflow.states:
        yield "no state is declared"
        return
    if workflow.subject not in SUBJECTS:
        yield f"unknown subject {workflow.subject!r}"
    yield from _faulty_stages(workflow)
    yield from _faulty_moves(workflow)
    yield from _faulty_paths(workflow)
    if workflow.procedure:
        yield from _faulty_procedure(workflow.procedure)


def _faulty_stages(workflow: Workflow) -> Iterator[str]:
    known = {stage.key for stage in workflow.stages}
    yield from (f"the stage {key} is declared twice" for key in _doubles(s.key for s in workflow.stages))
    yield from (f"the state {key} is declared twice" for key in _doubles(s.key for s in workflow.states))
    yield from (f"{s.key}: unknown stage {s.stage!r}" for s in workflow.states if s.stage not in known)
    yield from (f"{key}: a stage without a state" for key in sorted(known - {s.stage for s in workflow.states}))
    for stage in workflow.stages:
        if stage.applicant_names not in NAMES:
            yield f"{stage.key}: applicant_names is {stage.applicant_names!r}"
        if stage.other_marks not in OTHER_MARKS:
            yield f"{stage.key}: other_marks is {stage.other_marks!r}"


def _faulty_moves(workflow: Workflow) -> Iterator[str]:
    states = {state.key for state in workflow.states}
    pairs = _doubles((move.action, move.source) for move in workflow.moves)
    yield from (f"two moves share the action {action} and the source {source}" for action, source in pairs)
    for move in workflow.moves:
        yield from (f"{move.action}: unknown state {end!r}" for end in (move.source, move.target) if end not in states)
        if not move.by:
            yield f"{move.action}: nobody may do it"
        if move.due and Role.SYSTEM not in move.by:
            yield f"{move.action}: only a system move can fall due"
        if move.due and move.due not in INSTANTS:
            yield f"{move.action}: due by {move.due!r}, which is no instant"


def _faulty_paths(workflow: Workflow) -> Iterator[str]:
    reached = _reached({workflow.start.key}, [(move.source, move.target) for move in workflow.moves])
    ends = {state.key for state in workflow.states if state.final}
    can_end = _reached(ends, [(move.target, move.source) for move in workflow.moves])
    for state in workflow.states:
        leaves = bool(workflow.moves_from(state.key))
        if state.key not in reached:
            yield f"{state.key}: cannot be reached"
        if state.final and leaves:
            yield f"{state.key}: final, yet it can be left"
        elif not state.final and not leaves:
            yield f"{state.key}: a dead end"
        elif state.key not in can_end:
            yield f"{state.key}: leads to no end"


def _faulty_procedure(procedure: Procedure) -> Iterator[str]:
    if procedure.kind not in KINDS:
        yield f"unknown kind {procedure.kind!r}"
    if procedure.standard not in STANDARDS:
        yield f"unknown standard {procedure.standard!r}"
    if procedure.hold_minutes < 0:
        yield "the holding time is negative"


def _doubles(keys: Iterable[Key]) -> list[Key]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _reached(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached: set[str] = set()
    fresh = start
    while fresh:
        reached |= fresh
        fresh = {target for source, target in steps if source in reached} - reached
    return reached
