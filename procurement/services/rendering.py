"""Making documents that were asked for: claim, then work with no transaction open, then finish. Safe to run twice."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports, RenderFailed
from procurement.services.documents import JOB
from procurement.services.history import record
from procurement.services.outbox import ring
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

LEASE = timedelta(
    seconds=40
)  # above the renderer's own limit of 30 s: nobody else begins while somebody may still work
TRIES = 3
PAUSES = (timedelta(seconds=5), timedelta(seconds=20))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """One try at one document; `attempt` is what its end is compared with, so that a late one changes nothing."""

    document_id: int
    attempt: int
    kind: str
    key: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What the work came to: a stored file, or the sentence that says why there is none."""

    digest: str = ""
    size: int = 0
    error: str = ""


def claim(session: Session, document_id: int, *, at: datetime) -> Claim | None:
    """Take a document for a while (`at` is unshifted time); None when it is made, given up, or in somebody's hands."""
    taken = session.execute(
        update(Document)
        .where(
            Document.id == document_id,
            Document.state == "requested",
            Document.lease_until.is_(None) | (Document.lease_until <= at),
        )
        .values(attempts=Document.attempts + 1, lease_until=at + LEASE, due_at=at + LEASE)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    row = session.get_one(Document, document_id, populate_existing=True)
    return Claim(row.id, row.attempts, row.kind, row.key, row.content)


def work(ports: Ports, taken: Claim) -> Made:
    """Lay the document out and keep its file; no transaction is open meanwhile."""
    try:
        made = ports.renderer.document(taken.kind, taken.content, taken.key)
        return Made(digest=ports.files.put(made), size=len(made))
    except RenderFailed as failure:
        return Made(error=str(failure))
    except OSError as failure:
        return Made(error=f"The document could not be stored ({failure.strerror or type(failure).__name__}).")
    except Exception as failure:  # a fault of ours must be as visible as one of the document's
        log.exception("document %s", taken.document_id)
        return Made(error=f"The document could not be made ({type(failure).__name__}).")


def finish(session: Session, taken: Claim, made: Made, *, at: datetime, now: datetime) -> bool:
    """Write down how the try ended; False when the claim was no longer ours, and then nothing is changed."""
    if made.digest:
        values = {"state": "ready", "digest": made.digest, "size": made.size, "made_at": now}
    elif taken.attempt % TRIES:
        values = {"due_at": at + PAUSES[taken.attempt % TRIES - 1]}
    else:
        values = {"state": "failed", "error": made.error or "The document could not be made."}
    ended = session.execute(
        update(Document)
        .where(Document.id == taken.document_id, Document.state == "requested", Document.attempts == taken.attempt)
        .values(lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount == 1)  # type: ignore[attr-defined]


def retry(session: Session, ports: Ports, document_id: int, *, by: Principal, now: datetime) -> Document:
    """Ask again for a document that failed; it gets as many tries as at first. Refused when it did not fail."""
    row = session.get_one(Document, document_id, with_for_update=True, populate_existing=True)
    if row.state != "failed":
        raise Refusal(Sentence("This document did not fail, so there is nothing to try again."))
    row.state, row.error, row.lease_until, row.due_at = "requested", "", None, ports.clock.unshifted()
    record(
        session,
        ports,
        "document.retry",
        "document",
        row.id,
        by=by,
        now=now,
        call_id=row.call_id,
        data={"kind": row.kind},
    )
    ring(session, JOB, row.id, row.attempts + 1)
    return row


def list_due(session: Session, *, at: datetime, limit: int) -> list[tuple[int, int]]:
    """(id, attempts) of documents that nobody works on although it is time, the longest waiting first."""
    rows = session.execute(
        select(Document.id, Document.attempts)
        .where(Document.state == "requested", Document.due_at <= at)
        .order_by(Document.due_at, Document.id)
        .limit(limit)
    )
    return [(row.id, row.attempts) for row in rows]


def put_off(session: Session, document_ids: list[int], *, until: datetime) -> None:
    """The bell was rung for these again: leave them alone until then."""
    session.execute(
        update(Document)
        .where(Document.id.in_(document_ids), Document.state == "requested", Document.lease_until.is_(None))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )
