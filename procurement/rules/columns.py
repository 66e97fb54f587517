"""One column of published data: its name, what it means, its type, unit and an example. Every form is written of it.

`plain` gives a value as JSON has it, `cells` as CSV has it: the same words in both, so that whoever knows one form
knows the other. Frictionless (`field`) and the dictionary (`described`) say so to programs and to people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procurement.rules.exports import neutral
from procurement.rules.money import as_number
from procurement.rules.published import instant

Value = str | bool | int | Decimal | date | datetime | None
Row = dict[str, Value]


class Type(StrEnum):
    """What a column holds, in the words of Frictionless Table Schema."""

    TEXT = "string"
    YES_NO = "boolean"  # true or false
    WHOLE = "integer"
    NUMBER = "number"
    DAY = "date"  # of the calendar of the UK: 2027-03-31
    INSTANT = "datetime"  # in UTC to the second: 2027-03-31T23:30:00Z
    ADDRESS = "uri"  # in Table Schema a string with this format


@dataclass(frozen=True, kw_only=True)
class Column:
    """`codes`: what the values mean where only some are possible; `elsewhere`: where the standards say the same."""

    name: str
    title: str
    about: str
    example: str
    type: Type = Type.TEXT
    unit: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    required: bool = True
    unique: bool = False

    def field(self) -> dict[str, Any]:
        """As Frictionless Table Schema has it."""
        kind: dict[str, Any] = (
            {"type": "string", "format": "uri"} if self.type is Type.ADDRESS else {"type": str(self.type)}
        )
        constraints: dict[str, Any] = {"required": self.required}
        if self.unique:
            constraints["unique"] = True
        if self.codes:
            constraints["enum"] = list(self.codes)
        said = {"title": self.title, "description": self.about, "example": self.example, "unit": self.unit}
        return {"name": self.name, **kind, **{key: text for key, text in said.items() if text}} | {
            "constraints": constraints
        }

    def described(self) -> dict[str, Any]:
        """As the dictionary has it."""
        return {
            "name": self.name,
            "title": self.title,
            "type": str(self.type),
            "unit": self.unit,
            "about": self.about,
            "example": self.example,
            "always_there": self.required,
            "values": dict(self.codes),
            "in_the_standards": self.elsewhere,
        }


def plain(value: Value) -> Any:
    """A value as JSON has it: numbers as numbers, instants in UTC, what is not there as null."""
    if isinstance(value, Decimal):
        return as_number(value)
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def cells(row: Row) -> dict[str, str]:
    """A row as CSV has it: `true` and `false`, money with its pence, instants in UTC, what is not there as nothing;
    texts never begin a formula (`exports.neutral`)."""
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return neutral(value)
    return format(value, "f") if isinstance(value, Decimal) else str(plain(value))


def in_utc(text: str | None) -> datetime | None:
    """An instant that published facts hold as text; None for none."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def on_day(text: str | None) -> date | None:
    """A day that published facts hold as text; None for none."""
    return date.fromisoformat(text) if text else None


def table_schema(columns: Sequence[Column], key: str) -> dict[str, Any]:
    """Frictionless Table Schema of some columns."""
    return {"fields": [each.field() for each in columns], "primaryKey": key, "missingValues": [""]}
