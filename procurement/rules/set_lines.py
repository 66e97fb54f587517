"""Several questions, criteria or lots at once: one on each line, its parts with | or a tab between them.

The syntax is closed: what is not one of the parts below is named with its line, and nothing of a text with a fault is
taken. A tab is a separator too, so that rows can be pasted from a spreadsheet. Reading is one pass over each line.

    # The section of the questions below
    How will you deliver it? | long text | 500 words | optional | marked by Delivery | help: Steps, with dates.
    Where will you work? | one of several | options: North; South; Anywhere
    How many people will use it? | number | at least 1 | at most 5000
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from procurement.rules.money import parse_pounds
from procurement.rules.numbers import whole_number
from procurement.rules.questions import Kind, Question, list_kinds, normalise
from procurement.rules.questions.bases import Text
from workflows.facts import Sentence

MOST_LINES = 100
MOST_CHARACTERS = 60_000
LONGEST_NAME = {"question": 200, "section": 80, "criterion": 80, "lot": 120}
FEW_WORDS = 30  # up to so many, a text without a kind is a short one
USUAL_WORDS = 250  # of a question that says neither its kind nor a limit
FIRST_SECTION = "Questions"
PART = "-"
MARKED, OPTIONS, HELP, LEAST, MOST = "marked by ", "options:", "help:", "at least ", "at most "
STATEMENT = "statement:"
T = TypeVar("T")


@dataclass(frozen=True)
class Taken(Generic[T]):
    """What was read of a text, and what must be put right first; with problems nothing of it counts."""

    found: tuple[T, ...]
    problems: tuple[Sentence, ...]


@dataclass(frozen=True)
class CriterionLine:
    """A criterion as a line says it. `weight` is in per cent: of the total, or of the criterion that it is `within`,
    whose weight in the total is then `within_weight`."""

    name: str
    weight: int
    description: str = ""
    within: str = ""
    within_weight: int | None = None


@dataclass(frozen=True)
class LotLine:
    """A lot as a line says it. `budget` is in pounds, without VAT where the call is a procurement."""

    title: str
    budget: Decimal
    description: str = ""


class _Fault(Exception):
    """What is wrong with a line, without its number."""

    def __init__(self, text: str, /, **about: Any) -> None:
        super().__init__(text)
        self.text, self.about = text, about


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(normalise(text).splitlines(), 1):
        if line.strip():
            yield number, [part.strip() for part in line.replace("\t", "|").split("|")]


def _refused(text: str) -> Sentence | None:
    if len(text) > MOST_CHARACTERS:
        return Sentence("This is too much at once: at most %(most)s characters.", most=f"{MOST_CHARACTERS:,}")
    if sum(1 for line in text.splitlines() if line.strip()) > MOST_LINES:
        return Sentence("Write at most %(most)s lines at once.", most=MOST_LINES)
    return None


def _at(fault: _Fault, number: int) -> Sentence:
    return Sentence("Line %(line)s: " + fault.text, line=number, **fault.about)


def _named(text: str, what: str) -> str:
    if not text:
        raise _Fault("begin the line with the text of the question." if what == "question" else "begin with a name.")
    if len(text) > LONGEST_NAME[what]:
        raise _Fault("“%(text)s” has more than %(most)s characters.", text=text[:40] + "…", most=LONGEST_NAME[what])
    return text


# questions


def questions_in(text: str, criteria: Mapping[str, str], section: str = "") -> Taken[Question]:
    """The questions that a text lists, without keys. `criteria`: their names by key; `section`: of what stands before
    the first line that begins with #."""
    if (refused := _refused(text)) is not None:
        return Taken((), (refused,))
    found, problems = [], []
    kinds = {name: kind for kind in list_kinds() for name in (kind.key.casefold(), str(kind.title).casefold())}
    keys = {name.casefold(): key for key, name in criteria.items()}
    here = section or FIRST_SECTION
    for number, parts in _lines(text):
        try:
            if parts[0].startswith("#"):
                here = _named(parts[0].lstrip("#").strip(), "section")
            else:
                found.append(_question(parts, here, kinds, keys))
        except _Fault as fault:
            problems.append(_at(fault, number))
    if not found and not problems:
        problems.append(Sentence("Write at least one question, on a line of its own."))
    return Taken(tuple(found), tuple(problems))


def _question(parts: Sequence[str], section: str, kinds: Mapping[str, Kind], criteria: Mapping[str, str]) -> Question:
    text = _named(parts[0], "question")
    said: dict[str, Any] = {}
    for part in filter(None, parts[1:]):
        _say(said, part, kinds, criteria)
    limit = said.get("word_limit")
    kind = said.pop("kind", None) or _text(long=limit is None or limit > FEW_WORDS)
    made = Question("", section, text, kind, **said)
    for name, value in said.items():
        if name in _WORDS and value and kind.setting(name) is None:
            raise _Fault("“%(part)s” cannot be said of “%(kind)s”.", part=_WORDS[name], kind=str(kind.title))
    wants_words = isinstance(kind, Text) and kind.keeps_lines and limit is None and made.character_limit is None
    return replace(made, word_limit=USUAL_WORDS) if wants_words else made


