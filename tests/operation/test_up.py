"""`procurement up`: everything starts, survives kills, finds its data again, and leaves nothing running."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.adapters.database import Database
from procurement.models.heartbeats import Heartbeat
from procurement.queries import outages as outages_queries
from procurement.rules.outages import Span, gaps
from tests.parts.waiting import HANGS, WITHIN, until

PROJECT_ROOT = Path(__file__).resolve().parents[2]
# What the seed did; the workers go on meanwhile with the documents that it left to them.
SEEDED = "SELECT count(*) FROM events WHERE tag <> 'document.make'"
pytestmark = pytest.mark.timeout(HANGS)


class Up:
    """One `procurement up` on a port and a data directory of its own."""

    def __init__(self, data: Path, port: int, *arguments: str, **settings: str) -> None:
        self.data, self.port = data, port
        clean = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL", "DEMO"}}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "procurement.cli", "up", "--web", "1", "--workers", "1", *arguments],
            cwd=PROJECT_ROOT,
            env=clean | {"DATA_DIR": str(data), "PORT": str(port)} | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=WITHIN) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def wait_until_ready(self) -> None:
        wait(lambda: self.get("/readyz")[0] == 200, self)

    def family(self) -> dict[int, str]:
        """Every process that was started with this data directory, with its command line.

        Valkey writes its title over its environment, but works in the data directory.
        """
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                given = f"DATA_DIR={self.data}\0" in (folder / "environ").read_text(errors="replace")
                if given or (folder / "cwd").readlink().is_relative_to(self.data):
                    found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace").replace("\0", " ")
        return found

    def pid_of(self, word: str) -> int:
        """The oldest process of this family whose command line holds a word."""
        return min(pid for pid, command in self.family().items() if word in command)

    def stop(self, number: signal.Signals = signal.SIGINT) -> str:
        """Ask it to stop; returns what it said from start to end."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=WITHIN)[0]


def wait(holds: Callable[[], bool], up: Up) -> None:
    def look() -> None:
        assert up.process.poll() is None, up.process.communicate()[0]

    until(holds, look)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def start(data: str = "data", port: int | None = None, *arguments: str, **settings: str) -> Up:
        started.append(Up(tmp_path / data, port or free_port(), *arguments, **settings))
        return started[-1]

    yield start
    for up in started:
        if up.process.poll() is None:
            up.process.kill()
        up.process.communicate()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def test_it_starts_stops_and_finds_everything_as_it_was(
    start: Callable[..., Up], new_database: Callable[[], str]
) -> None:
    url = new_database()
    up = start(DATABASE_URL=url)
    up.wait_until_ready()
    assert json.loads(up.get("/readyz")[1]) == {"database": True, "redis": True, "worker": True}
    assert up.get("/healthz") == (200, "alive\n")
    secret = (up.data / "secret-key").read_text()
    said = up.stop()
    assert up.process.returncode == 0
    assert said.splitlines()[-1] == "Stopped; nothing is left running."
    assert up.family() == {}
    again = start(port=up.port, DATABASE_URL=url)
    again.wait_until_ready()
    assert (again.data / "secret-key").read_text() == secret
    again.stop(signal.SIGTERM)
    assert again.family() == {}


def test_who_else_wants_the_port_or_the_data_is_told_in_a_sentence(start: Callable[..., Up]) -> None:
    first = start()
    first.wait_until_ready()
    second = start(port=free_port())
    said = second.process.communicate(timeout=WITHIN)[0]
    assert said == (
        f"procurement up: Another `procurement up` (process {first.process.pid}) works with {first.data}: "
        "stop that one, or give this one a DATA_DIR of its own.\n"
    )
    third = start("other", first.port)
    said = third.process.communicate(timeout=WITHIN)[0]
    assert said == (
        f"procurement up: Port {first.port} on 127.0.0.1 cannot be used (address already in use): "
        f"stop what uses it, or choose another, as in PORT={first.port + 1}.\n"
    )
    assert (second.process.returncode, third.process.returncode) == (1, 1)
    assert first.get("/readyz")[0] == 200


def test_each_part_comes_back_after_a_kill(start: Callable[..., Up]) -> None:
    up = start()
    up.wait_until_ready()
    for word in ("gunicorn", "cli worker", "cli sweep", "valkey-server"):
        killed = up.pid_of(word)
        os.kill(killed, signal.SIGKILL)
        wait(lambda killed=killed: killed not in up.family(), up)
        wait(lambda word=word: any(word in command for command in up.family().values()), up)
        up.wait_until_ready()
    assert "ended by SIGKILL; it is started again" in up.stop()
    assert up.family() == {}


def test_a_redis_that_does_not_answer_is_a_sentence(start: Callable[..., Up]) -> None:
    up = start(REDIS_URL="redis://127.0.0.1:1/0")
    said = up.process.communicate(timeout=WITHIN)[0]
    assert said.startswith("procurement up: The Redis that REDIS_URL names does not answer: ")
    assert len(said.splitlines()) == 1


def test_a_new_database_becomes_a_demonstration_once(start: Callable[..., Up]) -> None:
    up = start("demo", None, "--demonstration")
    up.wait_until_ready()
    wait(lambda: up.get("/sign-in")[0] == 200, up)
    assert "officer@demo.example" in up.get("/sign-in")[1]
    said = up.stop()
    assert "officer@demo.example" in said
    database = Database(f"sqlite:///{up.data / 'procurement.sqlite3'}")
    with database.reading() as session:
        events = session.connection().exec_driver_sql(SEEDED).scalar()
    again = start("demo", up.port, "--demonstration")
    again.wait_until_ready()
    assert "Making the demonstration city" not in again.stop()
    with database.reading() as session:
        assert session.connection().exec_driver_sql(SEEDED).scalar() == events
    database.close()


def test_each_web_process_says_that_it_is_there_and_a_planned_stop_is_an_outage(
    start: Callable[..., Up], new_database: Callable[[], str]
) -> None:
    url = new_database()
    first = start("data", None, "--web", "2", DATABASE_URL=url)
    first.wait_until_ready()

    def spans() -> list[Span]:
        database = Database(url)
        with database.reading() as session:
            found = outages_queries.spans(session, datetime.now(UTC) - timedelta(hours=2))
        database.close()
        return found

    wait(lambda: len({each.process for each in spans()}) == 2, first)
    first.stop()
    database = Database(url)

    def age(session: Session) -> None:  # the hour that an operator would have been at work
        for row in session.scalars(select(Heartbeat)):
            row.began_at, row.seen_at = row.began_at - timedelta(hours=1), row.seen_at - timedelta(hours=1)

    database.write(age)
    database.close()
    before = {each.process for each in spans()}
    again = start("data", first.port, "--web", "2", DATABASE_URL=url)
    again.wait_until_ready()
    wait(lambda: len({each.process for each in spans()}) == 4, again)
    (gap,) = gaps(spans(), timedelta(minutes=5))
    assert gap.ended_at is not None
    assert timedelta(minutes=59) < gap.ended_at - gap.began_at < timedelta(hours=1, minutes=WITHIN)
    assert set(gap.before) == before
    assert set(gap.after).isdisjoint(before)
    again.stop()
