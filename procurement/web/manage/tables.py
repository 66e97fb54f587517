"""The tables that officers download: their bytes as the open data has them, and what their columns mean."""

from collections.abc import Iterable, Iterator, Sequence

from procurement.rules.columns import Column, Row, cells
from procurement.rules.exports import write_csv


def csv_of(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in the types of the open data: `true` and `false`, pence, instants in UTC, texts that are no formulas."""
    return write_csv([each.name for each in columns], map(cells, rows))
