"""Starts again what was asked for and is not done, and makes what has fallen due; one process at a time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from procurement.models.installation import Lease
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import opening as opening_queries
from procurement.queries import outages as outages_queries
from procurement.queries import planned as planned_queries
from procurement.queries import requests as requests_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import slots as slots_queries
from procurement.queries import windows as windows_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import (
    applications,
    assistance,
    awards,
    delivery,
    documents,
    invitations,
    making,
    messages,
    opening,
    outages,
    planned,
    rendering,
    requests,
    reserve,
    slices,
    slots,
    tidying,
    windows,
    work,
)
from procurement.services.act import Act, perform
from procurement.services.locks import changed

NAME = "sweep"
LEASE = timedelta(seconds=20)  # how soon another process goes on after this one was killed
SHORT_LINE = 20  # a longer line is being worked off: ringing again would only make it longer
AT_ONCE = 100
AGAIN_AFTER = timedelta(seconds=15)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """One kind of row that waits for a worker."""

    job: str
    list_due: Callable[..., list[tuple[int, int]]]
    put_off: Callable[..., None]


@dataclass(frozen=True)
class Due:
    """One kind of system move: which things it has fallen due for (mostly by their ids), and the act for one of
    them."""

    name: str
    find: Callable[[Session, datetime], Sequence[Any]]
    act: Callable[[Act, Any], object]


WAITING = (
    Waiting(slices.JOB, making.list_due, making.put_off),
    Waiting(documents.JOB, rendering.list_due, rendering.put_off),
    Waiting(messages.JOB, delivery.list_due, delivery.put_off),
)
DUE: tuple[Due, ...] = (
    Due("call.publish", planned_queries.due, planned.publish),
    Due("stage.start", windows_queries.due_to_begin, windows.begin),
    Due("work.tell", work.due_to_tell, work.tell),
    Due("work.digest", work.due_to_digest, work.digest),
    Due("stage.remind", applications_queries.due_to_remind, applications.remind_of_closing),
    Due("stage.note_outage", outages_queries.due_to_note, outages.note),
    Due("entry.lapse", applications_queries.due_to_lapse, applications.lapse),
    Due("stage.open", opening_queries.due_to_open, opening.open_due),
    Due("award.confirm", awards.list_due, awards.confirm),
    Due("award.expire", awards_queries.due_to_expire, awards.expire),
    Due("award.unconfirmed", assistance_queries.due_to_lapse, assistance.lapse),
    Due("award.remind", awards_queries.due_to_remind, awards.remind),
    Due("entry.release", reserve_queries.due_to_release, reserve.release),
    Due("slots.offer", slots_queries.due_to_offer, slots.tell_free),
    Due("slots.remind", slots_queries.due_to_remind, slots.remind),
    Due("invitations.remind", invitations_queries.due_to_remind, invitations.remind),
    Due("requests.remind", requests_queries.due_to_remind, requests.remind),
)


def hold(session: Session, holder: str, *, at: datetime) -> bool:
    """Take or keep the lease; False while another process has it."""
    kept = changed(
        session,
        update(Lease)
        .where(Lease.name == NAME, (Lease.holder == holder) | (Lease.until <= at))
        .values(holder=holder, until=at + LEASE)
        .execution_options(synchronize_session=False),
    )
    if kept == 1:
        return True
    if session.scalar(select(Lease.name).where(Lease.name == NAME)) is not None:
        return False
    session.add(Lease(name=NAME, holder=holder, until=at + LEASE))
    session.flush()
    return True


def let_go(session: Session, holder: str) -> None:
    """Give the lease back at an orderly end."""
    session.execute(delete(Lease).where(Lease.name == NAME, Lease.holder == holder))


def sweep(ports: Ports, holder: str) -> int | None:
    """One round: how many things were started or made; None when another process does it."""
    at = ports.clock.unshifted()
    if not ports.database.write(lambda session: hold(session, holder, at=at)):
        return None
    return ring_again(ports) + make_due(ports)


def ring_again(ports: Ports) -> int:
    """Ring for rows whose bell was not heard, whose worker died, or whose pause is over."""
    at, rung = ports.clock.unshifted(), 0
    if ports.bell.waiting() >= SHORT_LINE:
        return 0
    for waiting in WAITING:
        with ports.database.reading() as session:
            rows = waiting.list_due(session, at=at, limit=AT_ONCE)
        for key, _ in rows:
            # not the attempt: a job of that name may lie in Redis for ever with nobody working on it
            ports.bell.ring(waiting.job, key, int(at.timestamp()))
        if rows:
            ids = [key for key, _ in rows]
            _put_off(ports, waiting, ids, at + AGAIN_AFTER)
            rung += len(rows)
    return rung


def tidy(ports: Ports) -> int:
    """Remove what has had its time, a little at a time, and what interrupted uploads left behind; how many rows."""
    ports.files.tidy()
    removed = 0
    while step := perform(ports, SYSTEM, ports.clock.now(), tidying.tidy):
        removed += step
    return removed


def make_due(ports: Ports) -> int:
    """Make the system moves that have fallen due, each in a transaction of its own; one that fails stops no other."""
    made = 0
    for due in DUE:
        now = ports.clock.now()
        with ports.database.reading() as session:
            keys = list(due.find(session, now))
        for key in keys:
            try:
                perform(ports, SYSTEM, now, due.act, key)
                made += 1
            except Exception:
                log.exception("%s %s", due.name, key)
    return made


def _put_off(ports: Ports, waiting: Waiting, ids: list[int], until: datetime) -> None:
    ports.database.write(lambda session: waiting.put_off(session, ids, until=until))
