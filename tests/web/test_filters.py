"""Values look the same on every page, and nobody has to guess a zone, a unit or a state."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.statuses import AwardStatus, CallStatus, DocumentStatus, MessageStatus
from procurement.web import amounts, filters
from procurement.web.time_left import time_left
from tests.web.gallery import make_app
from workflows.catalogue import LIFECYCLES
from workflows.facts import Sentence

NOON = datetime(2027, 3, 12, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(autouse=True)
def request_of_a_reader(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(0), "closed"),
        (timedelta(seconds=-1), "closed"),
        (timedelta(seconds=59), "less than 1 minute left"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(minutes=59, seconds=59), "59 minutes left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes left"),
        (timedelta(days=1, minutes=5), "1 day left"),
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 hours left"),
        (timedelta(days=14, hours=4), "14 days left"),
    ],
)
def test_time_left_is_in_the_two_largest_units(left: timedelta, words: str) -> None:
    assert time_left(NOON, NOON - left) == words


@given(some.integers(min_value=1, max_value=10**7))
def test_time_left_never_says_closed_before_the_instant(seconds: int) -> None:
    # the texts need no request here, since the autouse fixture's context stands for all examples
    assert time_left(NOON, NOON - timedelta(seconds=seconds)).endswith(" left")


def test_instants_days_and_times_are_in_uk_words() -> None:
    summer = datetime(2027, 7, 1, 23, 30, tzinfo=UTC)
    assert filters.uk_datetime(NOON) == "Friday 12 March 2027 at 12 noon (UK time)"
    assert filters.uk_date(summer) == "Friday 2 July 2027"
    assert filters.uk_date(date(2027, 7, 1)) == "Thursday 1 July 2027"
    assert filters.uk_time(summer) == "12:30am"
    assert (filters.uk_datetime(None), filters.uk_date(None)) == ("", "")
    assert filters.iso(summer) == "2027-07-01T23:30:00Z"
    assert filters.iso(date(2027, 7, 1)) == "2027-07-01"


@pytest.mark.parametrize(
    ("value", "long", "short"),
    [
        (Decimal("25000"), "£25,000", "£25,000"),
        (Decimal("25000.50"), "£25,000.50", "£25,000.50"),
        (Decimal("999999"), "£999,999", "£999,999"),
        (Decimal("1000000"), "£1,000,000", "£1m"),
        (Decimal("9449999"), "£9,449,999", "£9.4m"),
        (Decimal("1250000"), "£1,250,000", "£1.3m"),
        (Decimal("1350000"), "£1,350,000", "£1.4m"),
        (Decimal("20000000"), "£20,000,000", "£20m"),
        (None, "", ""),
    ],
)
def test_money_is_whole_pounds_where_it_can_be(value: Decimal | None, long: str, short: str) -> None:
    assert (amounts.in_all(value), amounts.in_all(value, short=True)) == (long, short)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1062, "1.1 KB"),  # on the page of a receipt as in its document
        (1048576, "1 MB"),
        (1572864, "1.5 MB"),
        (52428800, "50 MB"),
    ],
)
def test_sizes_are_in_units_that_people_meet(size: int, words: str) -> None:
    assert filters.file_size(size) == words


def test_words_are_counted_and_joined() -> None:
    assert [filters.plural(count, "firm", "firms") for count in (0, 1, 1200)] == ["0 firms", "1 firm", "1,200 firms"]
    assert [filters.listed("abc"[:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [filters.number(each) for each in (1234567, Decimal("78.250"), None)] == ["1,234,567", "78.250", ""]


def test_a_sentence_of_the_rules_is_shown_with_its_values_in_words() -> None:
    closed = Sentence("It closed on %(when)s.", when=NOON)
    counted = Sentence.plural("%(num)s thing is missing.", "%(num)s things are missing.", 3)
    assert filters.sentence(closed) == "It closed on Friday 12 March 2027 at 12 noon (UK time)."
    assert filters.sentence(counted) == "3 things are missing."
    assert filters.sentence("plain") == "plain"


@pytest.mark.parametrize("subject", LIFECYCLES)
def test_every_state_is_shown_in_the_words_of_its_own_workflow(subject: str) -> None:
    workflow = LIFECYCLES[subject]
    shown = {each.key: filters.status_words(each.key, subject) for each in (*workflow.states, *workflow.phases)}
    assert shown == {each.key: (each.title, each.colour) for each in (*workflow.states, *workflow.phases)}


def test_the_same_word_of_two_workflows_is_two_words() -> None:
    assert filters.status_words("declined", "assignment") == ("Declined", "grey")
    assert filters.status_words("declined", "entry", public=True) == ("Under way", "grey")
    assert filters.status_words("declined", "entry", public=True, told=True) == ("Not successful", "grey")
    assert filters.status_words("failed", "document") == ("Failed", "red")
    assert filters.status_words("approved", "message") == ("Waiting", "blue")


def test_a_status_without_words_is_a_fault_and_not_a_guess() -> None:
    for of in ("call", "document", "nothing"):
        with pytest.raises(KeyError):
            filters.status_words("sent_elsewhere", of)


@pytest.mark.parametrize(
    ("of", "statuses"), [("document", DocumentStatus), ("message", MessageStatus), ("register", AwardStatus)]
)
def test_every_status_has_words(of: str, statuses: type[StrEnum]) -> None:
    assert set(filters.STATUSES[of]) == set(statuses)


def test_where_a_call_stands_for_everybody_is_said_in_its_own_words() -> None:
    assert {status.value: filters.call_status_words(status) for status in CallStatus} == {
        "open": ("Open", "green"),
        "upcoming": ("Opens soon", "blue"),
        "closed": ("Closed", "grey"),
        "in_assessment": ("Under way", "purple"),
        "decided": ("Decided", "teal"),
        "cancelled": ("Cancelled", "red"),
    }


TEXTS = some.text(alphabet="ab .\n", max_size=60)


@given(TEXTS, TEXTS)
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    parts = filters.text_diff(old, new)
    assert "".join(text for kind, text in parts if kind != "new") == old
    assert "".join(text for kind, text in parts if kind != "gone") == new


def test_a_difference_of_very_long_texts_is_quick_and_whole() -> None:
    old, new = "word " * 30_000 + "\nend", "other " * 30_000 + "\nend"
    assert filters.text_diff(old, new) == [
        ("gone", "word " * 30_000 + "\n"),
        ("new", "other " * 30_000 + "\n"),
        ("same", "end"),
    ]


def test_texts_that_are_alike_in_too_many_places_stand_whole() -> None:
    """Two thousand words, every other the same: comparing them took half a minute."""
    old, new = (" ".join(f"a {letter}{number}" for number in range(1_000)) for letter in "xy")
    assert filters.text_diff(old, new) == [("gone", old), ("new", new)]
    assert filters.text_diff(f"{old}\nthe end", f"{new}\nthe end") == [
        ("gone", f"{old}\n"),
        ("new", f"{new}\n"),
        ("same", "the end"),
    ]
