"""Folders for what one test process makes; in memory, where copying costs next to nothing.

What a process that was killed has left behind would fill the memory of the machine, so whoever makes a folder removes
those that nobody holds any more.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from pathlib import Path

ROOM = 2 * 1024**3  # bytes: less is needed, and a container's own /dev/shm of 64 MB is too little


def in_memory() -> Path:
    """Where such folders are made: in memory where the machine has room, else among its temporary files."""
    memory = Path("/dev/shm")  # noqa: S108  a folder with a name nobody can guess is made in it
    if memory.is_dir() and shutil.disk_usage(memory).free >= ROOM:
        return memory
    return Path(tempfile.gettempdir())


class Place:
    """A folder that is held as long as this process lives; `remove` takes it away."""

    def __init__(self, name: str, beneath: Path) -> None:
        for left in beneath.glob(f"{name}-*"):
            _clear(left)
        self.path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=beneath))
        self._held = os.open(self.path / HOLD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._held)


HOLD = "held"


def _clear(left: Path) -> None:
    """Remove a folder if its process is gone, and end the PostgreSQL that may still work in it."""
    try:
        held = os.open(left / HOLD, os.O_RDWR)
    except OSError:
        return  # somebody else's, or one that is being made
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with contextlib.suppress(OSError, ValueError, IndexError):
            server = int((left / "data" / "postmaster.pid").read_text().split()[0])
            if str(left / "data").encode() in Path(f"/proc/{server}/cmdline").read_bytes().split(b"\0"):
                os.kill(server, signal.SIGQUIT)
        shutil.rmtree(left, ignore_errors=True)
    except OSError:
        pass  # it is held
    finally:
        os.close(held)
