"""A reserve is promoted only into what came free: a place, or money, that somebody else had."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.messages import Message
from procurement.queries import vacancies as vacancies_queries
from procurement.rules.ports import Ports
from procurement.services import disqualifying
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.statements import statements
from tests.services.test_leaving import refused
from tests.services.test_reserve import approve, held, is_best, propose, state_of
from workflows.facts import in_words

NO_AWARD_ENDED = "No award of this lot has ended, so nothing came free."


def told(ports: Ports, route: str) -> Call:
    """The first is awarded, the second in reserve: of a fund, or of a procurement without a notice."""
    if route == "grant":
        return outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    call = assessment.locked(ports)
    ports.database.write(lambda session: session.execute(update(Call).values(route=route)) and None)
    return outcomes.told(ports, outcomes.decided(ports, calls.read(ports, call.id), most=1))


def refuse(ports: Ports, call: Call) -> None:
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])


def disqualify(ports: Ports, call: Call) -> None:
    (award,) = outcomes.awards_of(ports, call)
    now = ports.clock.now()
    row = perform(
        ports, calls.officer(ports), now, disqualifying.propose, award.entry_id, "false_information", "It was not so."
    )
    fresh = assessment.fresh(ports, calls.approver(ports))
    perform(ports, fresh, now, disqualifying.approve, row.id, seen=row.id)


@pytest.mark.parametrize("route", ["grant", "below_threshold"])
def test_nobody_is_promoted_while_nobody_dropped_out(ports: Ports, route: str) -> None:
    call = told(ports, route)
    (entry,) = held(ports, call)
    assert refused(propose, ports, entry, amount=entry.amount) == [NO_AWARD_ENDED]
    outcomes.confirmed(ports, call)
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    assert refused(propose, ports, entry, amount=entry.amount) == [NO_AWARD_ENDED]
    assert state_of(ports, entry) == "reserve"


@pytest.mark.parametrize("ends", [refuse, disqualify])
@pytest.mark.parametrize("route", ["grant", "below_threshold"])
def test_what_came_free_is_given_once(ports: Ports, route: str, ends: Callable[[Ports, Call], None]) -> None:
    call = told(ports, route)
    (entry,) = held(ports, call)
    ends(ports, call)
    approve(ports, propose(ports, entry, amount=entry.amount))
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        (found,) = vacancies_queries.of_stage(session, stage).values()
    (first, second) = outcomes.awards_of(ports, call)
    assert (found.places, found.taken, found.money) == (0, 1, first.amount - second.amount)


def test_a_procurement_promotes_at_the_tendered_amount_and_at_no_other(ports: Ports) -> None:
    call = told(ports, "below_threshold")
    (entry,) = held(ports, call)
    refuse(ports, call)
    asks = entry.amount or Decimal(0)
    for other in (asks - 1, asks - Decimal("0.01"), asks + 1):
        (said,) = refused(propose, ports, entry, amount=other)
        assert said.endswith("and is awarded at that amount.")
    approve(ports, propose(ports, entry, amount=asks))
    assert [each.amount for each in outcomes.awards_of(ports, call)][1] == asks


def test_a_fund_may_promote_with_less_than_was_asked_for(ports: Ports) -> None:
    call = told(ports, "grant")
    (entry,) = held(ports, call)
    refuse(ports, call)
    assert propose(ports, entry, amount=(entry.amount or Decimal(0)) - 1).amount


def test_nobody_below_the_threshold_comes_into_a_reserve_and_whoever_is_in_one_is_never_promoted(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant", mark=lambda entry, *_: 5 if is_best(entry) else 1)
    others = [each for each in outcomes.table(ports, call).entries if not is_best(each.entry)]
    assert len(others) > 1
    for each in others:
        for proposal in (
            outcomes.Proposal("reserve", None, outcomes.REASON, "It may be needed."),
            outcomes.Proposal("fund", each.asks, "", "It may be needed."),
        ):
            (said,) = refused(outcomes.propose, ports, call, {each.ref: proposal})
            assert said.startswith(f"{each.ref}: It can only be declined, since it misses a published threshold. ")
            assert said.endswith("The total is 20.00. At least 50.00 is needed.")
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    outcomes.told(ports, outcomes.approve(ports, call))
    refuse(ports, call)

    def as_before(session: Session) -> None:
        """As it could be until thresholds were asked for at the decision."""
        for each in session.scalars(select(Entry).where(Entry.id.in_([other.entry.id for other in others]))):
            each.state = "reserve"

    ports.database.write(as_before)
    for entry in held(ports, call):
        (said,) = refused(propose, ports, entry, amount=entry.amount)
        assert said.startswith("It misses a published threshold, so it cannot go on. ")
        assert said.endswith("The total is 20.00. At least 50.00 is needed.")


def test_what_came_free_is_asked_in_one_statement(ports: Ports) -> None:
    call = told(ports, "grant")
    stage = calls.stage_of(ports, call)

    def asked() -> None:
        with ports.database.reading() as session:
            vacancies_queries.of_stage(session, stage)

    assert statements(ports, asked) == 1


def test_an_entry_keeps_its_place_in_the_reserve_when_it_is_refused(ports: Ports) -> None:
    call = told(ports, "below_threshold")
    (entry,) = held(ports, call)
    refused(propose, ports, entry, amount=entry.amount)
    with ports.database.reading() as session:
        assert session.get_one(Entry, entry.id).told


@pytest.mark.parametrize("route", ["grant", "below_threshold"])
def test_whoever_is_awarded_from_the_reserve_is_told_how_much_and_until_when(ports: Ports, route: str) -> None:
    call = told(ports, route)
    refuse(ports, call)
    (entry,) = held(ports, call)
    approve(ports, propose(ports, entry, amount=entry.amount))
    (award,) = (each for each in outcomes.awards_of(ports, call) if each.entry_id == entry.id)
    with ports.database.reading() as session:
        found = session.scalars(select(Message).where(Message.entry_id == entry.id)).all()
    kinds = [each.kind for each in found]
    assert ("award_from_reserve" in kinds, "outcome_changed" in kinds) == (True, False)
    said = " ".join(next(each.body for each in found if each.kind == "award_from_reserve").split())
    amount = "£39,000" if route == "grant" else "£39,000 net of VAT"
    assert f"There is now an award to you, of {amount}." in said
    answered_by = "" if award.accept_by is None else f"until {in_words(award.accept_by)}"
    assert answered_by in said
    assert ("We write to you then" in said or "we write to you then" in said) is (award.accept_by is None)
