"""Money in a call that awards phase by phase, on both databases: what earlier awards left, and who asks for nothing."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.queries import tables as tables_queries
from procurement.rules.ports import Ports
from procurement.services import assessment, decisions
from procurement.services.act import perform
from procurement.services.proposals import Proposal
from tests.parts import assessment as parts
from tests.parts import calls, outcomes, sifting
from tests.services.test_going_on import in_order, refused
from tests.services.test_reserve import approve, held
from tests.services.test_reserve import propose as promote

BUDGET = Decimal(100_000)


def second_phase(ports: Ports, *, most: int = 2, accepted: int = 2) -> Call:
    """Firms A, B, C ask for 40,000, 39,000, 38,000 of 100,000 in each phase. So many are awarded in the first, so many
    of those accept; the marks of the second, which collects nothing, are locked."""
    call = sifting.sift(ports, seats=None, procedure="small_grant", awards=True)

    def collects_nothing(session: Session) -> None:
        session.execute(update(Stage).where(Stage.key == "proposal").values(steps=["assess", "award"]))

    ports.database.write(collects_nothing)
    outcomes.told(ports, call, most=most)
    for award in outcomes.awards_of(ports, call)[:accepted]:
        outcomes.accepted(ports, award)
    parts.assigned(ports, call)
    parts.marked(ports, call)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    assert stage.key == "proposal"
    perform(ports, officer, now, assessment.lock_marks, stage.id)
    return calls.read(ports, call.id)


def lot_of(ports: Ports, call: Call, key: str, **asked: object) -> decisions_queries.LotTable:
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call, key).id)
        (lot,) = decisions_queries.table_of(session, stage.call, stage, **asked).lots  # type: ignore[arg-type]
        return lot


def forget_amounts(ports: Ports, call: Call, key: str, firms: int) -> None:
    """So many from the top ask for no amount, as nobody asked them."""

    def forget(session: Session) -> None:
        stage = calls.stage_of(ports, call, key)
        ids = session.scalars(select(Entry.id).where(Entry.stage_id == stage.id).order_by(Entry.amount.desc())).all()
        session.execute(update(Entry).where(Entry.id.in_(ids[:firms])).values(amount=None))

    ports.database.write(forget)


def test_a_later_phase_has_what_the_earlier_awards_left(ports: Ports) -> None:
    call = second_phase(ports)
    first, lot = lot_of(ports, call, "application"), lot_of(ports, call, "proposal")
    assert (first.before, first.committed, first.budget) == (0, Decimal(79_000), BUDGET)
    assert (lot.before, lot.budget, lot.committed) == (Decimal(79_000), Decimal(21_000), 0)
    assert lot.line is not None
    assert (lot.line.left, lot.line.index) == (Decimal(21_000), 0)  # each asks for more than that
    more = lot_of(ports, call, "proposal", budgets={1: Decimal(119_000)})
    assert more.line is not None
    assert (more.line.left, more.line.index) == (0, 1)
    best, second = (each.ref for each in lot.entries)
    over = "Lot 1: the awards would go £1,000 over its budget. Award fewer, or smaller amounts."
    assert refused(outcomes.propose, ports, call, {best: Proposal("fund", Decimal(22_000))}) == [over]
    assert in_order(ports, call, reserves=1) == 2
    assert [each.decision.outcome for each in lot_of(ports, call, "proposal").entries if each.decision] == [
        "reserve",
        "decline",
    ]
    outcomes.propose(
        ports, call, {best: Proposal("fund", Decimal(21_000)), second: Proposal("decline", None, outcomes.REASON)}
    )
    lot = lot_of(ports, call, "proposal")
    assert (lot.committed, lot.over) == (Decimal(21_000), 0)


def test_nothing_is_approved_that_an_earlier_award_made_meanwhile_leaves_no_money_for(ports: Ports) -> None:
    call = second_phase(ports, most=2, accepted=1)  # and somebody is in the first reserve
    outcomes.refused(ports, outcomes.awards_of(ports, call)[1])  # 39,000 came free, so 60,000 is left
    (best,) = (each.ref for each in lot_of(ports, call, "proposal").entries)
    outcomes.propose(ports, call, {best: Proposal("fund", Decimal(40_000))})
    (entry,) = held(ports, call)
    promoted = promote(ports, entry, amount=Decimal(38_000))
    approve(ports, promoted)
    lot = lot_of(ports, call, "proposal")
    assert (lot.before, lot.over) == (Decimal(78_000), Decimal(18_000))
    assert refused(outcomes.approve, ports, call) == ["The awards go £18,000 over the budget. Award fewer."]


def test_a_promotion_in_an_earlier_phase_has_what_all_phases_left(ports: Ports) -> None:
    call = second_phase(ports, most=1, accepted=1)
    (best,) = (each.ref for each in lot_of(ports, call, "proposal").entries)
    outcomes.propose(ports, call, {best: Proposal("fund", Decimal(40_000))})
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call, "application").id)
        (reserve,) = reserve_queries.reserves_of(session, stage.call, stage, ports.clock.now())
        assert (reserve.left, reserve.most(reserve.next[0])) == (Decimal(20_000), Decimal(20_000))
    assert lot_of(ports, call, "application").before == 0  # what the later one takes was not gone then


def test_an_award_that_is_refused_is_committed_no_more(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=2, procedure="small_grant"))
    assert lot_of(ports, call, "application").committed == Decimal(79_000)
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        table = decisions_queries.table_of(session, stage.call, stage)
        assert (table.committed, table.funding) == (Decimal(39_000), Decimal(79_000))
        assert decisions_queries.left_of(session, stage, table.lots[0]) == Decimal(61_000)


def test_nothing_is_awarded_where_nobody_knows_what_is_asked_for(ports: Ports) -> None:
    call = parts.locked(ports)
    forget_amounts(ports, call, "application", 1)
    table = outcomes.table(ports, call)
    best, *others = (each.ref for each in table.entries)
    assert [each.ref for each in table.unasked] == [best]
    assert refused(outcomes.propose, ports, call, {best: Proposal("fund", Decimal(5))}) == [
        f"{best}: It asks for no amount, so nothing can be awarded."
    ]
    assert in_order(ports, call) == len(others)
    assert [each.ref for each in outcomes.table(ports, call).undecided] == [best]
    outcomes.propose(ports, call, {best: Proposal("decline", None, outcomes.REASON)})
    assert outcomes.table(ports, call).unasked == []


@pytest.mark.parametrize("known", [True, False])
def test_there_is_no_column_of_what_is_asked_for_where_nobody_asked(ports: Ports, *, known: bool) -> None:
    call = sifting.sift(ports, seats=1)
    if not known:
        forget_amounts(ports, call, "application", 3)
    table = outcomes.table(ports, call)
    columns, rows = tables_queries.ranking(calls.read(ports, call.id), table, {})
    assert (table.knows_amounts, "asks" in [each.name for each in columns]) == (known, known)
    assert [row.get("asks") for row in rows] == (
        [Decimal(40_000), Decimal(39_000), Decimal(38_000)] if known else [None, None, None]
    )
    assert in_order(ports, call) == 3  # who goes on is awarded nothing


def test_an_approver_reads_the_sum_that_was_decided(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=2)
    table = outcomes.table(ports, call)
    assert table.funding == table.committed == Decimal(79_000)
    assert decisions.is_deciding(calls.read(ports, call.id), calls.stage_of(ports, call))
