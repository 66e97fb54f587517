"""Heartbeats of web processes, and outages before a closing: written down, answered, and never opened over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.jobs import sweep
from procurement.models.heartbeats import Heartbeat, Outage
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.stages import Opening, Stage
from procurement.queries import outages as outages_queries
from procurement.queries import work as work_queries
from procurement.rules import outages as rules
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import heartbeats, opening, outages, tidying, verification
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications as teams
from tests.parts import assessment, calls, people
from tests.parts import outages as scenes
from tests.parts.amending import approved, moved, proposed
from tests.parts.clock import StandingClock
from tests.parts.statements import statements
from tests.services.test_leaving import refused

HALF_AN_HOUR = timedelta(minutes=30)
HELD_UP = str(outages.HELD_UP)


def found(ports: Ports) -> list[Outage]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Outage).order_by(Outage.id)))


def kinds(ports: Ports, who: Any) -> set[Kind]:
    with ports.database.reading() as session:
        waiting = work_queries.mine(work_queries.tasks(session, ports.clock.now()), who.id, who.roles)
    return {task.kind for task in waiting}


def closing(ports: Ports, call: Any) -> datetime:
    at = calls.stage_of(ports, call).closes_at
    assert at is not None
    return at


def test_a_row_grows_by_the_minute_and_a_silence_or_a_moved_clock_begins_another(
    ports: Ports, clock: StandingClock
) -> None:
    began = clock.unshifted()
    scenes.heard(ports, 3, "web-1", "web-2")
    with ports.database.reading() as session:
        rows = session.scalars(select(Heartbeat).order_by(Heartbeat.process)).all()
        assert [(each.process, each.began_at, each.seen_at, each.ahead) for each in rows] == [
            ("web-1", began, clock.unshifted(), 0),
            ("web-2", began, clock.unshifted(), 0),
        ]
        assert outages_queries.heard_of(session, clock.unshifted()) == 2
    clock.forward(minutes=2)
    perform(ports, SYSTEM, clock.now(), heartbeats.beat, "web-1")
    clock.shift(days=9)
    clock.forward(minutes=1)
    perform(ports, SYSTEM, clock.now(), heartbeats.beat, "web-1")
    with ports.database.reading() as session:
        ahead = session.scalars(
            select(Heartbeat.ahead).where(Heartbeat.process == "web-1").order_by(Heartbeat.began_at)
        ).all()
        assert ahead == [0, 0, 9 * 24 * 3600]
        assert outages_queries.list_gaps(session, clock.now(), clock.unshifted(), timedelta(days=1)) == ()
        assert session.scalar(select(func.count()).select_from(Event)) == 0  # nothing of it is history


def test_old_heartbeats_are_let_go(ports: Ports, clock: StandingClock) -> None:
    scenes.heard(ports, 1)
    clock.set(clock.unshifted() + rules.KEPT_FOR)
    scenes.heard(ports, 0, "web-9")
    assert perform(ports, SYSTEM, clock.now(), tidying.tidy) == 0
    clock.forward(minutes=1)
    assert perform(ports, SYSTEM, clock.now(), tidying.tidy) == 1
    with ports.database.reading() as session:
        assert session.scalars(select(Heartbeat.process)).all() == ["web-9"]


def test_an_outage_in_the_last_hours_is_written_down_once_and_waits_for_officers(
    ports: Ports, clock: StandingClock
) -> None:
    call = calls.published(ports)
    at = closing(ports, call)
    scenes.before_closing(ports, call, starts=timedelta(hours=2), minutes=45)
    sweep.make_due(ports)
    (row,) = found(ports)
    assert (row.began_at, row.ended_at, row.closes_at) == (at - timedelta(hours=2), at - timedelta(minutes=75), at)
    assert (row.before, row.after, row.answered_at) == (["web-1"], ["web-2"], None)
    assert Kind.OUTAGE in kinds(ports, calls.officer(ports))
    assert Kind.OUTAGE not in kinds(ports, calls.approver(ports))
    with ports.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.tag == "stage.note_outage"))
        told = session.scalars(select(Message).where(Message.kind == "work_waiting")).all()
    assert (event.actor_id, event.data["outage"]) == (None, row.id)
    assert "Outages before a closing" in " ".join(" ".join(each.body for each in told).split())


def test_what_was_shorter_earlier_or_in_another_call_is_none(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    scenes.before_closing(ports, call, starts=timedelta(hours=9), minutes=59)  # over an hour too early
    scenes.heard(ports, 60, "web-2")
    clock.forward(minutes=4)
    scenes.heard(ports, 5, "web-3")
    sweep.make_due(ports)
    assert found(ports) == []


def test_a_service_that_nobody_ever_heard_of_holds_up_nothing(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    assert calls.stage_of(ports, call).opened


def test_an_outage_over_the_closing_is_answered_by_an_extension_for_all(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    at = closing(ports, call)
    lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = teams.written(ports, call, lead, firm)
    sent, _ = teams.submitted(ports, call, "Second Firm", "ada@second.example")
    scenes.before_closing(ports, call, starts=HALF_AN_HOUR, minutes=50)
    assert teams.read(ports, draft.ref).entry.state == "not_submitted"
    (row,) = found(ports)
    assert (row.began_at < at < row.ended_at, Kind.OUTAGE in kinds(ports, calls.officer(ports))) == (True, True)
    later = rules.proposed(at, [(row.began_at, row.ended_at)], clock.now())
    assert later >= clock.now() + timedelta(minutes=50)
    amendment = proposed(ports, call, closes_at=later, along=True)
    assert Kind.OUTAGE not in kinds(ports, calls.officer(ports))  # an approver has it now
    assert Kind.APPROVE_DATES in kinds(ports, calls.approver(ports))
    approved(ports, amendment)
    (answered,) = found(ports)
    assert (answered.amendment_id, answered.answered_by, answered.answered_at) == (amendment.id, None, clock.now())
    assert teams.read(ports, draft.ref).entry.state == "draft"
    assert teams.read(ports, sent.ref).entry.state == "submitted"
    assert Kind.OUTAGE not in kinds(ports, calls.officer(ports))
    scenes.held(ports, call)
    sweep.make_due(ports)
    assert len(found(ports)) == 1  # it is not found again before the new closing
    assessment.opened(ports, call)
    with ports.database.reading() as session:
        assert {each.broken for each in verification.verify(session, ports)} == {()}


def test_nothing_is_opened_before_it_is_answered_and_somebody_says_why_a_closing_stands(
    ports: Ports, clock: StandingClock
) -> None:
    call = assessment.bids_in(ports, firms=1)
    scenes.before_closing(ports, call, starts=HALF_AN_HOUR, minutes=10)
    scenes.held(ports, call)
    stage = calls.stage_of(ports, call)
    officer = assessment.fresh(ports, calls.officer(ports))
    assert refused(perform, ports, officer, clock.now(), opening.ask, stage.id) == [HELD_UP]
    assert Kind.OPEN not in kinds(ports, officer)
    (row,) = found(ports)
    stand = (perform, ports, calls.officer(ports), clock.now(), outages.stand, stage.id)
    assert refused(*stand, " ", seen=row.id) == ["Give a reason."]
    assert refused(*stand, "It was short.", seen=row.id - 1) == [str(outages.ANOTHER)]
    assert refused(perform, ports, calls.approver(ports), clock.now(), outages.stand, stage.id, "No.", seen=row.id) == [
        "Only an officer can do this."
    ]
    perform(ports, calls.officer(ports), clock.now(), outages.stand, stage.id, "Ten minutes, a day ago.", seen=row.id)
    assert refused(*stand, "Again.", seen=row.id) == [str(outages.NONE_WAITS)]
    (answered,) = found(ports)
    assert (answered.answer, answered.answered_by) == ("Ten minutes, a day ago.", calls.officer(ports).id)
    assessment.opened(ports, call)
    assert calls.stage_of(ports, call).opened
    with ports.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.tag == "stage.let_closing_stand"))
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    assert event.data["outages"] == [row.id]


def test_an_outage_that_nobody_wrote_down_yet_or_that_lasts_holds_up_an_opening_too(
    ports: Ports, clock: StandingClock
) -> None:
    call = assessment.bids_in(ports, firms=1)
    stage = calls.stage_of(ports, call)
    clock.set(closing(ports, call) - timedelta(minutes=40))
    scenes.heard(ports, 10)
    assessment.closed(ports, call)
    officer = assessment.fresh(ports, calls.officer(ports))
    assert refused(perform, ports, officer, clock.now(), opening.ask, stage.id) == [str(outages.LASTS)]
    scenes.heard(ports, 0, "web-2")
    assert refused(perform, ports, officer, clock.now(), opening.ask, stage.id) == [HELD_UP]


def test_what_opens_by_itself_waits_for_the_answer(ports: Ports, clock: StandingClock) -> None:
    """A stage in which nothing is sealed opens at its closing by nobody's press: not while an extension is possible."""
    call = assessment.bids_in(ports, firms=1)

    def unseal(session: Session) -> None:
        session.get_one(Stage, calls.stage_of(ports, call).id).sealed = False

    ports.database.write(unseal)
    scenes.before_closing(ports, call, starts=HALF_AN_HOUR, minutes=50)
    sweep.make_due(ports)
    stage = calls.stage_of(ports, call)
    assert not stage.opened
    (row,) = found(ports)
    perform(ports, calls.officer(ports), clock.now(), outages.stand, stage.id, "It is only asked.", seen=row.id)
    sweep.make_due(ports)
    assert calls.stage_of(ports, call).opened


