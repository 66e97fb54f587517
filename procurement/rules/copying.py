"""What a copy of a call takes, and where its dates go: whole weeks later, so that each keeps its weekday and hour."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from procurement.rules.dates import days_later, uk_day

WEEK = timedelta(weeks=1)
INSTANTS = ("opens_at", "ask_by", "closes_at", "choose_by", "assess_by")  # of a stage
# what a stage is, of whatever call: all else of it is where it stands, when, or who sits on its panel
OF_A_STAGE = (
    *("window", "number", "key", "title", "noun", "nouns", "steps", "sealed", "required", "hold_minutes", "readers"),
    *("names", "other_marks", "shows", "marks_of", "ranks_by", "reasons", "tie_breakers", "minimum_total"),
    "moderate_from",
)


def begins_on(instants: Iterable[datetime | None], days: Iterable[date | None]) -> date | None:
    """The first day (UK) that a call names; None where it names none."""
    found = [*(uk_day(at) for at in instants if at is not None), *(day for day in days if day is not None)]
    return min(found, default=None)


def weeks_to_move(first: date, earliest: date) -> timedelta:
    """How much later a copy's dates are, in whole weeks, so that its first day is `earliest` or after it."""
    return WEEK * max(0, -((first - earliest) // WEEK))


def moved_instant(at: datetime | None, by: timedelta) -> datetime | None:
    """The same weekday and hour of the UK, whether or not the clocks change in between."""
    return None if at is None else days_later(at, by)


def moved_day(day: date | None, by: timedelta) -> date | None:
    return None if day is None else day + by
