"""Documents and texts of messages from templates. Layout happens in limited child processes that are used again."""

import atexit
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from procurement.adapters.document_fonts import undrawn
from procurement.adapters.message_texts import Texts
from procurement.adapters.rendering_child import read_frame, write_frame
from procurement.config import PROJECT_ROOT
from procurement.rules import documents, scripts
from procurement.rules.ports import RenderFailed

FOLDER_PREFIX = "rendering-"
DOCUMENTS_PER_CHILD = 200  # then a fresh one, so that what a library forgets to free never meets the memory limit
INHERITED = ("LANG", "LC_ALL", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "SYSTEMROOT")  # no secret, no proxy, no home


@dataclass(frozen=True)
class Limits:
    """What one document may use: seconds by the clock, seconds of the processor, bytes of memory."""

    seconds: float = 30.0
    processor_seconds: int = 20
    memory: int = 1024**3


class PdfRenderer:
    """The renderer of `ports`: PDFs by WeasyPrint, texts of messages by Jinja.

    Children start with the first document, as many as documents are asked for at the same time, and end with this
    process. The same content and identifier give the same bytes, in whichever child and whenever.
    """

    def __init__(
        self,
        templates: Path = PROJECT_ROOT / "templates",
        fonts: Path = PROJECT_ROOT / "static" / "build" / "fonts",
        limits: Limits = Limits(),
    ) -> None:
        self._templates, self._fonts, self._limits = templates / "documents", fonts, limits
        self._texts = Texts(templates / "messages")
        self._idle: list[_Child] = []
        self._owner = os.getpid()
        self._lock = threading.Lock()
        atexit.register(self.close)

    def document(self, kind: str, content: Mapping[str, object], identifier: str) -> bytes:
        """Raises RenderFailed with a sentence; a child that had to be ended is replaced for the next document."""
        described = documents.DOCUMENT_KINDS[kind]
        try:
            documents.refuse_excess({key: value for key, value in content.items() if key != documents.ATTACHED})
        except ValueError as error:
            raise RenderFailed(str(error)) from error
        return self.make(
            {
                "folder": described.folder(str(content["template"])),
                "variant": described.variant,
                "content": {key: value for key, value in content.items() if key != documents.ATTACHED},
                "identifier": hashlib.sha256(identifier.encode()).hexdigest()[:32],
                "attachment": documents.attachment(content),
            }
        )

    def undrawn(self, content: Mapping[str, object]) -> str:
        """The letters of a content that none of our fonts has, by script, in words; empty where there are none."""
        return scripts.in_words(undrawn(self._fonts, scripts.inked(scripts.texts_of(content, documents.ATTACHED))))

    def make(self, request: Mapping[str, object]) -> bytes:
        """One request of the child's own language (`rendering_child.Press.make`)."""
        child = self._take()
        try:
            made = child.make(json.dumps(request).encode(), self._limits.seconds)
        except BaseException:
            child.end()
            raise
        if made.last:
            child.end()
        else:
            self._give_back(child)
        if made.reason:
            raise RenderFailed(made.reason)
        return made.document

    def text(self, kind: str, fields: Mapping[str, object]) -> tuple[str, str]:
        return self._texts.text(kind, fields)

    def close(self) -> None:
        """End the children that wait; called at the end of the process too."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for child in idle:
                child.end()

    def _take(self) -> "_Child":
        with self._lock:
            if self._owner != os.getpid():  # forked: the children are our parent's
                self._owner, self._idle = os.getpid(), []
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.end()
        return _Child.start(self._templates, self._fonts, self._limits)

    def _give_back(self, child: "_Child") -> None:
        if not child.alive or child.made >= DOCUMENTS_PER_CHILD:
            child.end()
            return
        with self._lock:
            self._idle.append(child)


@dataclass(frozen=True)
class _Made:
    reason: str
    document: bytes
    last: bool  # the child ends itself after this one


@dataclass
class _Child:
    process: "subprocess.Popen[bytes]"
    room: Path  # for the temporary files of its libraries; removed with it, however it ended
    made: int = 0
    expired: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def start(cls, templates: Path, fonts: Path, limits: Limits) -> "_Child":
        _clear_left_behind()
        room = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
        settings = {
            "templates": str(templates),
            "fonts": str(fonts),
            "memory": limits.memory,
            "processor_seconds": limits.processor_seconds,
            "parent": os.getpid(),
        }
        scrubbed = {name: os.environ[name] for name in INHERITED if name in os.environ}
        process = subprocess.Popen(  # noqa: S603  our own module, in a fixed list
            [sys.executable, "-m", "procurement.adapters.rendering_child", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            process_group=0,
            cwd=PROJECT_ROOT,
            env={**scrubbed, "PATH": os.defpath, "TMPDIR": str(room), "HOME": str(room), "PYTHONHASHSEED": "0"},
        )
        return cls(process, room)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def make(self, request: bytes, seconds: float) -> _Made:
        sink, source = cast("BinaryIO", self.process.stdin), cast("BinaryIO", self.process.stdout)
        watchdog = threading.Timer(seconds, self._expire)  # a blocked pipe cannot outlive it: the other end dies
        watchdog.daemon = True
        watchdog.start()
        try:
            write_frame(sink, request)
            head = read_frame(source)
            document = read_frame(source)
        except OSError:
            head = document = None
        finally:
            watchdog.cancel()
        self.made += 1
        if head is None or document is None:
            if self.expired.is_set():
                raise RenderFailed(f"The document took longer than {seconds:g} seconds and was stopped.")
            raise RenderFailed(
                "The document used more computing time or memory than a document may have, and was stopped."
            )
        said = json.loads(head)
        return _Made(said["reason"], document, said["last"])

    def _expire(self) -> None:
        self.expired.set()
        self.process.kill()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # what was still in the buffer has no reader any more
                    pipe.close()
        shutil.rmtree(self.room, ignore_errors=True)


def _clear_left_behind() -> None:
    """Remove the rooms of children whose parent was killed: nobody else does."""
    for room in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        parent = room.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if parent.isdecimal():
            try:
                os.kill(int(parent), 0)
            except ProcessLookupError:
                shutil.rmtree(room, ignore_errors=True)
            except OSError:
                continue  # it lives, and belongs to somebody else
