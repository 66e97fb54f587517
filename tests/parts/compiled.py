"""Statements that are compiled once per process, not once per test.

SQLAlchemy keeps what it compiled with the engine, by the statement and the dialect. A service has one database all its
life and compiles each statement once; a test has a database of its own, so that a third of the suite's time went into
compiling the same statements anew. The engines of all databases of one kind share the first one's dialect and what it
compiled; what is sent, and to which database, stays each engine's own.
"""

from sqlalchemy import Engine

from procurement.adapters.database import Database

STATEMENTS = 4_000  # of one kind of database; a service keeps the 500 that it needs most
_FIRST: dict[str, Engine] = {}


def share_compiled(database: Database) -> None:
    """Let a database that was just made use what the ones before it compiled."""
    for engine in (database.reader, database.writer):
        first = _FIRST.setdefault(engine.dialect.name, engine)
        if first is engine:
            first._compiled_cache.capacity = STATEMENTS
            continue
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
