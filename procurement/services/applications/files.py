"""Adding files to an application in a stage and taking them away."""

import hashlib
from dataclasses import dataclass
from io import BufferedIOBase
from typing import BinaryIO, cast

from procurement.models.applications import Attachment, Entry
from procurement.queries import applications as applications_queries
from procurement.rules import questions as rules
from procurement.rules.applications import MOST_FILES
from procurement.rules.ports import Ports
from procurement.rules.references import BYTES_NEEDED, VERIFY_LENGTH, code
from procurement.rules.uploads import Accepted, Limits, examine
from procurement.rules.uploads.examination import in_units
from procurement.rules.uploads.fitting import unfit
from procurement.services import vault
from procurement.services.act import Act
from procurement.services.applications.answers import note_complete
from procurement.services.applications.confirming import settle
from procurement.services.applications.locks import lock_entry, require_writable
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.facts import Sentence


@dataclass(frozen=True)
class StoredFile:
    """A file that lies closed in the store and belongs to nothing yet."""

    ref: str
    name: str
    media_type: str
    size: int
    digest: str
    stored: str


def store_file(ports: Ports, name: str, source: BinaryIO, question: rules.Question | None = None) -> StoredFile:
    """Examine a file and store it closed, before any transaction begins. `source` is seekable; `question`: what it is
    for, whose types and pages it must keep to.

    Refusal 413, 415 or 422 names the file and says why it is not taken.
    """
    found = examine(name, source, limits=Limits(file_bytes=ports.file_bytes))
    if not isinstance(found, Accepted):
        raise Refusal(found.reason, status=found.status)
    if question is not None and (unwanted := unfit(found, source, question)) is not None:
        raise Refusal(unwanted.reason, status=unwanted.status)
    source.seek(0)
    digest = hashlib.file_digest(cast(BufferedIOBase, source), "sha256").hexdigest()
    source.seek(0)
    ref = code(ports.randomness.bytes(BYTES_NEEDED), VERIFY_LENGTH)
    stored = vault.keep_file(ports, source, ref, ports.file_bytes)
    return StoredFile(ref, found.name, found.media_type, found.size, digest, stored)


def add_file(act: Act, entry_id: int, key: str, stored_file: StoredFile) -> Attachment:
    """Attach a stored file to a question. The same file sent again is the one that is there.

    Refusal 413 when the application would have too many files or too many bytes.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_writable(call, entry, act.by, act.now)
    form = applications_queries.questions_of(act.session, entry.stage_id)
    question = next((each for each in form if each.key == key and each.kind.uploads), None)
    if question is None:
        raise Refusal(Sentence("There is no such question."), status=404)
    there = applications_queries.attachments_of(act.session, entry.id)
    attachment = attach(act, entry, key, stored_file, there)
    if attachment not in there:
        _count(act, entry, form, question)
    return attachment


def attach(act: Act, entry: Entry, key: str, stored_file: StoredFile, there: list[Attachment]) -> Attachment:
    """Attach a stored file to a question of an entry that is held, beside the files that are `there`: those of its
    form, or of what was asked of its team later. Raises Refusal as `add_file` does."""
    for each in there:
        if (each.key, each.name, each.digest) == (key, stored_file.name, stored_file.digest):
            return each
    _require_room(act.ports, there, stored_file)
    entry.version += 1
    attachment = Attachment(
        ref=stored_file.ref,
        entry_id=entry.id,
        key=key,
        name=stored_file.name,
        media_type=stored_file.media_type,
        size=stored_file.size,
        digest=stored_file.digest,
        stored=stored_file.stored,
        draft_version=entry.version,
        added_by=act.by.id,
        added_at=act.now,
    )
    act.session.add(attachment)
    act.session.flush()
    record(act, "entry.add_file", "entry", entry.id, call_id=entry.call_id, data={"attachment": attachment.id})
    return attachment


def remove_file(act: Act, entry_id: int, ref: str) -> Attachment:
    """Take a file out of the draft; what was submitted keeps it. Removing it twice is removing it once."""
    call, entry = lock_entry(act.session, entry_id)
    require_writable(call, entry, act.by, act.now)
    attachment = applications_queries.find_attachment(act.session, entry.id, ref)
    if attachment is None:
        raise Refusal(Sentence("There is no such file."), status=404)
    if attachment.removed_at is not None:
        return attachment
    detach(act, entry, attachment)
    form = applications_queries.questions_of(act.session, entry.stage_id)
    asked = next((each for each in form if each.key == attachment.key), None)
    if asked is not None:  # it may have been taken out of the form since
        _count(act, entry, form, asked)
    return attachment


def detach(act: Act, entry: Entry, attachment: Attachment) -> None:
    """Take a file out of a draft that is held; what was submitted keeps it."""
    entry.version += 1
    attachment.removed_at, attachment.draft_version = act.now, entry.version
    act.session.flush()
    data = {"attachment": attachment.id}
    record(act, "entry.remove_file", "entry", entry.id, call_id=entry.call_id, data=data)


def _require_room(ports: Ports, there: list[Attachment], stored_file: StoredFile) -> None:
    if len(there) >= MOST_FILES:
        raise Refusal(
            Sentence(
                "“%(name)s” was not added: an application takes %(limit)s files and has %(count)s. Remove one first.",
                name=stored_file.name,
                limit=MOST_FILES,
                count=len(there),
            ),
            status=413,
        )
    taken = sum(each.size for each in there)
    if taken + stored_file.size > ports.bid_bytes:
        raise Refusal(
            Sentence(
                "“%(name)s” was not added: with its %(size)s the files of this application would have more than "
                "%(limit)s together. Make it smaller, or remove another file first.",
                name=stored_file.name,
                size=in_units(stored_file.size),
                limit=in_units(ports.bid_bytes),
            ),
            status=413,
        )


def _count(act: Act, entry: Entry, form: tuple[rules.Question, ...], question: rules.Question) -> None:
    values = applications_queries.file_values(applications_queries.attachments_of(act.session, entry.id, question.key))
    checked = rules.check(question, values.get(question.key))
    settle(entry, question.key)
    note_complete(act, entry, form, question.key, complete=checked.complete)
