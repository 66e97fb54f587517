"""Making what acts on many things have put off (`services.slices`), one part in one short transaction: a part is made
as a whole or not at all, and a part that is made is not made again. Safe to run twice."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.models.slices import Slice
from procurement.models.stages import Stage
from procurement.rules.permissions import Permission, Principal
from procurement.rules.statuses import SliceKind, SliceStatus
from procurement.services import documents, messages, rendering
from procurement.services.act import Act
from procurement.services.locks import lock_stage, share_stage
from procurement.services.refusal import require_role
from procurement.services.retries import RetryPolicy
from procurement.services.slices import JOB

RETRIES = RetryPolicy(
    table=Slice,
    subject="slice",
    job=JOB,
    waiting=SliceStatus.WAITING,
    given_up=SliceStatus.FAILED,
    lease=timedelta(seconds=60),  # above what a hundred rows take on a machine that does other things as well
    pauses=(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5)),
)
list_due, put_off = RETRIES.list_due, RETRIES.put_off
NOT_MADE = "They could not be made. We have been told."


@dataclass(frozen=True)
class Claim:
    """One try at one part; `attempt` is what its end is compared with, so that a late one makes nothing."""

    slice_id: int
    attempt: int
    makes: str
    content: list[Any]
    asked_at: datetime
    asked_by: int | None


def claim(session: Session, slice_id: int, *, at: datetime) -> Claim | None:
    """Take a part for a while (`at` is unshifted time); None when it is made, given up, or in somebody's hands."""
    row = RETRIES.claim(session, slice_id, at=at)
    if row is None:
        return None
    return Claim(row.id, row.attempts, row.makes, row.content, row.asked_at, row.asked_by)


def finish(act: Act, taken: Claim) -> bool:
    """Make the part and write down that it is; False when the claim was no longer ours, and then nothing is made.

    What is made is dated as the act was, by whoever acted. Its call and stage stay as they are meanwhile: they are held
    before the part, as by whoever takes up decisions again or opens the bids.
    """
    about = act.session.execute(select(Slice.call_id, Slice.stage_id).where(Slice.id == taken.slice_id)).one_or_none()
    if about is None:
        return False
    share_stage(act.session, about.call_id, about.stage_id)
    if not RETRIES.end(act.session, taken.slice_id, taken.attempt, state=SliceStatus.MADE, content=[], error=""):
        return False
    asked = replace(act.made_by(Principal(id=taken.asked_by)), now=taken.asked_at)
    if taken.makes == SliceKind.MESSAGES:
        messages.stage_part(asked, taken.content)
    else:
        documents.request_part(act, taken.content, asked)
    return True


def fail(act: Act, taken: Claim) -> bool:
    """Write down that a try failed: the part rests, or is given up until somebody asks for it again."""
    if rest := RETRIES.rest(taken.attempt):
        values: dict[str, object] = {"due_at": act.unshifted + rest, "error": NOT_MADE}
    else:
        values = {"state": SliceStatus.FAILED, "error": NOT_MADE}
    return RETRIES.end(act.session, taken.slice_id, taken.attempt, **values)


def retry_stage(act: Act, stage_id: int) -> int:
    """Try again whatever of a stage could not be made: parts that were put off, and documents by themselves. Returns
    how many documents and messages that is."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.OUTCOME_TELL)
    asked = select(func.sum(Slice.size)).where(Slice.stage_id == stage.id, Slice.state == SliceStatus.FAILED)
    in_parts = int(act.session.scalar(asked) or 0)
    RETRIES.retry_all(act, Slice.stage_id == stage.id)
    return in_parts + rendering.RETRIES.retry_all(
        act, Document.call_id == call.id, _of(stage), Document.withdrawn_at.is_(None)
    )


def _of(stage: Stage) -> ColumnElement[bool]:
    return or_(Document.stage_id == stage.id, Document.stage_id.is_(None))
