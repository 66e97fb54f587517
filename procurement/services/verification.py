"""Proving that nothing was changed afterwards: the chain, what was published, and what was made. Changes nothing."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from procurement.models.applications import Submission
from procurement.models.assessment import Assignment, MarkLock
from procurement.models.call_documents import CallFile
from procurement.models.calls import CallVersion
from procurement.models.checks import Check
from procurement.models.corrections import Correction
from procurement.models.documents import Document
from procurement.models.history import ChainHead, Event, EventNote
from procurement.models.moderation import AgreedMark
from procurement.models.reasons import Reason, Redaction
from procurement.models.register import RegisterEntry
from procurement.queries import requests as requests_queries
from procurement.rules import ledger
from procurement.rules.dates import uk_day
from procurement.rules.ports import FileMissing, Ports, VaultRefused
from procurement.rules.statuses import DocumentStatus
from procurement.services import commitments, vault
from procurement.services.assessment.checks import RECORDED, words_of
from procurement.services.assessment.mark_lock import card_of
from procurement.services.history import hashed_of
from procurement.services.moderation import canonical_of
from procurement.services.reasons import canonical_of as canonical_of_reason
from procurement.services.reasons import canonical_of_redaction
from workflows.facts import day_in_words

BATCH = 500
# the press of Submit, and that of an answer to a request; before there were stages the first was the application's,
# whose one entry has its id
PRESSED = ("application.submit", "entry.submit", requests_queries.ANSWERED)


@dataclass(frozen=True)
class Finding:
    """One kind of proof: how many things were looked at, and a sentence for each that does not hold. `as_found` says
    which of them the chain knows only as they were found on a day, and not as they were made; mostly nothing."""

    what: str
    checked: int
    broken: tuple[str, ...]
    as_found: str = ""


def verify(session: Session, ports: Ports) -> list[Finding]:
    """Every proof in turn; all of them hold where no finding has anything broken."""
    held = commitments.held_of(session)
    checks: tuple[tuple[str, Callable[[], Iterator[str | None]]], ...] = (
        ("events in the chain", lambda: _chain(session)),
        ("publications in the register", lambda: _register(session)),
        ("versions of calls", lambda: _versions(session)),
        ("submissions", lambda: _submissions(session)),
        ("documents", lambda: _documents(session, ports, held)),
        ("bytes of the files of calls", lambda: _call_files(session, ports)),
        ("scorecards that were locked", lambda: _scorecards(session)),
        ("agreed marks", lambda: _agreed_marks(session)),
        ("reasons", lambda: _reasons(session)),
        ("redactions", lambda: _redactions(session)),
        ("what was looked up", lambda: _looked_up(session)),
        *((kind.what, partial(commitments.check, session, kind, held)) for kind in commitments.KINDS),
    )
    as_found = {kind.what: _as_found(held, kind.key) for kind in commitments.KINDS}
    found = []
    for what, check in checks:
        results = list(check())
        broken = tuple(each for each in results if each is not None)
        found.append(Finding(what, len(results), broken, as_found.get(what, "")))
    return found


def _as_found(held: commitments.Held, key: str) -> str:
    """Of how many rows the chain knows only how they were found when commitments began, and when that was."""
    number = held.as_found(key)
    return f"{number} as found on {day_in_words(uk_day(held.found_at))}" if number and held.found_at else ""


def _chain(session: Session) -> Iterator[str | None]:
    """Each event's place, link and hashed bytes, the words that belong to it, and where the head says it ends."""
    previous, position = "", 0
    rows = session.execute(
        select(Event, EventNote)
        .join(EventNote, EventNote.event_id == Event.id, isouter=True)
        .order_by(Event.position)
        .execution_options(yield_per=BATCH)
    )
    with closing(rows):
        for event, note in rows:
            position += 1
            if fault := _fault(event, note, position, previous):
                yield f"Event {position}: {fault}"
                return
            previous = event.digest
            yield None
    head = session.get(ChainHead, 1)
    if head is None or (head.position, head.digest) != (position, previous):
        yield f"The chain has {position} events, and its head says otherwise: events are missing at the end."


def _fault(event: Event, note: EventNote | None, position: int, previous: str) -> str:
    """What does not hold of one event; nothing where all does."""
    if event.position != position or event.previous != previous:
        return "the chain is broken before it."
    if ledger.link(event.previous, event.hashed) != event.digest:
        return "its digest is not that of its bytes."
    words = ledger.commitment(note.salt, note.text) if note else ""
    if ledger.canonical(hashed_of(event, words)) != event.hashed:
        return "what it says is not what was hashed."
    return ""


