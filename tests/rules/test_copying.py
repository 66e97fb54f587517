"""Where the dates of a copy go: whole weeks later, the same weekday and hour, and never earlier than can be kept."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procurement.rules import copying
from workflows.facts import UK

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS)
def test_the_first_day_is_the_earliest_of_its_weekdays_that_can_be_kept(first: date, earliest: date) -> None:
    moved = first + copying.weeks_to_move(first, earliest)
    assert moved >= first
    assert moved.weekday() == first.weekday()
    assert moved >= earliest
    if moved > first:
        assert moved - timedelta(weeks=1) < earliest


@given(DAYS, st.integers(0, 200))
def test_noon_stays_noon_whether_or_not_the_clocks_change(day: date, weeks: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UK).astimezone(UTC)
    moved = copying.moved_instant(noon, timedelta(weeks=weeks))
    assert moved is not None
    assert moved.tzinfo is UTC
    local = moved.astimezone(UK)
    assert (local.hour, local.minute, local.date()) == (12, 0, day + timedelta(weeks=weeks))


def test_what_is_empty_stays_empty() -> None:
    week = timedelta(weeks=1)
    assert copying.moved_instant(None, week) is None
    assert copying.moved_day(None, week) is None
    assert copying.begins_on([None], [None]) is None
    at = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert copying.begins_on([at, None], [date(2027, 2, 1), None]) == date(2027, 1, 31)
