"""Several processes kept running together, and none of them left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from procurement.adapters.redis_server import LIBC, die_with_parent

PR_SET_CHILD_SUBREAPER = 36
SOON = 10.0  # seconds: a process that ends sooner than this waits before it is started again
LONGEST_WAIT = 5.0
LOOK_EVERY = 0.1
LAST_PATIENCE = 3.0  # between being asked a second time and being killed


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or asked this process to end; raised wherever the main thread is."""


class GivenUp(Exception):
    """A process ends again and again before the service was ever ready; the sentence says which."""


class Supervised(Protocol):
    """Anything that can be kept running."""

    name: str

    def start(self) -> None: ...

    def alive(self) -> bool: ...

    def ended(self) -> str:
        """How it ended, in words."""

    def ask(self) -> None:
        """Ask it to stop, without waiting."""

    def stop(self) -> None:
        """Wait until it has stopped; make it, if it does not."""


class Process:
    """A program of ours in a process group of its own, so that Ctrl-C reaches it through us and in our order."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, patience: float) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.patience = patience  # seconds between being asked to stop and being made to
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the one that runs now."""
        return self._running.pid if self._running else None

    def start(self) -> None:
        self._running = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=die_with_parent,  # noqa: PLW1509  the supervisor has no threads
        )

    def alive(self) -> bool:
        if self._running is not None and self._running.poll() is not None:
            self._end_group()  # gunicorn's workers without their master would keep the port
        return self._running is not None and self._running.returncode is None

    def ended(self) -> str:
        code = self._running.returncode if self._running else None
        if code is None:
            return "has not ended"
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def ask(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def stop(self) -> None:
        if self._running is None:
            return
        # RQ finishes its job after the first request, which `ask` made, and drops it after a second one
        for wait in (self.patience, LAST_PATIENCE):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(wait)
                break
            self.ask()
        self._end_group()
        self._running.wait()
        self._running = None

    def _end_group(self) -> None:
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running.pid, signal.SIGKILL)


class Supervisor:
    """Keeps the members of its stages running: started stage by stage, stopped in the opposite order."""

    def __init__(self, stages: Sequence[Sequence[Supervised]], say: Callable[[str], None]) -> None:
        self.stages = [list(stage) for stage in stages]
        self.members = [member for stage in self.stages for member in stage]
        self.say = say
        self.ready = False
        # a member may have been started before, by whoever needed it to prepare the others
        self._started_at = dict.fromkeys((member.name for member in self.members), time.monotonic())
        self._start_at: dict[str, float] = {}
        self._waits: dict[str, float] = {}
        self._early_ends: dict[str, int] = {}
        self._spared: set[int] = set()  # children that were there before us are somebody else's

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Everything runs inside, and nothing of it afterwards."""
        self._spared = set(_children()) - self._own_pids()
        try:
            for member in self.members:
                if not member.alive():
                    self._start(member)
            yield
        finally:
            for stage in reversed(self.stages):
                for member in stage:
                    member.ask()
                for member in stage:
                    member.stop()
            end_orphans(self._spared)

    def look_for_ever(self) -> None:
        """Until a signal raises Stopped."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Start again whoever ended; called in a loop. Raises GivenUp when that will not help."""
        now = time.monotonic()
        for member in self.members:
            if member.name in self._start_at:
                if now >= self._start_at[member.name]:
                    del self._start_at[member.name]
                    self._start(member)
            elif not member.alive():
                self._ended(member, now)
        reap(self._own_pids() | self._spared)

    def _start(self, member: Supervised) -> None:
        self._started_at[member.name] = time.monotonic()
        member.start()

    def _ended(self, member: Supervised, now: float) -> None:
        lived = now - self._started_at[member.name]
        wait = 0.0 if lived >= SOON else min(LONGEST_WAIT, self._waits.get(member.name, 0.25) * 2)
        self._waits[member.name] = wait or 0.25
        self._start_at[member.name] = now + wait
        self.say(f"{member.name} {member.ended()}; it is started again")
        if not self.ready:
            self._early_ends[member.name] = self._early_ends.get(member.name, 0) + 1
            if self._early_ends[member.name] == 3:  # noqa: PLR2004  three of a kind is no accident
                raise GivenUp(f"{member.name} ends as soon as it is started: what it said is above.")

    def _own_pids(self) -> set[int]:
        return {pid for member in self.members if (pid := getattr(member, "pid", None))}


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or hang-up raises Stopped; those that follow cannot disturb the tidying up."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = [signal.signal(each, stop) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent was killed (Linux), so that none of them can outlive us."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)


def reap(others: set[int]) -> None:
    """Let go of adopted processes that ended; the `others` are waited for by whoever started them."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in others:
            return
        os.waitpid(ended.si_pid, 0)


def end_orphans(spared: set[int]) -> None:
    """Kill what is still a child of ours: what a killed worker was rendering, for example."""
    while children := set(_children()) - spared:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # the name in brackets may hold anything; what follows it is the state and the parent
            parent = stat.read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                yield int(stat.parent.name)
