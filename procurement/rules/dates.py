"""Days and instants as UK law and UK readers count them: working days, the standstill, the tendering minimum.

Everything stored is an aware UTC instant; everything that law counts in days is counted in UK days.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays

from workflows.facts import MONTHS, UK, Sentence, day_in_words, in_words

__all__ = [
    "DAYS_TO_SUBMIT",
    "LONG_AGO",
    "STANDSTILL_WORKING_DAYS",
    "BankHoliday",
    "Standstill",
    "add_working_days",
    "bank_holidays",
    "day_in_words",
    "days_later",
    "earliest_close",
    "in_words",
    "is_working_day",
    "next_noon",
    "parse_uk_local",
    "read_clock",
    "read_day",
    "read_iso",
    "standstill",
    "start_of_day",
    "tendering_minimum",
    "uk_day",
    "uk_instant",
]

DAYS_TO_SUBMIT = 10  # at least, for whoever enters a stage after the others
STANDSTILL_WORKING_DAYS = 8  # the least that law allows: Procurement Act 2023 s.51(2)
PARTS = {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}
SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONG_AGO = 1800  # the first year of a day that somebody is asked for: a firm may be older than its city's service
SHORTEST_MONTH = 3  # letters: from these on a name has one reading, as `Sept`
NOON = 12
_NOON = re.compile(r"(?:12\s*)?(?:noon|midday)")
_MIDNIGHT = re.compile(r"(?:12\s*)?midnight")
_TWELVE_HOURS = re.compile(r"(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\.?")
_TWENTY_FOUR_HOURS = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)")


@dataclass(frozen=True)
class BankHoliday:
    """One bank holiday, and the parts of the UK that keep it."""

    day: date
    name: str
    parts: tuple[str, ...]

    @property
    def where(self) -> str:
        """ "Scotland", "England, Wales and Northern Ireland", "every part of the UK"."""
        if len(self.parts) == len(PARTS):
            return "every part of the UK"
        return " and ".join([", ".join(self.parts[:-1]), self.parts[-1]] if self.parts[1:] else self.parts)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> Mapping[date, BankHoliday]:
    """Every bank holiday of any part of the UK in that year, substitute days included, in order.

    A working day excludes a bank holiday in *any* part of the United Kingdom: Procurement Act 2023 s.123(1).
    """
    found: dict[date, dict[str, str]] = {}
    for code, part in PARTS.items():
        calendar = holidays.country_holidays("GB", subdiv=code, years=year, language="en_GB")
        for day in sorted(calendar):
            found.setdefault(day, {})[part] = calendar[day]
    return MappingProxyType(
        {day: BankHoliday(day, next(iter(names.values())), tuple(names)) for day, names in sorted(found.items())}
    )


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday anywhere in the UK (Procurement Act 2023 s.123(1))."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (which itself does not count); `day` itself for 0."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def uk_day(instant: datetime) -> date:
    """The day in the UK on which an aware instant falls."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} has no zone")
    return instant.astimezone(UK).date()


def start_of_day(day: date) -> datetime:
    """The UTC instant at which a UK day begins. British clocks never change at midnight, so there is exactly one."""
    return datetime.combine(day, time.min, UK).astimezone(UTC)


def days_later(at: datetime, days: timedelta) -> datetime:
    """The UTC instant so many days later at which the clocks of the UK show the same time as at `at`."""
    return datetime.combine(uk_day(at) + days, at.astimezone(UK).time(), UK).astimezone(UTC)


@dataclass(frozen=True)
class Standstill:
    """A standstill with its working. It runs to the last minute of `last_day`; the award can be confirmed from then on.

    `ends_at` is what people are told (11:59pm UK time); `confirm_at` is the first instant after the period, the
    midnight that follows. Both UTC.
    """

    begins: date
    last_day: date
    ends_at: datetime
    confirm_at: datetime
    working: tuple[Sentence, ...]


def next_noon(at: datetime) -> datetime:
    """The first noon in the UK that is not earlier than an instant: what is proposed as a closing time."""
    noon = datetime.combine(uk_day(at), time(NOON), UK)
    return (noon if noon >= at else datetime.combine(uk_day(at) + timedelta(days=1), time(NOON), UK)).astimezone(UTC)


def standstill(published_at: datetime, days: int = STANDSTILL_WORKING_DAYS) -> Standstill:
    """The mandatory standstill: working days *beginning with* the day of publication of the contract award notice.

    Procurement Act 2023 s.51(2), working days by s.123(1). `published_at`: an aware instant; the day is the UK's.
    """
    if days < STANDSTILL_WORKING_DAYS:
        raise ValueError(f"a standstill has at least {STANDSTILL_WORKING_DAYS} working days (s.51(2), (5))")
    begins = uk_day(published_at)
    last_day = add_working_days(begins - timedelta(days=1), days)
    confirm_at = start_of_day(last_day + timedelta(days=1))
    ends_at = confirm_at - timedelta(minutes=1)
    sentences = [
        Sentence("%(days)s working days, beginning with the day of publication: %(day)s.", days=days, day=begins),
    ]
    if not is_working_day(begins):
        first = add_working_days(begins, 1)
        sentences.append(Sentence("That is not a working day, so the first day that counts is %(day)s.", day=first))
    sentences.append(Sentence("Saturdays and Sundays do not count."))
    for days_on in range((last_day - begins).days + 1):
        each = begins + timedelta(days=days_on)
        holiday = bank_holidays(each.year).get(each)
        if holiday is not None and each.weekday() < SATURDAY:
            sentences.append(
                Sentence(
                    "%(day)s does not count: it is a bank holiday in %(where)s (%(name)s).",
                    day=each,
                    where=holiday.where,
                    name=holiday.name,
                )
            )
    sentences.append(Sentence("The standstill ends on %(ends_at)s.", ends_at=ends_at))
    return Standstill(begins, last_day, ends_at, confirm_at, tuple(sentences))


