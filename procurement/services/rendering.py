"""Making documents that were asked for: claim, then work with no transaction open, then finish. Safe to run twice."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.rules.ports import Ports, RenderFailed
from procurement.rules.statuses import DocumentStatus
from procurement.services.act import Act
from procurement.services.commitments import commit_file
from procurement.services.documents import JOB
from procurement.services.retries import RetryPolicy
from workflows.facts import Sentence

RETRIES = RetryPolicy(
    table=Document,
    subject="document",
    job=JOB,
    waiting=DocumentStatus.REQUESTED,
    given_up=DocumentStatus.FAILED,
    lease=timedelta(seconds=40),  # above the renderer's own limit of 30 s
    pauses=(timedelta(seconds=5), timedelta(seconds=20)),
)
list_due, put_off = RETRIES.list_due, RETRIES.put_off

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
    """What the work came to: a stored file, or the sentence that says why there is none. `undrawn` are the letters that
    no font of ours has, by script: the file shows boxes in their place."""

    digest: str = ""
    size: int = 0
    error: str = ""
    undrawn: str = ""


def claim(session: Session, document_id: int, *, at: datetime) -> Claim | None:
    """Take a document for a while (`at` is unshifted time); None when it is made, given up, or in somebody's hands."""
    row = RETRIES.claim(session, document_id, at=at)
    if row is None:
        return None
    return Claim(row.id, row.attempts, row.kind, row.key, row.content)


def work(ports: Ports, taken: Claim) -> Made:
    """Lay the document out and keep its file; no transaction is open meanwhile."""
    try:
        made = ports.renderer.document(taken.kind, taken.content, taken.key)
        undrawn = ports.renderer.undrawn(taken.content)
        return Made(digest=ports.files.put(made), size=len(made), undrawn=undrawn)
    except RenderFailed as failure:
        return Made(error=str(failure))
    except OSError as failure:
        return Made(error=f"The document could not be stored ({failure.strerror or type(failure).__name__}).")
    except Exception as failure:  # a fault of ours must be as visible as one of the document's
        log.exception("document %s", taken.document_id)
        return Made(error=f"The document could not be made ({type(failure).__name__}).")


def finish(act: Act, taken: Claim, made: Made) -> bool:
    """Write down how the try ended; False when the claim was no longer ours, and then nothing is changed."""
    if made.digest:
        values = {
            "state": DocumentStatus.READY,
            "digest": made.digest,
            "size": made.size,
            "made_at": act.now,
            "undrawn": made.undrawn,
        }
    elif rest := RETRIES.rest(taken.attempt):
        values = {"due_at": act.unshifted + rest}
    else:
        values = {"state": DocumentStatus.FAILED, "error": made.error or "The document could not be made."}
    ended = RETRIES.end(act.session, taken.document_id, taken.attempt, **values)
    if ended and made.digest:
        commit_file(act, taken.document_id, made.digest)
    return ended


def retry(act: Act, document_id: int) -> Document:
    """Ask again for a document that failed; it gets as many tries as at first. Refused when it did not fail."""
    sentence = Sentence("This document did not fail, so there is nothing to try again.")
    return RETRIES.retry(act, document_id, sentence)
