"""How values look on a page: instants, days, time left, money, sizes, states. One formatter each, for every page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import Match, SequenceMatcher
from typing import Any

from flask import Flask
from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

from procurement.rules import questions
from procurement.rules.calls import with_article
from procurement.rules.dates import uk_day
from procurement.rules.invitations import InvitationStatus
from procurement.rules.prose import html_of
from procurement.rules.published import CallKind
from procurement.rules.questions import Grid, Purpose, Question
from procurement.rules.requests import RequestKind, RequestStatus, ReviewOutcome
from procurement.rules.statuses import (
    AwardStatus,
    CallStatus,
    DocumentStatus,
    Ending,
    MessageStatus,
    NoticeStatus,
    Outcome,
    Place,
)
from procurement.rules.uploads.examination import in_units
from procurement.rules.vat import Basis
from workflows import catalogue
from workflows.catalogue import states
from workflows.facts import Sentence, day_in_words, in_words, shown

_ = lazy_gettext
LONGEST_COMPARED = 4_000  # words: beyond this a word-by-word comparison would keep a page waiting
MOST_COMPARISONS = 5_000_000  # of one word with another, at most half a second; 4,000 words of people need a fifth
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})

# The words of what no workflow moves, by whose they are. What is still to do stands out; what is done is plain.
STATUSES: dict[str, dict[str, tuple[Any, str]]] = {
    "task": {
        "not_started": (_("Not started"), "blue"),
        "in_progress": (_("In progress"), "teal"),
        "completed": (_("Completed"), ""),
        "cannot_start_yet": (_("Cannot start yet"), "grey"),
        "problem": (_("There is a problem"), "red"),
        "optional": (_("Optional"), "grey"),
    },
    "document": {
        DocumentStatus.REQUESTED: (_("Being made"), "blue"),
        DocumentStatus.READY: (_("Ready"), "green"),
        DocumentStatus.FAILED: (_("Failed"), "red"),
    },
    "message": {
        MessageStatus.STAGED: (_("To be approved"), "blue"),
        MessageStatus.APPROVED: (_("Waiting"), "blue"),
        MessageStatus.SENT: (_("Sent"), "green"),
        MessageStatus.FAILED: (_("Failed"), "red"),
        MessageStatus.DISCARDED: (_("Discarded"), "grey"),
    },
    "request": {
        RequestStatus.OPEN: (_("Waiting for the answer"), "yellow"),
        RequestStatus.ANSWERED: (_("Answered"), "green"),
        RequestStatus.LAPSED: (_("No answer"), "red"),
        RequestStatus.TAKEN_BACK: (_("Taken back"), "grey"),
    },
    "review": {
        RequestStatus.OPEN: (_("Can be asked for"), "grey"),
        RequestStatus.ANSWERED: (_("Asked for"), "yellow"),
        RequestStatus.LAPSED: (_("Not asked for"), "grey"),
        RequestStatus.TAKEN_BACK: (_("Taken back"), "grey"),
    },
    "invitation": {
        InvitationStatus.WAITING: (_("Waiting for the answer"), "yellow"),
        InvitationStatus.OVERDUE: (_("No answer in time"), "red"),
        InvitationStatus.ACCEPTED: (_("Can assess"), "green"),
        InvitationStatus.DECLINED: (_("Cannot assess"), "grey"),
        InvitationStatus.WITHDRAWN: (_("Withdrawn"), "grey"),
    },
    "ending": {
        Ending.EXCLUDED: (_("Excluded"), "red"),
        Ending.DISREGARDED: (_("Disregarded"), "red"),
        Ending.ABNORMALLY_LOW: (_("Disregarded: price abnormally low"), "red"),
        Ending.DISQUALIFIED: (_("Disqualified"), "red"),
        Ending.RESERVE_ENDED: (_("Reserve ended"), "grey"),
        Ending.DID_NOT_COME: (_("Did not come"), "grey"),
        Ending.UNANSWERED: (_("Not accepted in time"), "red"),
        Ending.WITH_THE_CALL: (_("Ended with the call"), "red"),
    },
    "register": {
        AwardStatus.PENDING: (_("In standstill"), "yellow"),
        AwardStatus.SUSPENDED: (_("Suspended"), "orange"),
        AwardStatus.ACTIVE: (_("Active"), "green"),
        AwardStatus.CANCELLED: (_("Cancelled"), "red"),
        AwardStatus.UNSUCCESSFUL: (_("Unsuccessful"), "grey"),
    },
}
ENUMS = (
    AwardStatus,
    Basis,
    CallKind,
    CallStatus,
    DocumentStatus,
    InvitationStatus,
    MessageStatus,
    NoticeStatus,
    Outcome,
    Place,
    Purpose,
    RequestKind,
    RequestStatus,
    ReviewOutcome,
)


def uk_datetime(value: datetime | None) -> str:
    """An aware instant in words: `Friday 12 March 2027 at 12 noon (UK time)`; nothing for None."""
    return "" if value is None else in_words(value)


def uk_date(value: date | datetime | None) -> str:
    """A day in words: `Friday 12 March 2027`; an instant is taken in UK time."""
    if value is None:
        return ""
    return day_in_words(uk_day(value) if isinstance(value, datetime) else value)


def uk_time(value: datetime) -> str:
    """The time of day alone, for `Saved at 10:42am`."""
    return in_words(value).rpartition(" at ")[2].removesuffix(" (UK time)").partition(",")[0]


def iso(value: datetime | date) -> str:
    """For machines: RFC 3339 in UTC, or the plain date."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def number(value: Decimal | int | float | None) -> str:
    """A number with commas, and its own decimals."""
    return "" if value is None else f"{value:,}"


