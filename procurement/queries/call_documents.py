"""Reading the documents of a call: as they are written, and as everybody can have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from procurement.models.call_documents import CallDocument, CallFile, DocumentReading
from procurement.models.calls import Call
from procurement.models.stages import Question, Stage
from procurement.rules.call_documents import DocumentDraft, FileDraft
from procurement.rules.calls import mark
from procurement.rules.published_documents import PublishedDocument
from procurement.rules.questions import get_kind


@dataclass(frozen=True)
class Published:
    """A document as everybody can have it: its versions, the newest first. That one holds; the others do no more."""

    document: CallDocument
    files: tuple[CallFile, ...]

    @property
    def file(self) -> CallFile:
        """The version that holds."""
        return self.files[0]


def drafts_of(session: Session, call: Call) -> tuple[DocumentDraft, ...]:
    """The documents as the checks look at them and as they are frozen, in their order: of a call that is written with
    the files that were uploaded, of one that is published with those that everybody has."""
    rows = session.execute(
        select(CallDocument, Stage.key)
        .outerjoin(Stage, Stage.id == CallDocument.stage_id)
        .where(CallDocument.call_id == call.id)
        .order_by(CallDocument.position)
    ).all()
    if not rows:
        return ()
    current = _current(session, call, [document.id for document, _key in rows])
    found = (_draft(document, key or "", current.get(document.id)) for document, key in rows)
    return tuple(each for each in found if call.published_at is None or each.file is not None)


def _current(session: Session, call: Call, ids: Sequence[int]) -> dict[int, CallFile]:
    """The file of each document that holds, or that would with the publication of the call."""
    asked = select(CallFile).where(CallFile.document_id.in_(ids), CallFile.ended_at.is_(None)).order_by(CallFile.id)
    if call.published_at is not None:
        asked = asked.where(CallFile.version.is_not(None))
    return {each.document_id: each for each in session.scalars(asked)}


def _draft(row: CallDocument, stage: str, file: CallFile | None) -> DocumentDraft:
    return DocumentDraft(
        number=row.number,
        title=row.title,
        kind=row.kind,
        language=row.language,
        required=row.required,
        stage=stage,
        question=row.key,
        file=None
        if file is None
        else FileDraft(
            version=file.version or 1,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            digest=file.digest,
        ),
    )


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[CallFile]:
    """The files of published calls that wait for an approver, with their documents."""
    return list(
        session.scalars(
            select(CallFile)
            .join(CallFile.document)
            .join(Call, Call.id == CallDocument.call_id)
            .where(
                Call.id.in_(call_ids),
                Call.published_at.is_not(None),
                CallFile.published_at.is_(None),
                CallFile.ended_at.is_(None),
            )
            .options(contains_eager(CallFile.document))
            .order_by(CallFile.id)
        )
    )


def documents_of(session: Session, call_id: int) -> list[CallDocument]:
    """Every document of a call with its files, for who looks after it."""
    return list(
        session.scalars(
            select(CallDocument)
            .where(CallDocument.call_id == call_id)
            .options(selectinload(CallDocument.files).joinedload(CallFile.adder), joinedload(CallDocument.stage))
            .order_by(CallDocument.position)
        )
    )


def find(session: Session, ref: str, number: int) -> CallDocument | None:
    """A document by the reference of its call and its number, with its call and its files."""
    asked = select(CallDocument).join(Call, Call.id == CallDocument.call_id).where(Call.ref == ref)
    return session.scalars(
        asked.where(CallDocument.number == number).options(
            joinedload(CallDocument.call),
            joinedload(CallDocument.stage),
            selectinload(CallDocument.files).joinedload(CallFile.adder),
        )
    ).one_or_none()


def published_of(session: Session, call_id: int, now: datetime) -> list[Published]:
    """The documents of a call that everybody can have at `now`, in their order, in one statement."""
    rows = session.scalars(
        select(CallFile)
        .join(CallFile.document)
        .outerjoin(CallDocument.stage)
        .where(CallDocument.call_id == call_id, CallFile.published_at <= now)
        .options(contains_eager(CallFile.document).contains_eager(CallDocument.stage))
        .order_by(CallDocument.position, CallFile.version.desc())
    )
    found: dict[int, list[CallFile]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return [Published(files[0].document, tuple(files)) for files in found.values()]


def must_read(session: Session, call_id: int, now: datetime) -> list[CallFile]:
    """The versions of documents that whoever applies must have read, as they hold at `now`."""
    return [each.file for each in published_of(session, call_id, now) if each.document.required]


def unread(session: Session, call_id: int, application_id: int, now: datetime) -> list[CallFile]:
    """Those of them that nobody of an application's team has said to have read."""
    must = must_read(session, call_id, now)
    if not must:
        return []
    asked = select(DocumentReading.file_id).where(DocumentReading.application_id == application_id)
    read = set(session.scalars(asked))
    return [each for each in must if each.id not in read]


