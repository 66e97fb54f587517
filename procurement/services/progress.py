"""Moving things along their workflows. No other file sets a state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import SYSTEM
from procurement.services.act import Act
from procurement.services.effects import EFFECTS
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.definition import Move, Role, Workflow
from workflows.engine import Refused, decide, due_moves
from workflows.facts import Facts

Subject = Call | Stage | Entry | Assignment | Award
SUBJECT_OF: dict[type[Any], str] = {
    Call: "call",
    Stage: "stage",
    Entry: "entry",
    Assignment: "assignment",
    Award: "award",
}
SYSTEM_ROLES = frozenset({Role.SYSTEM})
CLOSING_GUARDS = {"call_closed"}


def workflow_of(thing: Subject, call: Call) -> Workflow:
    """The workflow that governs a thing; an entry has its stage loaded."""
    stage = thing if isinstance(thing, Stage) else thing.stage if isinstance(thing, Entry) else None
    return workflows_queries.workflow_of(call, SUBJECT_OF[type(thing)], stage)


def begin(act: Act, thing: Subject, call: Call, *, data: Mapping[str, Any] | None = None) -> None:
    """Put a new thing at the start of its workflow, with its first event. The thing has its id (flush first)."""
    kind = SUBJECT_OF[type(thing)]
    thing.state = workflow_of(thing, call).start.key
    record(act, f"{kind}.begin", kind, thing.id, call_id=call.id, data=data)


def move(
    act: Act,
    thing: Subject,
    call: Call,
    action: str,
    *,
    roles: frozenset[Role],
    facts: Facts,
    effective_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Make one move, or raise Refusal with every reason against it.

    First whatever fell due by the clock is done, effective at its due instant. Then: decide, set the state, one event
    (with `facts.reason` as its note), the effects in the order in which the workflow names them. The caller holds the
    lock on the call, and on the stage where the thing is in one.
    """
    workflow = workflow_of(thing, call)
    catch_up(act, thing, call, facts=facts)
    decided = decide(workflow, thing.state, action, roles, facts)
    if isinstance(decided, Refused):
        late = any(
            name in CLOSING_GUARDS for m in workflow.moves_from(thing.state) if m.action == action for name in m.unless
        )
        closed = late and facts.closes_at is not None and facts.closes_at <= facts.now
        raise Refusal(*decided.reasons, status=410 if closed else 409)
    _apply(act, thing, call, decided.move, effective_at=effective_at, facts=facts, data=data)


def catch_up(act: Act, thing: Subject, call: Call, *, facts: Facts) -> int:
    """Make the system moves of a thing that fell due, each effective at its due instant; returns how many."""
    made, workflow = 0, workflow_of(thing, call)
    while due := due_moves(workflow, thing.state, facts):
        first, at = due[0]
        _apply(act.made_by(SYSTEM), thing, call, first, effective_at=at, facts=facts, data=None)
        made += 1
    return made


def _apply(
    act: Act,
    thing: Subject,
    call: Call,
    made: Move,
    *,
    effective_at: datetime | None,
    facts: Facts,
    data: Mapping[str, Any] | None,
) -> None:
    kind = SUBJECT_OF[type(thing)]
    before, thing.state = thing.state, made.target
    effective = effective_at or act.now
    if isinstance(thing, Award) and made.action == "confirm":
        thing.confirmed_at = effective  # the table's own rule ties this instant to the state
        thing.accept_by = awards_queries.accept_until(act.session, call, act.now)
    if isinstance(thing, Award) and made.action == "tell":
        thing.told_at = facts.told_at
    if isinstance(thing, Assignment) and made.action == "submit":
        thing.submitted_at = act.now
    if isinstance(thing, Assignment) and made.action in ("return", "end"):
        thing.submitted_at = None
    record(
        act,
        f"{kind}.{made.action}",
        kind,
        thing.id,
        effective_at=effective,
        call_id=call.id,
        data={"before": before, "after": made.target, **(data or {})},
        note=facts.reason if made.needs_reason else "",
    )
    for effect in made.then:
        EFFECTS[effect](act, thing, call, facts)