def _tagged(session: Session, tag: str) -> Iterator[Event]:
    """The events of one kind, in batches."""
    yield from session.scalars(
        select(Event).where(Event.tag == tag).order_by(Event.position).execution_options(yield_per=BATCH)
    )


def _register(session: Session) -> Iterator[str | None]:
    """Each publication's bytes have the digest that the chain holds for it."""
    published = {event.subject_id: event for event in _tagged(session, "register.publish")}
    seen = set()
    for entry in session.scalars(select(RegisterEntry).order_by(RegisterEntry.id).execution_options(yield_per=BATCH)):
        seen.add(entry.id)
        event = published.get(entry.id)
        name = f"{entry.subject} {entry.public_id}, publication {entry.number}"
        if ledger.digest(entry.content) != entry.digest:
            yield f"{name}: its bytes were changed."
        elif event is None or event.data.get("digest") != entry.digest or event.position != entry.event_position:
            yield f"{name}: the chain knows nothing of it."
        else:
            yield None
    for missing in sorted(set(published) - seen):
        event = published[missing]
        yield f"{event.data['subject']} {event.data['public_id']}, publication {event.data['number']}: it was removed."


def _versions(session: Session) -> Iterator[str | None]:
    """What a call said, at its publication and since it was amended, has the digest that the chain holds for it."""
    known = {(e.call_id, e.data.get("version", 1)): e.data.get("content") for e in _tagged(session, "call.freeze")}
    for tag in ("stage.amend", "call.amend", "call.publish_document"):
        known |= {(e.call_id, e.data.get("version")): e.data.get("content") for e in _tagged(session, tag)}
    for row in session.scalars(select(CallVersion).order_by(CallVersion.id).execution_options(yield_per=BATCH)):
        holds = ledger.digest(row.content) == row.fingerprint == known.pop((row.call_id, row.number), None)
        yield None if holds else f"Version {row.number} of call {row.call_id}: it was changed."
    gone = sorted((call_id, number) for (call_id, number), content in known.items() if content is not None)
    yield from (f"Version {number} of call {call_id}: it was removed." for call_id, number in gone)


def _submissions(session: Session) -> Iterator[str | None]:
    """Each receipt's digest is the one that the chain holds for the press."""
    pressed = {
        (event.subject_id, event.data.get("number")): event.data.get("digest")
        for tag in PRESSED
        for event in _tagged(session, tag)
    }
    for row in session.scalars(select(Submission).order_by(Submission.id).execution_options(yield_per=BATCH)):
        known = pressed.get((row.entry_id, row.number))
        changed = f"Submission {row.number} of application {row.application_id}: it was changed."
        yield None if known == row.digest else changed


def _scorecards(session: Session) -> Iterator[str | None]:
    """Each locked scorecard gives the commitment that the chain holds for it, or is what its newest correction says;
    and none is gone."""
    committed = {e.subject_id: e.data["commitment"] for e in _tagged(session, "assignment.lock")}
    corrections = select(Correction.assignment_id, Correction.digest).where(
        Correction.assignment_id.is_not(None), Correction.approved_at.is_not(None)
    )
    since = {number: said for number, said in session.execute(corrections.order_by(Correction.id))}
    rows = session.execute(
        select(MarkLock, Assignment)
        .join(Assignment, Assignment.id == MarkLock.assignment_id)
        .options(selectinload(Assignment.marks))
        .order_by(MarkLock.id)
        .execution_options(yield_per=BATCH)
    )
    for lock, assignment in rows:
        card = card_of(assignment)
        kept = lock.commitment == committed.pop(assignment.id, None)
        if assignment.id in since:
            holds = kept and ledger.digest(card) == since[assignment.id]
        else:
            holds = kept and ledger.commitment(lock.salt, card) == lock.commitment
        yield None if holds else f"Scorecard {assignment.ref} of entry {assignment.entry_id}: it was changed."
    yield from (f"Scorecard of assignment {missing}: it was removed." for missing in sorted(committed))


