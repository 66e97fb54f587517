"""Alembic reads the tables from the models, and the address from the configuration."""

from alembic import context
from sqlalchemy import create_engine, pool

from procurement.adapters.database import Base
from procurement.config import Config
from procurement.models.base import Money, UtcDateTime

url = context.config.attributes.get("url") or Config.from_environment().database_url


def plain(kind: str, item: object, autogen: object) -> str | bool:
    """Column types of ours are written as what the database sees, so that a migration never changes with the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Money):
        return "sa.BigInteger()"
    return False


with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
