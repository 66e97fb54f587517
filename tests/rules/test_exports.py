"""A downloaded table opens as a table, reads back as it was written, and never starts a formula."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.exports import BYTE_ORDER_MARK, Cell, cell, neutral, write_csv


def test_the_bytes_are_those_of_rfc_4180_with_a_mark() -> None:
    rows: list[dict[str, Cell]] = [
        {"reference": "BSC-7K3M-42QX", "name": 'Ümit, "Söhne" & بیٹے', "pounds": Decimal("25000.50")},
        {"pounds": Decimal(-3), "name": "two\nlines", "reference": None},
        {},
    ]
    assert b"".join(write_csv(["reference", "name", "pounds"], rows)) == (
        BYTE_ORDER_MARK
        + 'reference,name,pounds\r\nBSC-7K3M-42QX,"Ümit, ""Söhne"" & بیٹے",25000.50\r\n'
        ',"two\nlines",-3\r\n,,\r\n'.encode()
    )


def test_a_column_that_the_header_does_not_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no column for naem"):
        list(write_csv(["name"], [{"naem": "x"}]))


def test_rows_are_written_one_by_one() -> None:
    def rows() -> object:
        yield {"a": 1}
        raise AssertionError("asked for too early")

    writer = write_csv(["a"], rows())  # type: ignore[arg-type]
    assert [next(writer), next(writer)] == [BYTE_ORDER_MARK + b"a\r\n", b"1\r\n"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44 121", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "|calc", "＝1", "\u00a0=cmd", "\u200b=1"],
)
def test_what_would_start_a_formula_is_neutralised(text: str) -> None:
    assert neutral(text) == "'" + text
    assert cell(text) == "'" + text


def test_values_have_one_form() -> None:
    summer = timezone(timedelta(hours=1))
    values: list[Cell] = [
        None,
        True,
        False,
        12,
        -12,
        Decimal("-0.50"),
        Decimal("1E+3"),
        date(2026, 11, 24),
        datetime(2026, 7, 1, 12, tzinfo=summer),
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        "plain",
        "a=b",
    ]
    assert [cell(each) for each in values] == [
        "",
        "yes",
        "no",
        "12",
        "-12",
        "-0.50",
        "1000",
        "2026-11-24",
        "2026-07-01T11:00:00Z",
        "2026-11-24T12:00:00Z",
        "plain",
        "a=b",
    ]
    with pytest.raises(ValueError, match="no zone"):
        cell(datetime(2026, 11, 24))  # noqa: DTZ001 -- that is the fault


TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(some.lists(TEXTS, min_size=1, max_size=4))
def test_every_text_reads_back_and_none_is_a_formula(texts: list[str]) -> None:
    header = [f"column {number}" for number in range(len(texts))]
    written = b"".join(write_csv(header, [dict(zip(header, texts, strict=True))]))
    _, row = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert [each.removeprefix("'") for each in row] == [each.removeprefix("'") for each in texts]
    assert not any(each.lstrip().startswith(("=", "+", "-", "@")) for each in row)