def test_an_opening_that_is_half_made_ends_with_the_extension_and_whoever_was_asked_reads_so(
    ports: Ports, clock: StandingClock
) -> None:
    call = assessment.bids_in(ports, firms=1)
    assessment.closed(ports, call)
    stage = calls.stage_of(ports, call)
    perform(ports, assessment.fresh(ports, calls.officer(ports)), clock.now(), opening.ask, stage.id)
    moved(ports, call, closes_at=clock.now() + timedelta(days=2))
    with ports.database.reading() as session:
        assert session.scalars(select(Opening)).all() == []
        told = session.scalars(select(Message).where(Message.kind == "opening_called_off")).all()
    assert {each.person_id for each in told} == {calls.officer(ports).id, calls.approver(ports).id}
    assert "Two people have moved its closing since" in " ".join(told[0].body.split())


def test_the_sweep_the_opening_and_the_extension_never_both_win(ports: Ports, clock: StandingClock) -> None:
    """Whichever holds the call first: opened with its drafts ended, or extended with its drafts back; never between."""
    call = assessment.bids_in(ports, firms=2)
    lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = teams.written(ports, call, lead, firm)
    at = closing(ports, call)
    assessment.closed(ports, call)
    stage = calls.stage_of(ports, call)
    first, second = (assessment.fresh(ports, who(ports)) for who in (calls.officer, calls.approver))
    perform(ports, first, clock.now(), opening.ask, stage.id)
    amendment = proposed(ports, call, closes_at=at + timedelta(days=3))
    third = calls.staff(ports, "third@city.example", "approver")

    def attempt(service: Any, *given: Any, **named: Any) -> str:
        try:
            service(*given, **named)
        except Refusal as refusal:
            return str(refusal.reasons[0])
        return "done"

    with ThreadPoolExecutor(3) as pool:
        swept = pool.submit(sweep.make_due, ports)
        opens = pool.submit(attempt, perform, ports, second, clock.now(), opening.complete, stage.id)
        extends = pool.submit(attempt, approved, ports, amendment, by=third)
        results = opens.result(), extends.result()
        swept.result()
    sweep.make_due(ports)
    assert results.count("done") == 1
    after = calls.stage_of(ports, call)
    state = teams.read(ports, draft.ref).entry.state
    if results[0] == "done":
        assert (after.opened, after.closes_at, state) == (True, at, "not_submitted")
    else:
        assert (after.opened, after.closes_at, state) == (False, at + timedelta(days=3), "draft")


def test_two_sweeps_write_an_outage_down_once(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    clock.set(closing(ports, call) - timedelta(hours=1))
    scenes.heard(ports, 1)
    scenes.down(ports, 20)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: perform(ports, SYSTEM, clock.now(), outages.note, stage.id), range(2)))
    assert sorted(map(len, made)) == [0, 1]
    assert len(found(ports)) == 1


def test_finding_them_asks_as_much_of_three_calls_as_of_one(ports: Ports, clock: StandingClock) -> None:
    first = calls.published(ports)
    calls.published(ports)
    calls.published(ports)
    clock.set(closing(ports, first) - timedelta(hours=1))
    scenes.heard(ports, 1)
    scenes.down(ports, 20)

    def look() -> None:
        with ports.database.reading() as session:
            assert len(outages_queries.due_to_note(session, clock.now())) == 3

    assert statements(ports, look) == 5  # settings, stages, how far ahead, spans, what is written down
