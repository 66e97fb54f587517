"""A row that is a request is tried until it is done: claimed by one worker for a while, ended only by whoever holds it,
put off after a failure, given up after a number of tries. Documents, messages and slices are such rows.

All instants here are unshifted time: a lease is about machines, and a demonstration's clock moves none of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from procurement.rules.statuses import DocumentStatus, MessageStatus, SliceStatus
from procurement.services.act import Act
from procurement.services.at_commit import ring
from procurement.services.history import record
from procurement.services.locks import changed
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

Row = TypeVar("Row", bound=Any)  # a table with state, attempts, due_at, lease_until, error


@dataclass(frozen=True, kw_only=True)
class RetryPolicy(Generic[Row]):
    """How the rows of one table are tried. `waiting` is the status in which they are to be worked on, `given_up`
    that of one that is not tried again; `lease` is longer than one try may take, so that nobody begins while somebody
    may still work; after each try but the last the row rests for the next of `pauses`. `subject` is what its history
    calls it, `job` whom to ring."""

    table: type[Row]
    subject: str
    job: str
    waiting: DocumentStatus | MessageStatus | SliceStatus
    given_up: DocumentStatus | MessageStatus | SliceStatus
    lease: timedelta
    pauses: tuple[timedelta, ...]

    def claim(self, session: Session, key: int, *, at: datetime) -> Row | None:
        """Take a row for a while, as one more attempt; None when it is done, given up, or in somebody's hands."""
        table = self.table
        taken = changed(
            session,
            update(table)
            .where(
                table.id == key,
                table.state == self.waiting,
                table.lease_until.is_(None) | (table.lease_until <= at),
            )
            .values(attempts=table.attempts + 1, lease_until=at + self.lease, due_at=at + self.lease)
            .execution_options(synchronize_session=False),
        )
        if taken != 1:
            return None
        return session.get_one(table, key, populate_existing=True)

    def rest(self, attempt: int) -> timedelta | None:
        """How long a row rests after a try that failed; None after the last of its tries. Asked for again, it gets as
        many as at first."""
        tried = attempt % (len(self.pauses) + 1)
        return self.pauses[tried - 1] if tried else None

    def end(self, session: Session, key: int, attempt: int, **values: object) -> bool:
        """Write down how a try ended and let the row go; False when the claim was no longer ours, and then nothing is
        changed."""
        ended = changed(
            session,
            update(self.table)
            .where(self.table.id == key, self.table.state == self.waiting, self.table.attempts == attempt)
            .values(lease_until=None, **values)
            .execution_options(synchronize_session=False),
        )
        return ended == 1

    def retry(self, act: Act, key: int, unless: Sentence) -> Row:
        """Try again a row that was given up. Refused with the sentence `unless` it was."""
        row = act.session.get_one(self.table, key, with_for_update=True, populate_existing=True)
        if row.state != self.given_up:
            raise Refusal(unless)
        self._again(act, row)
        return row

    def retry_all(self, act: Act, *which: ColumnElement[bool]) -> int:
        """Try again all of these rows that were given up, in few statements; how many there were."""
        asked = select(self.table).where(self.table.state == self.given_up, *which).order_by(self.table.id)
        rows = act.session.scalars(asked.with_for_update().execution_options(populate_existing=True)).all()
        for row in rows:
            self._again(act, row)
        act.session.flush()
        return len(rows)

    def _again(self, act: Act, row: Row) -> None:
        row.state, row.error, row.lease_until, row.due_at = self.waiting, "", None, act.ports.clock.unshifted()
        record(act, f"{self.subject}.retry", self.subject, row.id, call_id=row.call_id, data={"kind": row.kind})
        ring(act.session, self.job, row.id, row.attempts + 1)

    def list_due(self, session: Session, *, at: datetime, limit: int) -> list[tuple[int, int]]:
        """(id, attempts) of rows that nobody works on although it is time, the longest waiting first."""
        table = self.table
        rows = session.execute(
            select(table.id, table.attempts)
            .where(table.state == self.waiting, table.due_at <= at)
            .order_by(table.due_at, table.id)
            .limit(limit)
        )
        return [(row.id, row.attempts) for row in rows]

    def put_off(self, session: Session, keys: list[int], *, until: datetime) -> None:
        """The bell was rung for these again: leave them alone until then."""
        table = self.table
        session.execute(
            update(table)
            .where(table.id.in_(keys), table.state == self.waiting, table.lease_until.is_(None))
            .values(due_at=until)
            .execution_options(synchronize_session=False)
        )
