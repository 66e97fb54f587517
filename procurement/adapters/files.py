"""Files on disk, each named by its SHA-256, so that the same content is kept once and damage is noticed."""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from procurement.rules.ports import FileMissing, Readable

CHUNK = 1024 * 1024
DIGEST_LENGTH = 64
LEFT_BEHIND = 24 * 3600  # seconds: no upload lasts so long


class DiskFiles:
    """The files of one installation below `root`, as `ab/cd/abcd…`.

    A file is complete or not there: it is written beside its place, flushed to the disk, then renamed into it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        if not self._sound(digest):
            self._keep(lambda sink: (sink.write(content), digest)[1])
        return digest

    def put_stream(self, source: Readable, limit: int) -> tuple[str, int]:
        size = 0

        def copy(sink: BinaryIO) -> str:
            nonlocal size
            hashed = hashlib.sha256()
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ValueError(f"more than {limit} bytes")
                hashed.update(chunk)
                sink.write(chunk)
            return hashed.hexdigest()

        return self._keep(copy), size

    def get(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise FileMissing(f"The file {digest[:12]}… is not in the store.") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileMissing(f"The file {digest[:12]}… no longer has the content that was stored.")
        return content

    def open(self, digest: str) -> BinaryIO:
        """The bytes as a stream, read through once beforehand so that nobody is handed a damaged file."""
        try:
            stream = self._path(digest).open("rb")
        except OSError as error:
            raise FileMissing(f"The file {digest[:12]}… is not in the store.") from error
        if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
            stream.close()
            raise FileMissing(f"The file {digest[:12]}… no longer has the content that was stored.")
        stream.seek(0)
        return stream

    def exists(self, digest: str) -> bool:
        try:
            return self._path(digest).is_file()
        except FileMissing:
            return False

    def tidy(self) -> int:
        removed = 0
        for part in self._incoming.glob("*"):
            with contextlib.suppress(OSError):  # it has just been given its place, or is not ours
                if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                    part.unlink()
                    removed += 1
        return removed

    def _sound(self, digest: str) -> bool:
        """Whether the content is there and undamaged; a damaged file is written again instead of trusted."""
        try:
            with self._path(digest).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError:
            return False

    def _path(self, digest: str) -> Path:
        if len(digest) != DIGEST_LENGTH or not set(digest) <= set("0123456789abcdef"):
            raise FileMissing("That is not the name of a stored file.")
        return self._root / digest[:2] / digest[2:4] / digest

    def _keep(self, write: Callable[[BinaryIO], str]) -> str:
        self._incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._incoming)  # the same file system, so that the rename is one step
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as sink:
                digest = write(sink)
                sink.flush()
                os.fsync(sink.fileno())
            path = self._path(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (
            path.parent,
            path.parent.parent,
            self._root,
        ):  # a rename lasts once its folder has reached the disk
            _flush_folder(folder)
        return digest


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
