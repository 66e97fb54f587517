"""What the papers of a call say: its prospectus, and the blank form of a stage."""

from dataclasses import dataclass
from typing import ClassVar

from procurement.rules.documents.kinds import Content, Fact


@dataclass(frozen=True, kw_only=True)
class PrintedQuestion:
    """A question with room to answer it by hand: `choices` to tick, or `lines` to write on, or a table of `columns`.
    `facts`: what it takes, whether it is needed, what it counts for."""

    number: str
    text: str
    guidance: str
    facts: tuple[Fact, ...]
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PrintedSection:
    title: str
    questions: tuple[PrintedQuestion, ...]


@dataclass(frozen=True, kw_only=True)
class PrintedCriterion:
    """By what answers are marked; `marks`: each mark with its word."""

    name: str
    description: str
    facts: tuple[Fact, ...]
    marks: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class PrintedDate:
    """A date of a stage; `working`: how it was reckoned, where law sets a least period."""

    name: str
    value: str
    working: str


@dataclass(frozen=True, kw_only=True)
class PrintedStage:
    """A stage of a call. `ways`: how it is decided, in sentences; empty sections where nothing is handed in to it."""

    title: str
    dates: tuple[PrintedDate, ...]
    conditions: tuple[str, ...]
    ways: tuple[str, ...]
    criteria: tuple[PrintedCriterion, ...]
    sections: tuple[PrintedSection, ...]


@dataclass(frozen=True, kw_only=True)
class PrintedText:
    """A text of the call under its heading."""

    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """A document beside the call, by which anybody can tell that a file is this one."""

    title: str
    facts: tuple[Fact, ...]
    digest: str


@dataclass(frozen=True, kw_only=True)
class Prospectus(Content):
    """The whole call as one document, as a version of it says it."""

    kind: ClassVar[str] = "prospectus"
    call: str
    call_reference: str
    version: str
    fingerprint: str
    summary: str
    facts: tuple[Fact, ...]
    texts: tuple[PrintedText, ...]
    lots: tuple[PrintedText, ...]
    stages: tuple[PrintedStage, ...]
    windows: tuple[Fact, ...]
    terms: str
    documents: tuple[ListedDocument, ...]


@dataclass(frozen=True, kw_only=True)
class BlankForm(Content):
    """The form of a stage to be read and filled in by hand."""

    kind: ClassVar[str] = "blank_form"
    call: str
    call_reference: str
    version: str
    stage: str
    facts: tuple[Fact, ...]
    sections: tuple[PrintedSection, ...]
