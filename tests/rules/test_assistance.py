"""Minimal financial assistance: the years that count, what is left, and what is said (Subsidy Control Act 2022)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.assistance import Assistance

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
    assert "is not firm before that" in said


def test_a_grant_above_the_ceiling_cannot_be_accepted_and_one_at_it_can() -> None:
    day = date(2027, 3, 1)
    assert Assistance(CEILING, CEILING, day).exceeded is None
    above = Assistance(CEILING + Decimal("0.01"), CEILING, day).exceeded
    assert "is more than the £315,000" in str(above)