def file_size(value: int) -> str:
    """Bytes in the units that people meet, as letters and receipts say them too: `812 bytes`, `1.1 KB`, `1.5 MB`."""
    return in_units(value)


def plural(count: int, one: str, many: str) -> str:
    """`3|plural("firm", "firms")` is `3 firms`. For words that are data; a text of the interface uses ngettext."""
    return f"{count:,} {one if count == 1 else many}"


def listed(items: Iterable[Any]) -> str:
    """`a, b and c`."""
    *first, last = [str(item) for item in items] or [""]
    return gettext("%(first)s and %(last)s", first=", ".join(first), last=last) if first else last


def status_words(key: str, of: str, public: bool = False, told: bool = False) -> tuple[str, str]:
    """The words and the colour of a status. `of` says whose: the subject of a workflow, or a key of STATUSES.

    Staff's words, or `public` those of whoever is not staff: before the outcome is told, or after it. KeyError for a
    status that is not known: whatever is shown has words.
    """
    if of in STATUSES:
        text, colour = STATUSES[of][key]
        return str(text), colour
    words = catalogue.words(of, key)
    return gettext(words.word(told=told) if public else words.title), words.colour


def call_status_words(status: CallStatus) -> tuple[str, str]:
    """As `status_words`, for where a call stands for everybody; that decisions were made is only said once all are
    told."""
    return status_words(status, "call", public=True, told=True)


def capitalised(words: str) -> str:
    """As at the beginning of a sentence: "Expressions of interest"."""
    return words[:1].upper() + words[1:]


def sentence(value: object) -> str:
    """A frozen `Sentence` of the floors below, in the reader's language; anything else as it is."""
    if isinstance(value, Grid):
        return value.text(sentence)
    if not isinstance(value, Sentence):
        return str(value)
    words = {name: shown(each) for name, each in value.items}
    if value.forms is not None and value.count is not None:
        words.pop("num", None)  # ngettext gives it itself
        return ngettext(*value.forms, value.count, **words)
    return gettext(value.text, **words)


