"""Working days, standstill and UK time: counted as the law counts them, with the working shown."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.dates import (
    add_working_days,
    bank_holidays,
    earliest_close,
    is_working_day,
    next_noon,
    parse_uk_local,
    read_clock,
    read_day,
    standstill,
    start_of_day,
    tendering_minimum,
    uk_day,
    uk_instant,
)
from workflows.facts import Sentence

UK = ZoneInfo("Europe/London")


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UK).astimezone(UTC)


def test_the_holidays_of_2026_are_those_of_every_part() -> None:
    assert [(f"{each.day:%d %b}", each.where) for each in bank_holidays(2026).values()] == [
        ("01 Jan", "every part of the UK"),
        ("02 Jan", "Scotland"),
        ("17 Mar", "Northern Ireland"),
        ("03 Apr", "every part of the UK"),
        ("06 Apr", "England, Wales and Northern Ireland"),
        ("04 May", "every part of the UK"),
        ("25 May", "every part of the UK"),
        ("15 Jun", "Scotland"),
        ("12 Jul", "Northern Ireland"),
        ("13 Jul", "Northern Ireland"),
        ("03 Aug", "Scotland"),
        ("31 Aug", "England, Wales and Northern Ireland"),
        ("30 Nov", "Scotland"),
        ("25 Dec", "every part of the UK"),
        ("26 Dec", "every part of the UK"),
        ("28 Dec", "every part of the UK"),
    ]


@pytest.mark.parametrize(
    "substitute", [date(2022, 1, 3), date(2022, 1, 4), date(2022, 12, 27), date(2024, 12, 2), date(2027, 12, 28)]
)
def test_substitute_days_are_no_working_days(substitute: date) -> None:
    assert substitute.weekday() < 5
    assert not is_working_day(substitute)


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2026, 3, 12), date(2026, 3, 24)),  # Saint Patrick's Day; England alone would say 23 March
        (date(2026, 7, 9), date(2026, 7, 21)),  # the Boyne, kept on Monday; England alone would say 20 July
        (date(2026, 11, 24), date(2026, 12, 4)),  # Saint Andrew's Day; England alone would say 3 December
        (date(2026, 12, 18), date(2026, 12, 31)),  # Christmas Day and the Monday kept for Boxing Day
        (date(2026, 12, 21), date(2027, 1, 5)),  # New Year, and Scotland's Monday for 2 January
        (date(2026, 11, 21), date(2026, 12, 3)),  # published on a Saturday: counting starts on Monday
        (date(2027, 3, 22), date(2027, 4, 2)),  # Easter, and the clocks go forward
    ],
)
def test_the_standstill_ends_on_the_eighth_working_day(published: date, last: date) -> None:
    period = standstill(noon(published.year, published.month, published.day))
    assert (period.begins, period.last_day) == (published, last)
    assert period.ends_at.astimezone(UK) == datetime(last.year, last.month, last.day, 23, 59, tzinfo=UK)
    assert period.confirm_at == period.ends_at + timedelta(minutes=1)
    assert period.ends_at.tzinfo is UTC


def test_the_standstill_shows_its_working() -> None:
    assert [str(each) for each in standstill(noon(2026, 11, 24)).working] == [
        "8 working days, beginning with the day of publication: Tuesday 24 November 2026.",
        "Saturdays and Sundays do not count.",
        "Monday 30 November 2026 does not count: it is a bank holiday in Scotland (Saint Andrew's Day).",
        "The standstill ends on Friday 4 December 2026 at 11:59pm (UK time).",
    ]
    assert str(standstill(noon(2026, 11, 21)).working[1]) == (
        "That is not a working day, so the first day that counts is Monday 23 November 2026."
    )


def test_the_day_of_publication_is_the_uk_day() -> None:
    late_in_summer = datetime(2026, 7, 8, 23, 30, tzinfo=UTC)  # already the 9th in the UK
    assert standstill(late_in_summer).begins == date(2026, 7, 9)
    late_in_winter = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
    assert standstill(late_in_winter).begins == date(2026, 11, 23)
    with pytest.raises(ValueError, match="at least 8"):
        standstill(late_in_winter, 7)


@given(some.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=some.just(UTC)))  # noqa: DTZ001 -- the strategy adds the zone
def test_every_standstill_holds_exactly_eight_working_days(published: datetime) -> None:
    period = standstill(published)
    days = [period.begins + timedelta(days=each) for each in range((period.last_day - period.begins).days + 1)]
    assert sum(is_working_day(each) for each in days) == 8
    assert is_working_day(period.last_day)
    assert uk_day(period.ends_at) == period.last_day
    assert period.confirm_at == start_of_day(period.last_day + timedelta(days=1))


def test_working_days_are_counted_from_the_day_after() -> None:
    assert add_working_days(date(2026, 11, 27), 0) == date(2026, 11, 27)
    assert add_working_days(date(2026, 11, 27), 1) == date(2026, 12, 1)
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 11, 27), -1)


def test_the_tendering_period_has_its_legal_minimum() -> None:
    published = noon(2026, 11, 2)
    assert earliest_close(published, 25) == date(2026, 11, 27)
    assert tendering_minimum(published, noon(2026, 11, 27)) is None
    assert str(tendering_minimum(published, noon(2026, 11, 26))) == (
        "Tenderers would have 24 days and the law asks for at least 25, counted from the day after publication "
        "(Procurement Act 2023 section 54). Close on Friday 27 November 2026 or later."
    )
    assert str(tendering_minimum(published, noon(2026, 11, 3))).startswith("Tenderers would have 1 day and")
    as_the_day_begins = start_of_day(date(2026, 11, 27))
    assert tendering_minimum(published, as_the_day_begins) is not None


@pytest.mark.parametrize(
    ("case", "days"),
    [
        ({}, 25),
        ({"all_documents": False}, 30),
        ({"electronic": False}, 30),
        ({"electronic": False, "all_documents": False}, 35),
        ({"planned_notice": True}, 10),
        ({"urgent": True, "electronic": False}, 10),
    ],
)
def test_each_row_of_the_table_has_its_own_minimum(case: dict[str, bool], days: int) -> None:
    published = noon(2026, 3, 2)
    assert tendering_minimum(published, published + timedelta(days=days), **case) is None
    assert tendering_minimum(published, published + timedelta(days=days - 1), **case) is not None


def test_uk_times_are_read_into_utc_on_both_sides_of_the_clock_change() -> None:
    assert parse_uk_local("12", "3", "2027", "12 noon") == datetime(2027, 3, 12, 12, tzinfo=UTC)
    assert parse_uk_local(" 1 ", "July", "2027", "5:30pm") == datetime(2027, 7, 1, 16, 30, tzinfo=UTC)
    assert parse_uk_local("29", "feb", "2028", "17.30") == datetime(2028, 2, 29, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            ("28", "3", "2027", "1:30am"),
            "The clocks go forward on Sunday 28 March 2027 and skip this time. Enter 2am or later.",
        ),
        (
            ("31", "10", "2027", "1:30am"),
            "The clocks go back on Sunday 31 October 2027 and show this time twice. "
            "Enter a time before 1am or from 2am on.",
        ),
        (("30", "2", "2027", "noon"), "There is no such day: check the day and the month."),
        (("29", "2", "2027", "noon"), "There is no such day: check the day and the month."),
        (("", "", "", "noon"), "Enter a date, like 12 3 2027."),
        (("12", "", "2027", "noon"), "Enter a date with a day, a month and a year, like 12 3 2027."),
        (("12", "ju", "2027", "noon"), "Enter a date with a day, a month and a year, like 12 3 2027."),
        (("12", "3", "27", "noon"), "Enter the year with four digits, like 2027."),
        (("12", "3", "2027", "soon"), "Enter a time, like 12 noon or 5:30pm."),
        (("12", "3", "2027", ""), "Enter a time, like 12 noon or 5:30pm."),
        (
            ("12", "3", "2027", "00:00"),
            "Midnight leaves open which day is meant: enter 12:01am or 11:59pm, or a time like 12 noon.",
        ),
        (
            ("12", "3", "2027", "midnight"),
            "Midnight leaves open which day is meant: enter 12:01am or 11:59pm, or a time like 12 noon.",
        ),
    ],
)
def test_what_is_no_instant_says_why(fields: tuple[str, str, str, str], sentence: str) -> None:
    read = parse_uk_local(*fields)
    assert isinstance(read, Sentence)
    assert str(read) == sentence


@given(some.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31)))  # noqa: DTZ001 -- what a clock on the wall shows
def test_an_instant_is_what_the_clocks_show_or_it_is_refused(shown: datetime) -> None:
    instant = uk_instant(shown.date(), shown.time())
    if isinstance(instant, datetime):
        assert instant.astimezone(UK).replace(tzinfo=None, fold=0) == shown.replace(fold=0)
    else:
        assert shown.weekday() == 6
        assert shown.hour == 1


@given(some.text(max_size=20), some.text(max_size=20))
def test_nothing_typed_raises(one: str, two: str) -> None:
    read_clock(one)
    read_day(one, two, one)


def test_times_are_read_as_people_write_them() -> None:
    typed = ["noon", "12pm", "12:01am", "5pm", "05:30 PM", "9.15am", "0:05", "23:59", "5 p.m."]
    assert [read_clock(each) for each in typed] == [
        time(12),
        time(12),
        time(0, 1),
        time(17),
        time(17, 30),
        time(9, 15),
        time(0, 5),
        time(23, 59),
        time(17),
    ]


def test_the_next_noon_is_the_uk_s_and_never_earlier():
    summer = datetime(2027, 7, 1, 11, tzinfo=UTC)  # noon, an hour ahead
    assert next_noon(summer) == summer
    assert next_noon(summer + timedelta(seconds=1)) == summer + timedelta(days=1)
    assert next_noon(datetime(2027, 1, 4, 23, 30, tzinfo=UTC)) == datetime(2027, 1, 5, 12, tzinfo=UTC)
