"""Numbers of addresses and hidden fields: nine ASCII digits or nothing."""

import pytest

from procurement.rules.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_up_to_nine_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1e3", " 1", "1\n", "1\x00", "٥", "５", "²", "1_0", "1000000000"]
)
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_five_thousand_digits_are_none_and_no_error() -> None:
    assert whole_number("9" * 5_000) is None


def test_a_shorter_limit_is_kept() -> None:
    assert [whole_number(text, longest=2) for text in ("9", "99", "100")] == [9, 99, None]
