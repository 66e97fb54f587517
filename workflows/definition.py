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


class Standard(StrEnum):
    """The open data standard in which a procedure's awards are published."""

    OCDS = "ocds"
    THREESIXTY = "360giving"


Key = TypeVar("Key")  # Python 3.11 has no type parameters yet

SUBJECTS = ("call", "application", "assignment", "award")  # what moves, in the order in which a call freezes them
NAMES_IN_A_STAGE = ("shown", "hidden")
OTHER_MARKS = ("never", "after_own", "always")
PROCEDURE_KINDS = ("challenge", "fund")
AWARD_NOTICE = "UK6"  # the contract award notice: standstill begins with its publication
# govuk-tag's, which never carry the meaning alone
COLOURS = ("", "blue", "green", "grey", "purple", "red", "teal", "yellow")

# What may follow a move. Only names here: services/effects says what each one asks for.
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
class Stage:
    """What holds while one stage of a call runs. Every procedure has one today."""

    key: str
    names: str  # of the applicants, to assessors: shown, hidden
    other_marks: str  # to assessors: never, after_own, always
    notices: tuple[str, ...] = ()  # the statutory notices that it publishes
    standstill: bool = False  # whether its awards wait for the end of a standstill


@dataclass(frozen=True)
class Procedure:
    """What a call that runs it is bound to."""

    key: str
    name: str  # as open data calls it
    title: str  # the whole, as a page says it
    kind: str  # challenge, fund
    standard: Standard
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        if problems := "; ".join(_faulty_procedure(self)):
            raise ValueError(f"procedure {self.key}: {problems}")

    @property
    def stage(self) -> Stage:
        """The one stage; ValueError if there are several, so that nobody takes the first of them for the whole."""
        (only,) = self.stages
        return only


@dataclass(frozen=True)
class Step:
    """A part of a life, under which its states are drawn and listed."""

    key: str
    title: str


@dataclass(frozen=True)
class Words:
    """How a state is called by those who read it, and the colour of its tag.

    `public` is the word of whoever is not staff: the applicant, the assessor, everybody; it gives nothing away before
    the outcome is told. `outcome` is their word once it is, where it differs.
    """

    key: str
    title: str  # the staff's word
    colour: str
    public: str = ""  # none: only staff ever read it
    outcome: str = ""

    def word(self, *, told: bool) -> str:
        """What somebody reads who is not staff; ValueError where only staff should be reading."""
        if not self.public:
            raise ValueError(f"{self.key} is not for the public")
        return self.outcome if told and self.outcome else self.public


@dataclass(frozen=True)
class State(Words):
    step: str = ""
    ends: bool = False


@dataclass(frozen=True)
class Phase(Words):
    """What is so by the clock, or by somebody's proposal, while the state stays the same; never stored."""


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
    steps: tuple[Step, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    phases: tuple[Phase, ...] = ()
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

    def words(self, key: str) -> Words:
        """How a state or phase is called; KeyError if there is none of that key."""
        for phase in self.phases:
            if phase.key == key:
                return phase
        return self.state(key)

    def in_step(self, key: str) -> tuple[str, ...]:
        """The keys of the states of a step."""
        return tuple(state.key for state in self.states if state.step == key)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if move.source == state)


def faults(workflow: Workflow) -> Iterator[str]:
    """Every reason why this cannot be a workflow, in words."""
    if not workflow.states:
        yield "no state is declared"
        return
    if workflow.subject not in SUBJECTS:
        yield f"unknown subject {workflow.subject!r}"
    yield from _faulty_words(workflow)
    yield from _faulty_moves(workflow)
    yield from _faulty_paths(workflow)


def _faulty_words(workflow: Workflow) -> Iterator[str]:
    known = {step.key for step in workflow.steps}
    yield from (f"the step {key} is declared twice" for key in _doubles(s.key for s in workflow.steps))
    words: tuple[Words, ...] = (*workflow.states, *workflow.phases)
    yield from (f"the state {key} is declared twice" for key in _doubles(each.key for each in words))
    yield from (f"{s.key}: unknown step {s.step!r}" for s in workflow.states if s.step not in known)
    yield from (f"{key}: a step without a state" for key in sorted(known - {s.step for s in workflow.states}))
    yield from (f"{each.key}: unknown colour {each.colour!r}" for each in words if each.colour not in COLOURS)


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
    ends = {state.key for state in workflow.states if state.ends}
    can_end = _reached(ends, [(move.target, move.source) for move in workflow.moves])
    for state in workflow.states:
        leaves = bool(workflow.moves_from(state.key))
        if state.key not in reached:
            yield f"{state.key}: cannot be reached"
        if state.ends and leaves:
            yield f"{state.key}: an end, yet it can be left"
        elif not state.ends and not leaves:
            yield f"{state.key}: a dead end"
        elif state.key not in can_end:
            yield f"{state.key}: leads to no end"


def _faulty_procedure(procedure: Procedure) -> Iterator[str]:
    if procedure.kind not in PROCEDURE_KINDS:
        yield f"unknown kind {procedure.kind!r}"
    if not procedure.stages:
        yield "it has no stage"
    yield from (f"the stage {key} is declared twice" for key in _doubles(stage.key for stage in procedure.stages))
    for stage in procedure.stages:
        if stage.names not in NAMES_IN_A_STAGE:
            yield f"{stage.key}: names is {stage.names!r}"
        if stage.other_marks not in OTHER_MARKS:
            yield f"{stage.key}: other_marks is {stage.other_marks!r}"
        if stage.standstill and AWARD_NOTICE not in stage.notices:
            yield f"{stage.key}: a standstill that no notice begins"


def _doubles(keys: Iterable[Key]) -> list[Key]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _reached(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached: set[str] = set()
    fresh = start
    while fresh:
        reached |= fresh
        fresh = {target for source, target in steps if source in reached} - reached
    return reached
