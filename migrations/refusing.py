"""Going down is for a migration that was just made and has carried nothing yet: what people gave us is never dropped."""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError


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
