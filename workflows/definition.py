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


class Route(StrEnum):
    """What a call is in law: notices, standstill and least periods follow from it (Procurement Act 2023)."""

    COVERED = "covered"  # a covered procurement: UK6 and a standstill before the contract
    BELOW_THRESHOLD = "below_threshold"
    EXEMPT_RND = "exempt_rnd"  # research and development services, Schedule 2
    GRANT = "grant"


Key = TypeVar("Key")  # Python 3.11 has no type parameters yet

SUBJECTS = ("call", "stage", "entry", "assignment", "award")  # what moves, in the order in which a call freezes them
STAGED = ("stage", "entry")  # what is composed of the steps of a stage
# of a stage, always in this order; to decide and to tell is in each
STEPS = ("collect", "check", "present", "assess", "moderate", "award")
NAMES_IN_A_STAGE = ("shown", "hidden")
OTHER_MARKS = ("never", "after_own", "always")
REASONS = ("optional", "required")  # one text per criterion, in the place of the assessors' comments
PROCEDURE_KINDS = ("challenge", "fund")
WHOLE = 100  # percent
TENDER_NOTICE = "UK4"  # the tender notice: it invites tenders, before anything of the call is published elsewhere
AWARD_NOTICE = "UK6"  # the contract award notice: standstill begins with its publication
DETAILS_NOTICE = "UK7"  # the contract details notice: a contract was entered into
TERMINATION_NOTICE = "UK12"  # the procurement termination notice: it ends without a contract
# govuk-tag's, which never carry the meaning alone
COLOURS = ("", "blue", "green", "grey", "purple", "red", "teal", "yellow")


@dataclass(frozen=True)
class Shape:
    """What a stage's workflows are composed by: its steps, and how it takes what it collects.

    `noun` is what an applicant hands in to it ("proposal"), `nouns` several of them: for the words of buttons.
    """

    steps: tuple[str, ...]
    sealed: bool = True  # nobody reads before two people open it
    required: bool = True  # who hands in nothing is out
    noun: str = "application"
    nouns: str = "applications"

    def __post_init__(self) -> None:
        if problems := "; ".join(_faulty_steps(self.steps)):
            raise ValueError(f"{', '.join(self.steps)}: {problems}")

    def has(self, condition: str) -> bool:
        """Whether what the files say under `if` holds for it; KeyError for what no stage can be asked."""
        return {
            "": True,
            "sealed": self.sealed,
            "unsealed": not self.sealed,
            "required": self.required,
            "optional": not self.required,
        }[condition]


@dataclass(frozen=True)
class PlannedStage:
    """One stage as a procedure lays it down, before it is a row of a call."""

    key: str
    title: str
    noun: str
    nouns: str
    steps: tuple[str, ...]
    names: str  # of the applicants, to assessors: shown, hidden
    other_marks: str  # to assessors: never, after_own, always
    sealed: bool = True
    required: bool = True
    shows: tuple[str, ...] = ()  # earlier stages whose answers its assessors read too
    marks_of: str = ""  # the stage whose marks it agrees on, where it has none of its own
    ranks_by: tuple[tuple[str, int], ...] = ()  # (stage, percent); empty: by its own total alone
    reasons: str = "optional"  # required: decisions are approved with one reason per criterion

    @property
    def shape(self) -> Shape:
        return Shape(self.steps, self.sealed, self.required, self.noun, self.nouns)

    @property
    def collects(self) -> bool:
        return "collect" in self.steps

    @property
    def presents(self) -> bool:
        return "present" in self.steps

    @property
    def assesses(self) -> bool:
        return "assess" in self.steps

    @property
    def awards(self) -> bool:
        return "award" in self.steps


@dataclass(frozen=True)
class Procedure:
    """What a call that runs it is bound to."""

    key: str
    name: str  # as open data calls it
    title: str  # the whole, as a page says it
    kind: str  # challenge, fund
    standard: Standard
    route: Route  # what a call that runs it is in law, unless its officers say otherwise
    stages: tuple[PlannedStage, ...]
    windows: bool = False  # whether its stages can be gone through again and again, each window with its dates

    def __post_init__(self) -> None:
        if problems := "; ".join(_faulty_procedure(self)):
            raise ValueError(f"procedure {self.key}: {problems}")

    def stage(self, key: str) -> PlannedStage:
        """The stage of that key; KeyError if there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(f"procedure {self.key} has no stage {key!r}")


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
    """An end is where a thing may rest, not where nothing begins: whoever is in reserve may still be promoted."""

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
        if not state.ends and not leaves:
            yield f"{state.key}: a dead end"
        elif state.key not in can_end:
            yield f"{state.key}: leads to no end"


def _faulty_procedure(procedure: Procedure) -> Iterator[str]:
    if procedure.kind not in PROCEDURE_KINDS:
        yield f"unknown kind {procedure.kind!r}"
    if not procedure.stages:
        yield "it has no stage"
    yield from (f"the stage {key} is declared twice" for key in _doubles(stage.key for stage in procedure.stages))
    before: set[str] = set()
    for stage in procedure.stages:
        yield from (f"{stage.key}: {problem}" for problem in _faulty_steps(stage.steps))
        yield from _faulty_references(stage, before)
        before.add(stage.key)
        if stage.names not in NAMES_IN_A_STAGE:
            yield f"{stage.key}: names is {stage.names!r}"
        if stage.other_marks not in OTHER_MARKS:
            yield f"{stage.key}: other_marks is {stage.other_marks!r}"
        if stage.reasons not in REASONS:
            yield f"{stage.key}: reasons is {stage.reasons!r}"


def _faulty_steps(steps: tuple[str, ...]) -> Iterator[str]:
    if steps != tuple(step for step in STEPS if step in steps):
        yield "not steps of a stage in their order"
    if "check" in steps and "collect" not in steps:
        yield "a check of what is not collected"


def _faulty_references(stage: PlannedStage, before: set[str]) -> Iterator[str]:
    """What a stage says of earlier ones."""
    if unknown := sorted({*stage.shows} - before):
        yield f"{stage.key}: shows {', '.join(unknown)}, which is not before it"
    if stage.marks_of and stage.marks_of not in before:
        yield f"{stage.key}: marks_of is {stage.marks_of!r}, which is not before it"
    if unknown := sorted({key for key, _ in stage.ranks_by} - before - {stage.key}):
        yield f"{stage.key}: ranks by {', '.join(unknown)}, which is not before it"
    if stage.ranks_by and sum(percent for _, percent in stage.ranks_by) != WHOLE:
        yield f"{stage.key}: what it ranks by does not add up to {WHOLE}"


def _doubles(keys: Iterable[Key]) -> list[Key]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _reached(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached: set[str] = set()
    fresh = start
    while fresh:
        reached |= fresh
        fresh = {target for source, target in steps if source in reached} - reached
    return reached
