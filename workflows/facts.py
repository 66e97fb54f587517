"""Everything that a guard may look at, gathered by the caller beforehand; and the sentence that it answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
NOON = 12
Value = str | int | Decimal | datetime | date

# Written out, because strftime would follow the machine's locale.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_words(instant: datetime) -> str:
    """An instant as people in the UK read it: "Friday 12 March 2027 at 12 noon (UK time)".

    Takes an aware datetime (ValueError otherwise). Times follow the GOV.UK style guide: 5:30pm, 5pm, 12 noon. The
    instant at which a day begins is told by the day that ends with it, since nobody who may send something "until
    Friday at 12:00am" knows whether Friday counts: "Thursday 11 March 2027 at midnight, the end of that day (UK time)".
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} has no zone")
    local = instant.astimezone(UK)
    if (local.hour, local.minute) == (0, 0):
        return f"{day_in_words(local - timedelta(days=1))} at midnight, the end of that day (UK time)"
    return f"{day_in_words(local)} at {_time(local)} (UK time)"


def day_in_words(day: date) -> str:
    """A date as people read it: "Friday 12 March 2027"."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _time(local: datetime) -> str:
    if local.minute == 0 and local.hour == NOON:
        return "12 noon"
    half = "am" if local.hour < NOON else "pm"
    hour = (local.hour - 1) % NOON + 1
    if local.minute == 0 and local.hour != 0:
        return f"{hour}{half}"
    return f"{hour}:{local.minute:02d}{half}"


def shown(value: Value) -> str:
    """One value of a sentence in English words: instants and dates in UK words, numbers with commas."""
    if isinstance(value, datetime):
        return in_words(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value if isinstance(value, str) else f"{value:,}"


@dataclass(frozen=True, init=False)
class Sentence:
    """A sentence for a person, with its values still apart: the web translates it, `str()` gives it in English.

    `text` holds `%(name)s` for each value. A sentence that counts is made by `plural` and keeps both `forms` and the
    `count`, for ngettext.
    """

    text: str
    items: tuple[tuple[str, Value], ...]
    forms: tuple[str, str] | None
    count: int | None

    def __init__(self, text: str, /, **values: Value) -> None:
        self._set(text, values, None, None)

    @classmethod
    def plural(cls, one: str, many: str, n: int, /, **values: Value) -> Self:
        """The form for `n`, which the texts write as `%(num)s`."""
        sentence = cls.__new__(cls)
        sentence._set(one if n == 1 else many, {**values, "num": n}, (one, many), n)
        return sentence

    def _set(self, text: str, values: Mapping[str, Value], forms: tuple[str, str] | None, count: int | None) -> None:
        fields = {"text": text, "items": tuple(sorted(values.items())), "forms": forms, "count": count}
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        str(self)  # a text that names a value which is not there fails here, not before a person's eyes

    @property
    def values(self) -> Mapping[str, Value]:
        return dict(self.items)

    def __str__(self) -> str:
        return self.text % {name: shown(value) for name, value in self.items} if self.items else self.text


class FactMissing(LookupError):
    """A guard needs a fact that the caller did not gather: a fault in the program, and never a permission."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is so at `now`. Give what the guards of your move read; a count that was not gathered (None) is an error
    when a guard asks for it, so that forgetting one never opens a door. Instants are aware; money is in pounds."""

    now: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    later_stage: str = ""  # title of the stage, where it is not the one with which its call begins
    hold_until: datetime | None = None  # from when a closed call may be opened
    actor: int | None = None  # the person who wants to move
    authors: frozenset[int] | None = None  # the persons who wrote, proposed or last edited what is to be approved
    second_person: bool = False  # a different person, freshly signed in, is opening too
    problems: int | None = None  # what is missing before a call can be published
    call_live: bool | None = None  # published, and neither cancelled nor concluded
    award_decided: bool | None = None  # the awards of a stage of the call are approved
    next_problems: int | None = None  # what the next stage lacks before it can begin; 0 where there is none
    unanswered: int | None = None  # required questions without a complete answer
    declared: bool = False
    reason: str = ""
    undecided: int | None = None  # applications without an eligibility decision
    requests_open: int | None = None  # what applicants were asked and can still answer
    reviews_open: int | None = None  # reviews of eligibility that were asked for and are not answered
    past_reviewing: bool | None = None  # whether nobody can be let into the stage again
    checks_missing: int | None = None  # what must be looked up about the applicant and was not; 0 where nothing must
    conditions_unmet: int | None = None  # conditions that exclude and are not met, or not looked at
    supplier_excluded: bool | None = None  # a mandatory ground for exclusion applies
    readers_missing: int | None = None  # applications with too few assessors
    attendance_missing: int | None = None  # presentations of which nobody has noted whether they took place
    chair_missing: bool | None = None  # of the panel of a stage that moderates
    differences_open: int | None = None  # marks that lie apart and are neither agreed on nor left as they are
    scorecards_due: int | None = None  # scorecards that are not in
    decisions_missing: int | None = None  # assessed applications without a decision
    over_budget: Decimal | None = None  # pounds above the budget; 0 when within it
    departures: int | None = None  # decisions that leave rank order without a reason
    rule_broken: tuple[str, ...] | None = None  # references whose decision a binding rule does not give
    reasons_missing: tuple[str, ...] | None = None  # references without the one reason per criterion that is required
    letters_due: int | None = None  # letters and summaries that are not ready yet
    reserve_ended: bool | None = None  # the stage to which the reserve would go on has closed, or the call is concluded
    told_at: datetime | None = None  # the one instant at which all applicants of the stage were told
    notice_published: bool = False  # the award notice is out; True where none has to be published
    standstill_ends_at: datetime | None = None  # None where there is no standstill
    confirm_at: datetime | None = None  # grants: told_at; challenges: the standstill's end, None before UK6
    accept_by: datetime | None = None  # when a confirmed award ends that nobody answered; None where it does not
    unsettled: int | None = None  # awards that are neither accepted, refused nor dropped
    marks_missing: int | None = None  # criteria without a mark
    comments_missing: int | None = None  # criteria without a comment for the applicant
    assessment_over: bool | None = None


# What a move may be due by, and the only names that its `due` may have.
INSTANTS = frozenset(
    {"opens_at", "closes_at", "hold_until", "told_at", "standstill_ends_at", "confirm_at", "accept_by"}
)
