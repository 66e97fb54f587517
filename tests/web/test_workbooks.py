"""A workbook never cuts a text without a word, never runs one, and has each value in its type."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from procurement.rules.columns import Column, Row, Type
from procurement.web.parts.workbooks import MOST_UNITS, Sheet, held_by_a_cell, workbook
from tests.parts.open_data import parsed

WHERE = "https://city.example/awards/a1"
COLUMNS = (
    Column(name="text", title="Text", about="A text.", example="x"),
    Column(name="kind", title="Kind", about="A code.", example="grant", codes={"grant": "Grant"}),
    Column(name="yes", title="Yes", about="Yes or no.", example="true", type=Type.YES_NO),
    Column(name="money", title="Money", about="Pounds.", example="1.50", type=Type.NUMBER, unit="pounds"),
    Column(name="day", title="Day", about="A day.", example="2027-03-31", type=Type.DAY),
    Column(name="at", title="At", about="An instant.", example="2027-03-31T23:30:00Z", type=Type.INSTANT),
)
ROW: Row = {
    "text": "=1+1",
    "kind": "grant",
    "yes": True,
    "money": Decimal("1.50"),
    "day": date(2027, 3, 31),
    "at": datetime(2027, 3, 31, 23, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("unit", ["x", "é", "😀", "a😀", "\n"])
def test_a_text_that_a_cell_does_not_hold_is_cut_with_a_sentence(app: Flask, unit: str) -> None:
    with app.test_request_context():
        for count in (MOST_UNITS - 1, MOST_UNITS, MOST_UNITS + 1, 60_001):
            text = (unit * count)[:count]
            held = held_by_a_cell(text, WHERE)
            units = len(text.encode("utf-16-le")) // 2
            assert len(held.encode("utf-16-le")) // 2 <= MOST_UNITS
            if units <= MOST_UNITS:
                assert held == text
            else:
                assert held.endswith(f"{WHERE}]")
                assert f"has {count} characters" in held
                assert text.startswith(held.partition(" [Cut here")[0])


def opened(app: Flask, rows: list[Row]) -> Any:
    with app.test_request_context():
        body = workbook(Sheet("Things", COLUMNS, {"kind": {"grant": "A grant"}}), rows, [("From", WHERE)], NOW)
        assert body == workbook(
            Sheet("Things", COLUMNS, {"kind": {"grant": "A grant"}}), rows, [("From", WHERE)], NOW
        )  # the same rows, the same bytes: their digest is a validator
    return zipfile.ZipFile(io.BytesIO(body))


NOW = datetime(2027, 4, 1, tzinfo=UTC)


def test_each_value_is_in_its_type_and_no_text_is_a_formula(app: Flask) -> None:
    sheet = opened(app, [ROW, {**ROW, "text": None, "money": None}]).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    cells = {each.get("r"): each for each in parsed(sheet).iter() if each.tag.endswith("}c")}
    assert {name: "".join(cell.itertext()) for name, cell in cells.items() if name.endswith("2")} == {
        "A2": "=1+1",
        "B2": "A grant",
        "C2": "Yes",
        "D2": "1.50",
        "E2": "46477",
        "F2": "46478.02083333334",  # half past midnight on 1 April in the UK
    }
    assert [name for name in cells if name in ("A3", "D3")] == []


def test_a_text_that_looks_like_an_escape_stays_as_it_is(app: Flask) -> None:
    """Excel reads `_x0041_` as “A” unless the underline is escaped itself."""
    sheet = opened(app, [{**ROW, "text": "_x0041_ \x1b"}]).read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"_x005F_x0041_ _x001B_", sheet)


def test_a_table_without_a_row_has_a_head_and_a_filter(app: Flask) -> None:
    sheet = opened(app, []).read("xl/worksheets/sheet1.xml")
    assert b'<autoFilter ref="A1:F1"' in sheet
