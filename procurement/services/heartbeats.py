"""That a web process is there: one row that grows by the minute, for as long as it is heard of."""

from datetime import timedelta

from sqlalchemy import update

from procurement.models.heartbeats import Heartbeat
from procurement.rules.outages import BREAK
from procurement.services.act import Act
from procurement.services.locks import changed


def beat(act: Act, process: str) -> None:
    """Say that a process is there, now: one statement, unless it begins, was silent, or the clock was moved."""
    clock = act.ports.clock  # read here, both at once: what a wait for the database adds is no time that it is ahead
    now, at = clock.now(), clock.unshifted()
    ahead = round(max(now - at, timedelta(0)).total_seconds())
    grown = changed(
        act.session,
        update(Heartbeat)
        .where(
            Heartbeat.process == process,
            Heartbeat.ahead == ahead,
            Heartbeat.seen_at >= at - BREAK,
            Heartbeat.seen_at <= at,
        )
        .values(seen_at=at)
        .execution_options(synchronize_session=False),
    )
    if not grown:
        act.session.add(Heartbeat(process=process, ahead=ahead, began_at=at, seen_at=at))
        act.session.flush()
