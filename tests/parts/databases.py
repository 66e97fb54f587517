"""A fresh, migrated database for every test, in milliseconds: migrated once per process, copied for each test."""

import itertools
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from procurement.adapters.database import Database
from procurement.cli.migrations import upgrade
from procurement.models.installation import Setting
from procurement.services import installation
from tests.parts.places import Place, in_memory
from tests.parts.postgres import ThrowawayPostgres

BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]
TEMPLATE = "migrated"
PREFIXES = {"ocid_prefix": "ocds-b5fd17", "grant_prefix": "360G-bcc"}
SET_UP_AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def set_up(url: str) -> None:
    """Migrate an empty database and say in it that it is no demonstration, as `procurement migrate` does."""
    upgrade(url)
    database = Database(url)
    database.write(_installed)
    database.close()


def _installed(session: Session) -> None:
    """No demonstration; and its operator has set the prefixes of open data, without which nothing is published."""
    installation.set_up(session, demonstration=False, now=SET_UP_AT)
    for key, value in PREFIXES.items():
        session.add(Setting(key=key, holds_from=date(2024, 1, 1), value=value))


class SqliteCopies:
    """Files copied from one that was migrated; in memory where the machine has such a place, for fsync's sake."""

    kind = "sqlite"

    def __init__(self) -> None:
        self._held = Place("trades", in_memory())
        self.place = self._held.path
        self._numbers = itertools.count(1)
        self._template = f"sqlite:///{self.place / 'template.sqlite3'}"
        set_up(self._template)

    def make(self, template: str = "") -> str:
        """The address of a new one, copied from what `keep` gave; a migrated and empty one, if nothing is said."""
        url = f"sqlite:///{self.place / str(next(self._numbers))}.sqlite3"
        shutil.copyfile(_path(template or self._template), _path(url))
        return url

    def keep(self, url: str) -> str:
        """A copy of one as it is now, to make others from; nobody writes to it meanwhile."""
        kept = f"sqlite:///{self.place / f'kept-{next(self._numbers)}'}.sqlite3"
        with closing(sqlite3.connect(_path(url))) as source, closing(sqlite3.connect(_path(kept))) as target:
            source.backup(target)
        return kept

    def put(self, url: str, kept: str) -> None:
        """Make one what `keep` kept; nobody is connected to it meanwhile."""
        self.drop(url)
        shutil.copyfile(_path(kept), _path(url))

    def mark(self, url: str) -> object:
        """Something that is another after each commit to it, whoever made that."""
        path = _path(url)
        found = [each.stat() for each in (path, path.with_name(f"{path.name}-wal")) if each.exists()]
        return tuple((each.st_ino, each.st_size, each.st_mtime_ns) for each in found if each.st_size)

    def drop(self, url: str) -> None:
        """Remove one, with what SQLite keeps beside it."""
        path = _path(url)
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()

    def close(self) -> None:
        """Remove all."""
        self._held.remove()


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


class PostgresCopies:
    """Databases on a throw-away server, copied from one that was migrated."""

    kind = "postgresql"

    def __init__(self, server: ThrowawayPostgres) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        server.make(TEMPLATE)
        set_up(server.url(TEMPLATE))

    def make(self, template: str = "") -> str:
        """The address of a new one, copied from what `keep` gave; a migrated and empty one, if nothing is said."""
        name = f"test_{next(self._numbers)}"
        self._server.make(name, template or TEMPLATE)
        return self._server.url(name)

    def keep(self, url: str) -> str:
        """A copy of one as it is now, to make others from; nobody is connected to it meanwhile."""
        kept = f"kept_{next(self._numbers)}"
        self._server.make(kept, _name(url))
        return kept

    def put(self, url: str, kept: str) -> None:
        """Make one what `keep` kept; whoever is connected to it is not any more."""
        self.drop(url)
        self._server.make(_name(url), kept)

    def mark(self, url: str) -> object:
        """Something that is another after each commit to it, whoever made that."""
        return self._server.transactions()

    def drop(self, url: str) -> None:
        """Remove one, whoever is still connected."""
        self._server.drop(_name(url))


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


Copies = SqliteCopies | PostgresCopies


class Databases:
    """Both kinds for one test process, each made ready when it is first asked for."""

    def __init__(self) -> None:
        self._sqlite: SqliteCopies | None = None
        self._postgres: PostgresCopies | None = None
        self._server: ThrowawayPostgres | None = None

    def of(self, kind: str) -> Copies:
        """Raises NoPostgres where there is none."""
        return self.sqlite if kind == "sqlite" else self.postgres

    @property
    def sqlite(self) -> SqliteCopies:
        if self._sqlite is None:
            self._sqlite = SqliteCopies()
        return self._sqlite

    @property
    def postgres(self) -> PostgresCopies:
        if self._postgres is None:
            self._server = ThrowawayPostgres(in_memory())
            self._server.start()
            self._postgres = PostgresCopies(self._server)
        return self._postgres

    def holder_of(self, url: str) -> Copies | None:
        """Who made the database at an address."""
        if self._sqlite is not None and url.startswith(f"sqlite:///{self._sqlite.place}"):
            return self._sqlite
        if self._server is not None and url.endswith(self._server.url("").partition("/?")[2]):
            return self._postgres
        return None

    def close(self) -> None:
        if self._sqlite is not None:
            self._sqlite.close()
        if self._server is not None:
            self._server.stop()
