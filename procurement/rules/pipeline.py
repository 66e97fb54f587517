"""Planned calls: how far ahead, how long their texts are, and what stands in the way of one."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.rules.calls import CALL_KINDS, THEMES
from procurement.rules.money import format_pounds
from procurement.rules.questions import is_blank, word_count
from workflows.facts import MONTHS, Sentence

MONTHS_AHEAD = 24  # a pipeline notice looks eighteen months ahead (Procurement Act 2023 s.93); and some more
LONGEST_TITLE = 120
MOST_WORDS = 150
LONGEST_REASON = 500


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_from(today: date) -> tuple[date, ...]:
    """The months that can be planned for, this one first, each by its first day."""
    return tuple(
        date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(MONTHS_AHEAD + 1)
    )


# What each thing that is written of one is called.
WORDS: dict[str, Sentence] = {
    "kind": Sentence("What it will be"),
    "title": Sentence("Title"),
    "theme": Sentence("Priority area"),
    "summary": Sentence("What it will be about"),
    "value": Sentence("What it may be worth"),
    "month": Sentence("Expected"),
    "contact": Sentence("Questions to"),
}


def month_words(month: date) -> str:
    """`March 2027`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What of a plan changed, from what to what, a line each, as history keeps it."""
    return [
        f"{WORDS[name]}: from {_shown(name, before[name])} to {_shown(name, value)}"
        for name, value in after.items()
        if before[name] != value
    ]


def _shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, Decimal):
        return format_pounds(value)
    if isinstance(value, date):
        return month_words(value)
    coded: Mapping[str, Sentence] = {"kind": CALL_KINDS, "theme": THEMES}.get(name, {})
    return str(coded.get(value, value))


def is_overdue(month: date, today: date) -> bool:
    """Whether a month has passed in which nothing came."""
    return month < first_of(today)


def faults(kind: str, title: str, theme: str, summary: str) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with what was typed: (field, sentence)."""
    if kind not in CALL_KINDS:
        yield "kind", Sentence("Choose what it will be.")
    if is_blank(title) or len(title) > LONGEST_TITLE:
        yield "title", Sentence("Give it a title of at most %(most)s characters.", most=LONGEST_TITLE)
    if theme not in THEMES:
        yield "theme", Sentence("Choose the priority area that it belongs to.")
    if is_blank(summary) or word_count(summary) > MOST_WORDS:
        yield "summary", Sentence("Say what it will be about, in at most %(most)s words.", most=MOST_WORDS)