def _agreed_marks(session: Session) -> Iterator[str | None]:
    """Each agreement gives the commitment that the chain holds for it, and none that was committed to is gone."""
    committed: dict[int, str] = {}
    for event in _tagged(session, "entry.commit_marks"):
        committed.update(zip(event.data["agreed"], event.data["commitments"], strict=True))
    seen = set()
    for row in session.scalars(select(AgreedMark).order_by(AgreedMark.id).execution_options(yield_per=BATCH)):
        seen.add(row.id)
        if row.id not in committed and row.commitment is None:
            continue
        made = "" if row.salt is None else ledger.commitment(row.salt, canonical_of(row))
        holds = made == committed.get(row.id) == row.commitment
        yield None if holds else f"Agreed mark {row.id} of entry {row.entry_id}: it was changed."
    yield from (f"Agreed mark {missing}: it was removed." for missing in sorted(set(committed) - seen))


def _reasons(session: Session) -> Iterator[str | None]:
    """Each reason gives the commitment that the chain holds for it, and none is gone."""
    committed = {e.data["reason"]: e.data["commitment"] for e in _tagged(session, "entry.write_reason")}
    for row in session.scalars(select(Reason).order_by(Reason.id).execution_options(yield_per=BATCH)):
        made = ledger.commitment(row.salt, canonical_of_reason(row))
        holds = made == committed.pop(row.id, None) == row.commitment
        yield None if holds else f"Reason {row.id} of entry {row.entry_id}: it was changed."
    yield from (f"Reason {missing}: it was removed." for missing in sorted(committed))


def _redactions(session: Session) -> Iterator[str | None]:
    """Each redaction likewise; and it is put back exactly where the chain says so."""
    committed = {e.data["redaction"]: e.data["commitment"] for e in _tagged(session, "entry.take_out")}
    back = {event.data["redaction"] for event in _tagged(session, "entry.put_back")}
    for row in session.scalars(select(Redaction).order_by(Redaction.id).execution_options(yield_per=BATCH)):
        made = ledger.commitment(row.salt, canonical_of_redaction(row))
        holds = made == committed.pop(row.id, None) == row.commitment and (row.put_back_at is not None) == (
            row.id in back
        )
        yield None if holds else f"Redaction {row.id} of entry {row.entry_id}: it was changed."
    yield from (f"Redaction {missing}: it was removed." for missing in sorted(committed))


def _looked_up(session: Session) -> Iterator[str | None]:
    """Each fact about an applicant says what its event's words say, and none is gone."""
    told = {event.data["check"]: event for event in _tagged(session, RECORDED)}
    noted = select(EventNote.event_id, EventNote.text).join(Event, Event.id == EventNote.event_id)
    words = {event_id: text for event_id, text in session.execute(noted.where(Event.tag == RECORDED))}
    for row in session.scalars(select(Check).order_by(Check.id).execution_options(yield_per=BATCH)):
        event = told.pop(row.id, None)
        plain = {"check": row.id, "kind": row.kind, "finding": row.finding, "replaces": row.replaces_id}
        holds = (
            event is not None
            and event.data == plain
            and (event.subject_id, event.actor_id, event.recorded_at)
            == (row.entry_id, row.recorded_by, row.recorded_at)
            and words.get(event.id) == ledger.canonical(words_of(row)).decode()
        )
        yield None if holds else f"Fact {row.id} of entry {row.entry_id}: it was changed."
    yield from (f"Fact {missing}: it was removed." for missing in sorted(told))


def _documents(session: Session, ports: Ports, held: commitments.Held) -> Iterator[str | None]:
    """Each document that is ready is there, with the bytes of its digest, which is the one that the chain holds."""
    rows = session.execute(
        select(Document.id, Document.reference, Document.kind, Document.digest)
        .where(Document.state == DocumentStatus.READY)
        .order_by(Document.id)
    ).all()
    for number, reference, kind, digest in rows:
        if not commitments.check_file(held, number, digest):
            yield f"Document {kind} {reference}: the chain holds another digest of its file."
            continue
        try:
            ports.files.get(digest or "")
        except FileMissing:
            yield f"Document {kind} {reference}: its file is missing or was changed."
        else:
            yield None


def _call_files(session: Session, ports: Ports) -> Iterator[str | None]:
    """Each file that was published with a call is there, with the bytes of its digest."""
    rows = session.scalars(select(CallFile).where(CallFile.published_at.is_not(None)).order_by(CallFile.id))
    for row in rows:
        hashed = hashlib.sha256()
        try:
            for part in vault.open_file(ports, {"ref": row.ref, "stored": row.stored}):
                hashed.update(part)
        except (FileMissing, VaultRefused):
            yield f"File of a call {row.ref}: it is missing or was changed."
        else:
            yield None if hashed.hexdigest() == row.digest else f"File of a call {row.ref}: it was changed."