def readings_of(session: Session, application_id: int) -> list[DocumentReading]:
    """What the team of an application has said to have read, by whom and when, with the documents."""
    asked = select(DocumentReading).where(DocumentReading.application_id == application_id)
    with_all = asked.options(
        joinedload(DocumentReading.person), joinedload(DocumentReading.file).joinedload(CallFile.document)
    )
    return list(session.scalars(with_all.order_by(DocumentReading.id)))


def templates_of(published: Sequence[Published], stage: Stage) -> dict[str, list[Published]]:
    """The templates that are filled in at the questions of a stage, by the key of the question: those of a further
    window are the first one's."""
    found: dict[str, list[Published]] = {}
    for each in published:
        at = each.document.stage
        if at is not None and at.number == stage.number:
            found.setdefault(each.document.key, []).append(each)
    return found


def next_number(session: Session, call_id: int) -> int:
    """The number of the next document of a call."""
    newest = select(func.max(CallDocument.number)).where(CallDocument.call_id == call_id)
    return (session.scalar(newest) or 0) + 1


def next_version(session: Session, document_id: int) -> int:
    """The version that the next file of a document becomes with its publication."""
    newest = select(func.max(CallFile.version)).where(CallFile.document_id == document_id)
    return (session.scalar(newest) or 0) + 1


def find_by_id(session: Session, document_id: int) -> CallDocument | None:
    """A document with its stage and its files, as they are now."""
    return session.scalars(
        select(CallDocument)
        .where(CallDocument.id == document_id)
        .options(joinedload(CallDocument.stage), selectinload(CallDocument.files).joinedload(CallFile.document))
        .execution_options(populate_existing=True)
    ).one_or_none()


def details_mark(row: CallDocument) -> int:
    """What a page sends back as the version of what a document says of itself."""
    return mark(
        {"title": row.title, "kind": row.kind, "language": row.language, "required": row.required}
        | {"stage": row.stage_id, "question": row.key}
    )


def uploads_by_stage(session: Session, stages: Sequence[Stage]) -> list[tuple[Stage, dict[str, str]]]:
    """Stages with their questions that take files: what each asks, by its key."""
    ids = [each.id for each in stages]
    rows = session.scalars(select(Question).where(Question.stage_id.in_(ids)).order_by(Question.position))
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        if get_kind(row.kind).uploads:
            found.setdefault(row.stage_id, {})[row.key] = row.text
    return [(each, found.get(each.id, {})) for each in stages]


def upload_keys(session: Session, stage_id: int) -> dict[str, str]:
    """The questions of a stage that take files: what each asks, by its key."""
    rows = session.scalars(select(Question).where(Question.stage_id == stage_id).order_by(Question.position))
    return {row.key: row.text for row in rows if get_kind(row.kind).uploads}


def as_published(call: Call, file: CallFile, base_url: str) -> PublishedDocument:
    """One version of a document of a call as the public may know it; its document is loaded."""
    document = file.document
    if file.version is None or file.published_at is None:
        raise ValueError(f"the file {file.ref} is not published")
    return PublishedDocument(
        reference=f"{call.ref}-document-{document.number}",
        kind=document.kind,
        title=document.title,
        url=f"{base_url}/calls/{call.ref}/documents/{document.number}/{file.version}",
        language=document.language,
        media_type=file.media_type,
        version=file.version,
        digest=file.digest,
        published_at=file.published_at,
    )
