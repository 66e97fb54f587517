"""Silence: a team is told that it has a draft, and once more before the closing; nobody who has submitted is."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.jobs.sweep import make_due
from procurement.models.messages import Message
from procurement.models.stages import Stage
from procurement.rules.ports import Ports
from procurement.services import applications as services
from procurement.services.act import perform
from tests.parts import applications, calls, people
from tests.parts.clock import StandingClock
from tests.parts.statements import statements

KINDS = ("draft_begun", "closing_soon")


def told(ports: Ports) -> Counter[tuple[str, str]]:
    with ports.database.reading() as session:
        return Counter(
            (row.kind, row.address) for row in session.scalars(select(Message).where(Message.kind.in_(KINDS)))
        )


@pytest.mark.both_databases
def test_a_draft_is_told_of_at_once_and_once_before_the_closing(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Slow Writers", "mina@slow-writers.example")
    draft = applications.started(ports, call, lead, organisation)
    applications.started(ports, call, lead, organisation)  # coming back tells nothing
    applications.submitted(ports, call, "Quick Writers", "ana@quick.example")
    begun = Counter({("draft_begun", "mina@slow-writers.example"): 1, ("draft_begun", "ana@quick.example"): 1})
    assert told(ports) == begun
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    clock.set(closes_at - timedelta(days=2, minutes=1))
    make_due(ports)
    assert told(ports) == begun
    clock.set(closes_at - timedelta(days=2))
    for _ in range(3):
        make_due(ports)
    assert told(ports) == begun + Counter({("closing_soon", "mina@slow-writers.example"): 1})
    with ports.database.reading() as session:
        body = session.scalars(select(Message.body).where(Message.kind == "closing_soon")).one()
        sealed = session.scalars(select(Message.sealed).where(Message.kind.in_(KINDS))).all()
    assert draft.ref in body
    assert "A draft that is not submitted takes no part." in body
    assert set(sealed) == {True}  # who applies stays between them and us until the opening


def test_a_closing_that_was_moved_is_reminded_of_again(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    applications.started(ports, call, *people.firm(ports, "Slow Writers", "mina@slow-writers.example"))
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    clock.set(stage.closes_at - timedelta(days=1))
    make_due(ports)
    later = stage.closes_at + timedelta(days=7)
    ports.database.write(lambda session: setattr(session.get_one(Stage, stage.id), "closes_at", later))
    make_due(ports)
    assert told(ports)["closing_soon", "mina@slow-writers.example"] == 1
    clock.set(later - timedelta(days=1))
    make_due(ports)
    assert told(ports)["closing_soon", "mina@slow-writers.example"] == 2


def test_nobody_is_reminded_of_what_was_cancelled(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    applications.started(ports, call, *people.firm(ports, "Slow Writers", "mina@slow-writers.example"))
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    calls.cancelled(ports, call, "The money went elsewhere.")
    clock.set(closes_at - timedelta(days=1))
    make_due(ports)
    assert told(ports)["closing_soon", "mina@slow-writers.example"] == 0


def test_reminding_many_takes_no_more_statements(ports: Ports, clock: StandingClock) -> None:
    counted = []
    for firms in (2, 8):
        call = calls.published(ports)
        for number in range(firms):
            lead = f"lead{firms}x{number}@firm.example"
            applications.started(ports, call, *people.firm(ports, f"Firm {firms} {number}", lead))
        stage = calls.stage_of(ports, call)
        assert stage.closes_at is not None
        clock.set(stage.closes_at - timedelta(days=1))
        by, now = people.person(ports, f"nobody{firms}@city.example"), clock.now()
        counted.append(statements(ports, perform, ports, by, now, services.remind_of_closing, stage.id))
        clock.set(now - timedelta(days=30))
    assert counted[0] == counted[1]
