"""A workbook as an analyst would make it: typed days, instants and numbers, words instead of codes, a head that stays,
a filter, a sheet that explains the columns and one that says where it is from."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter
from flask_babel import gettext as _

from procurement.rules.columns import Column, Row, Type, Value
from workflows.facts import UK

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNITS = 32_767  # UTF-16 units that a cell holds
_WIDTHS = {Type.DAY: 13, Type.INSTANT: 18, Type.NUMBER: 15, Type.WHOLE: 13, Type.YES_NO: 12, Type.ADDRESS: 44}
_LONG_TEXT, _CODE = 34, 24
_FORMATS = {Type.DAY: "yyyy-mm-dd", Type.INSTANT: "yyyy-mm-dd hh:mm:ss", Type.NUMBER: "#,##0.00", Type.WHOLE: "#,##0"}


class Sheet(NamedTuple):
    """A table: the title of its sheet, its columns, and for each column with codes the words of each."""

    title: str
    columns: Sequence[Column]
    words: Mapping[str, Mapping[str, str]]


def workbook(sheet: Sheet, rows: Iterable[Row], about: Sequence[tuple[str, str]], made_at: datetime) -> bytes:
    """The bytes of a workbook: the table, its columns explained, and `about` it. The same rows make the same bytes.

    Texts are texts, never formulas or links. One that is longer than a cell is cut with a sentence that says so, and
    where it is whole.
    """
    held = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": sheet.title, "created": made_at.astimezone(UK).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e6efef"})
        top = book.add_format({"text_wrap": True, "valign": "top"})
        _table(book, sheet, rows, head)
        explained = book.add_worksheet(_("Columns"))
        explained.freeze_panes(1, 0)
        titles = (_("Column here"), _("Name in CSV and JSON"), _("What it says"), _("Type"), _("Unit"), _("Values"))
        for at, (title, width) in enumerate(zip(titles, (26, 24, 60, 14, 16, 60), strict=True)):
            explained.set_column(at, at, width)
            explained.write_string(0, at, title, head)
        for number, column in enumerate(sheet.columns, 1):
            for at, text in enumerate(_explained(column, sheet.words.get(column.name, {}))):
                explained.write_string(number, at, text, top)
        told = book.add_worksheet(_("About"))
        told.set_column(0, 0, 22)
        told.set_column(1, 1, 100)
        for number, (name, text) in enumerate(about):
            told.write_string(number, 0, name, head)
            told.write_string(number, 1, text, top)
    return held.getvalue()


def _table(book: Any, sheet: Sheet, rows: Iterable[Row], head: Any) -> None:
    table = book.add_worksheet(sheet.title)
    table.freeze_panes(1, 1)
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    for at, column in enumerate(sheet.columns):
        width = _WIDTHS.get(column.type, _CODE if column.codes or not column.about else _LONG_TEXT)
        table.set_column(at, at, width)
        table.write_string(0, at, _title(column), head)
    number = 0
    for number, row in enumerate(rows, 1):
        for at, column in enumerate(sheet.columns):
            value = row[column.name]
            words = sheet.words.get(column.name, {})
            _write(table, (number, at), words.get(str(value), value), formats.get(column.type), str(row.get("url", "")))
    table.autofilter(0, 0, number, len(sheet.columns) - 1)


def _write(table: Any, place: tuple[int, int], value: Value, how: Any, whole: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        table.write_string(*place, _("Yes") if value else _("No"))
    elif isinstance(value, int | Decimal):
        table.write_number(*place, value, how)
    elif isinstance(value, datetime):
        table.write_datetime(*place, value.astimezone(UK).replace(tzinfo=None, microsecond=0), how)
    elif isinstance(value, date):
        table.write_datetime(*place, value, how)
    else:
        table.write_string(*place, held_by_a_cell(value, whole))


def held_by_a_cell(text: str, whole: str) -> str:
    """A text as a cell holds it; one that is too long ends with a sentence that says so. `whole`: where it is whole."""
    if _units(text) <= MOST_UNITS:
        return text
    said = _(
        " [Cut here: a cell holds no more. The whole text has %(count)s characters; it is in the CSV and the JSON, and "
        "at %(where)s]",
        count=len(text),
        where=whole,
    )
    room = MOST_UNITS - _units(said)
    kept = text.encode("utf-16-le", "replace")[: 2 * room].decode("utf-16-le", "ignore")  # never half a character
    return kept + said


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _title(column: Column) -> str:
    if column.type is Type.INSTANT:
        return _("%(title)s (UK time)", title=column.title)
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _explained(column: Column, words: Mapping[str, str]) -> tuple[str, ...]:
    kinds = {
        Type.TEXT: _("text"),
        Type.ADDRESS: _("address"),
        Type.YES_NO: _("yes or no"),
        Type.WHOLE: _("whole number"),
        Type.NUMBER: _("number"),
        Type.DAY: _("day"),
        Type.INSTANT: _("day and time"),
    }
    values = "; ".join(
        f"{words.get(code, code)} = {code}" + (f" ({said})" if words.get(code, code) != said else "")
        for code, said in column.codes.items()
    )
    return _title(column), column.name, column.about, kinds[column.type], column.unit, values
