"""Committing: what was written in a transaction goes into one event of it, whatever number of rows that is."""

from typing import Any

from sqlalchemy.orm import Session

from procurement.models.base import Committed
from procurement.services import history
from procurement.services.act import Act
from procurement.services.commitments.kind import Kind
from procurement.services.commitments.kinds import BY_MODEL
from procurement.services.history import SALT_BYTES, record

TAG = "proof.commit"
MADE = "document.make"
SUBJECT = "proof"
_WAITING = "to_commit"
Waiting = dict[tuple[str, str | int], tuple[Act, Kind, Committed | None]]


def commit(act: Act, row: Committed) -> None:
    """Let the chain hold what this row says when the transaction ends; committing it again replaces what it held."""
    kind = BY_MODEL[type(row)]
    if row.salt is None:
        row.salt = act.ports.randomness.bytes(SALT_BYTES)
    _waiting(act.session)[kind.key, kind.name_of(row)] = (act, kind, row)


def commit_removal(act: Act, row: Committed) -> None:
    """Let the chain hold that this row was taken out."""
    kind = BY_MODEL[type(row)]
    _waiting(act.session)[kind.key, kind.name_of(row)] = (act, kind, None)


def commit_file(act: Act, document_id: int, digest: str) -> None:
    """Let the chain hold the digest of the bytes that were made of a document."""
    record(act, MADE, "document", document_id, data={"digest": digest})


def _waiting(session: Session) -> Waiting:
    waiting: Waiting = session.info.setdefault(_WAITING, {})
    return waiting


def seal(session: Session) -> None:
    """Write the event; called once, by `Database.write`, when all that was put off has been done."""
    waiting: Waiting = session.info.pop(_WAITING, {})
    if not waiting:
        return
    session.flush()  # ids and defaults are part of what is committed to
    data: dict[str, list[Any]] = {}
    for (key, name), (_act, kind, row) in waiting.items():
        data.setdefault(key, []).append(line(kind, name, row))
    act = next(iter(waiting.values()))[0]
    record(act, TAG, SUBJECT, 1, data=data)
    history.chain(session)


def line(kind: Kind, name: str | int, row: Committed | None) -> list[Any]:
    """How an event holds a commitment: the row's name, the form, the commitment; a row that is gone has none."""
    form = len(kind.forms)
    return [name, form, "" if row is None else kind.commitment(row, form)]
