"""What an edit of a call changes, from what to what: noticed while its rows are written, so that history can say it.

An act that may edit a call begins to watch (`calls.editable`), and notes at its end what was written (`calls.wrote`).
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import History

from procurement.models.call_documents import CallDocument, CallFile
from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.rules import edits
from procurement.rules.edits import Change

KINDS: dict[type, str] = {
    Call: "call",
    Lot: "lot",
    Stage: "stage",
    StageLot: "stage_lot",
    Question: "question",
    Criterion: "criterion",
    CallDocument: "document",
    CallFile: "file",
}
# what tells two things of one kind apart
IDENTITY = ("call_id", "document_id", "stage_id", "lot_id", "window", "number", "key", "ref")
WATCHED = "what was edited"  # the key of the session's notes


def watch(session: Session) -> None:
    """Notice from now on what is written of a call's set-up in this session."""
    if WATCHED in session.info:
        return
    session.info[WATCHED] = []
    event.listen(session, "before_flush", _notice)


def changed(session: Session) -> list[Change]:
    """What was written since `watch`, or since this was asked last: one change for each field of each thing."""
    session.flush()
    found: list[Change] = session.info[WATCHED]
    session.info[WATCHED] = []
    return edits.joined(found)


def _notice(session: Session, _context: object, _instances: object) -> None:
    found: list[Change] = session.info[WATCHED]
    for row in session.new:
        found += _changes(row, added=True)
    for row in session.dirty:
        found += _changes(row)
    for row in session.deleted:
        found += _changes(row, removed=True)


def _changes(row: object, *, added: bool = False, removed: bool = False) -> Iterator[Change]:
    kind = KINDS.get(type(row))
    if kind is None:
        return
    state = inspect(row)
    assert state is not None  # noqa: S101  (a mapped row has a state)
    name, key = _named(row), "-".join(str(getattr(row, part, "")) for part in ("__tablename__", *IDENTITY))
    if added or removed:
        yield Change(key, kind, name, "", "" if added else "there", "there" if added else "")
    for field in edits.FIELDS[kind]:
        history: History = state.attrs[field].history
        now = edits.as_words(getattr(row, field))
        before = "" if added else edits.as_words(_before(history)) if history.has_changes() else now
        after = "" if removed else now
        if before != after:
            yield Change(key, kind, name, field, before, after)


def _before(history: History) -> Any:
    return history.deleted[0] if history.deleted else None


def _lot_of(row: StageLot) -> Lot | None:
    """The lot of a row that may be new: then nothing has joined the two yet, but this session has the lot in hand."""
    session = object_session(row)
    if session is None or row.lot_id is None:
        return None
    with session.no_autoflush:
        return session.get(Lot, row.lot_id)


def _named(row: object) -> str:
    """What a thing is called on its page; a call itself, and what a lot has of a stage, by no name or the lot's."""
    match row:
        case Lot():
            return row.title
        case Stage():
            return row.title
        case StageLot():
            return lot.title if (lot := _lot_of(row)) is not None else ""
        case Question():
            return row.text
        case Criterion():
            return row.name
        case CallDocument():
            return row.title
        case CallFile():
            return row.name
    return ""
