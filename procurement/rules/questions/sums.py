"""Sums that somebody received, as they are typed and stored: a row for each, with giver, day and amount."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.rules.dates import day_in_words, read_day
from procurement.rules.money import PENNY, doubt_about_pounds, parse_pounds
from procurement.rules.questions.texts import is_blank, one_line
from workflows.facts import Sentence

LONGEST_GIVER = 200  # characters
COLUMNS = ("giver", "day", "amount")
BETWEEN = " | "


@dataclass(frozen=True)
class Sum:
    """One sum that was received, in pounds and whole pence, on a day in the UK."""

    giver: str
    day: date
    amount: Decimal


@dataclass(frozen=True)
class Row:
    """One row as it was typed; `sum` where all of it can be read, else `fault` says what is wrong with it."""

    giver: str
    day: str
    amount: str
    sum: Sum | None
    fault: Sentence | None

    @property
    def stored(self) -> str:
        """The one way in which it is stored: what can be read is written exactly."""
        if self.sum is None:
            return BETWEEN.join((self.giver, self.day, self.amount))
        return BETWEEN.join((self.sum.giver, self.sum.day.isoformat(), format(self.sum.amount, "f")))


def sums_of(value: Any) -> tuple[Sum, ...]:
    """The sums that a stored answer lists; rows that cannot be read are none."""
    return tuple(row.sum for row in rows_of("" if value is None else str(value)) if row.sum is not None)


def rows_of(text: str) -> tuple[Row, ...]:
    """The rows of a stored answer, those without anything left out."""
    return tuple(_rows(text))


def _rows(text: str) -> Iterator[Row]:
    for line in text.split("\n"):
        cells = [one_line(each.strip()) for each in line.split("|", 2)]
        giver, day, amount = (*cells, "", "", "")[:3]
        if giver or day or amount:
            yield _row(giver, day, amount)


def _row(giver: str, typed_day: str, typed_amount: str) -> Row:
    day, amount, doubt = day_typed(typed_day), parse_pounds(typed_amount), doubt_about_pounds(typed_amount)
    given = {"giver": giver or "–"}
    fault = None
    if is_blank(giver):
        fault = Sentence("A row does not say who gave the sum. Write the name.")
    elif len(giver) > LONGEST_GIVER:
        fault = Sentence("A giver has at most %(most)s characters.", most=LONGEST_GIVER)
    elif day is None:
        fault = Sentence("%(giver)s: enter the day on which you received it, like 12 3 2027.", **given)
    elif doubt is not None:
        fault = doubt
    elif amount is None or amount <= 0:
        fault = Sentence("%(giver)s: enter the sum in pounds, like 25,000 or 25,000.50.", **given)
    if fault is not None or day is None or amount is None:
        return Row(giver, typed_day, typed_amount, None, fault)
    found = Sum(giver, day, amount.quantize(PENNY))
    return Row(giver, day_in_words(day), f"{found.amount:,.2f}".removesuffix(".00"), found, None)


def day_typed(typed: str) -> date | None:
    """A day as people type it (`12 3 2027`, `12/03/2027`, `12 March 2027`), or as it is stored."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        pass
    parts = typed.replace("/", " ").replace(".", " ").replace("-", " ").split()
    found = read_day(*parts) if len(parts) == len(COLUMNS) else None
    return found if isinstance(found, date) else None
