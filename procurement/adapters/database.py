"""Sessions and transactions. The only place that commits."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from procurement.models import (  # noqa: F401  (every table is known before the first mapper is used)
    abandonments,
    amendments,
    announcements,
    applications,
    assessment,
    awards,
    call_documents,
    calls,
    checks,
    claims,
    clarifications,
    comments,
    contracts,
    corrections,
    decisions,
    disqualifications,
    documents,
    going_on,
    heartbeats,
    history,
    installation,
    invitations,
    library,
    messages,
    moderation,
    people,
    pipeline,
    planned,
    reasons,
    register,
    requests,
    slices,
    slots,
    stages,
    work,
)
from procurement.models.base import Base

Result = TypeVar("Result")
ATTEMPTS = 8
BUSY_SECONDS = 15
# serialization failure, deadlock, lock not available: PostgreSQL asks that the transaction be run again
RETRYABLE_SQLSTATES = {"40001", "40P01", "55P03"}


class Database:
    """One database, SQLite or PostgreSQL: `reading()` for a page, `write(fn)` for every change.

    `before_commit` are called with the session just before each commit (the chain is linked there); `ring` is called
    with (job, key, attempt) after it, for whatever the change asked to be done in the background.
    """

    def __init__(
        self,
        url: str,
        *,
        before_commit: Sequence[Callable[[Session], None]] = (),
        ring: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.url = url
        self.before_commit = tuple(before_commit)
        self.ring = ring
        self.changes = 0
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.reader = _engine(url, writes=False)
        self.writer = _engine(url, writes=True)
        # SQLite lets one writer in at a time and makes the others poll; a queue in front of it is fair and quicker
        self._turn: AbstractContextManager[object] = threading.Lock() if self.sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write: the database itself refuses. Nothing is committed."""
        session = self.reading_session()
        try:
            yield session
        finally:
            session.close()

    def reading_session(self) -> Session:
        """As `reading`, for somebody who closes it later (a request)."""
        return Session(self.reader, autoflush=False, expire_on_commit=False)

    def write(self, fn: Callable[[Session], Result], *, serializable: bool = False) -> Result:
        """Run `fn` in a transaction of its own and commit; `fn` may be run again after a conflict, from the start.

        `fn` loads what it needs by id and decides anew each time. Raises whatever `fn` raises, with nothing changed.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self._turn:
                    result, bells = self._once(fn, serializable)
            except DBAPIError as error:
                # two people pressed at once: the second run finds the row that the first one made
                if attempt == ATTEMPTS - 1 or not _worth_another(error, attempt):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311  (not a secret)
                continue
            if self.ring is not None:
                for job, key, number in bells:
                    self.ring(job, key, number)
            return result
        raise AssertionError("unreachable")

    def _once(self, fn: Callable[[Session], Result], serializable: bool) -> tuple[Result, list[tuple[str, int, int]]]:
        with Session(self.writer, autoflush=True, expire_on_commit=False) as session:
            if serializable and not self.sqlite:
                session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
            session.info["serializable"] = serializable  # an act that must be so looks here
            result = fn(session)
            session.flush()
            for finish in self.before_commit:
                finish(session)
            session.flush()
            self._commit(session)
            return result, session.info.pop("bells", [])

    def _commit(self, session: Session) -> None:
        session.commit()
        self.changes += 1

    def ready(self) -> bool:
        """Whether the database answers."""
        with self.reader.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar())

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()


def _worth_another(error: DBAPIError, attempt: int) -> bool:
    if isinstance(error, IntegrityError):
        return attempt == 0
    if isinstance(error, OperationalError) and "database is locked" in str(error.orig):
        return True
    return getattr(error.orig, "sqlstate", None) in RETRYABLE_SQLSTATES


def _engine(url: str, *, writes: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        options: dict[str, Any] = {} if writes else {"postgresql_readonly": True}
        # two web processes, workers and sweep together stay below the 100 connections of PostgreSQL as it comes;
        # a request that finds none waits for its turn
        size = 12 if writes else 20
        return create_engine(url, pool_size=size, max_overflow=0, pool_pre_ping=True, execution_options=options)
    engine = create_engine(
        url,
        pool_size=2 if writes else 20,
        max_overflow=60,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a writer takes its place at once: a transaction that reads first and writes later could not be let in
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


__all__ = ["Base", "Database"]
