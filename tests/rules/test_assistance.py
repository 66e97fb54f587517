"""Minimal financial assistance: the years that count, what is left, and what is said (Subsidy Control Act 2022)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.assistance import Assistance, confirm_by, months_later
from procurement.rules.questions import Question, check, get_kind
from procurement.rules.questions.sums import Sum, sums_of

CEILING = Decimal(315_000)


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (date(2027, 3, 31), date(2024, 4, 1), date(2027, 3, 31)),
        (date(2027, 4, 1), date(2025, 4, 1), date(2028, 3, 31)),
        (date(2028, 2, 29), date(2025, 4, 1), date(2028, 3, 31)),
    ],
)
def test_this_financial_year_and_the_two_before_count(day: date, since: date, until: date) -> None:
    assistance = Assistance(Decimal(1), CEILING, day)
    assert (assistance.since, assistance.until) == (since, until)


@given(st.dates(date(2022, 1, 1), date(2090, 12, 31)))
def test_every_day_lies_in_three_whole_years_from_april(day: date) -> None:
    assistance = Assistance(Decimal(1), CEILING, day)
    assert assistance.since <= day <= assistance.until
    assert assistance.until + timedelta(days=1) == assistance.since.replace(year=assistance.since.year + 3)


def test_the_letter_counts_the_grant_in_and_names_every_figure() -> None:
    said = " ".join(Assistance(Decimal("40000.50"), CEILING, date(2027, 3, 1)).notification("https://city.example/a"))
    for words in ("gross amount is £40,000.50", "at most £315,000", "at most £274,999.50 before", "city.example/a"):
        assert words in said
    assert "The grant is not firm before we have looked at it." in said
    assert "given after Wednesday 31 March 2027, the time that counts begins a year later" in said


def test_a_grant_above_the_ceiling_cannot_be_accepted_and_one_at_it_can() -> None:
    day = date(2027, 3, 1)
    assert Assistance(CEILING, CEILING, day).exceeded is None
    above = Assistance(CEILING + Decimal("0.01"), CEILING, day).exceeded
    assert "is more than the £315,000" in str(above)


DAY = date(2027, 3, 1)
RECEIVED = Question("received", "Money", "What did you receive?", get_kind("sums_received"), required=False)
rows = st.lists(
    st.tuples(
        st.text("abc ’é", min_size=1, max_size=9).filter(str.strip),
        st.dates(date(2024, 4, 1), DAY),
        st.decimals(Decimal("0.01"), Decimal(900_000), places=2),
    ),
    max_size=40,
)


@given(rows)
def test_what_was_typed_in_rows_is_added_up_exactly(typed: list[tuple[str, date, Decimal]]) -> None:
    text = "\n".join(f"{giver} | {day:%d/%m/%Y} | £{amount:,}" for giver, day, amount in typed)
    answer = check(RECEIVED, text)
    assert (answer.complete, check(RECEIVED, answer.value).value) == (True, answer.value)
    found = Assistance(Decimal(40_000), CEILING, DAY).reckon(sums_of(answer.value))
    assert found.received == sum((amount for _, _, amount in typed), Decimal(0))
    assert (found.exceeded is None) == (found.received + 40_000 <= CEILING)
    assert (found.before, found.ahead) == ((), ())


@given(st.dates(date(2023, 1, 1), date(2030, 12, 31)), st.dates(date(2020, 1, 1), date(2031, 12, 31)))
def test_each_sum_counts_is_too_old_or_has_not_come_yet(given_on: date, received_on: date) -> None:
    assistance = Assistance(Decimal(1), CEILING, given_on)
    found = assistance.reckon([Sum("A", received_on, Decimal(5))])
    assert [len(found.counted), len(found.before), len(found.ahead)].count(1) == 1
    assert bool(found.counted) == (assistance.since <= received_on <= given_on)


def test_one_penny_above_the_ceiling_is_too_much() -> None:
    assistance = Assistance(Decimal("40000.50"), CEILING, DAY)
    assert assistance.reckon([Sum("A", DAY, Decimal("274999.50"))]).exceeded is None
    said = str(assistance.reckon([Sum("A", DAY, Decimal("274999.51"))]).exceeded)
    assert said.startswith(
        "£274,999.51 received before and this grant of £40,000.50 come to £315,000.01. That is £0.01"
    )


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (" | 12 3 2026 | 500", "A row does not say who gave the sum. Write the name."),
        ("Council | 31 2 2026 | 500", "Council: enter the day on which you received it, like 12 3 2027."),
        ("Council | 12 3 2026 | some", "Council: enter the sum in pounds, like 25,000 or 25,000.50."),
        ("Council | 12 3 2026 | -5", "Council: enter the sum in pounds, like 25,000 or 25,000.50."),
        ("Council | 12 3 2026 | 25.000", "Do you mean £25 or £25,000? Enter 25 or 25,000."),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_and_asked_about(typed: str, fault: str) -> None:
    answer = check(RECEIVED, typed)
    assert ([str(each) for each in answer.problems], answer.complete) == ([fault], False)
    assert sums_of(answer.value) == ()
    assert check(RECEIVED, answer.value).value == answer.value


def test_rows_are_read_from_their_inputs_and_none_is_an_answer_where_it_may_be() -> None:
    kind = get_kind("sums_received")
    sent = {"answer-1-giver": "A|B", "answer-1-day": "12 March 2026", "answer-1-amount": "5k", "answer-3-giver": " "}
    assert kind.typed(sent, "answer") == "A/B | 12 March 2026 | 5k"
    assert check(RECEIVED, kind.typed(sent, "answer")).value == "A/B | 2026-03-12 | 5000.00"
    assert check(RECEIVED, kind.typed({}, "answer")).complete
    assert len(kind.rows("A | 2026-03-12 | 5.00")) == 4


def test_the_public_record_names_the_last_day_of_three_months_above_the_limit_only() -> None:
    small = Assistance(Decimal(100_000), CEILING, DAY).record(DAY, DAY)
    large = Assistance(Decimal("100000.01"), CEILING, DAY).record(date(2026, 11, 30), DAY)
    assert "needs no entry" in str(small)
    assert "by Sunday 28 February 2027" in str(large)
    assert months_later(date(2026, 10, 14), 3) == date(2027, 1, 14)


def test_a_confirmation_is_waited_for_to_the_last_minute_of_the_last_working_day() -> None:
    assert confirm_by(datetime(2027, 3, 22, 12, tzinfo=UTC), 5) == datetime(2027, 3, 31, 22, 59, tzinfo=UTC)
