"""Tables that people download: CSV that opens as a table and never as a formula.

The bytes begin with a byte order mark, because spreadsheet programs on Windows read UTF-8 as something else without it,
and names of firms here have accents and other scripts; every CSV reader that knows UTF-8 takes it (`utf-8-sig`).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

Cell = str | int | Decimal | bool | date | datetime | None
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LEADING = re.compile(r"^[\s\x00\u200b\ufeff]+")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what would start one, however indented.

    The same for its lines and after separators is not needed: cells are quoted, so that a line stays in its cell.
    """
    text = text.replace("\x00", "")
    begins = _LEADING.sub("", text)
    return "'" + text if text.startswith(_FORMULA) or begins.startswith(_FORMULA) else text


def cell(value: Cell) -> str:
    """A value as a cell: instants in UTC as ISO 8601, money with its pence, yes and no in words, texts neutralised.

    Numbers keep their minus sign: they are not text that anybody typed.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no zone")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else neutral(value)


def write_csv(header: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, line by line: the header, then each row's values in the header's order, absent ones empty.

    Raises ValueError for a row with a column that the header does not name, so that nothing is left out in silence.
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    known = set(header)
    writer.writerow(header)
    yield BYTE_ORDER_MARK + _taken(held)
    for row in rows:
        unknown = sorted(set(row) - known)
        if unknown:
            raise ValueError(f"the table has no column for {', '.join(unknown)}")
        writer.writerow([cell(row.get(name)) for name in header])
        yield _taken(held)


def _taken(held: io.StringIO) -> bytes:
    line = held.getvalue().encode("utf-8", "replace")
    held.seek(0)
    held.truncate()
    return line
