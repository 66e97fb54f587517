"""Dates of a published stage moved by two people, through the services.

amendment = amending.proposed(ports, call, closes_at=later)    by the officer, after the dry run
amending.approved(ports, amendment)                            by the approver, freshly signed in
"""

from datetime import date, datetime
from typing import Any

from procurement.models.calls import Call
from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.rules import amendments as rules
from procurement.rules.calls import fields_of
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import amendments
from procurement.services.act import perform
from tests.parts import assessment, calls

REASON = "The city's network was down for two hours before the closing."


def seen(ports: Ports, stage: Stage, typed: dict[str, Any], *, along: bool) -> str:
    """What the dry run of these dates shows."""
    with ports.database.reading() as session:
        call, now = calls.read(ports, stage.call_id), ports.clock.now()
        draft, begun = amendments_queries.written(session, call, now)
        return amendments_queries.mark(rules.plan(draft, stage.key, typed, begun, now, along=along))


def whole(stage: Stage, moved: dict[str, datetime | date]) -> dict[str, Any]:
    """All dates of a stage as its form sends them."""
    return {name: getattr(stage, name) for name in fields_of("dates", stage.steps)} | moved


def proposed(
    ports: Ports,
    call: Call,
    key: str = "",
    *,
    by: Principal | None = None,
    along: bool = False,
    **moved: datetime | date,
) -> StageAmendment:
    """Other dates proposed for a stage, the one that the call has come to unless another is named."""
    stage = calls.stage_of(ports, call, key)
    typed = whole(stage, moved)
    mark = seen(ports, stage, typed, along=along)
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, amendments.propose, stage.id, typed, REASON, along=along, seen=mark)


def approved(ports: Ports, amendment: StageAmendment, *, by: Principal | None = None) -> Stage:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    with ports.database.reading() as session:
        mark = amendments_queries.get_waiting(session, amendment.id).seen
    return perform(ports, who, now, amendments.approve, amendment.id, seen=mark)


def moved(ports: Ports, call: Call, key: str = "", **dates: Any) -> Stage:
    """Dates proposed and approved."""
    return approved(ports, proposed(ports, call, key, **dates))
