"""Publication at an instant: approved now, public from then on, taken back until then."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from procurement.jobs import sweep
from procurement.models.calls import Call, CallVersion
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.planned import PlannedPublication
from procurement.models.register import RegisterEntry, Release
from procurement.queries import planned as planned_queries
from procurement.queries import work as work_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import calls as services
from procurement.services import planned, verification
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import calls
from tests.parts.clock import StandingClock
from tests.services.test_leaving import refused

TOMORROW = timedelta(days=1)


def reviewed(ports: Ports) -> Call:
    return calls.reviewed(ports, calls.drafted(ports))


def plan(ports: Ports, call: Call, at: datetime, *, by: Any = None) -> PlannedPublication:
    who, seen = by or calls.approver(ports), calls.read(ports, call.id).version
    return perform(ports, who, ports.clock.now(), planned.approve, call.id, seen=seen, at=at)


def rows(ports: Ports, table: Any) -> int:
    with ports.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_approved_now_and_public_from_its_instant_on(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)
    at = clock.now() + TOMORROW
    row = plan(ports, call, at)
    so = calls.read(ports, call.id)
    assert (so.state, so.published_at) == ("approved", None)
    assert [rows(ports, table) for table in (CallVersion, RegisterEntry, Release)] == [0, 0, 0]
    clock.set(at - timedelta(seconds=1))
    sweep.make_due(ports)
    assert calls.read(ports, call.id).published_at is None
    clock.set(at)
    sweep.make_due(ports)
    sweep.make_due(ports)
    so = calls.read(ports, call.id)
    assert (so.state, so.published_at) == ("published", at)
    assert calls.stage_of(ports, call).started_at == at
    with ports.database.reading() as session:
        version = session.scalars(select(CallVersion)).one()
        assert version.fingerprint == row.digest  # what was approved, to the byte
        assert session.scalars(select(PlannedPublication.made_at)).all() == [at]
        events = session.scalars(select(Event).where(Event.tag.in_(("call.approve", "call.publish")))).all()
        (told, *more) = session.scalars(select(Message).where(Message.kind == "call_published")).all()
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    assert [(each.tag, each.actor_id) for each in events] == [
        ("call.approve", calls.approver(ports).id),
        ("call.publish", None),
    ]
    assert events[0].data["content"] == row.digest
    assert events[1].data["approved_by"] == calls.approver(ports).id
    assert {told.person_id, *(each.person_id for each in more)} == {calls.officer(ports).id, calls.approver(ports).id}
    assert json.loads(version.content)["published_at"].startswith(f"{at:%Y-%m-%dT%H:%M}")


def test_who_may_when_and_what_was_read(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)
    at = clock.now() + TOMORROW
    assert refused(plan, ports, call, at, by=calls.officer(ports)) == ["Only an approver can do this."]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    own = calls.reviewed(ports, calls.drafted(ports, by=both), by=both)
    assert refused(plan, ports, own, at, by=both) == ["You wrote this. Somebody else must approve it."]
    approve = (perform, ports, calls.approver(ports), clock.now(), planned.approve, call.id)
    assert refused(*approve, seen=call.version - 1, at=at) == [str(planned.READ_AGAIN)]
    assert "has passed" in refused(plan, ports, call, clock.now())[0]
    assert refused(plan, ports, call, clock.now() + timedelta(days=400)) == ["Choose a time within a year."]
    plan(ports, call, at)
    assert len(refused(plan, ports, call, at)) == 1  # once is enough


def test_the_least_periods_are_counted_from_its_instant(ports: Ports, clock: StandingClock) -> None:
    call = calls.reviewed(ports, calls.drafted(ports, "challenge_open"))
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    assert refused(plan, ports, call, closes_at - timedelta(days=3)) != []
    assert rows(ports, PlannedPublication) == 0


def test_until_then_it_is_taken_back_and_nothing_of_it_was_ever_public(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)
    at = clock.now() + TOMORROW
    plan(ports, call, at)
    perform(ports, calls.approver(ports), clock.now(), services.send_back, call.id, "One date is wrong.")
    so = calls.read(ports, call.id)
    assert (so.state, so.sent_back) == ("draft", "One date is wrong.")
    with ports.database.reading() as session:
        assert planned_queries.find_waiting(session, call.id) is None
    clock.set(at + TOMORROW)
    sweep.make_due(ports)
    assert calls.read(ports, call.id).published_at is None
    again = calls.reviewed(ports, calls.read(ports, call.id))
    assert plan(ports, again, clock.now() + timedelta(hours=1)).id


def test_a_call_that_was_cancelled_meanwhile_is_not_published(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)
    plan(ports, call, clock.now() + TOMORROW)
    perform(ports, calls.approver(ports), clock.now(), services.cancel, call.id, "Not needed.")
    clock.forward(days=2)
    sweep.make_due(ports)
    assert calls.read(ports, call.id).published_at is None


def test_what_cannot_be_published_any_more_goes_back_to_its_authors(ports: Ports, clock: StandingClock) -> None:
    """Nobody swept for so long that too little time, or none, is left."""
    call = reviewed(ports)
    plan(ports, call, clock.now() + TOMORROW)
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    clock.set(closes_at + timedelta(minutes=1))
    sweep.make_due(ports)
    so = calls.read(ports, call.id)
    assert (so.state, so.published_at) == ("draft", None)
    assert so.sent_back.startswith("It was to be published on ")
    with ports.database.reading() as session:
        row = session.scalars(select(PlannedPublication)).one()
    assert (row.made_at, row.ended_at, row.answer) == (None, clock.now(), so.sent_back)


def test_it_waits_for_nobody_while_it_is_planned(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)

    def kinds() -> set[Kind]:
        who = calls.approver(ports)
        with ports.database.reading() as session:
            found = work_queries.mine(work_queries.tasks(session, clock.now()), who.id, who.roles)
        return {task.kind for task in found}

    assert kinds() == {Kind.REVIEW_CALL}
    plan(ports, call, clock.now() + TOMORROW)
    assert kinds() == set()


def test_taking_it_back_and_its_instant_never_both_win(ports: Ports, clock: StandingClock) -> None:
    call = reviewed(ports)
    row = plan(ports, call, clock.now() + TOMORROW)
    clock.forward(days=1)

    def back() -> str:
        try:
            perform(ports, calls.approver(ports), clock.now(), services.send_back, call.id, "Wait.")
        except Refusal:
            return "refused"
        return "back"

    with ThreadPoolExecutor(2) as pool:
        published = pool.submit(perform, ports, SYSTEM, clock.now(), planned.publish, row.id)
        answer = pool.submit(back).result()
        made = published.result()
    state = calls.read(ports, call.id).state
    assert (made, answer, state) in {(True, "refused", "published"), (False, "back", "draft")}
