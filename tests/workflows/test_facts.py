"""Instants and sentences as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflows.facts import UK, Sentence, day_in_words, in_words, shown


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2027-03-12T12:00+00:00", "Friday 12 March 2027 at 12 noon (UK time)"),
        ("2027-03-12T00:00+00:00", "Thursday 11 March 2027 at midnight, the end of that day (UK time)"),
        ("2027-03-12T00:05+00:00", "Friday 12 March 2027 at 12:05am (UK time)"),
        ("2027-03-12T09:00+00:00", "Friday 12 March 2027 at 9am (UK time)"),
        ("2027-03-12T12:01+00:00", "Friday 12 March 2027 at 12:01pm (UK time)"),
        ("2027-03-12T17:30+00:00", "Friday 12 March 2027 at 5:30pm (UK time)"),
        ("2027-03-12T23:59:59+00:00", "Friday 12 March 2027 at 11:59pm (UK time)"),
        ("2027-07-01T11:00+00:00", "Thursday 1 July 2027 at 12 noon (UK time)"),  # summer time
        ("2027-06-30T23:30+00:00", "Thursday 1 July 2027 at 12:30am (UK time)"),  # and the next day
        ("2027-12-31T19:00-05:00", "Friday 31 December 2027 at midnight, the end of that day (UK time)"),
    ],
)
def test_an_instant_is_written_in_uk_words(instant, words):
    assert in_words(datetime.fromisoformat(instant)) == words


def test_an_hour_that_the_clocks_repeat_is_told_by_its_instant():
    before, after = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert in_words(before) == in_words(after) == "Sunday 31 October 2027 at 1:30am (UK time)"
    assert before.astimezone(UK).utcoffset() != after.astimezone(UK).utcoffset()


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no zone"):
        in_words(datetime(2027, 3, 12, 12))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2027, 3, 12, 12, tzinfo=UTC), "Friday 12 March 2027 at 12 noon (UK time)"),
        (date(2027, 2, 1), "Monday 1 February 2027"),
        (Decimal("1234567.50"), "1,234,567.50"),
        (Decimal("60.00"), "60.00"),
        (1200, "1,200"),
        ("as it is", "as it is"),
    ],
)
def test_each_kind_of_value_has_its_words(value, words):
    assert shown(value) == words


def test_days_are_written_without_the_machine_s_language():
    assert [day_in_words(date(2027, month, 1)).split()[2] for month in range(1, 13)] == [
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
    ]
    assert [day_in_words(date(2027, 3, day)).split()[0] for day in range(1, 8)] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]


def test_a_sentence_keeps_its_values_apart():
    closes_at = datetime(2027, 3, 12, 12, tzinfo=UTC)
    sentence = Sentence("This call closed on %(closes_at)s.", closes_at=closes_at)
    assert sentence.text == "This call closed on %(closes_at)s."
    assert sentence.values == {"closes_at": closes_at}
    assert str(sentence) == "This call closed on Friday 12 March 2027 at 12 noon (UK time)."
    assert (sentence.forms, sentence.count) == (None, None)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 are due."),
        (1, "1 is due."),
        (2, "2 are due."),
        (1200, "1,200 are due."),
    ],
)
def test_a_sentence_that_counts_has_two_forms(n, words):
    sentence = Sentence.plural("%(num)s is due.", "%(num)s are due.", n)
    assert str(sentence) == words
    assert (sentence.forms, sentence.count) == (("%(num)s is due.", "%(num)s are due."), n)
    assert sentence.values == {"num": n}


def test_equal_sentences_are_one():
    assert len({Sentence("%(a)s %(b)s", a=1, b="x"), Sentence("%(a)s %(b)s", b="x", a=1)}) == 1
    assert Sentence("%(a)s", a=1) != Sentence("%(a)s", a=2)


def test_a_sentence_cannot_be_changed():
    with pytest.raises(AttributeError):
        Sentence("Give a reason.").text = "Anything"


def test_a_sentence_without_values_may_hold_a_percent_sign():
    assert str(Sentence("100% of it")) == "100% of it"


def test_a_value_that_the_text_names_must_be_given():
    with pytest.raises(KeyError, match="closes_at"):
        Sentence("It closed on %(closes_at)s, %(a)s.", a=1)
