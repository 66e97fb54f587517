"""The real service as a process of its own, what runs below it, and the hand that kills parts of it."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from procurement.config import PROJECT_ROOT

READY_WITHIN, STOPS_WITHIN = 120.0, 60.0  # seconds; a machine that does other things as well is slow to start it
# what may be killed, and how often each of them comes in a deck
DECK = {"web worker": 5, "web": 1, "worker": 6, "rendering child": 4, "Valkey": 4}

INSTEAD = ("worker", "Valkey")  # where none of a kind is there; not the web, which would never get up again


@dataclass(frozen=True)
class Running:
    """A process: `began` tells it from a later one with the same id."""

    pid: int
    parent: int
    began: str
    command: str


class Service:
    """`procurement up` on a data directory and a free port of its own, killed in part and stopped as a whole."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir / "said.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in OURS},
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "DEMO": "1",
            **settings,
        }
        self.seen: set[Running] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self.log.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "procurement.cli", "up"],
                cwd=PROJECT_ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self.wait_until_ready(READY_WITHIN)

    def wait_until_ready(self, seconds: float) -> None:
        """Until /readyz answers 200. Raises TimeoutError with what the service said last."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError(f"The service is not ready:\n{self.log.read_text()[-2000:]}")

    def parts(self) -> dict[str, list[Running]]:
        """What may be killed now, by its name in DECK."""
        assert self._process is not None
        everything = list(processes())
        below = {self._process.pid}
        while grown := {each.pid for each in everything if each.parent in below} - below:
            below |= grown
        found: dict[str, list[Running]] = {name: [] for name in DECK}
        for each in everything:
            if each.pid in below and each.pid != self._process.pid:
                self.seen.add(each)
                if name := self._name(each):
                    found[name].append(each)
        return found

    def _name(self, each: Running) -> str:
        direct = self._process is not None and each.parent == self._process.pid
        if "gunicorn" in each.command:
            return "web" if direct else "web worker"
        if "rendering_child" in each.command:
            return "rendering child"
        if "procurement.cli worker" in each.command:
            return "worker"
        return "Valkey" if direct and "unixsocket" in each.command else ""  # it writes its own title

    def kill_one(self, kind: str, chance: random.Random, patience: float = 4.0) -> str:
        """SIGKILL to one of a kind, or of another kind when none of it appears in time; says which it was."""
        deadline = time.monotonic() + patience
        while True:
            parts = self.parts()
            late = time.monotonic() > deadline
            kinds = [kind] if parts[kind] else [name for name in INSTEAD if parts[name]] if late else []
            if kinds:
                name = chance.choice(kinds)
                victim = chance.choice(parts[name])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim.pid, signal.SIGKILL)
                    return name
            time.sleep(0.01)

    def stop(self) -> list[Running]:
        """Ask it to stop, as Ctrl-C does; what it left running is returned, and killed."""
        if self._process is None:
            return []
        if self._process.poll() is None:
            self.parts()
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        left = sorted(self.seen & set(processes()), key=lambda each: each.pid)
        for each in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
        return left


OURS = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "MAIL_URL", "SECRET_KEY", "BASE_URL", "DEMO_PASSWORD")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def processes() -> Iterator[Running]:
    """Every process of this machine that has not ended."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # the name in brackets may hold anything; what follows it is the state, the parent … and the start
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if fields[0] != "Z":
                yield Running(int(folder.name), int(fields[1]), fields[19], command)


def deck(chance: random.Random, kills: int) -> list[str]:
    """What to kill in which order: every kind in its share, shuffled."""
    whole = [name for name, count in DECK.items() for _ in range(count)]
    drawn: list[str] = []
    while len(drawn) < kills:
        chance.shuffle(whole)
        drawn += whole
    return drawn[:kills]
