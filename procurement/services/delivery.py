"""Sending messages that were approved: claim, then hand over with no transaction open, then finish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.messages import Message
from procurement.queries import installation as installation_queries
from procurement.rules.dates import uk_day
from procurement.rules.messages import without_secrets
from procurement.rules.ports import MailFailed, Ports
from procurement.rules.statuses import MessageStatus
from procurement.services.act import Act
from procurement.services.messages import JOB
from procurement.services.retries import RetryPolicy
from workflows.facts import Sentence

RETRIES = RetryPolicy(
    table=Message,
    subject="message",
    job=JOB,
    waiting=MessageStatus.APPROVED,
    given_up=MessageStatus.FAILED,
    lease=timedelta(seconds=90),  # above what one conversation with a mail server may take
    pauses=(timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)),
)
list_due, put_off = RETRIES.list_due, RETRIES.put_off


@dataclass(frozen=True)
class Claim:
    """One try at one message; a repeat carries the same key, so a mail system that got it twice can tell."""

    message_id: int
    attempt: int
    key: str
    address: str
    subject: str
    body: str
    reply_to: str


def claim(session: Session, message_id: int, *, at: datetime) -> Claim | None:
    """Take a message for a while (`at` is unshifted time); None when it is sent, given up, or in somebody's hands."""
    row = RETRIES.claim(session, message_id, at=at)
    if row is None:
        return None
    return Claim(row.id, row.attempts, row.key, row.address, row.subject, row.body, _answered_at(session, row, at))


def _answered_at(session: Session, row: Message, at: datetime) -> str:
    """Where somebody reads an answer: the call's own contact, else the address for help."""
    contact = session.scalar(select(Call.contact).where(Call.id == row.call_id)) if row.call_id is not None else ""
    return contact or str(installation_queries.settings(session, uk_day(at))["help_email"])


def work(ports: Ports, taken: Claim) -> str:
    """Hand the message over; the sentence that says why it could not be, or nothing."""
    try:
        ports.mailer.send(taken.address, taken.subject, taken.body, taken.key, taken.reply_to)
    except MailFailed as failure:
        return str(failure) or "The message could not be sent."
    return ""


def finish(act: Act, taken: Claim, error: str, *, shown: bool = False) -> bool:
    """Write down how the try ended; False when the claim was no longer ours, and then nothing is changed.

    The reason of the last try stays readable while the message waits for its next one. Of a message that has gone
    nothing is kept that lets somebody in, unless it is read on a page of ours (`shown`, see `ports.Mailer`).
    """
    if not error:
        body = taken.body if shown else without_secrets(taken.body)
        values: dict[str, object] = {"state": MessageStatus.SENT, "sent_at": act.now, "error": "", "body": body}
    elif rest := RETRIES.rest(taken.attempt):
        values = {"due_at": act.unshifted + rest, "error": error}
    else:
        values = {"state": MessageStatus.FAILED, "error": error}
    return RETRIES.end(act.session, taken.message_id, taken.attempt, **values)


def retry(act: Act, message_id: int) -> Message:
    """Try again a message that was given up. Refused when it was not."""
    sentence = Sentence("This message did not fail, so there is nothing to try again.")
    return RETRIES.retry(act, message_id, sentence)
