"""When nobody was heard of, which closings that has to do with, and the later closing that is proposed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.dates import is_working_day, uk_day
from procurement.rules.outages import Gap, Span, because, concerns, gaps, length, lost, proposed
from workflows.facts import UK

NOW = datetime(2027, 3, 12, 9, 0, tzinfo=UTC)  # a Friday
FIVE, MINUTE, HOUR = timedelta(minutes=5), timedelta(minutes=1), timedelta(hours=1)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def span(process: str, began: float, seen: float, ahead: timedelta = timedelta(0)) -> Span:
    return Span(process, at(began), at(seen), ahead)


def test_a_silence_of_every_process_is_a_gap_and_one_of_some_is_none() -> None:
    known = [span("a", 0, 60), span("b", 0, 90), span("c", 95, 120), span("d", 96, 200)]
    assert gaps(known, FIVE) == (Gap(at(90), at(95), ("b",), ("c",)),)
    assert gaps([*known, span("e", 80, 100)], FIVE) == ()
    assert gaps(known, timedelta(minutes=6)) == ()


def test_what_was_before_the_first_heartbeat_is_not_known() -> None:
    assert gaps([], FIVE, NOW) == ()
    assert gaps([span("a", 600, 700)], FIVE) == ()


def test_a_silence_that_lasts_has_no_end_and_who_was_heard_of_last() -> None:
    assert gaps([span("a", 0, 59.5), span("b", 0, 60)], FIVE, at(70)) == (Gap(at(60), None, ("a", "b")),)
    assert gaps([span("a", 0, 60)], FIVE, at(64)) == ()


def test_a_clock_that_was_moved_forward_is_no_outage_and_one_before_it_stays_where_it_was() -> None:
    ahead = timedelta(days=9)
    assert gaps([span("a", 0, 60), span("a", 61, 90, ahead)], FIVE) == ()
    (gap,) = gaps([span("a", 0, 60), span("a", 90, 120), span("a", 121, 150, ahead)], FIVE)
    assert (gap.began_at, gap.ended_at) == (at(60), at(90))
    (gap,) = gaps([span("a", 0, 60, ahead), span("a", 90, 120, ahead)], FIVE)
    assert (gap.began_at, gap.ended_at) == (at(60) + ahead, at(90) + ahead)


@pytest.mark.parametrize(
    ("began", "ended", "said"),
    [
        (-600, -481, False),
        (-600, -480, False),
        (-600, -479, True),
        (-30, -10, True),
        (-30, 45, True),
        (-10, 0, True),
        (0, 60, False),
        (5, 60, False),
        (-30, None, True),
        (-6000, 600, True),
    ],
)
def test_which_closings_it_has_to_do_with(began: float, ended: float | None, *, said: bool) -> None:
    gap = Gap(at(began), None if ended is None else at(ended))
    assert concerns(gap, NOW, hours=8) is said


@pytest.mark.parametrize(
    ("closes", "outage", "now", "expected"),
    [
        # noon on a Friday, 45 minutes lost in the morning: 1pm
        ("2027-03-12T12:00", [("2027-03-12T10:00", 45)], "2027-03-12T11:00", "2027-03-12T13:00"),
        ("2027-03-12T12:00", [("2027-03-12T10:00", 60)], "2027-03-12T11:00", "2027-03-12T13:00"),
        # over the closing: from now on, as long again
        ("2027-03-12T12:00", [("2027-03-12T11:30", 61)], "2027-03-12T12:40", "2027-03-12T14:00"),
        # too late on a Friday: noon on Monday
        ("2027-03-12T16:00", [("2027-03-12T14:00", 90)], "2027-03-12T15:45", "2027-03-15T12:00"),
        ("2027-03-12T16:00", [("2027-03-12T15:00", 60)], "2027-03-12T16:00", "2027-03-12T17:00"),
        # down all night: not before nine
        ("2027-03-11T23:00", [("2027-03-11T22:30", 60)], "2027-03-11T23:30", "2027-03-12T09:00"),
        # Good Friday and Easter Monday are none; the clocks have gone forward meanwhile
        ("2027-03-25T16:59", [("2027-03-25T16:00", 30)], "2027-03-25T16:40", "2027-03-30T12:00"),
        # two of them add up
        (
            "2027-03-12T12:00",
            [("2027-03-12T09:00", 40), ("2027-03-12T10:30", 40)],
            "2027-03-12T11:30",
            "2027-03-12T14:00",
        ),
    ],
)
def test_the_closing_that_is_proposed(closes: str, outage: list[tuple[str, int]], now: str, expected: str) -> None:
    def read(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UK).astimezone(UTC)

    silences = [(read(began), read(began) + timedelta(minutes=minutes)) for began, minutes in outage]
    assert proposed(read(closes), silences, read(now)) == read(expected)


@given(
    closes=st.integers(0, 600_000),
    began=st.integers(-600, 0),
    minutes=st.integers(2, 4_000),
    later=st.integers(0, 3_000),
)
def test_it_is_never_shorter_than_the_outage_and_always_a_full_hour_of_a_working_day(
    closes: int, began: int, minutes: int, later: int
) -> None:
    closes_at = at(closes)
    silence = (closes_at + timedelta(minutes=began), closes_at + timedelta(minutes=began + minutes))
    now = silence[1] + timedelta(minutes=later)
    found = proposed(closes_at, [silence], now)
    local = found.astimezone(UK)
    assert found >= max(closes_at, now) + lost([silence])
    assert is_working_day(uk_day(found))
    assert (9 <= local.hour <= 17, local.minute, local.second) == (True, 0, 0)
    assert found <= max(closes_at, now) + lost([silence]) + timedelta(days=12)


def test_its_words() -> None:
    assert str(length(at(0), at(1))) == "1 minute"
    assert str(length(at(0), at(44.2))) == "45 minutes"
    assert str(length(at(0), at(180))) == "3 hours"
    assert str(length(at(0), at(901))) == "15 hours and 1 min"
    assert because([(at(0), at(45))]) == (
        "The service could not be reached from Friday 12 March 2027 at 9am (UK time) to "
        "Friday 12 March 2027 at 9:45am (UK time) "
        "(45 minutes)."
    )
