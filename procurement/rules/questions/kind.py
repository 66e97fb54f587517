"""What a question is, what every kind of question must be able to do, and the one place where a kind has its key.

A kind is one class in `kinds/` and one macro in `templates/_components/questions.html`. Everybody else asks the
question's kind and never which kind it is, so that a new one needs no other change (`kinds/__init__.py` says how).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from procurement.rules.columns import Column, Row
from procurement.rules.money import parse_number
from procurement.rules.questions.condition import Condition, Demand
from procurement.rules.questions.grid import Grid
from procurement.rules.questions.shown_if import Comparison, ShownIf
from workflows.facts import Sentence

# of an answer as it is read: our words, still to translate, the applicant's as they stand, or a table of both
Part = Sentence | str | Grid
Layout = tuple[tuple[str, Any], ...]  # names and values: a whole number, a text, or a tuple of texts


class Purpose(StrEnum):
    """What the service itself reads an answer for; a form has at most one question for each but NONE."""

    NONE = ""
    TITLE = "title"
    SUMMARY = "summary"
    AMOUNT = "amount"
    VAT = "vat"  # whether the price comes with VAT: "no" is a fact of the bid
    ASSISTANCE = "assistance"  # whether the grant keeps within the limit of minimal financial assistance


class Measure(StrEnum):
    """How an officer types a setting."""

    WHOLE = "a whole number"
    POUNDS = "pounds"
    LINES = "one on each line"
    LINE = "one line"
    WORDS = "several lines"
    DAY = "a day"
    CHOSEN = "some of what is offered"
    CHOICE = "one of what is offered"


@dataclass(frozen=True)
class Setting:
    """Something that an officer may set for each question of a kind; `name` is the field of `Question` that keeps it.

    `least` and `most` bound a whole number. `needed`: a form without it cannot be published. `missing`: what the page
    says when it is left empty, where that is refused at once. `offered`: what can be chosen, as it is stored and as it
    is read. `laid`: it is kept by its name in the question's `layout`, as what is set of tables is. A setting with
    sentences or conditions of its own is a subclass, beside its kind.
    """

    name: str
    label: Sentence
    measure: Measure
    least: int = 0
    most: int | None = None
    hint: Sentence | None = None
    missing: Sentence | None = None
    needed: bool = False
    offered: tuple[tuple[str, Sentence], ...] = ()
    laid: bool = False

    def of(self, question: "Question") -> Any:
        """What was set for a question: lines as texts, pounds as an exact number; None or () for nothing."""
        if not self.laid:
            return getattr(question, self.name)
        value = dict(question.layout).get(self.name)
        if self.measure is Measure.LINES:
            return () if value is None else tuple(value)
        return parse_number(str(value)) if self.measure is Measure.POUNDS and value is not None else value

    def faults(self, question: "Question") -> tuple[Sentence, ...]:
        """Why a form with this question cannot be published, as far as this setting goes."""
        value = self.of(question)
        if value is None or value in ((), ""):
            return (self.unset(question),) if self.needed else ()
        return () if self.fits(value) else (self.outside(question),)

    def fits(self, value: Any) -> bool:
        """Whether a value that was set is within the bounds."""
        if self.measure is not Measure.WHOLE:
            return True
        return value == int(value) and self.least <= value and (self.most is None or value <= self.most)

    def unset(self, question: "Question") -> Sentence:
        """What to do about one that is needed and was left empty."""
        return Sentence("“%(question)s” needs a value for “%(setting)s”.", **self._about(question))

    def outside(self, question: "Question") -> Sentence:
        """What to do about a value that does not fit."""
        about = self._about(question)
        if self.most is None:
            return Sentence("“%(setting)s” of “%(question)s” must be %(least)s or more.", least=self.least, **about)
        return Sentence(
            "“%(setting)s” of “%(question)s” must be between %(least)s and %(most)s.",
            least=self.least,
            most=self.most,
            **about,
        )

    def _about(self, question: "Question") -> dict[str, str]:
        return {"question": question.name, "setting": str(self.label)}


@dataclass(frozen=True)
class Checked:
    """An answer as it is stored: text is a string, files a list of objects, no answer None."""

    value: Any
    words: int
    problems: tuple[Sentence, ...]
    complete: bool


@dataclass(frozen=True)
class Kind(ABC):
    """One kind of question. It holds nothing, so that two of the same class are the same kind.

    `key` is what is stored, frozen and hashed: it never changes; the macro of that name draws the input. `title` and
    `hint` are the builder's words, `place` is the place in its list. `uploads`: the answer is files, each kept as it
    arrives, and not something that is typed. `several`: it is typed into several inputs, which `typed` joins, so that
    no script saves one of them alone; `rows` is what they are filled with. `demand`: what a condition of participation
    may ask of its answer; none where it cannot be one. `signed`: who answered, and when, is a part of what is sent.
    `looks_up`: its page finds what the service knows by what is typed. `comparisons`: what a rule that shows a later
    question may say of an answer.
    """

    key: ClassVar[str]
    title: ClassVar[Sentence]
    hint: ClassVar[Sentence | None] = None
    place: ClassVar[int]
    settings: ClassVar[tuple[Setting, ...]] = ()
    purposes: ClassVar[frozenset[Purpose]] = frozenset()
    uploads: ClassVar[bool] = False
    several: ClassVar[bool] = False
    signed: ClassVar[bool] = False
    looks_up: ClassVar[bool] = False
    demand: ClassVar[Demand | None] = None
    comparisons: ClassVar[tuple[Comparison, ...]] = (Comparison.ANSWERED,)

    # building a form

    def setting(self, name: str) -> Setting | None:
        return next((each for each in self.settings if each.name == name), None)

    def faults(self, question: "Question") -> tuple[Sentence, ...]:
        """What is wrong with a question of this kind beyond what its settings and `form_problems` find."""
        return ()

    def sample(self, question: "Question") -> str:
        """A typed answer as test data, where none of the usual ones (`questions.samples`) can be one."""
        return ""

    # reading what was sent

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        """What somebody typed into the input of that name, as one text."""
        return sent.get(name, "")

    @abstractmethod
    def check(self, question: "Question", value: Any) -> Checked:
        """Read what was typed or uploaded. Never raises: what cannot be read is kept as it was typed."""

    def unanswered(self, question: "Question") -> Checked:
        problems = (self.ask(question),) if question.required else ()
        return Checked(None, 0, problems, not problems)

    def ask(self, question: "Question") -> Sentence:
        """What to do about a required question that has no answer."""
        return Sentence("Answer “%(question)s”.", question=question.text)

    # showing it

    def choices(self, question: "Question") -> tuple[tuple[str, Part], ...]:
        """What can be chosen: (as it is stored, as it is read)."""
        return ()

    def rows(self, value: Any) -> tuple[Any, ...]:
        """What the inputs of a kind with several are filled with, row by row."""
        return ()

    def values(self, value: Any) -> tuple[str, ...]:
        """What of its choices an answer holds."""
        return () if value is None or value == "" else (str(value),)

    def number(self, question: "Question", value: Any) -> Decimal | None:
        """The number that an answer is or comes to, exactly, where it is one."""
        return None

    def record_columns(self, question: "Question") -> tuple[Column, ...]:
        """The columns of a table of all its answers, where an answer is rows of its own; empty where it is none."""
        return ()

    def printed_columns(self, question: "Question") -> tuple[str, ...]:
        """The heads of the table into which it is answered on paper; none where it is answered on lines."""
        return tuple(each.title for each in self.record_columns(question))

    def records(self, question: "Question", value: Any) -> tuple[Row, ...]:
        """The rows of an answer under `record_columns`."""
        return ()

    def shown(self, number: Decimal) -> str:
        """A number as people read it."""
        return f"{number:,f}"

    def most(self, question: "Question") -> int:
        """How many files an answer may have."""
        return 0

    def parts(self, question: "Question", value: Any) -> tuple[Part, ...]:
        """A stored answer as people read it, without its files; nothing where there is none."""
        return () if value is None or value == "" else (str(value),)

    @abstractmethod
    def brief(self, question: "Question") -> Sentence:
        """What is asked for, in few words: "up to 250 words", "an amount in pounds", "up to 3 files"."""

    @abstractmethod
    def takes(self, question: "Question") -> tuple[Sentence, ...]:
        """What is asked for, as the public form says it, with its bounds."""

    def extent(self, question: "Question", *, words: int, answered: bool, files: int) -> Sentence:
        """How much was answered, never what: "212 of at most 250 words"."""
        return Sentence("Answered") if answered else Sentence("Not answered")


@dataclass(frozen=True)
class Question:
    """One question. `minimum` and `maximum` bound a number or an amount; for a file, how many may be given (one), and
    how many of several are chosen. `layout` is what was set of a table, by the names of its settings. What no kind of
    its own needs is empty, and left out where a form is frozen."""

    key: str
    section: str
    text: str
    kind: Kind
    guidance: str = ""
    required: bool = True
    word_limit: int | None = None
    options: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    criterion: str = ""
    purpose: Purpose = Purpose.NONE
    condition: Condition | None = None
    character_limit: int | None = None
    earliest: date | None = None
    latest: date | None = None
    exclusive: str = ""
    statement: str = ""
    types: tuple[str, ...] = ()
    page_limit: int | None = None
    layout: Layout = ()
    shown_if: ShownIf | None = None

    @property
    def name(self) -> str:
        """What a sentence calls it, also while its text is still to be written."""
        return self.text or self.key


# The fields of a question that are settings of one kind or another, and what each holds where it is not set.
SETTINGS = (
    "word_limit",
    "character_limit",
    "options",
    "exclusive",
    "minimum",
    "maximum",
    "earliest",
    "latest",
    "statement",
    "types",
    "page_limit",
)
UNSET: Mapping[str, Any] = {each.name: each.default for each in fields(Question) if each.name in SETTINGS}


def settings_of(row: object) -> dict[str, Any]:
    """The settings of a row, as a question holds them: lists are tuples there."""
    kept = {name: getattr(row, name) for name in SETTINGS}
    return {name: tuple(value) if isinstance(UNSET[name], tuple) else value for name, value in kept.items()}


def settings_to_keep(question: Question) -> dict[str, Any]:
    """The settings of a question as its row keeps them."""
    found = {name: getattr(question, name) for name in SETTINGS}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


QUESTION_KINDS: dict[str, Kind] = {}
Class = TypeVar("Class", bound=type[Kind])


def register(kind: Class) -> Class:
    """Make a kind known by its key; a key has one kind."""
    if kind.key in QUESTION_KINDS:
        raise ValueError(f"there are two kinds {kind.key!r}")
    QUESTION_KINDS[kind.key] = kind()
    return kind


def find_kind(key: str) -> Kind | None:
    return QUESTION_KINDS.get(key)


def find_fitting(key: str, purpose: Purpose) -> Kind | None:
    """The kind of that key, where its answers can be read for a purpose."""
    found = find_kind(key)
    return found if found is not None and (not purpose or purpose in found.purposes) else None


def get_kind(key: str) -> Kind:
    """The kind of that key. Raises ValueError where there is none."""
    if (found := find_kind(key)) is None:
        raise ValueError(f"there is no kind {key!r} of question")
    return found


def list_kinds(purpose: Purpose = Purpose.NONE) -> tuple[Kind, ...]:
    """Every kind in the builder's order, or those that can be asked for a purpose."""
    fitting = (each for each in QUESTION_KINDS.values() if not purpose or purpose in each.purposes)
    return tuple(sorted(fitting, key=lambda each: each.place))
