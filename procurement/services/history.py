"""Writing down what happened: the only writer of events, and of the chain that ties them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.history import ChainHead, Event, EventNote
from procurement.rules import ledger
from procurement.services.act import Act

# What is hashed may hold ids, instants, tags and digests: anything with a space in it is text, and text is refused.
TAG = re.compile(r"[A-Za-z0-9_.:+-]{0,128}")
SALT_BYTES = 16


def record(
    act: Act,
    tag: str,
    subject: str,
    subject_id: int,
    *,
    effective_at: datetime | None = None,
    call_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    note: str = "",
) -> Event:
    """One event, chained when the transaction ends; its `position` and `digest` are known from then on (`afterwards`).

    `data` holds ids, numbers, instants, tags and digests only (ValueError otherwise); words go into `note`, of which
    the chain keeps a salted digest.
    """
    plain = {key: _plain(value) for key, value in (data or {}).items()}
    event = Event(
        tag=tag,
        subject=subject,
        subject_id=subject_id,
        call_id=call_id,
        actor_id=act.by.id,
        recorded_at=act.now,
        effective_at=effective_at or act.now,
        data=plain,
    )
    salt = act.ports.randomness.bytes(SALT_BYTES) if note else b""
    act.session.info.setdefault("events", []).append((event, note, salt))
    return event


def latest(session: Session) -> Event:
    """The event that this transaction wrote down last: for the effects of a move, which follow its event."""
    event: Event = session.info["events"][-1][0]
    return event


def chain(session: Session) -> None:
    """Give the transaction's events their places; called once, by `Database.write`, just before the commit.

    The head is locked last of all, so that nobody waits behind it for anything but the commit.
    """
    pending = session.info.pop("events", [])
    if not pending:
        return
    head = session.scalars(select(ChainHead).where(ChainHead.id == 1).with_for_update()).one()
    position, digest = head.position, head.digest
    for event, note, salt in pending:
        position += 1
        event.position, event.previous = position, digest
        event.hashed = ledger.canonical(hashed_of(event, ledger.commitment(salt, note) if note else ""))
        event.digest = digest = ledger.link(event.previous, event.hashed)
    head.position, head.digest = position, digest
    session.add_all(event for event, _, _ in pending)
    session.flush()  # all of an act's events in one statement, however many things it is about
    session.add_all(EventNote(event_id=event.id, salt=salt, text=note) for event, note, salt in pending if note)
    session.flush()


def hashed_of(event: Event, note: str) -> dict[str, Any]:
    """What is hashed of an event; `note` is the salted digest of its words, or nothing."""
    return {
        "position": event.position,
        "tag": event.tag,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "call_id": event.call_id,
        "actor_id": event.actor_id,
        "recorded_at": instant(event.recorded_at),
        "effective_at": instant(event.effective_at),
        "data": event.data,
        "note": note,
    }


def instant(at: datetime) -> str:
    """An instant as the chain writes it: UTC, six decimals, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and TAG.fullmatch(value):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise ValueError(f"{value!r} is text: the chain holds ids, instants, tags and digests only")
