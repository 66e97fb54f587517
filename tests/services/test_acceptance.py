"""The date to accept by: set with the confirmation, reminded of once, and then the award ends by the clock."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from procurement.jobs import sweep
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.rules.dates import add_working_days, uk_day
from procurement.rules.ports import Ports
from procurement.services import awards, disqualifying, reserve
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_leaving import refused
from tests.services.test_reserve import approve, held, propose, state_of


def granted(ports: Ports) -> Award:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (award,) = outcomes.awards_of(ports, call)
    return award


def call_of(ports: Ports, award: Award) -> Call:
    return calls.read(ports, award.call_id)


def kinds(ports: Ports, award: Award) -> list[str]:
    with ports.database.reading() as session:
        asked = select(Message.kind).where(Message.entry_id == award.entry_id, Message.kind.like("award_%"))
        return sorted(set(session.scalars(asked)))


def until(award: Award) -> datetime:
    assert award.accept_by is not None
    return award.accept_by


def test_an_award_has_a_date_to_accept_by_from_its_confirmation(ports: Ports) -> None:
    award = granted(ports)
    day = add_working_days(uk_day(ports.clock.now()), 20)
    assert uk_day(until(award)) == day
    assert uk_day(until(award) + timedelta(minutes=1)) == day + timedelta(days=1)


def test_a_challenge_has_none_before_the_standstill_is_over(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    assert outcomes.awards_of(ports, call)[0].accept_by is None
    outcomes.noticed(ports, call)
    (award,) = outcomes.confirmed(ports, call)
    assert until(award) > ports.clock.now()


def test_its_team_is_reminded_once(ports: Ports, clock: StandingClock) -> None:
    award = granted(ports)
    clock.set(until(award) - timedelta(days=3, minutes=1))
    sweep.make_due(ports)
    assert "award_reminder" not in kinds(ports, award)
    for _ in range(3):
        clock.set(until(award) - timedelta(days=3) + timedelta(hours=_))
        sweep.make_due(ports)
    with ports.database.reading() as session:
        told = session.scalars(select(Message.key).where(Message.kind == "award_reminder")).all()
    assert len(told) == 1


def test_what_nobody_answers_ends_by_the_clock_and_goes_to_the_next(ports: Ports, clock: StandingClock) -> None:
    award = granted(ports)
    call = call_of(ports, award)
    (entry,) = held(ports, call)
    clock.set(until(award) - timedelta(seconds=1))
    sweep.make_due(ports)
    assert outcomes.awards_of(ports, call)[0].state == "confirmed"
    clock.set(until(award) + timedelta(hours=2))
    assert refused(outcomes.accepted, ports, award)[0].startswith("It had to be answered by")
    sweep.make_due(ports)
    with ports.database.reading() as session:
        event = session.scalars(select(Event).where(Event.tag == "award.expire")).one()
    assert (event.effective_at, event.actor_id) == (until(award), None)
    assert {"award_expired", "award_unanswered"} <= set(kinds(ports, award))
    approve(ports, propose(ports, entry, amount=entry.amount))
    assert state_of(ports, entry) == "advanced"


def test_in_the_last_second_it_can_be_accepted(ports: Ports, clock: StandingClock) -> None:
    award = granted(ports)
    clock.set(until(award) - timedelta(seconds=1))
    assert outcomes.accepted(ports, award).state == "accepted"
    clock.set(until(award) + timedelta(days=1))
    sweep.make_due(ports)
    assert outcomes.awards_of(ports, call_of(ports, award))[0].state == "accepted"


def test_an_officer_gives_longer_and_never_less(ports: Ports, clock: StandingClock) -> None:
    award = granted(ports)
    officer, now = calls.officer(ports), ports.clock.now()
    later = until(award) + timedelta(days=7)
    assert refused(perform, ports, officer, now, awards.give_longer, award.id, until(award), "They asked.")
    assert refused(perform, ports, officer, now, awards.give_longer, award.id, later, " ") == ["Give a reason."]
    assert refused(perform, ports, calls.approver(ports), now, awards.give_longer, award.id, later, "They asked.")
    perform(ports, officer, now, awards.give_longer, award.id, later, "They asked.")
    clock.set(until(award) + timedelta(hours=1))
    sweep.make_due(ports)
    (found,) = outcomes.awards_of(ports, call_of(ports, award))
    assert (found.state, found.accept_by) == ("confirmed", later)
    assert "award_longer" in kinds(ports, award)


def test_whoever_is_disqualified_after_the_date_is_so_before_the_sweep(ports: Ports, clock: StandingClock) -> None:
    award = granted(ports)
    clock.set(until(award) + timedelta(hours=1))
    now = ports.clock.now()
    row = perform(
        ports, calls.officer(ports), now, disqualifying.propose, award.entry_id, "false_information", "It was not so."
    )
    perform(ports, assessment.fresh(ports, calls.approver(ports)), now, disqualifying.approve, row.id, seen=row.id)
    assert outcomes.awards_of(ports, call_of(ports, award))[0].state == "lapsed"


def test_a_call_is_concluded_only_when_nothing_hangs(ports: Ports) -> None:
    award = granted(ports)
    call, officer = call_of(ports, award), calls.officer(ports)
    (entry,) = held(ports, call)
    said = refused(perform, ports, officer, ports.clock.now(), reserve.conclude, call.id)
    assert said == ["1 award is still waiting to be accepted or refused."]
    outcomes.refused(ports, award)
    propose(ports, entry, amount=entry.amount)
    said = refused(perform, ports, officer, ports.clock.now(), reserve.conclude, call.id)
    assert said == ["1 promotion from the reserve is proposed and not decided."]


@pytest.mark.parametrize("state", ["accepted", "refused"])
def test_what_was_answered_never_ends_by_the_clock(ports: Ports, clock: StandingClock, state: str) -> None:
    award = granted(ports)
    getattr(outcomes, state)(ports, award)
    ports.database.write(lambda session: session.execute(update(Award).values(accept_by=clock.now())) and None)
    clock.set(clock.now() + timedelta(days=1))
    sweep.make_due(ports)
    assert outcomes.awards_of(ports, call_of(ports, award))[0].state == state
