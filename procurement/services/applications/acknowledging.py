"""Saying that one has read the documents of a call that must be read: before an application is started, and again
before it is submitted where one of them has a new version."""

from collections.abc import Collection, Iterable

from procurement.models.applications import Application, Entry
from procurement.models.call_documents import CallFile, DocumentReading
from procurement.queries import call_documents as call_documents_queries
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry, require_writable
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.facts import Sentence


def confirm_read(act: Act, entry_id: int, read: Collection[int]) -> None:
    """Somebody who writes the application says that they have read some versions of documents (`CallFile.id`). Those
    that are no longer to be read are passed over, so that a page that is old says nothing wrong."""
    call, entry = lock_entry(act.session, entry_id)
    require_writable(call, entry, act.by, act.now)
    unread = call_documents_queries.unread(act.session, call.id, entry.application_id, act.now)
    note_read(act, entry, [each for each in unread if each.id in read])


def require_read(act: Act, call_id: int, read: Collection[int]) -> list[CallFile]:
    """The versions that must be read by whoever starts an application; Refusal names those that nobody read."""
    must = call_documents_queries.must_read(act.session, call_id, act.now)
    _refuse(each for each in must if each.id not in read)
    return must


def require_all_read(act: Act, application: Application) -> None:
    """Refuse to take what was written without knowing a document that must be read."""
    _refuse(call_documents_queries.unread(act.session, application.call_id, application.id, act.now))


def note_read(act: Act, entry: Entry, files: Collection[CallFile]) -> None:
    """Keep who said of which versions that they have read them."""
    if not files:
        return
    assert act.by.id is not None  # noqa: S101  (a member of a team is signed in)
    act.session.add_all(
        DocumentReading(application_id=entry.application_id, file_id=each.id, person_id=act.by.id, read_at=act.now)
        for each in files
    )
    act.session.flush()
    data = {"files": [each.id for each in files]}
    record(act, "entry.read_documents", "entry", entry.id, call_id=entry.call_id, data=data)


def _refuse(unread: Iterable[CallFile]) -> None:
    text = "Say that you have read “%(title)s”, version %(version)s."
    reasons = [Sentence(text, title=each.document.title, version=each.version or 1) for each in unread]
    if reasons:
        raise Refusal(*reasons)
