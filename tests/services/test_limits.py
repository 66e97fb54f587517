"""Limits of approval by value: publication, decisions, and what waits for whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from procurement.queries import decisions as decisions_queries
from procurement.queries import limits as limits_queries
from procurement.queries import stages as stages_queries
from procurement.queries import work as work_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import calls as services
from procurement.services import decisions, installation, planned
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.people import OPERATOR
from tests.services.test_leaving import refused


def limited(ports: Ports, value: str) -> None:
    now = ports.clock.now()
    perform(ports, OPERATOR, now, installation.set_value, "approval_limits", value, uk_day(now))


def waits(ports: Ports, who: Any) -> set[Kind]:
    with ports.database.reading() as session:
        found = work_queries.mine(work_queries.tasks(session, ports.clock.now()), who.id, who.roles)
    return {task.kind for task in found}


def test_who_may_not_approve_so_much_does_not_publish_it_now_or_later(ports: Ports) -> None:
    call = calls.reviewed(ports, calls.drafted(ports, budget=100_000))
    approver, chief = calls.approver(ports), calls.staff(ports, "chief@city.example", "approver")
    with ports.database.reading() as session:
        value = limits_queries.of_call(call, services.calls_queries.lots_of(session, call.id))
    assert value == 120_000  # with VAT
    limited(ports, "119999 chief@city.example=120000")
    too_much = [
        "This comes to £120,000, and you may approve up to £119,999. Somebody whose limit is higher must approve it."
    ]
    now = ports.clock.now()
    publish = (services.approve_and_publish, call.id)
    assert refused(perform, ports, approver, now, *publish, seen=call.version) == too_much
    at = now + timedelta(days=1)
    assert refused(perform, ports, approver, now, planned.approve, call.id, seen=call.version, at=at) == too_much
    assert (waits(ports, approver), waits(ports, chief)) == (set(), {Kind.REVIEW_CALL})
    perform(ports, chief, now, *publish, seen=call.version)
    assert calls.read(ports, call.id).published_at == now


def test_a_limit_holds_from_its_day_on(ports: Ports) -> None:
    call = calls.reviewed(ports, calls.drafted(ports))
    now = ports.clock.now()
    tomorrow = uk_day(now) + timedelta(days=1)
    perform(ports, OPERATOR, now, installation.set_value, "approval_limits", "1", tomorrow)
    perform(ports, calls.approver(ports), now, services.approve_and_publish, call.id, seen=call.version)


def test_decisions_are_approved_by_who_may_approve_what_they_come_to(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        own = stages_queries.get(session, stage.id)
        value = limits_queries.of_decisions(session, [own], {call.id: calls.read(ports, call.id)})[stage.id]
        seen = decisions_queries.table_of(session, calls.read(ports, call.id), own).seen
    assert value > 0
    approver, chief = calls.approver(ports), calls.staff(ports, "chief@city.example", "approver")
    limited(ports, f"{int(value) - 1} chief@city.example=none")
    fresh, now = assessment.fresh(ports, approver), ports.clock.now()
    (said,) = refused(perform, ports, fresh, now, decisions.approve, stage.id, seen=seen)
    assert said.endswith("Somebody whose limit is higher must approve it.")
    assert Kind.APPROVE_DECISIONS not in waits(ports, approver)
    assert Kind.APPROVE_DECISIONS in waits(ports, chief)
    perform(ports, assessment.fresh(ports, chief), now, decisions.approve, stage.id, seen=seen)
    assert Decimal(value) == value
