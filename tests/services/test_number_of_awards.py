"""How many contracts or grants a lot makes is set up, published, and binds whatever is proposed and approved; where
none is said, the budget alone limits them. What plain rank order gives minds what is proposed already."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from procurement.models.calls import Call
from procurement.models.stages import StageLot
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services import criteria, decisions, stage_details
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.outcomes import Proposal
from tests.services.test_leaving import refused

REASON = outcomes.REASON
ONE = "Lot 1 makes one contract, as was published. These are 2."


def limited(ports: Ports, most: int, procedure: str = "challenge_open") -> Call:
    """A call that says how many awards its lot makes, with locked marks: £40,000, £39,000 and £38,000 of £100,000."""
    draft = calls.drafted(ports, procedure)

    with ports.database.reading() as session:
        stage = calls.newest(session, draft)
        kept = {"minimum_total": stage.minimum_total, "readers": stage.readers, **calls_queries.ties_of(stage)}
        version = calls_queries.section_mark(session, stage, "criteria")
    officer, now = calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, criteria.save_scheme, stage.id, kept, {}, {1: most}, version=version)
    reviewed = calls.reviewed(ports, calls.read(ports, draft.id))
    perform(ports, calls.approver(ports), now, services.approve_and_publish, reviewed.id, seen=reviewed.version)
    return assessment.locked(ports, assessment.bids_in(ports, calls.read(ports, draft.id)))


def in_order(ports: Ports, call: Call, reserves: int = 1) -> int:
    table = outcomes.table(ports, call)
    reasons = {"reserve": REASON, "decline": REASON}
    stage_id = calls.stage_of(ports, call).id
    who, now = calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, decisions.propose_in_rank_order, stage_id, reserves, reasons, seen=table.seen)


def proposed(ports: Ports, call: Call) -> list[tuple[str, Any]]:
    return [
        (each.decision.outcome, each.decision.amount) if each.decision else ("", None)
        for each in outcomes.table(ports, call).entries
    ]


def test_a_lot_that_makes_one_contract_makes_no_second(ports: Ports) -> None:
    call = limited(ports, 1)
    first, second, _third = (each.ref for each in outcomes.table(ports, call).entries)
    two = {first: Proposal("fund", Decimal(40_000)), second: Proposal("fund", Decimal(39_000))}
    assert ONE in refused(outcomes.propose, ports, call, two)
    assert in_order(ports, call) == 3
    assert [outcome for outcome, _ in proposed(ports, call)] == ["fund", "reserve", "decline"]
    outcomes.approve(ports, call)
    assert len(outcomes.awards_of(ports, call)) == 1


def test_a_fund_gives_no_more_grants_than_it_published_whatever_the_reason(ports: Ports) -> None:
    call = limited(ports, 2, "small_grant")
    refs = [each.ref for each in outcomes.table(ports, call).entries]
    three = {ref: Proposal("fund", Decimal(10_000), "", "All three are good.") for ref in refs}
    assert refused(outcomes.propose, ports, call, three) == [
        "Lot 1 gives at most 2 grants, as was published. These are 3."
    ]
    in_order(ports, call)
    assert [outcome for outcome, _ in proposed(ports, call)] == ["fund", "fund", "reserve"]


def test_what_stands_above_the_number_is_not_approved(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    stage = calls.stage_of(ports, call)
    assert len([1 for outcome, _ in proposed(ports, call) if outcome == "fund"]) == 2
    said = update(StageLot).where(StageLot.stage_id == stage.id).values(seats=1)
    ports.database.write(lambda session: session.execute(said))
    assert ONE in refused(outcomes.approve, ports, call)


def test_where_no_number_is_said_the_budget_alone_limits_them(ports: Ports) -> None:
    call = assessment.locked(ports)
    assert outcomes.table(ports, call).lots[0].seats is None
    in_order(ports, call)
    assert [outcome for outcome, _ in proposed(ports, call)] == ["fund", "fund", "reserve"]


@pytest.mark.parametrize("procedure", ["challenge_open", "small_grant"])
def test_plain_rank_order_spends_nothing_that_a_proposal_has_spent_already(ports: Ports, procedure: str) -> None:
    """£100,000: with £39,000 for the second already proposed, the first fits and the third does not."""
    call = assessment.locked(ports, procedure=procedure)
    first, second, third = (each.ref for each in outcomes.table(ports, call).entries)
    outcomes.propose(ports, call, {first: Proposal("fund", Decimal(40_000)), second: Proposal("fund", Decimal(39_000))})
    plain = outcomes.table(ports, call).in_rank_order(1)
    assert [(entry.ref, outcome) for entry, outcome in plain] == [(third, "reserve")]
    in_order(ports, call)
    assert [outcome for outcome, _ in proposed(ports, call)] == ["fund", "fund", "reserve"]


def test_in_a_tender_nobody_is_awarded_anything_before_those_above_have_a_decision(ports: Ports) -> None:
    call = assessment.locked(ports)
    first, second, _third = (each.ref for each in outcomes.table(ports, call).entries)
    assert refused(outcomes.propose, ports, call, {second: Proposal("fund", Decimal(39_000))}) == [
        f"{second}: {first} ranks higher and has no decision yet. Decide in rank order, or on both together."
    ]
    both = {first: Proposal("fund", Decimal(40_000)), second: Proposal("fund", Decimal(39_000))}
    outcomes.propose(ports, call, both)


def test_a_fund_may_decide_on_anybody_first(ports: Ports) -> None:
    """Departures have reasons there."""
    fund = assessment.locked(ports, procedure="small_grant")
    _, second, _ = (each.ref for each in outcomes.table(ports, fund).entries)
    outcomes.propose(ports, fund, {second: Proposal("fund", Decimal(39_000))})
    assert proposed(ports, fund) == [("", None), ("fund", Decimal(39_000)), ("", None)]


@pytest.mark.parametrize(
    ("procedure", "said"), [("challenge_open", "Award fewer."), ("small_grant", "smaller amounts.")]
)
def test_what_is_over_the_budget_is_advised_on_as_the_rule_allows(ports: Ports, procedure: str, said: str) -> None:
    call = assessment.locked(ports, procedure=procedure)
    everybody = {each.ref: Proposal("fund", each.asks) for each in outcomes.table(ports, call).entries}
    (why,) = refused(outcomes.propose, ports, call, everybody)
    assert why.endswith(said)


def test_why_rank_order_is_left_does_not_stay_beside_a_decision_that_keeps_it(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant")
    refs = [each.ref for each in outcomes.table(ports, call).entries]
    why = "The second works where nobody else does."
    outcomes.propose(
        ports,
        call,
        {
            refs[0]: Proposal("fund", Decimal(40_000)),
            refs[1]: Proposal("decline", None, REASON, why),
            refs[2]: Proposal("fund", Decimal(38_000), "", why),
        },
    )
    outcomes.propose(ports, call, {refs[2]: Proposal("decline", None, REASON, why)})
    (departure,) = [
        each.decision.departure for each in outcomes.table(ports, call).entries if each.ref == refs[2] and each.decision
    ]
    assert departure == ""
    assert refs[2] not in outcomes.table(ports, call).leaving


def test_a_stage_that_awards_by_the_marks_of_another_says_its_number_with_its_details(ports: Ports) -> None:
    draft = calls.drafted(ports, "innovation_fund")
    with ports.database.reading() as session:
        stages = stages_queries.of_call(session, draft.id)
        panel = next(each for each in stages if each.awards)
        assert calls_queries.most_of(panel) == {"seats-1": None}
        version, shares = calls_queries.details_mark(panel, stages), panel.ranks_by
    said = stage_details.Details(
        panel.title, (1,), panel.names, panel.other_marks, tuple(panel.shows), shares, {"seats-1": 4}
    )
    perform(ports, calls.officer(ports), ports.clock.now(), stage_details.save, panel.id, said, version=version)
    with ports.database.reading() as session:
        again = next(each for each in stages_queries.of_call(session, draft.id) if each.awards)
        assert calls_queries.most_of(again) == {"seats-1": 4}
