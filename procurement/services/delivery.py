"""Sending messages that were approved: claim, then hand over with no transaction open, then finish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.messages import Message
from procurement.rules.messages import without_secrets
from procurement.rules.permissions import Principal
from procurement.rules.ports import MailFailed, Ports
from procurement.services.history import record
from procurement.services.messages import JOB
from procurement.services.outbox import ring
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

LEASE = timedelta(seconds=90)  # above what one conversation with a mail server may take
TRIES = 5
PAUSES = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True)
class Claim:
    """One try at one message; a repeat carries the same key, so a mail system that got it twice can tell."""

    message_id: int
    attempt: int
    key: str
    address: str
    subject: str
    body: str


def claim(session: Session, message_id: int, *, at: datetime) -> Claim | None:
    """Take a message for a while (`at` is unshifted time); None when it is sent, given up, or in somebody's hands."""
    taken = session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state == "approved",
            Message.lease_until.is_(None) | (Message.lease_until <= at),
        )
        .values(attempts=Message.attempts + 1, lease_until=at + LEASE, due_at=at + LEASE)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    row = session.get_one(Message, message_id, populate_existing=True)
    return Claim(row.id, row.attempts, row.key, row.address, row.subject, row.body)


def work(ports: Ports, taken: Claim) -> str:
    """Hand the message over; the sentence that says why it could not be, or nothing."""
    try:
        ports.mailer.send(taken.address, taken.subject, taken.body, taken.key)
    except MailFailed as failure:
        return str(failure) or "The message could not be sent."
    return ""


def finish(session: Session, taken: Claim, error: str, *, shown: bool = False, at: datetime, now: datetime) -> bool:
    """Write down how the try ended; False when the claim was no longer ours, and then nothing is changed.

    The reason of the last try stays readable while the message waits for its next one. Of a message that has gone
    nothing is kept that lets somebody in, unless it is read on a page of ours (`shown`, see `ports.Mailer`).
    """
    tried = taken.attempt % TRIES
    if not error:
        body = taken.body if shown else without_secrets(taken.body)
        values: dict[str, object] = {"state": "sent", "sent_at": now, "error": "", "body": body}
    elif tried:
        values = {"due_at": at + PAUSES[tried - 1], "error": error}
    else:
        values = {"state": "failed", "error": error}
    ended = session.execute(
        update(Message)
        .where(Message.id == taken.message_id, Message.state == "approved", Message.attempts == taken.attempt)
        .values(lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount == 1)  # type: ignore[attr-defined]


def retry(session: Session, ports: Ports, message_id: int, *, by: Principal, now: datetime) -> Message:
    """Try again a message that was given up. Refused when it was not."""
    row = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)
    if row.state != "failed":
        raise Refusal(Sentence("This message did not fail, so there is nothing to try again."))
    row.state, row.error, row.lease_until, row.due_at = "approved", "", None, ports.clock.unshifted()
    record(
        session, ports, "message.retry", "message", row.id, by=by, now=now, call_id=row.call_id, data={"kind": row.kind}
    )
    ring(session, JOB, row.id, row.attempts + 1)
    return row


def list_due(session: Session, *, at: datetime, limit: int) -> list[tuple[int, int]]:
    """(id, attempts) of messages that nobody works on although it is time, the longest waiting first."""
    rows = session.execute(
        select(Message.id, Message.attempts)
        .where(Message.state == "approved", Message.due_at <= at)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
    )
    return [(row.id, row.attempts) for row in rows]


def put_off(session: Session, message_ids: list[int], *, until: datetime) -> None:
    """The bell was rung for these again: leave them alone until then."""
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state == "approved", Message.lease_until.is_(None))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )
