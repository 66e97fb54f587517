"""A web process that is heard of, and one that is not, before a closing: through the services.

outages.heard(ports, minutes=30)                 a heartbeat each minute for so long, up to the instant of the clock
outages.down(ports, minutes=45)                  the clock goes on, and nobody says anything; then one is back
outages.before_closing(ports, call, …)           the service was down in the last hours of a call, written down
outages.held(ports, call)                        it is heard of until the instant from which the call may be opened
"""

from datetime import timedelta
from typing import Any

from procurement.jobs import sweep
from procurement.models.calls import Call
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import heartbeats
from procurement.services.act import perform
from tests.parts import calls


def heard(ports: Ports, minutes: int, *processes: str) -> None:
    """So many minutes go by, and each process says in every one that it is there."""
    clock: Any = ports.clock
    for minute in range(minutes + 1):
        for process in processes or ("web-1",):
            perform(ports, SYSTEM, clock.now(), heartbeats.beat, process)
        if minute < minutes:
            clock.forward(minutes=1)


def down(ports: Ports, minutes: int, *, back: str = "web-2") -> None:
    """So many minutes go by in silence; then another process is there."""
    clock: Any = ports.clock
    clock.forward(minutes=minutes)
    perform(ports, SYSTEM, clock.now(), heartbeats.beat, back)


def held(ports: Ports, call: Call) -> None:
    """A process is heard of until a call may be opened."""
    until = stages_queries.closes_with_hold(calls.stage_of(ports, call))
    assert until is not None
    heard(ports, int((until - ports.clock.now()).total_seconds() // 60), "web-2")


def before_closing(ports: Ports, call: Call, *, starts: timedelta, minutes: int) -> None:
    """The service is heard of until so long before the closing of a call, is down for so many minutes, and is back."""
    clock: Any = ports.clock
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    clock.set(closes_at - starts - timedelta(minutes=10))
    heard(ports, 10)
    down(ports, minutes)
    sweep.make_due(ports)
