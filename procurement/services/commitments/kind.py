"""What a commitment to a row is: which of its columns, as which bytes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from procurement.models.base import Committed
from procurement.rules import ledger
from procurement.rules.published import to_plain


@dataclass(frozen=True)
class Kind:
    """One table of which each row is committed to.

    `key` names it in the chain; `what` and `called` in sentences; `name` is the column whose value names a row for
    ever. `forms`: the columns that a commitment is made of, by the number that the chain keeps with it: a form that was
    used is never changed, a new column makes a new one. `left_out`: the columns that may change without a commitment.
    """

    key: str
    what: str
    called: str
    model: type[Committed]
    name: str
    forms: tuple[tuple[str, ...], ...]
    left_out: frozenset[str] = frozenset({"salt"})
    due: Callable[[Any], bool] = field(default=lambda row: True)

    def name_of(self, row: Committed) -> str | int:
        name: str | int = getattr(row, self.name)
        return name

    def canonical(self, row: Committed, form: int) -> bytes:
        """The bytes that a commitment of this form is made of."""
        return ledger.canonical({column: _plain(getattr(row, column)) for column in self.forms[form - 1]})

    def commitment(self, row: Committed, form: int) -> str:
        """The commitment of a row with its own salt; without a salt there is none."""
        return "" if row.salt is None else ledger.commitment(row.salt, self.canonical(row, form))


def _plain(value: Any) -> Any:
    """A column's value as canonical JSON can write it: the same before it is stored and when it is read again."""
    if isinstance(value, bytes):
        return ledger.digest(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, dict | list | tuple):
        # these may hold amounts with pence, which canonical JSON refuses
        return ledger.digest(
            json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        )
    return to_plain(value) if isinstance(value, str | datetime | date) else value
