"""A claim during the standstill suspends the awards of its lot until somebody else lifts that (s. 101)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from procurement.jobs import sweep
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries import awards as awards_queries
from procurement.queries import claims as claims_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.services import claims, reserve
from procurement.services.act import perform
from procurement.services.refusal import FreshSignInNeeded
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_leaving import refused
from workflows.facts import day_in_words

SAID = "Firm B against the authority, number 2027-1: the marks were wrong."


def in_standstill(ports: Ports) -> Call:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    return call


def award_of(ports: Ports, call: Call) -> Award:
    (award,) = outcomes.awards_of(ports, call)
    return award


def claim(ports: Ports, call: Call, *, days: int = 0, said: str = SAID) -> Claim:
    day = uk_day(ports.clock.now()) + timedelta(days=days)
    lot, officer = award_of(ports, call).lot_id, calls.officer(ports)
    return perform(ports, officer, ports.clock.now(), claims.give_notice, call.id, lot, day, said)


def by_approver(ports: Ports, service: Any, row: Claim, *more: Any) -> Claim:
    who = assessment.fresh(ports, calls.approver(ports))
    return perform(ports, who, ports.clock.now(), service, row.id, *more)


def test_a_claim_stops_confirmation_acceptance_and_conclusion(ports: Ports, clock: StandingClock) -> None:
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    assert held_until is not None
    row = claim(ports, call)
    by_approver(ports, claims.approve, row)
    clock.set(held_until + timedelta(days=40))
    sweep.make_due(ports)
    assert award_of(ports, call).state == "told"
    assert refused(outcomes.accepted, ports, award_of(ports, call))[0].startswith("A claim was made")
    said = refused(perform, ports, calls.officer(ports), clock.now(), reserve.conclude, call.id)
    assert "1 claim suspends an award. It must be lifted first." in said
    ordered = uk_day(clock.now())
    by_approver(ports, claims.lift, row, ordered, "The court ended the suspension.")
    sweep.make_due(ports)
    award = award_of(ports, call)
    assert (award.state, award.confirmed_at) == ("confirmed", clock.now())
    assert outcomes.accepted(ports, award).state == "accepted"
    with ports.database.reading() as session:
        tags = session.scalars(
            select(Event.tag).where(Event.tag.like("call.%claim%") | (Event.tag == "call.lift_suspension"))
        )
        assert list(tags) == ["call.claim", "call.approve_claim", "call.lift_suspension"]
        told = set(session.scalars(select(Message.kind).where(Message.entry_id == award.entry_id)))
    assert {"award_suspended", "suspension_lifted"} <= told


def test_what_is_typed_suspends_at_once_also_while_nobody_has_looked_at_it(ports: Ports, clock: StandingClock) -> None:
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    assert held_until is not None
    claim(ports, call)
    clock.set(held_until + timedelta(days=1))
    sweep.make_due(ports)
    assert award_of(ports, call).state == "told"


def test_what_is_no_claim_gives_the_standstill_back(ports: Ports, clock: StandingClock) -> None:
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    row = claim(ports, call)
    assert refused(by_approver, ports, claims.end, row, " ") == ["Give a reason."]
    by_approver(ports, claims.end, row, "It is a complaint, and no claim.")
    assert award_of(ports, call).confirm_at == held_until
    assert refused(by_approver, ports, claims.approve, row) == ["There is no proposal to decide on."]


def test_two_claims_are_lifted_one_after_the_other(ports: Ports) -> None:
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    first, second = claim(ports, call), claim(ports, call, said="Firm C against the authority.")
    for row in (first, second):
        by_approver(ports, claims.approve, row)
    today = uk_day(ports.clock.now())
    by_approver(ports, claims.lift, first, today, "It was withdrawn.")
    assert award_of(ports, call).confirm_at is None
    by_approver(ports, claims.lift, second, today, "It was withdrawn.")
    assert award_of(ports, call).confirm_at == held_until
    assert refused(by_approver, ports, claims.lift, second, today, "Again.") == ["There is no suspension to lift."]


def test_a_claim_suspends_only_when_it_was_made_during_the_standstill(ports: Ports, clock: StandingClock) -> None:
    call = outcomes.told(ports, most=1)
    assert refused(claim, ports, call)[0].startswith("No standstill has begun")
    outcomes.noticed(ports, call)
    assert refused(claim, ports, call, days=1)[0].startswith("Enter the day of the notice")
    assert refused(claim, ports, call, days=-400)[0].startswith("Enter the day of the notice")
    with ports.database.reading() as session:
        ends_at = claims_queries.standstill_until(session, call)
    assert ends_at is not None
    clock.set(ends_at + timedelta(days=1))
    assert refused(claim, ports, call)[0].startswith("The standstill ended on")


@pytest.mark.parametrize("answered", ["", "confirmed", "accepted"])
def test_a_claim_of_the_last_day_that_is_typed_on_a_later_one_suspends(
    ports: Ports, clock: StandingClock, answered: str
) -> None:
    """The day of notice counts, not the day of typing, whatever the clock has made of the award meanwhile."""
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    assert held_until is not None
    clock.set(held_until + timedelta(hours=9))
    if answered:
        outcomes.sweep(ports)
    if answered == "accepted":
        outcomes.accepted(ports, award_of(ports, call))
    row = claim(ports, call, days=-1)
    award = award_of(ports, call)
    assert (award.state, award.accept_by, claims_of(ports, call)) == (answered or "told", None, [row.id])
    if answered != "accepted":
        assert refused(outcomes.accepted, ports, award)[0].startswith("A claim was made")
    clock.set(held_until + timedelta(days=60))
    sweep.make_due(ports)  # nobody's time to accept runs out meanwhile
    assert award_of(ports, call).state == award.state
    by_approver(ports, claims.approve, row)
    by_approver(ports, claims.lift, row, uk_day(clock.now()), "The court ended the suspension.")
    sweep.make_due(ports)
    again = award_of(ports, call)
    assert again.state == {"": "confirmed"}.get(answered, answered)
    assert answered == "accepted" or again.accept_by == accept_until(ports, call)


def test_an_award_that_nobody_answered_in_time_gets_no_new_time_by_a_claim(ports: Ports, clock: StandingClock) -> None:
    """Before the sweep as after it; where another award of the lot stands, the claim holds that alone."""
    call = outcomes.told(ports, most=2)
    outcomes.noticed(ports, call)
    first, second = outcomes.confirmed(ports, call)
    assert first.accept_by is not None
    outcomes.accepted(ports, second)
    notified = uk_day(clock.now()) - timedelta(days=1)  # the last of the standstill
    clock.set(first.accept_by + timedelta(minutes=1))
    officer = calls.officer(ports)
    perform(ports, officer, clock.now(), claims.give_notice, call.id, first.lot_id, notified, SAID)
    assert [(each.state, each.accept_by is None) for each in outcomes.awards_of(ports, call)] == [
        ("lapsed", False),
        ("accepted", True),
    ]
    assert {each.entry_id for each in messages_of(ports, "award_suspended")} == {second.entry_id}
    assert {each.entry_id for each in messages_of(ports, "award_expired")} == {first.entry_id}


def accept_until(ports: Ports, call: Call) -> datetime | None:
    with ports.database.reading() as session:
        return awards_queries.accept_until(session, session.get_one(Call, call.id), ports.clock.now())


def claims_of(ports: Ports, call: Call) -> list[int]:
    with ports.database.reading() as session:
        return [each.id for each in claims_queries.of_call(session, call.id)]


def messages_of(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_the_same_claim_is_typed_once_and_a_team_hears_of_its_suspension_once(ports: Ports) -> None:
    call = in_standstill(ports)
    claim(ports, call)
    told = len(messages_of(ports, "award_suspended"))
    assert told == 1
    assert refused(claim, ports, call, said=f"  {SAID.upper()}\n") == ["This claim is recorded already."]
    claim(ports, call, said="Firm C against the authority.")
    assert len(messages_of(ports, "award_suspended")) == told


def test_a_suspension_that_an_order_lifted_is_told_so_although_what_ended_last_was_no_claim(
    ports: Ports, clock: StandingClock
) -> None:
    call = in_standstill(ports)
    first, typed_again = claim(ports, call), claim(ports, call, said="The claim of firm B.")
    by_approver(ports, claims.approve, first)
    ordered = uk_day(clock.now())
    by_approver(ports, claims.lift, first, ordered, "The court ended the suspension.")
    assert messages_of(ports, "suspension_lifted") == []
    clock.set(clock.now() + timedelta(hours=1))
    by_approver(ports, claims.end, typed_again, "It was typed twice.")
    (said,) = messages_of(ports, "suspension_lifted")
    assert f"by what was decided on {day_in_words(ordered)}" in " ".join(said.body.split())
    # a later one that was no claim is told as such
    clock.set(clock.now() + timedelta(hours=1))
    by_approver(ports, claims.end, claim(ports, call, said="A letter."), "It is a complaint, and no claim.")
    said = messages_of(ports, "suspension_lifted")[-1]
    assert "It was found that there is no claim that suspends it." in " ".join(said.body.split())


def test_in_the_last_second_of_the_standstill_a_claim_suspends(ports: Ports, clock: StandingClock) -> None:
    call = in_standstill(ports)
    with ports.database.reading() as session:
        ends_at = claims_queries.standstill_until(session, call)
    assert ends_at is not None
    clock.set(ends_at - timedelta(seconds=1))
    assert claim(ports, call).id


def test_whoever_typed_a_claim_neither_confirms_nor_lifts_it(ports: Ports) -> None:
    call = in_standstill(ports)
    row = claim(ports, call)
    both = assessment.fresh(ports, calls.staff(ports, "both@city.example", "approver"))
    now = ports.clock.now()
    own = type(both)(**{**both.__dict__, "id": calls.officer(ports).id}) if hasattr(both, "__dict__") else both
    assert refused(perform, ports, own, now, claims.approve, row.id) == [
        "You wrote this. Somebody else must approve it."
    ]
    assert refused(perform, ports, calls.officer(ports), now, claims.approve, row.id) == [
        "Only an approver can do this."
    ]
    with pytest.raises(FreshSignInNeeded):
        perform(ports, calls.approver(ports), now, claims.approve, row.id)
    by_approver(ports, claims.approve, row)
    today = uk_day(now)
    assert refused(by_approver, ports, claims.lift, row, today + timedelta(days=1), "Soon.")[0].startswith(
        "Enter the day"
    )
    assert refused(perform, ports, own, now, claims.lift, row.id, today, "Done.")[0].startswith("You typed this claim")


def test_a_fund_has_no_standstill_to_claim_in(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    assert refused(claim, ports, call)[0].startswith("No standstill has begun")
