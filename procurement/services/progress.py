"""Moving things along their workflows. No other file sets a state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.queries.workflows import workflow_of
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services.effects import EFFECTS
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.definition import Role
from workflows.engine import Refused, decide, due_moves
from workflows.facts import Facts

Subject = Call | Application | Assignment | Award
NAMES: dict[type[Any], str] = {Call: "call", Application: "application", Assignment: "assignment", Award: "award"}
SYSTEM_ROLES = frozenset({Role.SYSTEM})
LATE = {"call_closed"}


def begin(
    session: Session,
    ports: Ports,
    thing: Subject,
    call: Call,
    *,
    by: Principal,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Put a new thing at the start of its workflow, with its first event. The thing has its id (flush first)."""
    kind = NAMES[type(thing)]
    thing.state = workflow_of(call, kind).start.key
    record(session, ports, f"{kind}.begin", kind, thing.id, by=by, now=now, call_id=call.id, data=data)


def move(
    session: Session,
    ports: Ports,
    thing: Subject,
    call: Call,
    action: str,
    *,
    by: Principal,
    roles: frozenset[Role],
    facts: Facts,
    now: datetime,
    effective_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Make one move, or raise Refusal with every reason against it.

    First whatever fell due by the clock is done, effective at its due instant. Then: decide, set the state, one event
    (with `facts.reason` as its note), the effects in the order in which the workflow names them. The caller holds the
    lock on the call.
    """
    kind = NAMES[type(thing)]
    workflow = workflow_of(call, kind)
    catch_up(session, ports, thing, call, facts=facts, now=now)
    answer = decide(workflow, thing.state, action, roles, facts)
    if isinstance(answer, Refused):
        late = any(name in LATE for m in workflow.moves_from(thing.state) if m.action == action for name in m.unless)
        closed = late and facts.closes_at is not None and facts.closes_at <= facts.now
        raise Refusal(*answer.reasons, status=410 if closed else 409)
    _apply(session, ports, thing, call, answer.move, by=by, now=now, effective_at=effective_at, facts=facts, data=data)


def catch_up(session: Session, ports: Ports, thing: Subject, call: Call, *, facts: Facts, now: datetime) -> int:
    """Make the system moves of a thing that fell due, each effective at its due instant; returns how many."""
    kind, made = NAMES[type(thing)], 0
    workflow = workflow_of(call, kind)
    while due := due_moves(workflow, thing.state, facts):
        first, at = due[0]
        system = Principal(name="the service")
        _apply(session, ports, thing, call, first, by=system, now=now, effective_at=at, facts=facts, data=None)
        made += 1
    return made


def _apply(
    session: Session,
    ports: Ports,
    thing: Subject,
    call: Call,
    made: Any,
    *,
    by: Principal,
    now: datetime,
    effective_at: datetime | None,
    facts: Facts,
    data: Mapping[str, Any] | None,
) -> None:
    kind = NAMES[type(thing)]
    before, thing.state = thing.state, made.target
    effective = effective_at or now
    if isinstance(thing, Award) and made.action == "confirm":
        thing.confirmed_at = effective  # the table's own rule ties this instant to the state
    if isinstance(thing, Award) and made.action == "tell":
        thing.told_at = facts.told_at
    if isinstance(thing, Assignment) and made.action == "submit":
        thing.submitted_at = now
    record(
        session,
        ports,
        f"{kind}.{made.action}",
        kind,
        thing.id,
        by=by,
        now=now,
        effective_at=effective,
        call_id=call.id,
        data={"before": before, "after": made.target, **(data or {})},
        note=facts.reason if made.needs_reason else "",
    )
    session.flush()
    for effect in made.then:
        EFFECTS[effect](session, ports, thing, call, by=by, now=now, facts=facts)
