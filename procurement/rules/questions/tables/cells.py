"""A table as it is stored, and one cell of it as it was typed, read and shown.

Stored it is lines with a tabulator between cells, each cell on one line and written the one way of its kind, so that
the same table always has the same digest, and whoever reads it raw can. What cannot be read stays as it was typed.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol, runtime_checkable

from procurement.rules.questions.kind import Part, Question
from procurement.rules.questions.texts import MOST_CHARACTERS, is_blank
from workflows.facts import Sentence

BETWEEN = "\t"
MOST_LINES = 400  # of any table
MOST_COLUMNS = 60


@runtime_checkable
class Retyped(Protocol):
    """A kind that stores what is typed in another way, and writes it again as people type it."""

    def typed_again(self, stored: str) -> str: ...


@dataclass(frozen=True)
class Cell:
    """One cell. `place`: the name of its input behind the question's own; `label`: what it is of which row, in words.

    `number` is what a readable figure is; `faults` is empty for a cell that was left empty and may be.
    """

    place: str
    label: str
    stored: str = ""
    typed: str = ""
    shown: Part = ""
    number: Decimal | None = None
    faults: tuple[Sentence, ...] = ()

    @property
    def unread(self) -> bool:
        """Whether something stands in it that is no figure."""
        return self.number is None and self.stored != ""


def cells_of(line: str) -> list[str]:
    """The cells of a stored line, each on one line and without blanks around it."""
    return [" ".join(each.split()) for each in line.split(BETWEEN)]


def joined(*cells: str) -> str:
    """A line as it is stored: nothing behind its last cell."""
    return BETWEEN.join(cells).rstrip()


def one_cell(typed: str) -> str:
    """What was typed into an input, as a cell holds it."""
    return " ".join(typed.split())


def read_cell(column: Question, label: str, place: str, text: str) -> Cell:
    """Read one cell by the kind of its column, with `label` where a sentence names the question."""
    asked = replace(column, text=label)
    checked = asked.kind.check(asked, text)
    stored = "" if checked.value is None else " ".join(str(checked.value).split())
    read = checked.complete and stored != ""
    shown = next(iter(asked.kind.parts(asked, stored)), "") if stored else ""
    number = asked.kind.number(asked, stored) if read else None
    typed = asked.kind.shown(number).removeprefix("£") if number is not None else stored
    if read and isinstance(asked.kind, Retyped):
        typed = asked.kind.typed_again(stored)
    return Cell(place, label, stored, typed, shown, number, () if checked.complete else checked.problems)


def too_much(question: Question, text: str) -> Sentence | None:
    """What to do about a text that is too long, or has too many lines or cells, to be laid out as a table at all. It is
    kept, and shown, as it is. So whatever is sent, the work that a table makes never grows faster than the text."""
    if len(text) > MOST_CHARACTERS:
        return Sentence(
            "“%(question)s” has %(count)s characters and can have at most %(most)s. Take out at least %(over)s.",
            question=question.text,
            count=f"{len(text):,}",
            most=f"{MOST_CHARACTERS:,}",
            over=f"{len(text) - MOST_CHARACTERS:,}",
        )
    lines = text.split("\n")
    if len(lines) <= MOST_LINES and all(line.count(BETWEEN) < MOST_COLUMNS for line in lines):
        return None
    return Sentence(
        "“%(question)s” has more lines or columns than a table can have: at most %(lines)s lines of %(columns)s cells.",
        question=question.text,
        lines=MOST_LINES,
        columns=MOST_COLUMNS,
    )


def lines_of(text: str) -> list[list[str]]:
    """The cells of every line that has anything in it."""
    return [cells for line in text.split("\n") if any(cells := cells_of(line)) and not is_blank(line)]


def total(cells: tuple[Cell, ...]) -> Decimal | None:
    """What figures come to, exactly; None while one of them cannot be read. Empty cells are nothing."""
    if any(each.unread for each in cells):
        return None
    return sum((each.number for each in cells if each.number is not None), Decimal(0))
