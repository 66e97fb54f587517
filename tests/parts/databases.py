"""A fresh, migrated database for every test, in milliseconds: migrated once per process, copied for each test."""

import itertools
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from procurement.adapters.database import Database
from procurement.cli.migrations import upgrade
from procurement.services import installation
from tests.parts.postgres import ThrowawayPostgres

TEMPLATE = "migrated"
SET_UP_AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def set_up(url: str) -> None:
    """Migrate an empty database and say in it that it is no demonstration, as `procurement migrate` does."""
    upgrade(url)
    database = Database(url)
    database.write(lambda session: installation.set_up(session, demonstration=False, now=SET_UP_AT))
    database.close()


class SqliteCopies:
    """Files copied from one that was migrated; in memory where the machine has such a place, for fsync's sake."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")  # noqa: S108  a place below it is made, with a name nobody can guess
        self.place = Path(tempfile.mkdtemp(prefix="trades-", dir=memory if memory.is_dir() else None))
        self._numbers = itertools.count(1)
        self._template = self.place / "template.sqlite3"
        set_up(f"sqlite:///{self._template}")

    def make(self) -> str:
        """The address of a new one."""
        path = self.place / f"{next(self._numbers)}.sqlite3"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove one, with what SQLite keeps beside it."""
        path = Path(url.removeprefix("sqlite:///"))
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()

    def close(self) -> None:
        """Remove all."""
        shutil.rmtree(self.place, ignore_errors=True)


class PostgresCopies:
    """Databases on a throw-away server, copied from one that was migrated."""

    def __init__(self, server: ThrowawayPostgres) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        server.make(TEMPLATE)
        set_up(server.url(TEMPLATE))

    def make(self) -> str:
        """The address of a new one."""
        name = f"test_{next(self._numbers)}"
        self._server.make(name, TEMPLATE)
        return self._server.url(name)

    def drop(self, url: str) -> None:
        """Remove one, whoever is still connected."""
        self._server.drop(url.partition("@/")[2].partition("?")[0])

    def close(self) -> None:
        """Nothing: the server goes as a whole."""
