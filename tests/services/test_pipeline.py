"""Planned calls: written by one, published by another, kept true until a call comes of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from procurement.queries import pipeline as pipeline_queries
from procurement.rules.ports import Ports
from procurement.services import pipeline
from procurement.services.act import perform
from procurement.services.pipeline import Plan
from procurement.services.refusal import Refusal
from tests.parts import calls
from tests.parts.clock import StandingClock

PLAN = Plan(
    "challenge", "Warm homes", "low_carbon", "Homes that cost nothing to heat.", Decimal(250_000), date(2027, 9, 1)
)


def written(ports: Ports, plan: Plan = PLAN) -> int:
    return int(perform(ports, calls.officer(ports), ports.clock.now(), pipeline.write, None, plan).id)


def published(ports: Ports, plan: Plan = PLAN) -> int:
    found = written(ports, plan)
    perform(ports, calls.approver(ports), ports.clock.now(), pipeline.publish, found, seen=1)
    return found


def ahead(ports: Ports) -> list[str]:
    with ports.database.reading() as session:
        return [row.title for row in pipeline_queries.ahead(session)]


def test_nobody_reads_a_plan_before_a_second_person_published_what_they_saw(ports: Ports) -> None:
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    own = perform(ports, both, ports.clock.now(), pipeline.write, None, PLAN).id
    with pytest.raises(Refusal, match="Somebody else must approve it"):
        perform(ports, both, ports.clock.now(), pipeline.publish, own, seen=1)
    perform(ports, both, ports.clock.now(), pipeline.write, own, replace(PLAN, title="Warmer homes"), version=1)
    with pytest.raises(Refusal, match="changed it meanwhile"):
        perform(ports, calls.approver(ports), ports.clock.now(), pipeline.publish, own, seen=1)
    assert ahead(ports) == []
    with ports.database.reading() as session:
        assert pipeline_queries.find_public(session, own) is None
    perform(ports, calls.approver(ports), ports.clock.now(), pipeline.publish, own, seen=2)
    assert ahead(ports) == ["Warmer homes"]


def test_what_changed_of_a_published_plan_is_in_the_history(ports: Ports) -> None:
    found = published(ports)
    later = replace(PLAN, month=date(2027, 11, 1), value=None)
    perform(ports, calls.officer(ports), ports.clock.now(), pipeline.write, found, later, version=1)
    with ports.database.reading() as session:
        (event, name), *before = pipeline_queries.history_of(session, found)
        assert (event.tag, name, [each.tag for each, _name in before]) == (
            "plan.edit",
            "Officer",
            ["plan.publish", "plan.begin"],
        )
        assert event.note is not None
        assert (
            event.note.text
            == "What it may be worth: from £250,000 to nothing\nExpected: from September 2027 to November 2027"
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "title"),
        ({"theme": "weather"}, "priority area"),
        ({"kind": "gift"}, "what it will be"),
        ({"summary": "word " * 151}, "at most 150 words"),
        ({"month": date(2027, 2, 1)}, "months to come"),
        ({"month": date(2029, 4, 1)}, "months to come"),
        ({"month": date(2027, 9, 2)}, "months to come"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(ports: Ports, changed: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        written(ports, replace(PLAN, **changed))  # type: ignore[arg-type]


def test_a_plan_ends_in_a_call_or_with_a_reason_and_then_stands(ports: Ports) -> None:
    one, two = published(ports), published(ports, replace(PLAN, title="Cool halls"))
    officer, now = calls.officer(ports), ports.clock.now()
    with pytest.raises(Refusal, match="No published call"):
        perform(ports, officer, now, pipeline.became, one, calls.drafted(ports).ref)
    call = calls.published(ports)
    perform(ports, officer, now, pipeline.became, one, f" {call.ref.lower()} ")
    with pytest.raises(Refusal, match="Give a reason"):
        perform(ports, officer, now, pipeline.withdraw, two, " ")
    perform(ports, officer, now, pipeline.withdraw, two, "The money is needed elsewhere.")
    assert ahead(ports) == []
    with ports.database.reading() as session:
        rows = [pipeline_queries.find_public(session, each) for each in (one, two)]
        assert [row is not None and (row.call_id, row.withdrawn_reason) for row in rows] == [
            (call.id, ""),
            (None, "The money is needed elsewhere."),
        ]
    for found in (one, two):
        with pytest.raises(Refusal, match="cannot be changed"):
            perform(ports, officer, now, pipeline.write, found, PLAN, version=1)


def test_a_month_that_has_passed_waits_for_its_officers(ports: Ports, clock: StandingClock) -> None:
    published(ports)
    written(ports, replace(PLAN, title="Cool halls"))
    approver = calls.approver(ports).id
    with ports.database.reading() as session:
        assert pipeline_queries.waiting(session, approver, date(2027, 9, 1)) == pipeline_queries.Waiting(1, 0)
    clock.forward(days=timedelta(days=230).days)
    with ports.database.reading() as session:
        assert pipeline_queries.waiting(session, approver, date(2027, 10, 1)) == pipeline_queries.Waiting(1, 1)
        assert pipeline_queries.waiting(session, calls.officer(ports).id, date(2027, 10, 1)).to_publish == 0
