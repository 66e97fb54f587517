"""When a migration does not go on: down, where it would drop what people gave us; up, beside workers of before."""

import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

LEASE = timedelta(seconds=20)  # for which a worker says that it is alive; it renews that all the time
pause = time.sleep  # a test renews the lease in it
WRONG_CLOCK = timedelta(minutes=5)  # so much may the clock of a worker's machine be ahead of ours


def refuse_beside_workers(table: str) -> None:
    """Raises CommandError, before anything is changed, where a worker lives that would write what the new release reads
    otherwise. A lease that was not given back is waited for: what is renewed meanwhile is alive.

    Nobody waits where the table has no rows yet, since there is nothing to write to.
    """
    connection = op.get_bind()
    if not connection.scalar(sa.text(f"SELECT count(*) FROM {table}")):  # noqa: S608  (words of a migration)
        return
    leases = sa.table("leases", sa.column("name", sa.String()), sa.column("until", sa.DateTime(timezone=True)))
    asked = sa.select(leases.c.until).where(leases.c.name == "sweep")
    until = connection.scalar(asked)
    left = timedelta() if until is None else _aware(until) - datetime.now(UTC)
    if not timedelta() < left <= LEASE + WRONG_CLOCK:
        return
    pause(min(left, LEASE).total_seconds() + 1)
    if connection.scalar(asked) not in (until, None):
        raise CommandError(
            "A worker of the release before is still running on this database, and would write what this release "
            "reads otherwise. Stop its web and worker processes, then migrate again. Nothing was changed."
        )


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def refuse_to_destroy(revision: str, *rows: str) -> None:
    """Raises CommandError, before anything is changed, where a table that this downgrade drops still holds such rows.

    Each of `rows` is a table, or a table and a condition. A table that holds only what ends by itself (leases, tokens,
    sign-ins) or what the migration itself wrote is not named by its caller.
    """
    connection = op.get_bind()
    counted = (sa.text(f"SELECT count(*) FROM {each}") for each in rows)  # noqa: S608  (words of a migration)
    counts = zip(rows, map(connection.scalar, counted), strict=True)
    lost = [f"{count} in {each.partition(' ')[0]}" for each, count in counts if count]
    if lost:
        listed = " and ".join(filter(None, (", ".join(lost[:-1]), lost[-1])))
        raise CommandError(
            f"Going down from {revision} would destroy rows that nothing can make again ({listed}), and was refused. "
            "Restore the backup that was made before the migration instead."
        )
