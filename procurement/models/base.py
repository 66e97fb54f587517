"""The base of every table: constraint names, UTC times, money in pence, relationships that never load by accident."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from procurement.rules.search import folded

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}
link = partial(relationship, lazy="raise_on_sql", viewonly=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Goes in aware and comes out aware, in UTC; SQLite, which forgets the zone, is told it again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """Pounds as Decimal with two places, kept as whole pence so that both databases add exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        pence = Decimal(value) * 100
        if pence != pence.to_integral_value():
            raise ValueError(f"{value} is not a whole number of pence")
        return int(pence)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: UtcDateTime(),
        Decimal: Money(),
        str: String(),
        bytes: LargeBinary(),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        list[int]: Json,
    }


class Searched:
    """A table of which people look for rows: `words` holds the `searched` columns as a search compares them.

    It follows them in every row that the session writes, and in rows that are inserted together; whoever changes many
    by one UPDATE sets it as well.
    """

    searched: ClassVar[tuple[str, ...]]

    @declared_attr
    def words(cls) -> Mapped[str]:  # noqa: N805  (SQLAlchemy calls it with the class)
        return mapped_column(default=lambda context: cls.words_of(context.get_current_parameters()))

    @classmethod
    def words_of(cls, values: Mapping[str, Any]) -> str:
        return folded(" ".join(str(values.get(each) or "") for each in cls.searched))


@event.listens_for(Searched, "before_insert", propagate=True)
@event.listens_for(Searched, "before_update", propagate=True)
def _keep_words(mapper: object, connection: object, row: Searched) -> None:
    changed = inspect(row).attrs
    if any(changed[each].history.has_changes() for each in row.searched):
        row.words = row.words_of({each: getattr(row, each) for each in row.searched})


class Committed:
    """A row that the chain holds a commitment to (`services.commitments`): `salt` is a part of what was hashed, None
    until then."""

    id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(default=None)


def listed(values: Iterable[str]) -> str:
    """States or statuses as a constraint names them: quoted, with commas, in brackets."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def unique_where(name: str, *columns: str, where: str) -> Index:
    """A unique index over some of the rows, on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


__all__ = ["Base", "Committed", "Json", "Money", "Searched", "Text", "UtcDateTime", "link", "listed", "unique_where"]
