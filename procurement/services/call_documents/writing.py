"""Writing the documents of a call: what each is, its file, their order; until they are published."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from procurement.models.call_documents import CallDocument, CallFile
from procurement.models.calls import Call
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_documents as rules
from procurement.rules.permissions import Permission
from procurement.rules.questions import normalise
from procurement.services.act import Act
from procurement.services.applications import StoredFile
from procurement.services.calls import editable, require_current, wrote
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role, require_running
from workflows.facts import Sentence

GONE = Sentence("There is no such document.")
OUT = Sentence("This document is published, so what it says of itself stays. Its file can get a new version.")


@dataclass(frozen=True)
class Details:
    """What a document says of itself. `stage` and `question`: the keys of where a template is filled in; empty for
    every other kind."""

    title: str
    kind: str
    language: str
    required: bool = False
    stage: str = ""
    question: str = ""


def add(act: Act, call_id: int, details: Details) -> CallDocument:
    """A further document, the last one of its call; its file comes next. Of a published call nobody sees it before its
    file is approved."""
    call = _writable(act, call_id)
    there = call_documents_queries.documents_of(act.session, call.id)
    if len(there) >= rules.MOST:
        raise Refusal(Sentence("A call has at most %(most)s documents.", most=rules.MOST))
    number = call_documents_queries.next_number(act.session, call.id)
    row = CallDocument(call_id=call.id, number=number, position=1 + max((each.position for each in there), default=0))
    _say(act.session, call, row, details)
    act.session.add(row)
    act.session.flush()
    _note(act, call, row)
    return row


def save(act: Act, document_id: int, details: Details, *, seen: int) -> CallDocument:
    """Save what a document says of itself. Raises Stale."""
    call, row = take(act, document_id)
    theirs = details_of(row)
    require_current(act.session, call, seen, call_documents_queries.details_mark(row), asdict(details), asdict(theirs))
    _say(act.session, call, row, details)
    _note(act, call, row)
    return row


def move(act: Act, document_id: int, step: int) -> None:
    """One place up or down; at the edge nothing happens, so that a repeated press is harmless."""
    found = act.session.get(CallDocument, document_id)
    if found is None:
        raise Refusal(GONE, status=404)
    call = editable(act.session, found.call_id)
    rows = call_documents_queries.documents_of(act.session, call.id)
    here = next((place for place, each in enumerate(rows) if each.id == document_id), None)
    if here is None:
        raise Refusal(GONE, status=404)
    row, there = rows[here], here + step
    if not 0 <= there < len(rows):
        return
    rows[here].position, rows[there].position = rows[there].position, rows[here].position
    wrote(act, call, f"document-{row.number}")


def remove(act: Act, document_id: int) -> None:
    """Take a document out that was never published, with its files."""
    call, row = take(act, document_id)
    for file in row.files:
        act.session.delete(file)
    act.session.flush()
    act.session.delete(row)
    act.session.flush()
    _note(act, call, row, removed=True)


def put_file(act: Act, document_id: int, kept: StoredFile) -> CallFile:
    """The file of a document of a call that is written, in the place of the one before. The same file again is the one
    that is there."""
    found = act.session.get(CallDocument, document_id)
    if found is None:
        raise Refusal(GONE, status=404)
    call = editable(act.session, found.call_id)
    row = get(act.session, document_id)
    for file in row.files:
        if (file.name, file.digest) == (kept.name, kept.digest):
            return file
        act.session.delete(file)
    act.session.flush()
    made = file_of(act, row, kept)
    _note(act, call, row)
    return made


def file_of(act: Act, document: CallDocument, kept: StoredFile, *, reason: str = "") -> CallFile:
    """A stored file as one of a document, which is held with its call."""
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    file = CallFile(
        document_id=document.id,
        ref=kept.ref,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        stored=kept.stored,
        reason=reason,
        added_by=act.by.id,
        added_at=act.now,
    )
    act.session.add(file)
    act.session.flush()
    return file


def get(session: Session, document_id: int) -> CallDocument:
    """A document with its call and files as they are now; Refusal (404) where it is gone."""
    found = call_documents_queries.find_by_id(session, document_id)
    if found is None:
        raise Refusal(GONE, status=404)
    return found


def take(act: Act, document_id: int) -> tuple[Call, CallDocument]:
    """A document that is not published, and its call, held, where it may still be written."""
    found = act.session.get(CallDocument, document_id)
    if found is None:
        raise Refusal(GONE, status=404)
    call = _writable(act, found.call_id)
    row = get(act.session, document_id)
    if any(file.published_at is not None for file in row.files):
        raise Refusal(OUT)
    return call, row


def details_of(row: CallDocument) -> Details:
    """What a document says of itself now."""
    stage = "" if row.stage is None else row.stage.key
    return Details(row.title, row.kind, row.language, row.required, stage, row.key)


def _writable(act: Act, call_id: int) -> Call:
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_EDIT)
    if call.published_at is None:
        return editable(act.session, call_id)
    require_running(call.state)
    return call


def _say(session: Session, call: Call, row: CallDocument, details: Details) -> None:
    title = " ".join(normalise(details.title).split())
    if not title or len(title) > rules.LONGEST_TITLE:
        raise Refusal(Sentence("Give the document a title of at most %(most)s characters.", most=rules.LONGEST_TITLE))
    if details.kind not in rules.TYPES or details.language not in rules.LANGUAGES:
        raise Refusal(Sentence("Say what the document is, and in which language."))
    stage = None
    if details.kind == rules.DocumentType.TEMPLATE and details.question:
        stages = stages_queries.listed(session, call.id)
        stage = next((each for each in stages if each.key == details.stage), None)
        if stage is None or details.question not in call_documents_queries.upload_keys(session, stage.id):
            raise Refusal(Sentence("Choose a question of this call that takes files."))
    row.title, row.kind, row.language, row.required = title, details.kind, details.language, details.required
    row.stage_id, row.key = (None, "") if stage is None else (stage.id, details.question)


def _note(act: Act, call: Call, row: CallDocument, *, removed: bool = False) -> None:
    """What was done, in the history: as an edit while the call is written, by itself once it is published."""
    act.session.flush()
    if call.published_at is None:
        wrote(act, call, f"document-{row.number}")
        return
    tag = "call.drop_document" if removed else "call.write_document"
    record(act, tag, "call", call.id, call_id=call.id, data={"document": row.number})
