"""What is asked of one applicant after the opening: to complete or explain what was sent; and the review that whoever
is found ineligible may ask for. What may be asked, until when, and how that is reckoned.

A request never asks for a better bid: it is about what is missing or unclear, and whoever is in the same position is
asked the same (equal treatment: Procurement Act 2023 s.12(2)).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from procurement.rules.dates import (
    SATURDAY,
    add_working_days,
    bank_holidays,
    is_working_day,
    start_of_day,
    uk_day,
    uk_instant,
)
from procurement.rules.questions import Kind, Question, get_kind, list_kinds, word_count
from workflows.facts import Sentence

WORK_BEGINS, WORK_ENDS = time(9), time(17)  # of a working day, UK time
MINUTE = timedelta(minutes=1)
MINUTES = 60  # of an hour
# Two whole working days: a small firm has one person who knows the answer, and that person may be out for a day.
LEAST_WORKING_HOURS = 16
# When a team that has not answered is reminded: with one whole working day left, so that somebody can still act on it.
REMINDED_WORKING_HOURS = 8
MOST_DAYS = 60  # until a request closes: a slip in the year must not hold a stage up
MOST_QUESTIONS = 5
MOST_ASKED = 300  # words
LONGEST_QUESTION = 300  # characters
ANSWER_WORDS = 500
MOST_FILES_OF_ANSWER = 5
# How many working days after that of the letter a review can be asked for, unless the setting says otherwise. Long
# enough to read it with a colleague and to gather what shows that it is wrong.
REVIEW_DAYS = 10
SECTION = "Answer"


class RequestKind(StrEnum):
    """Why something is asked. The first two are an officer's; a review is offered with the letter of ineligibility,
    and answered by whoever wants one; minimal financial assistance is asked about when an award is told, and has to be
    confirmed before the award is firm."""

    COMPLETE = "complete"
    EXPLAIN = "explain"
    REVIEW = "review"
    ASSISTANCE = "assistance"


OFFICERS = (RequestKind.COMPLETE, RequestKind.EXPLAIN)
MUST_BE_ANSWERED = (*OFFICERS, RequestKind.ASSISTANCE)  # a review is for the applicant to ask for or not


class RequestStatus(StrEnum):
    """How far a request is: what its row and the clock make of it."""

    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"


class ReviewOutcome(StrEnum):
    """What a review found. `TOO_LATE`: the finding was wrong, and the marks of the stage are locked already. `WRONG`:
    so was a decision that was told; it stays on record, and what follows is an act of its own."""

    UPHELD = "upheld"
    REVERSED = "reversed"
    TOO_LATE = "too_late"
    WRONG = "wrong"


@dataclass(frozen=True)
class Asked:
    """What an officer asks: in words, by questions (text, key of a kind), and until when (aware)."""

    kind: RequestKind
    text: str
    questions: tuple[tuple[str, str], ...]
    closes_at: datetime


@dataclass(frozen=True)
class Working:
    """How many minutes of working time lie between two instants, on how many days, and the sentences that show it."""

    minutes: int
    days: int
    sentences: tuple[Sentence, ...]

    @property
    def enough(self) -> bool:
        return self.minutes >= LEAST_WORKING_HOURS * MINUTES


def working_time(start: datetime, end: datetime) -> Working:
    """The working time between two aware instants: 9am to 5pm in the UK, on working days (`rules.dates`); whole minutes
    of each day, rounded down. None where the end is not later."""
    minutes = days = 0
    free: list[Sentence] = []
    day = uk_day(start)
    while start < end and day <= uk_day(end):
        if is_working_day(day):
            begins, ends = (uk_instant(day, clock) for clock in (WORK_BEGINS, WORK_ENDS))
            assert isinstance(begins, datetime) and isinstance(ends, datetime)  # noqa: PT018, S101  (no clock changes then)
            own = (min(end, ends) - max(start, begins)) // MINUTE
            if own > 0:
                minutes, days = minutes + own, days + 1
        elif day.weekday() < SATURDAY and (holiday := bank_holidays(day.year).get(day)) is not None:
            free.append(Sentence("%(day)s does not count: %(name)s.", day=day, name=holiday.name))
        day += timedelta(days=1)
    found = Sentence(
        "From %(start)s until %(end)s: %(length)s.",
        start=start,
        end=end,
        length=f"{_hours(minutes)} on {days} {'day' if days == 1 else 'days'}",
    )
    counted = Sentence("Working hours are 9am to 5pm, Monday to Friday, without bank holidays.")
    least = Sentence("At least %(least)s working hours are needed.", least=LEAST_WORKING_HOURS)
    return Working(minutes, days, (counted, *free, found, least))


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, MINUTES)
    words = f"{hours:,} working {'hour' if hours == 1 else 'hours'}"
    return f"{words} and {rest} {'minute' if rest == 1 else 'minutes'}" if rest else words


def earliest_closing(start: datetime) -> datetime:
    """What is proposed: noon on the first working day that leaves enough time."""
    day = uk_day(start)
    while True:
        day = add_working_days(day, 1)
        noon = uk_instant(day, time(12))
        assert isinstance(noon, datetime)  # noqa: S101  (no clock changes at noon)
        if working_time(start, noon).enough:
            return noon


def is_reminded(now: datetime, closes_at: datetime) -> bool:
    """Whether a team that has not answered is to be reminded at an instant: one working day is left at most, and it is
    in working hours, so that somebody reads it; where no working time is left, at once."""
    if now >= closes_at:
        return False
    left = working_time(now, closes_at).minutes
    if left > REMINDED_WORKING_HOURS * MINUTES:
        return False
    return not left or working_time(now, now + MINUTE).minutes > 0


def closing_fault(now: datetime, closes_at: datetime) -> Sentence | None:
    """Why a request cannot close then, or None."""
    if closes_at <= now:
        return Sentence("This time has passed. Choose a later one.")
    if closes_at - now > timedelta(days=MOST_DAYS):
        return Sentence("Choose a time within %(days)s days.", days=MOST_DAYS)
    working = working_time(now, closes_at)
    if not working.enough:
        return Sentence(
            "That leaves %(length)s, and at least %(least)s working hours are needed. Choose a later time.",
            length=_hours(working.minutes),
            least=LEAST_WORKING_HOURS,
        )
    return None


def faults(asked: Asked, now: datetime) -> list[tuple[str, Sentence]]:
    """What is wrong with what an officer wants to ask, each with the name of the field: kind, text, questions,
    closes_at."""
    found: list[tuple[str, Sentence]] = []
    if asked.kind not in OFFICERS:
        found.append(("kind", Sentence("Choose why you ask.")))
    if not asked.text.strip():
        found.append(("text", Sentence("Write what is missing or unclear.")))
    if word_count(asked.text) > MOST_ASKED:
        found.append(("text", Sentence("Write at most %(most)s words.", most=MOST_ASKED)))
    if not 1 <= len(asked.questions) <= MOST_QUESTIONS:
        found.append(("questions", Sentence("Ask from 1 to %(most)s questions.", most=MOST_QUESTIONS)))
    if any(not text.strip() for text, _ in asked.questions):
        found.append(("questions", Sentence("Write the text of each question that has a kind of answer.")))
    if any(len(text) > LONGEST_QUESTION for text, _ in asked.questions):
        found.append(
            ("questions", Sentence("A question has at most %(most)s characters.", most=f"{LONGEST_QUESTION:,}"))
        )
    if not {kind for _, kind in asked.questions} <= {kind.key for kind in offered_kinds()}:
        found.append(("questions", Sentence("Choose the kind of answer of each question.")))
    if (closing := closing_fault(now, asked.closes_at)) is not None:
        found.append(("closes_at", closing))
    return found


def offered_kinds() -> tuple[Kind, ...]:
    """What a question of a request may be: every kind that is whole without settings, but for a limit of words."""
    return tuple(
        kind for kind in list_kinds() if all(each.name == "word_limit" for each in kind.settings if each.needed)
    )


def usual_kind() -> Kind:
    """What is proposed: words, up to a limit."""
    return next(kind for kind in offered_kinds() if any(each.needed for each in kind.settings))


def prefix(number: int) -> str:
    """What the keys of a request's questions begin with: a form's own cannot have a dash."""
    return f"request-{number}-"


def frozen(number: int, questions: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    """The questions of a request as they are frozen: each must be answered, and a file is one of several."""
    return tuple(
        _question(f"{prefix(number)}{place}", text, get_kind(kind)) for place, (text, kind) in enumerate(questions, 1)
    )


def _question(key: str, text: str, kind: Kind, *, required: bool = True) -> Question:
    return Question(
        key=key,
        section=SECTION,
        text=text.strip(),
        kind=kind,
        required=required,
        word_limit=ANSWER_WORDS if kind.setting("word_limit") else None,
        maximum=Decimal(MOST_FILES_OF_ANSWER) if kind.uploads else None,
    )


def review_questions(number: int) -> tuple[Question, ...]:
    """What is asked of whoever wants a review: why, and with what that is shown."""
    files = next(kind for kind in offered_kinds() if kind.uploads)
    return (
        _question(f"{prefix(number)}1", "Why do you think that this decision is wrong?", usual_kind()),
        _question(f"{prefix(number)}2", "Files that show it, if you have any", files, required=False),
    )


def review_until(told_at: datetime, days: int = REVIEW_DAYS) -> datetime:
    """Until when a review can be asked for: the last minute of the last of so many working days after that of the
    letter."""
    last = add_working_days(uk_day(told_at), days)
    return start_of_day(last + timedelta(days=1)) - MINUTE


def declared_text(noun: str) -> str:
    """What is declared with an answer, as its submission and receipt keep it."""
    return f"What we answer is true and complete, as far as we know, and belongs to our {noun}."


def status_of(
    *, answered_at: datetime | None, withdrawn_at: datetime | None, closes_at: datetime, now: datetime
) -> RequestStatus:
    """How far a request is at an instant. One comparison ends it: what is received before the closing instant is in
    time."""
    if withdrawn_at is not None:
        return RequestStatus.TAKEN_BACK
    if answered_at is not None:
        return RequestStatus.ANSWERED
    return RequestStatus.OPEN if now < closes_at else RequestStatus.LAPSED


def same(first: Sequence[Question], second: Sequence[Question]) -> bool:
    """Whether two requests ask the same, whatever the keys of their questions."""
    return [(each.text, each.kind) for each in first] == [(each.text, each.kind) for each in second]
