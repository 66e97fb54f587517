"""A table of rows that are all alike: how it is typed, stored, looked at and shown. A column is a question itself.

A row is removed by a tick when it is saved, and until then the tick can be taken back; rows keep the order in which
they stand. Stored it is one line for each row that has anything in it.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from procurement.rules.columns import Column, Type, Value
from procurement.rules.columns import Row as Record
from procurement.rules.questions.grid import Grid, Words
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Question, Setting
from procurement.rules.questions.samples import sample
from procurement.rules.questions.tables.cells import Cell, joined, lines_of, one_cell, read_cell, too_much
from procurement.rules.questions.texts import is_blank, normalise
from procurement.rules.references import key_from
from workflows.facts import Sentence

Fault = tuple[Sentence, str]  # what is wrong, and the place of the input that mends it: empty for the table as a whole
MOST_ROWS = 40
NUMBER = "row"
_INPUT = re.compile(r"-r(\d{1,3})-(?:c(\d{1,2})|gone)", re.ASCII)

FEWEST = Setting("fewest", Sentence("Fewest rows"), Measure.WHOLE, least=1, most=MOST_ROWS, laid=True)
MOST = Setting("most", Sentence("Most rows"), Measure.WHOLE, least=1, most=MOST_ROWS, laid=True)


class Drawn(Protocol):
    """A field that knows how many rows of which part are to be drawn."""

    def rows(self, part: str, filled: int, most: int, spare: int = 1) -> int: ...


@dataclass(frozen=True)
class Row:
    """One row as it was typed, with a cell for each column; `beyond` is what it has more than there are columns."""

    number: int
    title: str
    cells: tuple[Cell, ...]
    beyond: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"r{self.number}"

    @property
    def stored(self) -> str:
        return joined(*(each.stored for each in self.cells), *self.beyond)


def typed_rows(sent: Mapping[str, str], name: str) -> str:
    """What stands in the inputs of a table, as it is stored; rows that are to go are left out."""
    rows: dict[int, dict[int, str]] = {}
    gone = set()
    for each, typed in sent.items():
        found = _INPUT.fullmatch(each.removeprefix(name)) if each.startswith(name) else None
        if found is None:
            continue
        if found[2] is None:
            gone.add(int(found[1]))
        else:
            rows.setdefault(int(found[1]), {})[int(found[2])] = one_cell(typed)
    return "\n".join(
        joined(*(cells.get(place, "") for place in range(1, max(cells) + 1)))
        for number, cells in sorted(rows.items())
        if number not in gone and any(cells.values())
    )


def rows_of(columns: Sequence[Question], noun: str, text: str) -> tuple[Row, ...]:
    """The rows of a stored table."""
    return tuple(_row(columns, noun, number, cells) for number, cells in enumerate(lines_of(text), 1))


def _row(columns: Sequence[Question], noun: str, number: int, cells: Sequence[str]) -> Row:
    title = f"{noun} {number}"
    found = tuple(
        read_cell(
            column,
            f"{title}, {column.text}",
            f"r{number}-c{place}",
            cells[place - 1] if place <= len(cells) else "",
        )
        for place, column in enumerate(columns, 1)
    )
    return Row(number, title, found, tuple(cells[len(columns) :]))


@dataclass(frozen=True)
class RowsSheet:
    """A table of rows as it is filled in, with what is wrong with it. `adds`: the key of the column in pounds that a
    page adds up."""

    columns: tuple[Question, ...]
    noun: str
    filled: tuple[Row, ...]
    most: int
    least: int
    faults: tuple[Fault, ...]
    sums: tuple[tuple[Words, Words], ...] = ()
    adds: str = ""

    def rows(self, field: Drawn) -> tuple[Row, ...]:
        """The rows that are drawn: those that are filled in, and some more to fill in."""
        spare = max(1, self.least - len(self.filled))
        count = field.rows("r", len(self.filled), self.most, spare=spare)
        more = range(len(self.filled) + 1, count + 1)
        return (*self.filled, *(_row(self.columns, self.noun, number, ()) for number in more))


class Rows(Kind):
    """A kind of question that is answered by rows which are all alike."""

    several = True

    @abstractmethod
    def columns(self, question: Question) -> tuple[Question, ...]:
        """The columns, each as a question that is asked in each row."""

    @abstractmethod
    def noun(self, question: Question) -> str:
        """What one row is called: "Milestone"."""

    def whole(self, question: Question, rows: tuple[Row, ...]) -> Iterator[Sentence]:
        """What is wrong with all rows together, beyond how many they are."""
        yield from ()

    def sums(self, question: Question, rows: tuple[Row, ...]) -> tuple[tuple[Words, Words], ...]:
        """What a page says under the rows: the name of a sum and what it comes to."""
        return ()

    def adds(self, question: Question) -> str:
        """The key of the column of pounds that is added up, where there is one."""
        return ""

    def sample(self, question: Question) -> str:
        row = "\t".join(sample(each) for each in self.columns(question))
        return "\n".join([row] * self._least(question))

    def _least(self, question: Question) -> int:
        """How many rows an answer has at least."""
        return max(1, int(FEWEST.of(question) or 1))

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        return sent[name] if name in sent else typed_rows(sent, name)

    def check(self, question: Question, value: Any) -> Checked:
        text = normalise("" if value is None else str(value))
        if is_blank(text):
            return self.unanswered(question)
        if (fault := too_much(question, text)) is not None:
            return Checked(text, 0, (fault,), False)
        rows = self.rows_in(question, text)
        if not any(row.stored for row in rows):
            return self.unanswered(question)
        told = tuple(sentence for sentence, _ in self._faults(question, rows))
        return Checked("\n".join(row.stored for row in rows if row.stored), 0, told, not told)

    def rows_in(self, question: Question, value: Any) -> tuple[Row, ...]:
        """The rows of an answer; none where it is too much to be a table."""
        text = normalise("" if value is None else str(value))
        return () if too_much(question, text) else rows_of(self.columns(question), self.noun(question), text)

    def beyond(self, question: Question, value: Any) -> bool:
        """Whether a text is too much to be laid out as a table, so that it is shown as it is."""
        return too_much(question, normalise("" if value is None else str(value))) is not None

    def most_rows(self, question: Question) -> int:
        return int(MOST.of(question) or MOST_ROWS)

    def _faults(self, question: Question, rows: tuple[Row, ...]) -> tuple[Fault, ...]:
        cells = [
            (fault, cell.place)
            for row in rows
            for column, cell in zip(self.columns(question), row.cells, strict=True)
            for fault in cell.faults
        ]
        more = [
            (
                Sentence("“%(row)s” has more cells than the table has columns.", row=row.title),
                row.cells[0].place if row.cells else "",  # a group whose fields nobody set has none
            )
            for row in rows
            if row.beyond
        ]
        return (
            *cells,
            *more,
            *((each, "") for each in (*self._count(question, len(rows)), *self.whole(question, rows))),
        )

    def _count(self, question: Question, count: int) -> Iterator[Sentence]:
        least, most = int(FEWEST.of(question) or 0), self.most_rows(question)
        if count < least:
            yield Sentence.plural(
                "“%(question)s” needs at least %(num)s row.",
                "“%(question)s” needs at least %(num)s rows.",
                least,
                question=question.text,
            )
        if count > most:
            yield Sentence.plural(
                "“%(question)s” takes at most %(num)s row.",
                "“%(question)s” takes at most %(num)s rows.",
                most,
                question=question.text,
            )

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        least, most = FEWEST.of(question), MOST.of(question)
        if least is None or most is None or least <= most:
            return ()
        return (Sentence("“%(question)s” needs more rows than it takes.", question=question.name),)

    def sheet(self, question: Question, value: Any) -> RowsSheet:
        rows = self.rows_in(question, value)
        return RowsSheet(
            self.columns(question),
            self.noun(question),
            rows,
            self.most_rows(question),
            int(FEWEST.of(question) or 0),
            self._faults(question, rows) if rows else (),
            self.sums(question, rows),
            self.adds(question),
        )

    def record_columns(self, question: Question) -> tuple[Column, ...]:
        number = Column(name=NUMBER, title="Row", about="Its place in the answer.", example="1", type=Type.WHOLE)
        return (number, *self._recorded(question).values())

    def printed_columns(self, question: Question) -> tuple[str, ...]:
        return tuple(each.text[:1].upper() + each.text[1:] for each in self.columns(question))

    def records(self, question: Question, value: Any) -> tuple[Record, ...]:
        asked = self._recorded(question)
        return tuple(
            {
                NUMBER: row.number,
                **dict(zip([each.name for each in asked.values()], map(_cell, row.cells), strict=True)),
            }
            for row in self.rows_in(question, value)
        )

    def _recorded(self, question: Question) -> dict[int, Column]:
        """The columns of its rows as they are exported, by their place."""
        found: dict[int, Column] = {}
        for place, each in enumerate(self.columns(question)):
            name = key_from(each.text, [NUMBER, *(column.name for column in found.values())])
            about = ", ".join(str(said) for said in each.kind.takes(each))
            found[place] = Column(name=name, title=each.text, about=about, example="", required=each.required)
        return found

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        if value is None or value == "":
            return ()
        if self.beyond(question, value):
            return (str(value),)
        columns, rows = self.columns(question), self.rows_in(question, value)
        figures = frozenset(
            place
            for place, column in enumerate(columns, 1)
            if any(row.cells[place - 1].number is not None for row in rows)
        )
        head: tuple[Words, ...] = (self.noun(question), *(column.text for column in columns))
        shown = tuple((str(row.number), *(_words(cell.shown) for cell in row.cells)) for row in rows)
        foot = tuple((name, said, *[""] * (len(columns) - 1)) for name, said in self.sums(question, rows))
        return (Grid(question.text, head, shown, figures, foot),)


def _cell(cell: Cell) -> Value:
    return cell.stored or None


def _words(part: Part) -> Words:
    return str(part) if isinstance(part, Grid) else part


def count_words(question: Question) -> tuple[Sentence, ...]:
    """How many rows are asked for, as the public form says it."""
    least, most = FEWEST.of(question), MOST.of(question)
    said = []
    if least is not None:
        said.append(Sentence.plural("at least %(num)s row", "at least %(num)s rows", int(least)))
    if most is not None:
        said.append(Sentence.plural("at most %(num)s row", "at most %(num)s rows", int(most)))
    return tuple(said)
