"""How many statements something sends to the database: what must not grow with the number of things shown."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from procurement.rules.ports import Ports


def statements(ports: Ports, act: Callable[..., object], *given: object) -> int:
    """Those of `act(*given)` that read or write; the beginnings of transactions and SQLite's settings do not count.

    Rows that are given together count once: SQLite, which says nothing of their order, is handed them one by one.
    """
    sent: list[str] = []
    together = ""

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        nonlocal together
        if not many or statement != together:
            sent.append(statement)
        together = statement if many else ""

    engines = (ports.database.reader, ports.database.writer)  # type: ignore[attr-defined]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        act(*given)
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    return sum(each.split()[0] not in ("BEGIN", "PRAGMA") for each in sent)
