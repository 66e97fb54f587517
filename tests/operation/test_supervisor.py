"""Processes that are kept running, and what is left when they are stopped: nothing."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from procurement.cli.supervisor import GivenUp, Process, Supervisor
from tests.parts.waiting import HANGS, WITHIN, until

pytestmark = pytest.mark.timeout(HANGS)
LONG = "import time; time.sleep(600)"


def keeping(*members: Process) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor([[member] for member in members], said.append), said


def process(name: str, program: str = LONG) -> Process:
    return Process(name, [sys.executable, "-c", textwrap.dedent(program)], os.environ, patience=WITHIN)


def look_until(supervisor: Supervisor, holds: Callable[[], bool]) -> None:
    until(holds, supervisor.look)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_is_killed_is_started_again() -> None:
    web = process("web")
    supervisor, said = keeping(web)
    supervisor.ready = True
    with supervisor.running():
        first = web.pid
        os.kill(first, signal.SIGKILL)
        look_until(supervisor, lambda: web.pid != first and web.alive())
        second = web.pid
    assert said == ["web ended by SIGKILL; it is started again"]
    assert not running(first)
    assert not running(second)


def test_one_that_ran_already_is_kept_like_the_others() -> None:
    early = process("Valkey")
    early.start()
    first = early.pid
    supervisor, said = keeping(early)
    supervisor.ready = True
    with supervisor.running():
        assert early.pid == first
        os.kill(first, signal.SIGKILL)
        look_until(supervisor, lambda: early.pid != first and early.alive())
    assert said == ["Valkey ended by SIGKILL; it is started again"]


def test_what_never_stays_is_given_up_with_its_name() -> None:
    supervisor, said = keeping(process("web"), process("worker 1", "raise SystemExit(3)"))
    with pytest.raises(GivenUp, match="worker 1 ends as soon as it is started"), supervisor.running():
        look_until(supervisor, lambda: False)
    assert said == ["worker 1 ended with exit code 3; it is started again"] * 3


def test_members_stop_in_the_opposite_order(tmp_path: Path) -> None:
    program = """
        import pathlib, signal, sys, time
        def stop(*_):
            with open({file!r}, "a") as file:
                file.write("{name}\\n")
            sys.exit()
        signal.signal(signal.SIGTERM, stop)
        pathlib.Path({file!r} + "-{name}").touch()
        time.sleep(600)
    """
    file = str(tmp_path / "stopped")
    names = ("Valkey", "web", "worker")
    supervisor, _ = keeping(*(process(name, textwrap.dedent(program).format(file=file, name=name)) for name in names))
    with supervisor.running():
        look_until(supervisor, lambda: all(Path(f"{file}-{name}").exists() for name in names))
    assert Path(file).read_text().split() == ["worker", "web", "Valkey"]


def test_one_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    note = tmp_path / "deaf"
    ignoring = "import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    deaf = Process(
        "deaf",
        [sys.executable, "-c", f"{ignoring}; pathlib.Path({str(note)!r}).touch(); {LONG}"],
        os.environ,
        patience=0.3,
    )
    supervisor, _ = keeping(deaf)
    with supervisor.running():
        until(note.exists)
        pid = deaf.pid
    assert not running(pid)


def test_the_whole_group_of_an_ended_process_goes_with_it(tmp_path: Path) -> None:
    note = tmp_path / "child"
    master = process(
        "web",
        f"""
        import pathlib, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", {LONG!r}])
        pathlib.Path({str(note)!r}).write_text(str(child.pid))
        time.sleep(600)
    """,
    )
    supervisor, _ = keeping(master)
    supervisor.ready = True
    with supervisor.running():
        look_until(supervisor, lambda: note.exists() and note.read_text() != "")
        child = int(note.read_text())
        note.unlink()
        os.kill(master.pid, signal.SIGKILL)
        look_until(supervisor, lambda: note.exists() and note.read_text() != "")
        assert not running(child)


SUPERVISOR = """
    import os, sys
    from procurement.cli.supervisor import Supervisor, Process, Stopped, adopt_orphans, stopping_on_signals

    adopt_orphans()
    supervisor = Supervisor([[Process("worker", [sys.executable, "-c", sys.argv[1]], os.environ, patience=300)]], print)
    try:
        with stopping_on_signals(), supervisor.running():
            supervisor.look_for_ever()
    except Stopped:
        print("stopped", flush=True)
"""
TELLS_ITS_NUMBER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
HAS_A_CHILD = """
import os, time
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def supervise() -> Iterator[Callable[[str], tuple[subprocess.Popen[str], int]]]:
    """Starts a supervisor of one program; returns it and the process number that the program tells."""
    with contextlib.ExitStack() as stack:

        def start(program: str) -> tuple[subprocess.Popen[str], int]:
            command = [sys.executable, "-c", textwrap.dedent(SUPERVISOR), program]
            started = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0))
            stack.callback(started.kill)
            assert started.stdout is not None
            return started, int(started.stdout.readline())

        yield start


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans to a chosen parent")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_not_even_orphans(
    supervise: Callable[[str], tuple[subprocess.Popen[str], int]], number: signal.Signals
) -> None:
    supervisor, orphan = supervise(HAS_A_CHILD)
    assert running(orphan)
    supervisor.send_signal(number)
    assert supervisor.communicate(timeout=WITHIN)[0].split() == ["stopped"]
    assert supervisor.returncode == 0
    assert not running(orphan)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_when_the_supervisor_is_killed(
    supervise: Callable[[str], tuple[subprocess.Popen[str], int]],
) -> None:
    supervisor, child = supervise(TELLS_ITS_NUMBER)
    supervisor.kill()
    supervisor.wait()
    until(lambda: not running(child))
