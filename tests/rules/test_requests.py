"""Working time, until when something can be answered, and what may be asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.dates import is_working_day, uk_day
from procurement.rules.requests import (
    LEAST_WORKING_HOURS,
    MOST_DAYS,
    REVIEW_DAYS,
    RequestStatus,
    closing_fault,
    earliest_closing,
    frozen,
    review_questions,
    review_until,
    status_of,
    working_time,
)
from workflows.facts import UK

START = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 60 * 24 * 365 * 4).map(lambda minutes: START + timedelta(minutes=minutes))
SPANS = st.integers(0, 60 * 24 * 30).map(lambda minutes: timedelta(minutes=minutes))


def uk(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UK).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (uk(10, 9), uk(10, 17), 8 * 60),
        (uk(10, 15), uk(11, 10, 30), 2 * 60 + 90),
        (uk(10, 18), uk(11, 9), 0),
        (uk(12, 15), uk(15, 11), 2 * 60 + 2 * 60),  # Friday to Monday
        (uk(25, 9), uk(31, 17), 3 * 8 * 60),  # Good Friday and Easter Monday in between
        (uk(10, 9), uk(10, 9), 0),
        (uk(11, 9), uk(10, 9), 0),
    ],
)
def test_working_time_is_nine_to_five_on_working_days(start: datetime, end: datetime, minutes: int) -> None:
    assert working_time(start, end).minutes == minutes


def test_the_working_shows_its_sum_and_the_bank_holidays() -> None:
    assert [str(each) for each in working_time(uk(25, 15), uk(30, 10, 30)).sentences] == [
        "Working hours are 9am to 5pm, Monday to Friday, without bank holidays.",
        "Friday 26 March 2027 does not count: Good Friday.",
        "Monday 29 March 2027 does not count: Easter Monday.",
        "From Thursday 25 March 2027 at 3pm (UK time) until Tuesday 30 March 2027 at 10:30am (UK time): "
        "3 working hours and 30 minutes on 2 days.",
        "At least 16 working hours are needed.",
    ]


@given(INSTANTS, SPANS, SPANS)
def test_working_time_adds_up_and_is_never_more_than_the_time_itself(
    start: datetime, a: timedelta, b: timedelta
) -> None:
    middle, end = start + a, start + a + b
    first, second, whole = working_time(start, middle), working_time(middle, end), working_time(start, end)
    assert first.minutes + second.minutes == whole.minutes
    assert whole.minutes <= (end - start) // timedelta(minutes=1)
    assert whole.minutes <= 8 * 60 * sum(
        is_working_day(uk_day(start) + timedelta(days=n)) for n in range((uk_day(end) - uk_day(start)).days + 1)
    )


@given(INSTANTS)
def test_what_is_proposed_is_enough_and_no_working_day_sooner_is(now: datetime) -> None:
    closes_at = earliest_closing(now)
    assert closing_fault(now, closes_at) is None
    assert (closes_at.astimezone(UK).hour, is_working_day(uk_day(closes_at))) == (12, True)
    assert working_time(now, closes_at).minutes < (LEAST_WORKING_HOURS + 16) * 60


def test_why_a_request_cannot_close_then() -> None:
    now = uk(10, 9)
    assert str(closing_fault(now, now)) == "This time has passed. Choose a later one."
    assert str(closing_fault(now, uk(11, 16, 59))) == (
        "That leaves 15 working hours and 59 minutes, and at least 16 working hours are needed. Choose a later time."
    )
    assert closing_fault(now, uk(11, 17)) is None
    assert closing_fault(now, now + timedelta(days=MOST_DAYS)) is None
    assert str(closing_fault(now, now + timedelta(days=MOST_DAYS, minutes=1))) == "Choose a time within 60 days."


@given(INSTANTS)
def test_a_review_can_be_asked_for_on_ten_whole_working_days_after_that_of_the_letter(told_at: datetime) -> None:
    until = review_until(told_at)
    last = uk_day(until)
    assert until.astimezone(UK).strftime("%H:%M") == "23:59"
    assert is_working_day(last)
    after = [uk_day(told_at) + timedelta(days=n) for n in range(1, (last - uk_day(told_at)).days + 1)]
    assert len([day for day in after if is_working_day(day)]) == REVIEW_DAYS


def test_bank_holidays_anywhere_in_the_uk_are_no_days_of_a_review() -> None:
    """17 March is one in Northern Ireland, 26 and 29 March are those of Easter."""
    assert uk_day(review_until(uk(16, 10))) == date(2027, 4, 2)
    assert uk_day(review_until(uk(16, 10), 11)) == date(2027, 4, 5)


def test_how_far_a_request_is_ends_at_the_very_instant() -> None:
    closes_at = uk(10, 12)
    tick = timedelta(microseconds=1)
    none = {"answered_at": None, "withdrawn_at": None, "closes_at": closes_at}
    assert status_of(**none, now=closes_at - tick) is RequestStatus.OPEN
    assert status_of(**none, now=closes_at) is RequestStatus.LAPSED
    assert status_of(**none | {"answered_at": closes_at - tick}, now=closes_at) is RequestStatus.ANSWERED
    assert status_of(**none | {"withdrawn_at": closes_at - tick}, now=closes_at) is RequestStatus.TAKEN_BACK


def test_the_questions_of_a_request_have_keys_that_no_form_has() -> None:
    made = frozen(3, (("Why?", "long_text"), ("How many?", "number"), ("Which?", "file")))
    assert [each.key for each in made] == ["request-3-1", "request-3-2", "request-3-3"]
    assert [(each.word_limit, each.kind.most(each)) for each in made] == [(500, 0), (None, 0), (None, 5)]
    assert [each.required for each in review_questions(1)] == [True, False]
