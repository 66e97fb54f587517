"""What an award is of VAT is stored when it is made, and who asks for more than the whole lot stops nobody."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.queries import calls as calls_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.rules.vat import said, stored_gross, vat_of
from procurement.services import decisions
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes


def awards_of(ports: Ports) -> list[Award]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Award).order_by(Award.id)))


def test_an_award_stores_net_rate_and_gross(ports: Ports) -> None:
    outcomes.decided(ports, most=1, procedure="challenge_open")
    (award,) = awards_of(ports)
    assert (award.amount_basis, award.vat_rate, award.amount_gross) == ("net", Decimal(20), award.amount * 6 / 5)


def test_a_firm_that_charges_no_vat_has_the_same_net(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="challenge_open")

    def unregistered(session: Session) -> None:
        for entry in session.scalars(select(Entry)):
            entry.no_vat = True

    ports.database.write(unregistered)
    outcomes.decided(ports, call, most=1)
    (award,) = awards_of(ports)
    assert (award.amount_basis, award.vat_rate, award.amount_gross) == ("no_vat", None, award.amount)


def test_a_grant_is_one_figure(ports: Ports) -> None:
    outcomes.decided(ports, most=1, procedure="small_grant")
    (award,) = awards_of(ports)
    assert (award.amount_basis, award.vat_rate, award.amount_gross) == ("outside_scope", None, None)


def test_what_was_published_before_stays_not_stated(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="challenge_open")

    def older(session: Session) -> None:
        row = session.get_one(Call, call.id)
        row.amount_basis, row.vat_rate = "", None

    ports.database.write(older)
    outcomes.decided(ports, calls.read(ports, call.id), most=1)
    (award,) = awards_of(ports)
    assert (award.amount_basis, award.vat_rate, award.amount_gross) == ("", None, None)
    assert str(said(award.amount, vat_of(award), gross=stored_gross(award))).endswith(
        "(whether with VAT is not stated)"
    )


@pytest.mark.parametrize("procedure", ["challenge_open", "small_grant"])
def test_who_asks_for_more_than_the_whole_lot_is_passed_over_with_a_reason(ports: Ports, procedure: str) -> None:
    call = calls.published(ports, procedure, budget=100_000)
    assessment.bid(ports, call, "Firm A", amount=500_000)
    assessment.bid(ports, call, "Firm B", amount=40_000)
    assessment.locked(ports, call, mark=lambda *_: 5)
    table = outcomes.table(ports, call)
    plain = {entry.organisation.name: outcome for entry, outcome in table.in_rank_order(0)}
    assert plain == {"Firm A": "decline", "Firm B": "fund"}
    (lot,) = table.lots
    assert lot.line is not None
    assert (lot.line.committed, lot.line.left) == (Decimal(40_000), Decimal(60_000))
    stage, now = calls.stage_of(ports, call), ports.clock.now()
    reasons = {"decline": "Thank you."}
    perform(ports, calls.officer(ports), now, decisions.propose_in_rank_order, stage.id, 0, reasons, seen=table.seen)
    with ports.database.reading() as session:
        declined = session.scalars(select(Decision).where(Decision.outcome == "decline")).one()
    assert declined.reason == "It asks for £500,000; the lot has £100,000. Thank you."
    assert not outcomes.table(ports, call).leaving
    assert not outcomes.table(ports, call).breaking


@pytest.mark.parametrize(("budget", "stopped"), [(173_099, False), (173_100, True), (200_000, True)])
def test_the_way_below_the_threshold_is_closed_at_the_threshold_with_vat(
    ports: Ports, budget: int, stopped: bool
) -> None:
    """£207,720 from 2026 on, with VAT: £200,000 without it is above."""
    call = calls.drafted(ports, "challenge_small", budget=budget)
    now = ports.clock.now()
    with ports.database.reading() as session:
        row = calls_queries.get_call(session, call.id)
        found = call_problems(calls_queries.draft_of(session, row, on=uk_day(now)), now)
    assert [each.section for each in found if "below the threshold" in str(each.sentence)] == ["money"] * stopped