def tendering_days(
    *,
    electronic: bool = True,
    all_documents: bool = True,
    planned_notice: bool = False,
    urgent: bool = False,
    invited: bool = False,
) -> int:
    """The shortest tendering period in days: Procurement Act 2023 s.54(4), the table's rows that we can meet."""
    if planned_notice or urgent or invited:
        return 10
    return {2: 25, 1: 30, 0: 35}[electronic + all_documents]


def earliest_close(published_at: datetime, days: int) -> date:
    """The first UK day on which tenders may be due: the period begins with the day *after* the invitation (s.54)."""
    return uk_day(published_at) + timedelta(days=days)


def tendering_minimum(
    published_at: datetime,
    closes_at: datetime,
    *,
    electronic: bool = True,
    all_documents: bool = True,
    planned_notice: bool = False,
    urgent: bool = False,
    invited: bool = False,
) -> Sentence | None:
    """Why the tendering period is too short, or None. From the day after the invitation to the day tenders are due.

    `planned_notice`: a qualifying planned procurement notice was published 40 days to 12 months before (s.15(3)).
    `invited`: only those may tender who went on from an earlier stage.
    """
    days = tendering_days(
        electronic=electronic,
        all_documents=all_documents,
        planned_notice=planned_notice,
        urgent=urgent,
        invited=invited,
    )
    last_day = uk_day(closes_at - timedelta(microseconds=1))  # what closes as a day begins is due on the day before
    earliest = earliest_close(published_at, days)
    if last_day >= earliest:
        return None
    given = max(0, (last_day - uk_day(published_at)).days)
    return Sentence.plural(
        "Tenderers would have %(num)s day and the law asks for at least %(days)s, counted from the day after "
        "publication (Procurement Act 2023 section 54). Close on %(earliest)s or later.",
        "Tenderers would have %(num)s days and the law asks for at least %(days)s, counted from the day after "
        "publication (Procurement Act 2023 section 54). Close on %(earliest)s or later.",
        given,
        days=days,
        earliest=earliest,
    )


def read_iso(text: str) -> date | None:
    """A day as it is stored (`2027-03-12`), or None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None  # no weeks, and no day without hyphens


def read_day(day: str, month: str, year: str, *, first_year: int = FIRST_YEAR) -> date | Sentence:
    """A date from its three fields as typed (`12`, `3` or `March` or `mar.`, `2027`), or why it is none."""
    written = month.strip().casefold().rstrip(".,")
    named = [number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(written)]
    month = str(named[0]) if named and len(written) >= SHORTEST_MONTH else month.strip()
    parts = (day.strip(), month, year.strip())
    if not any(parts):
        return Sentence("Enter a date, like 12 3 2027.")
    if not all(re.fullmatch(r"\d{1,4}", part, re.ASCII) for part in parts):
        return Sentence("Enter a date with a day, a month and a year, like 12 3 2027.")
    if not first_year <= int(parts[2]) <= LAST_YEAR:
        return Sentence("Enter the year with four digits, like 2027.")
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return Sentence("There is no such day: check the day and the month.")


def read_clock(typed: str) -> time | Sentence:
    """A time of day as typed (`12 noon`, `5:30pm`, `17:30`), or why it is none."""
    text = typed.strip().casefold()
    if _NOON.fullmatch(text):
        return time(NOON)
    twelve, whole = _TWELVE_HOURS.fullmatch(text), _TWENTY_FOUR_HOURS.fullmatch(text)
    if twelve:
        hour = int(twelve["hour"]) % NOON + (NOON if twelve["half"] == "p" else 0)
        clock = time(hour, int(twelve["minute"] or 0))
    elif whole:
        clock = time(int(whole["hour"]), int(whole["minute"]))
    elif _MIDNIGHT.fullmatch(text):
        clock = time.min
    else:
        return Sentence("Enter a time, like 12 noon or 5:30pm.")
    if clock == time.min:
        return Sentence("Midnight leaves open which day is meant: enter 12:01am or 11:59pm, or a time like 12 noon.")
    return clock


def uk_instant(day: date, clock: time) -> datetime | Sentence:
    """The UTC instant at which UK clocks show this time on this day, or why there is not exactly one.

    In the hour that the clocks skip there is none, and in the hour that they repeat there are two.
    """
    local = datetime.combine(day, clock, UK)
    instant = local.astimezone(UTC)
    if instant.astimezone(UK).replace(tzinfo=None) != local.replace(tzinfo=None):
        return Sentence("The clocks go forward on %(day)s and skip this time. Enter 2am or later.", day=day)
    if local.replace(fold=1).astimezone(UTC) != instant:
        return Sentence(
            "The clocks go back on %(day)s and show this time twice. Enter a time before 1am or from 2am on.", day=day
        )
    return instant


def parse_uk_local(day: str, month: str, year: str, clock: str) -> datetime | Sentence:
    """A UK date and time as typed into four fields: the UTC instant, or the sentence that says what is wrong."""
    read = read_day(day, month, year)
    if isinstance(read, Sentence):
        return read
    at = read_clock(clock)
    return at if isinstance(at, Sentence) else uk_instant(read, at)


def work_can_start(planned: date | None, stands: datetime | None) -> date | None:
    """The first day of the work as its call said it, where that can still be: not on a day that is over when the award
    stands (`stands`: the end of the standstill, or the confirmation). None otherwise: the contract says it."""
    if planned is None or stands is None:
        return planned
    return planned if planned >= uk_day(stands + timedelta(seconds=1)) else None
