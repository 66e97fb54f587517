"""What may stand in a column of a table beside what may be asked alone: a day, a month or a day, a company number.

They are kinds like those of questions, read and shown the same way, but can only be asked in a table; so no form names
them by their keys, and nothing is stored of them but what stands in the cells.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.rules.money import (
    LARGEST_AMOUNT,
    PENNIES,
    PENNY,
    doubt_about_number,
    format_pounds,
    parse_number,
    parse_pounds,
    written,
)
from procurement.rules.questions.bases import Quantity, Typed
from procurement.rules.questions.kind import Checked, Kind, Part, Question, get_kind
from procurement.rules.questions.sums import day_typed
from procurement.rules.registers import company_number
from workflows.facts import MONTHS, Sentence, day_in_words

JUST_A_MONTH = 7  # characters of `2027-03`
MOST_PLACES = 6  # of a price of one unit
FIRST = "1 "  # the day that is put before a month to read it


class _Column(Typed):
    """A kind that is asked in tables alone."""

    asked = Sentence("A cell")
    place = 0

    def brief(self, question: Question) -> Sentence:
        return self.asked

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (self.asked,)


class Day(_Column):
    """A day of the calendar, stored as `2027-03-12`, typed as `12 3 2027` or `12 March 2027`."""

    key = "day"
    title = Sentence("Date")
    asked = Sentence("a date")

    def read(self, question: Question, text: str) -> Checked:
        day = day_typed(text)
        if day is None:
            told = Sentence("Enter a date for “%(question)s”, like 12 3 2027.", question=question.text)
            return Checked(text, 0, (told,), False)
        return Checked(day.isoformat(), 0, (), True)

    def typed_again(self, stored: str) -> str:
        day = date.fromisoformat(stored)
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        day = day_typed(str(value)) if value else None
        return (day_in_words(day),) if day is not None else super().parts(question, value)


class When(Day):
    """A month, stored as `2027-03` and typed as `March 2027` or `3 2027`; or a day."""

    key = "when"
    title = Sentence("Month or date")
    asked = Sentence("a month or a date")

    def read(self, question: Question, text: str) -> Checked:
        found = super().read(question, text)
        if found.complete:
            return found
        month = _month(text)
        if month is None:
            told = Sentence(
                "Enter a month or a date for “%(question)s”, like March 2027 or 12 3 2027.", question=question.text
            )
            return Checked(text, 0, (told,), False)
        return Checked(month.isoformat()[:JUST_A_MONTH], 0, (), True)

    def typed_again(self, stored: str) -> str:
        month = _month(stored)
        return super().typed_again(stored) if month is None else f"{MONTHS[month.month - 1]} {month.year}"

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        month = _month(str(value)) if value else None
        return (self.typed_again(str(value)),) if month is not None else super().parts(question, value)


def _month(text: str) -> date | None:
    """The first day of a month that was typed, or is stored; None for a day and for everything else."""
    if len(text) == JUST_A_MONTH and text[4:5] == "-":
        text = f"{text[5:]} {text[:4]}"
    return day_typed(FIRST + text.replace("/", " ").replace("-", " ")) if day_typed(text) is None else None


class Company(_Column):
    """A number of Companies House, stored as it writes it."""

    key = "company"
    title = Sentence("Company number")
    asked = Sentence("a company number")

    def read(self, question: Question, text: str) -> Checked:
        number = company_number(text)
        if number is None:
            told = Sentence(
                "Enter the company number of “%(question)s” as Companies House has it, like 01234567.",
                question=question.text,
            )
            return Checked(text, 0, (told,), False)
        return Checked(number, 0, (), True)


class UnitPrice(Quantity):
    """A price in pounds of one unit, to the millionth: a kilowatt hour costs parts of a penny."""

    key = "unit_price"
    title = Sentence("Unit price")
    place = 0
    floor = Decimal(0)
    asked = Sentence("a price in pounds")

    def parse(self, text: str) -> Decimal | None:
        price = parse_pounds(text)
        if price is None:
            price = parse_number(text.strip().removeprefix("£"))
        return None if price is None or abs(price) > LARGEST_AMOUNT or price != round(price, MOST_PLACES) else price

    def stored(self, number: Decimal) -> str:
        return format(number.quantize(PENNY), "f") if _in_pence(number) else written(number)

    def shown(self, number: Decimal) -> str:
        return format_pounds(number) if _in_pence(number) else f"£{Decimal(written(number)):,f}"

    def bound(self, number: Decimal) -> str:
        return self.shown(number)

    def unread(self, question: Question) -> Sentence:
        return Sentence("Enter a price in pounds for “%(question)s”, like 25 or 0.1425.", question=question.text)

    def doubt(self, question: Question, text: str) -> Sentence | None:
        return doubt_about_number(text.strip().removeprefix("£"), question.text)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        number = None if value is None else self.parse(str(value))
        return super().parts(question, value) if number is None else (self.shown(number),)

    def brief(self, question: Question) -> Sentence:
        return self.asked


def _in_pence(number: Decimal) -> bool:
    return number == round(number, PENNIES)


DAY, WHEN, COMPANY, UNIT_PRICE = Day(), When(), Company(), UnitPrice()

# what an officer may write for the kind of a sub-field, and the kind that it is
FIELD_KINDS: dict[str, Callable[[], Kind]] = {
    "short text": lambda: get_kind("short_text"),
    "number": lambda: get_kind("number"),
    "money": lambda: get_kind("money"),
    "date": lambda: DAY,
    "one of": lambda: get_kind("one_of"),
    "yes or no": lambda: get_kind("yes_no"),
    "company number": lambda: COMPANY,
}
