"""The one place that closes and opens answers, files and submissions.

Each is bound to where it belongs by a context, so that nothing can be pasted into another place. Files are closed in
parts of a mebibyte, so that a large one is never in memory as a whole; the last part says that it is the last, so that
a file cut short is noticed.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from procurement.models.applications import Answer, AnswerVersion, Attachment, Submission
from procurement.rules.ledger import canonical
from procurement.rules.ports import Ports, VaultRefused

PART = 1024 * 1024
LENGTH_BYTES = 4
Snapshot = dict[str, Any]


def seal_answer(ports: Ports, entry_id: int, key: str, version: int, value: object) -> bytes:
    """Close one answer: a text, or None for no answer."""
    return ports.vault.seal(canonical(value), _answer_context(entry_id, key, version))


def open_answer(ports: Ports, answer: Answer | AnswerVersion) -> Any:
    """What an answer of a draft says, or said."""
    context = _answer_context(answer.entry_id, answer.key, answer.version)
    return json.loads(ports.vault.open(answer.closed, context))


def seal_submission(ports: Ports, application_id: int, number: int, content: bytes) -> bytes:
    """Close what was submitted: the canonical bytes of a snapshot."""
    return ports.vault.seal(content, _submission_context(application_id, number))


def open_bytes(ports: Ports, submission: Submission) -> bytes:
    """The canonical bytes of what was submitted; their SHA-256 is the submission's digest."""
    return ports.vault.open(submission.closed, _submission_context(submission.application_id, submission.number))


def open_submission(ports: Ports, submission: Submission) -> Snapshot:
    """What was submitted: {"answers": {key: text or None}, "files": [{key, name, size, digest}], …}."""
    snapshot: Snapshot = json.loads(open_bytes(ports, submission))
    return snapshot


def keep_file(ports: Ports, source: BinaryIO, ref: str, limit: int) -> str:
    """Close a file and store it, before any transaction begins; returns the digest by which the store finds it.

    Raises ValueError when what it takes up is more than `limit` bytes.
    """
    stored, _ = ports.files.put_stream(_Closing(ports, source, ref), limit + limit // 8 + PART)
    return stored


def open_file(ports: Ports, attachment: Attachment | Mapping[str, Any]) -> Iterator[bytes]:
    """A file as it was sent, part by part: an attachment of a draft, or a line of a submission's manifest.

    Raises FileMissing, or VaultRefused, before the first part where the store has not what was kept.
    """
    if isinstance(attachment, Attachment):
        ref, stored = attachment.sealed_as or attachment.ref, attachment.stored
    else:
        ref, stored = attachment.get("sealed_as") or attachment["ref"], attachment["stored"]
    source = ports.files.open(stored)
    parts = _parts(ports, source, ref)
    try:
        first = next(parts)
    except BaseException:
        source.close()
        raise

    def all_parts() -> Iterator[bytes]:
        with source:
            yield first
            yield from parts

    return all_parts()


def _parts(ports: Ports, source: BinaryIO, ref: str) -> Iterator[bytes]:
    number, head = 0, source.read(LENGTH_BYTES)
    while head:
        closed = source.read(int.from_bytes(head))
        head = source.read(LENGTH_BYTES)
        yield ports.vault.open(closed, _part_context(ref, number, last=not head))
        number += 1
    if not number:
        raise VaultRefused("The file is empty in the store.")


class _Closing:
    """Reads a plain file and gives its closed parts, each behind its length."""

    def __init__(self, ports: Ports, source: BinaryIO, ref: str) -> None:
        self._vault, self._source, self._ref = ports.vault, source, ref
        self._number = 0
        self._next = source.read(PART)
        self._left = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        if not self._left and not self._ended:
            self._left = self._part()
        given, self._left = self._left[:size], self._left[size:]
        return given

    def _part(self) -> bytes:
        plain, self._next = self._next, self._source.read(PART)
        self._ended = not self._next
        closed = self._vault.seal(plain, _part_context(self._ref, self._number, last=self._ended))
        self._number += 1
        return len(closed).to_bytes(LENGTH_BYTES) + closed


def _answer_context(entry_id: int, key: str, version: int) -> str:
    return f"answer:{entry_id}:{key}:{version}"


def _submission_context(application_id: int, number: int) -> str:
    return f"submission:{application_id}:{number}"


def _part_context(ref: str, number: int, *, last: bool) -> str:
    return f"file:{ref}:{number}{':last' if last else ''}"


def answers_of(ports: Ports, answers: list[Answer]) -> dict[str, Any]:
    """What the answers of a draft say, by key."""
    return {answer.key: open_answer(ports, answer) for answer in answers}
