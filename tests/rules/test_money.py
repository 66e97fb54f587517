"""Amounts are read as people write them, and never guessed at."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.money import (
    LARGEST_AMOUNT,
    as_number,
    format_pounds,
    parse_number,
    parse_pounds,
    to_pennies,
    written,
)


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [
        ("25000", "25000.00"),
        ("£25,000.50", "25000.50"),
        (" £ 25,000 ", "25000.00"),
        ("25 000", "25000.00"),
        ("25\u00a0000", "25000.00"),
        ("GBP 1,234,500", "1234500.00"),
        ("1234500 pounds", "1234500.00"),
        ("£25k", "25000.00"),
        ("1.25m", "1250000.00"),
        ("-£3.20", "-3.20"),
        ("£-3.20", "-3.20"),
        ("\N{MINUS SIGN}5", "-5.00"),
        ("25000.", "25000.00"),
        ("0", "0.00"),
        ("۲۵۰۰۰", "25000.00"),
        ("\uff12\uff15", "25.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, pounds: str) -> None:
    assert str(parse_pounds(typed)) == pounds


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "about 5",
        "1,23",
        "25.000,50",
        "100.000",
        "£1.000",
        "1,0000",
        "5.005",
        "£",
        "--5",
        "-£-5",
        "1e5",
        "NaN",
        "Infinity",
        "½",
        "1000000000000",
        "5 6",
        "£5 to £10",
        "9" * 100_000,
        "1" + " " * 100_000,
    ],
)
def test_what_is_not_one_amount_is_not_guessed_at(typed: str) -> None:
    assert parse_pounds(typed) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", "12"), ("12.50", "12.5"), ("1,200", "1200"), ("-3", "-3"), (".5", "0.5"), ("-0", "0"), ("100", "100")],
)
def test_a_number_is_read_and_written_one_way(typed: str, number: str) -> None:
    parsed = parse_number(typed)
    assert parsed is not None
    assert written(parsed) == number


@pytest.mark.parametrize("typed", ["", "-", ".", "twelve", "1e3", "1,2", "12 people"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert parse_number(typed) is None


@given(some.decimals(min_value=-LARGEST_AMOUNT, max_value=LARGEST_AMOUNT, places=2))
def test_a_formatted_amount_reads_back_as_itself(amount: Decimal) -> None:
    assert parse_pounds(format_pounds(amount)) == amount


@given(some.text(max_size=40))
def test_nothing_typed_raises(text: str) -> None:
    assert parse_pounds(text) is None or parse_pounds(text) == to_pennies(parse_pounds(text) or Decimal(0))
    parse_number(text)


def test_pounds_are_written_one_way() -> None:
    written_so = [format_pounds(Decimal(each)) for each in ("1234500", "25000.5", "-3.2", "0", "0.005")]
    assert written_so == ["£1,234,500", "£25,000.50", "-£3.20", "£0", "£0.01"]


def test_json_numbers_are_whole_where_they_can_be() -> None:
    assert as_number(Decimal("25000.00")) == 25000
    assert isinstance(as_number(Decimal("25000.00")), int)
    assert as_number(Decimal("25000.50")) == 25000.5
    assert to_pennies(Fraction(2, 3)) == Decimal("0.67")
    assert to_pennies(Fraction(-1, 200)) == Decimal("-0.01")
