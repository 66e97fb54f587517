"""Small grants in several windows, made through the services.

call = windows.drafted(ports, windows=3)   a whole draft; each window opens a quarter after the one before
call = windows.published(ports)            the same, published by a second person
windows.opened(ports, call, 2)             the clock at the opening of that window, which the sweep has written down
windows.closed(ports, call, 1)             the clock at its closing instant, and what fell due by then is made
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from procurement.jobs.sweep import make_due
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.ports import Ports
from procurement.services import windows
from procurement.services.act import perform
from procurement.services.calls import approve_and_publish as publish
from tests.parts import calls
from tests.parts.scenes import prepared

BUDGET = 60_000


def key(number: int) -> str:
    return "application" if number == 1 else f"application-{number}"


def drafted(ports: Ports, *, count: int = 2, **given: Any) -> Call:
    """A draft of a small grant with so many windows, among which its budget is shared evenly."""
    call = calls.drafted(ports, "small_grant", budget=BUDGET * count, **given)
    officer, now = calls.officer(ports), ports.clock.now()
    for _ in range(count - 1):
        perform(ports, officer, now, windows.add, call.id)
    share(ports, call, *(BUDGET for _ in range(count)))
    return calls.read(ports, call.id)


def share(ports: Ports, call: Call, *budgets: Decimal | int | None, lot: int = 1) -> None:
    """What each window may cost, in their order."""
    with ports.database.reading() as session:
        version = windows_queries.budgets_mark(stages_queries.of_call(session, call.id))
    given = {
        windows_queries.budget_field(number, lot): None if budget is None else Decimal(budget)
        for number, budget in enumerate(budgets, 1)
    }
    perform(ports, calls.officer(ports), ports.clock.now(), windows.save_budgets, call.id, given, version=version)


@prepared
def published(ports: Ports, *, count: int = 2, **given: Any) -> Call:
    call = calls.reviewed(ports, drafted(ports, count=count, **given))
    perform(ports, calls.approver(ports), ports.clock.now(), publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


def window(ports: Ports, call: Call, number: int) -> Stage:
    """The stage of a window."""
    return calls.stage_of(ports, call, key(number))


def opened(ports: Ports, call: Call, number: int) -> Stage:
    at = window(ports, call, number).opens_at
    assert at is not None
    return _at(ports, call, number, at)


def closed(ports: Ports, call: Call, number: int) -> Stage:
    at = window(ports, call, number).closes_at
    assert at is not None
    return _at(ports, call, number, at)


def _at(ports: Ports, call: Call, number: int, at: datetime) -> Stage:
    ports.clock.set(at)  # type: ignore[attr-defined]  (the tests' clock)
    make_due(ports)
    return window(ports, call, number)
