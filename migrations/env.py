"""Alembic reads the tables from the models, and the address from the configuration."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine, pool

from procurement.adapters.database import Base
from procurement.config import Config
from procurement.models.base import Money, UtcDateTime

# Columns that the code has let go of while the release before may still write them: dropped by the release after.
GOING: set[tuple[str, str]] = set()

url = context.config.attributes.get("url") or Config.from_environment().database_url


def plain(kind: str, item: object, autogen: object) -> str | Literal[False]:
    """Column types of ours are written as what the database sees, so that a migration never changes with the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Money):
        return "sa.BigInteger()"
    return False


def looked_at(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """What is compared with the models: everything but the columns that are going."""
    return kind != "column" or (thing.table.name, name) not in GOING


with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain,
        include_object=looked_at,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
