"""Documents of a published call: a new one, or a new version of one, proposed with a public reason by one person and
approved by another. What was published stays where it was, and says that it is superseded."""

from procurement.models.call_documents import CallFile
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_documents as rules
from procurement.rules.permissions import Permission
from procurement.rules.published import PublishedAmendment
from procurement.rules.questions import normalise
from procurement.services import about, messages, publishing
from procurement.services.act import Act
from procurement.services.amendments import next_version
from procurement.services.applications import StoredFile
from procurement.services.call_documents.writing import GONE, file_of, get
from procurement.services.commitments import commit
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_running,
    require_somebody_else,
)
from workflows.facts import Sentence


def propose(act: Act, document_id: int, kept: StoredFile, reason: str) -> CallFile:
    """Propose a file for a document of a published call: its first, or another version. Nobody outside sees it before
    somebody else approves it. The same file again is the one that waits."""
    found = call_documents_queries.find_by_id(act.session, document_id)
    if found is None:
        raise Refusal(GONE, status=404)
    call = lock_call(act.session, found.call_id)
    row = get(act.session, document_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_running(call.state)
    require_reason(reason)
    if len(reason) > rules.LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=rules.LONGEST_REASON))
    holds = next((each for each in reversed(row.files) if each.published_at is not None), None)
    if holds is not None and (holds.name, holds.digest) == (kept.name, kept.digest):
        raise Refusal(Sentence("This is the file that everybody has already."))
    if call_documents_queries.next_version(act.session, row.id) > rules.MOST_VERSIONS:
        raise Refusal(Sentence("A document has at most %(most)s versions.", most=rules.MOST_VERSIONS))
    waiting = next((each for each in row.files if each.waits), None)
    if waiting is not None:
        if (waiting.name, waiting.digest, waiting.added_by) == (kept.name, kept.digest, act.by.id):
            return waiting
        raise Refusal(Sentence("Another file of this document waits for an approver already."))
    file = file_of(act, row, kept, reason=normalise(reason).strip())
    data = {"document": row.number, "digest": file.digest}
    record(act, "call.propose_document", "call", call.id, call_id=call.id, data=data, note=file.reason)
    return file


def approve(act: Act, file_id: int, *, seen: str) -> CallFile:
    """A second person agrees: everybody has the file from now on, the call's next version says so, and everybody with a
    draft is told. `seen` is the digest of the file that the approver's page showed."""
    call, file = _take(act, file_id)
    require_role(act.by, Permission.CALL_REVIEW)
    require_fresh(act.by, act.unshifted)
    require_running(call.state)
    require_somebody_else(act.by, file.added_by)
    if file.digest != seen:
        raise Refusal(Sentence("The file was changed after you opened this page. Look at it again."))
    file.version = call_documents_queries.next_version(act.session, file.document_id)
    file.approved_by, file.approved_at, file.published_at = act.by.id, act.now, act.now
    act.session.flush()
    commit(act, file)
    version = next_version(act, call)
    data = {
        "document": file.document.number,
        "number": file.version,
        "digest": file.digest,
        "version": version.number,
        "content": version.fingerprint,
    }
    record(act, "call.publish_document", "call", call.id, call_id=call.id, data=data, note=file.reason)
    _publish(act, call, file, version.number)
    _tell(act, call, file)
    return file


def send_back(act: Act, file_id: int, reason: str) -> CallFile:
    """An approver does not agree: nothing is published, and whoever proposed it reads why."""
    call, file = _take(act, file_id)
    require_role(act.by, Permission.CALL_REVIEW)
    _end(act, call, file, "call.send_back_document", reason)
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, file.added_by)],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": file.answer,
            "link": f"/manage/calls/{call.ref}/setup/documents/{file.document.number}",
        },
        occasion=f"document_sent_back:{file.id}:",
        about=about.call(call),
    )
    return file


def take_back(act: Act, file_id: int, reason: str) -> CallFile:
    """An officer takes a proposal back before anybody agreed to it."""
    call, file = _take(act, file_id)
    require_role(act.by, Permission.CALL_EDIT)
    _end(act, call, file, "call.take_back_document", reason)
    return file


def _take(act: Act, file_id: int) -> tuple[Call, CallFile]:
    """A file that waits for an approver, with its document, and its call, all held."""
    found = act.session.get(CallFile, file_id)
    if found is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call = lock_call(act.session, get(act.session, found.document_id).call_id)
    row = get(act.session, found.document_id)
    file = next(each for each in row.files if each.id == file_id)
    if call.published_at is None or not file.waits:
        raise Refusal(NOTHING_WAITS)
    return call, file


def _end(act: Act, call: Call, file: CallFile, tag: str, reason: str) -> None:
    require_reason(reason)
    file.ended_at, file.answer = act.now, normalise(reason).strip()
    act.session.flush()
    data = {"document": file.document.number, "digest": file.digest}
    record(act, tag, "call", call.id, call_id=call.id, data=data, note=file.answer)


def _publish(act: Act, call: Call, file: CallFile, version: int) -> None:
    """The register's entry and the open data say it, as an amendment by which no date moves."""
    now_so = stages_queries.of_call_facts(stages_queries.of_call(act.session, call.id))
    if now_so.opens_at is None or now_so.closes_at is None:
        raise ValueError("a published call opens and closes")
    amendment = PublishedAmendment(
        number=version,
        published_at=act.now,
        reason=file.reason,
        opens_before=now_so.opens_at,
        closes_before=now_so.closes_at,
        opens_at=now_so.opens_at,
        closes_at=now_so.closes_at,
        changes=(),
        documents=(call_documents_queries.as_published(call, file, act.ports.base_url),),
    )
    publishing.publish_amendment(act, call, amendment)


def _tell(act: Act, call: Call, file: CallFile) -> None:
    """Every team in the running, also with a draft. Sealed: who is in a stage that was not opened stays unknown."""
    said = (
        f"“{file.document.title}” is new"
        if file.version == 1
        else f"“{file.document.title}” has a new version, number {file.version}"
    )
    with messages.together(act):
        for entry, team in calls_queries.teams_of(act.session, call.id):
            fields = {
                "reference": entry.application.ref,
                "call": call.title,
                "said": said,
                "reason": file.reason,
                "link": f"/calls/{call.ref}/documents",
            }
            messages.tell(
                act,
                "document_changed",
                team,
                fields,
                occasion=f"document_changed:{file.id}:{entry.id}:",
                about=about.entry(entry),
                sealed=not entry.was_opened,
            )