def requirement(question: Question) -> str:
    """What a condition of participation asks for, as one sentence."""
    return sentence(questions.requirement(question))


def needed(question: Question) -> str:
    """What the answer to a condition must be."""
    return questions.needed(question)


class _TooMuchToCompare(Exception):
    """Two texts are so alike in so many places that their comparison would keep a page waiting."""


class _Comparison(SequenceMatcher[str]):
    """A comparison that gives up: the same word everywhere makes it grow with the cube of the text."""

    left = MOST_COMPARISONS
    a: Sequence[str]  # difflib's own names for the two texts and for where each word stands in the second
    b2j: Mapping[str, Sequence[int]]

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self.left -= sum(1 + len(self.b2j.get(word, ())) for word in self.a[alo:ahi])
        if self.left < 0:
            raise _TooMuchToCompare
        return super().find_longest_match(alo, ahi, blo, bhi)


def text_diff(old: str, new: str) -> list[tuple[str, str]]:
    """From one text to another, word by word: ("same" | "gone" | "new", text).

    Long texts are compared line by line, and where that is too much work as well, each stands whole.
    """
    words = re.compile(r"\S+\s*|\s+")
    before, after = words.findall(old), words.findall(new)
    if len(before) + len(after) <= 2 * LONGEST_COMPARED and (parts := _compared(before, after)) is not None:
        return parts
    parts = _compared(old.splitlines(keepends=True), new.splitlines(keepends=True))
    return [("gone", old), ("new", new)] if parts is None else parts


def _compared(before: list[str], after: list[str]) -> list[tuple[str, str]] | None:
    """The parts of a difference; None when finding them is too much work."""
    comparison = _Comparison(None, before, after, autojunk=len(before) > LONGEST_COMPARED)
    try:
        steps = comparison.get_opcodes()
    except _TooMuchToCompare:
        return None
    parts: list[tuple[str, str]] = []
    for kind, i, j, k, m in steps:
        if kind == "equal":
            parts.append(("same", "".join(before[i:j])))
            continue
        if j > i:
            parts.append(("gone", "".join(before[i:j])))
        if m > k:
            parts.append(("new", "".join(after[k:m])))
    return parts


ROW, CELL = re.compile(r"(?=<tr\b)"), re.compile(r"<t([dh])\b")


def with_column_names(rows: str, columns: Sequence[Any]) -> Markup:
    """The rows of a table, each cell with the name of its column, under which a phone shows it."""
    names = [
        ("" if column.get("hidden") else str(column["text"])) if isinstance(column, Mapping) else str(column)
        for column in columns
    ]

    def named(row: str) -> str:
        remaining = iter(names)
        return CELL.sub(lambda cell: f'<t{cell[1]} data-column="{escape(next(remaining, ""))}"', row)

    return Markup("".join(map(named, ROW.split(rows))))  # noqa: S704  (the template's own rows, escaped there)


def page_language() -> str:
    """The language of the page, for `<html lang>`."""
    locale = get_locale()
    return "en" if locale is None else str(locale).replace("_", "-")


def page_direction() -> str:
    return "rtl" if page_language().partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def prose(text: str) -> Markup:
    """A text of officers with its lists, bold words and links (`rules.prose`)."""
    return Markup(html_of(text))  # noqa: S704  (everything that was typed is escaped there)


FILTERS = {
    each.__name__: each
    for each in (
        uk_datetime,
        uk_date,
        uk_time,
        iso,
        number,
        file_size,
        plural,
        listed,
        status_words,
        capitalised,
        with_article,
        sentence,
        requirement,
        needed,
        prose,
        text_diff,
        with_column_names,
        capitalised,
    )
}


def install(app: Flask) -> None:
    """Give the templates these filters, the two functions of the frame, and what they ask states and statuses by."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(page_language=page_language, page_direction=page_direction, states=states)
    app.jinja_env.globals.update({each.__name__: each for each in ENUMS})
