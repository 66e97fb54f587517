"""The dates that a new call begins with, its stages one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from procurement.rules.dates import add_working_days, is_working_day, uk_day, uk_instant
from workflows.definition import PlannedStage
from workflows.facts import Sentence

PREPARE_DAYS = 5  # working days from today until a new call would open
OPEN_WEEKS, ANSWER_WEEKS = 6, 1  # the last of them is for answers: no question is taken in it
ASSESS_DAYS, DECIDE_DAYS, START_DAYS = 15, 20, 20  # working days, each from the one before
CHOOSE_DAYS = 5  # of the days of the assessment: until then teams choose when they present
RUNS = timedelta(days=365)


@dataclass(frozen=True)
class StageDates:
    """The dates that a stage begins with: 12 noon on working days; None where it lacks the step."""

    opens_at: datetime | None
    closes_at: datetime | None
    assess_by: datetime | None
    decide_by: date
    choose_by: datetime | None = None
    ask_by: datetime | None = None


@dataclass(frozen=True)
class Dates:
    """The dates that a new call begins with, its stages one after the other."""

    stages: tuple[StageDates, ...]
    starts_on: date
    ends_on: date


def dates_from(today: datetime, stages: Sequence[PlannedStage]) -> Dates:
    """Dates that keep every time limit, counted from the day on which the call is made."""
    found: list[StageDates] = []
    day = uk_day(today)
    for stage in stages:
        found.append(_stage_dates(day, stage))
        day = found[-1].decide_by
    starts = add_working_days(day, START_DAYS)
    return Dates(tuple(found), starts, _working(starts + RUNS))


def _stage_dates(begins: date, stage: PlannedStage) -> StageDates:
    opens_at, ask_by, closes_at, assess_by, day = None, None, None, None, begins
    if stage.collects:
        opens = add_working_days(day, PREPARE_DAYS)
        day = _working(opens + timedelta(weeks=OPEN_WEEKS))
        opens_at, closes_at = _noon(opens), _noon(day)
        ask_by = _noon(_working(opens + timedelta(weeks=OPEN_WEEKS - ANSWER_WEEKS)))
    choose_by = _noon(add_working_days(day, CHOOSE_DAYS)) if stage.presents else None
    if stage.assesses:
        day = add_working_days(day, ASSESS_DAYS)
        assess_by = _noon(day)
    return StageDates(opens_at, closes_at, assess_by, add_working_days(day, DECIDE_DAYS), choose_by, ask_by)


def _working(day: date) -> date:
    return day if is_working_day(day) else add_working_days(day, 1)


def _noon(day: date) -> datetime:
    at = uk_instant(day, time(12))
    if isinstance(at, Sentence):  # British clocks change at night, so that noon is always there, and once
        raise ValueError(str(at))
    return at
