"""Rows of before there were commitments: taken up once, by one event, as they are found on that day."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.rules.statuses import DocumentStatus
from procurement.services.act import Act
from procurement.services.commitments.committing import MADE, SUBJECT, TAG, line
from procurement.services.commitments.kind import Kind
from procurement.services.commitments.kinds import KINDS
from procurement.services.history import SALT_BYTES, record

BASELINE = "proof.baseline"
FILES = "file"
SLICE = 500


def is_due(session: Session) -> bool:
    """Whether there are rows to commit to of which the chain holds nothing yet; never once it holds a commitment."""
    begun = select(Event.id).where(Event.tag.in_((TAG, BASELINE, MADE))).limit(1)
    if session.scalar(begun) is not None:
        return False
    return any(session.scalar(select(kind.model.id).limit(1)) is not None for kind in KINDS)


def take_up(act: Act) -> None:
    """One event with a commitment to each row as it is now, and the digest of each document's bytes. Doing it again
    does nothing."""
    if not is_due(act.session):
        return
    data: dict[str, list[Any]] = {kind.key: _lines(act, kind) for kind in KINDS}
    made = select(Document.id, Document.digest).where(Document.state == DocumentStatus.READY).order_by(Document.id)
    data[FILES] = [[number, 0, digest] for number, digest in act.session.execute(made)]
    record(act, BASELINE, SUBJECT, 1, data=data)


def _lines(act: Act, kind: Kind) -> list[Any]:
    found: list[Any] = []
    last = 0
    while rows := act.session.scalars(
        select(kind.model).where(kind.model.id > last).order_by(kind.model.id).limit(SLICE)
    ).all():
        last = rows[-1].id
        for row in rows:
            if kind.due(row):
                row.salt = act.ports.randomness.bytes(SALT_BYTES)
                found.append(line(kind, kind.name_of(row), row))
        act.session.flush()
        for row in rows:
            act.session.expunge(row)
    return found