def _text(*, long: bool) -> Kind:
    """The kind of a text on one line, or of one on several."""
    return next(each for each in list_kinds() if isinstance(each, Text) and each.keeps_lines is long)


_WORDS = {
    "word_limit": "words",
    "character_limit": "characters",
    "options": "options:",
    "statement": "statement:",
    "minimum": "at least",
    "maximum": "at most",
}


def _say(said: dict[str, Any], part: str, kinds: Mapping[str, Kind], criteria: Mapping[str, str]) -> None:
    """Take one part of a line."""
    folded = part.casefold()
    if folded in kinds:
        said["kind"] = kinds[folded]
    elif folded in ("optional", "required"):
        said["required"] = folded == "required"
    elif folded.startswith(HELP):
        said["guidance"] = part[len(HELP) :].strip()
    elif folded.startswith(OPTIONS):
        said["options"] = tuple(filter(None, (each.strip() for each in part[len(OPTIONS) :].split(";"))))
    elif folded.startswith(MARKED):
        said["criterion"] = _criterion(part[len(MARKED) :].strip(), criteria)
    elif folded.startswith((LEAST, MOST)):
        name, begins = ("minimum", LEAST) if folded.startswith(LEAST) else ("maximum", MOST)
        said[name] = _amount(part, part[len(begins) :])
    elif folded.startswith(STATEMENT):
        said["statement"] = part[len(STATEMENT) :].strip()
    elif (count := folded.removesuffix("characters").strip()) != folded and whole_number(count):
        said["character_limit"] = whole_number(count)
    elif (words := folded.removesuffix("words").removesuffix("word").strip()) != folded and whole_number(words):
        said["word_limit"] = whole_number(words)
    else:
        raise _Fault("“%(part)s” is none of the parts that a question has.", part=part[:60])


def _criterion(name: str, criteria: Mapping[str, str]) -> str:
    if name.casefold() not in criteria:
        raise _Fault("there is no criterion “%(name)s”. Add the criteria first.", name=name[:60])
    return criteria[name.casefold()]


def _amount(part: str, text: str) -> Decimal:
    if (amount := parse_pounds(text)) is None:
        raise _Fault("“%(part)s” needs a number.", part=part[:60])
    return amount


# criteria and lots


def criteria_in(text: str) -> Taken[CriterionLine]:
    """The criteria that a text lists: name | weight | what assessors look for. A line that begins with - is a
    sub-criterion of the criterion above it, with its share of that one's weight; what is marked is then the
    sub-criterion."""
    taken = _rows(text, _criterion_line, Sentence("Write at least one criterion, on a line of its own."))
    found, problems, whole = list[CriterionLine](), list(taken.problems), None
    for line in taken.found:
        if not line.name.startswith(PART):
            whole = line
            found.append(line)
        elif whole is None:
            problems.append(Sentence("“%(name)s” begins with -, but no criterion stands above it.", name=line.name))
        else:
            found = [each for each in found if each is not whole]
            name = line.name.removeprefix(PART).strip()
            found.append(replace(line, name=name, within=whole.name, within_weight=whole.weight))
    return Taken(tuple(found), tuple(problems))


def _criterion_line(parts: Sequence[str]) -> CriterionLine:
    name = _named(parts[0], "criterion")
    typed = parts[1] if len(parts) > 1 else ""
    weight = whole_number(typed.removesuffix("%").strip())
    if weight is None or not 1 <= weight <= 100:  # noqa: PLR2004  (per cent)
        raise _Fault("after “%(name)s” comes its weight, a whole number from 1 to 100.", name=name)
    return CriterionLine(name, weight, " ".join(filter(None, parts[2:])))


def lots_in(text: str) -> Taken[LotLine]:
    """The lots that a text lists: title | budget | what it is for."""
    return _rows(text, _lot_line, Sentence("Write at least one lot, on a line of its own."))


def _lot_line(parts: Sequence[str]) -> LotLine:
    title = _named(parts[0], "lot")
    budget = parse_pounds(parts[1]) if len(parts) > 1 else None
    if budget is None or budget < 1:
        raise _Fault("after “%(name)s” comes its budget in pounds, like 25,000.", name=title)
    return LotLine(title, budget, " ".join(filter(None, parts[2:])))


def _rows(text: str, read: Any, nothing: Sentence) -> Taken[Any]:
    if (refused := _refused(text)) is not None:
        return Taken((), (refused,))
    found, problems = [], []
    for number, parts in _lines(text):
        try:
            found.append(read(parts))
        except _Fault as fault:
            problems.append(_at(fault, number))
    return Taken(tuple(found), tuple(problems) if found or problems else (nothing,))
