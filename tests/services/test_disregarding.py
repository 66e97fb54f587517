"""Disregarding a tender before the decisions are approved (Procurement Act 2023 s. 19(3) to (5)): two people, a ground
of the tender and not of its supplier, a letter that names it, and a ranking that leaves it out for everybody to see."""

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.disqualifications import Disqualification
from procurement.models.documents import Document
from procurement.queries import disqualifications as disqualifications_queries
from procurement.rules.disqualification import DISREGARDS, GROUNDS, Exclusion, grounds_of
from procurement.rules.ports import Ports
from procurement.rules.requests import Asked, RequestKind, earliest_closing
from procurement.services import disqualifying, requests
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.services.test_disqualifying import approve
from tests.services.test_leaving import entry_of, read, refused

REASON = "The pricing schedule is for one year, and the tender documents ask for three."
HEARD = "Asked in writing on 1 March. The answer of 4 March names no source of the savings."


def propose(ports: Ports, entry: Entry, ground: str, given: Exclusion | None = None) -> Disqualification:
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, disqualifying.propose, entry.id, ground, REASON, given or Exclusion())


@pytest.mark.parametrize("ground", ["condition_of_participation", "procedural_requirement"])
def test_place_1_is_disregarded_on_a_ground_and_place_2_becomes_the_first(ports: Ports, ground: str) -> None:
    call = outcomes.proposed(ports, most=1)
    before = outcomes.table(ports, call)
    first, second = (row.entry for row in before.entries[:2])
    row = propose(ports, first, ground)
    assert outcomes.table(ports, call).seen == before.seen  # nothing happens before somebody else agrees
    approve(ports, row)
    after = outcomes.table(ports, call)
    assert after.entries[0].entry.id == second.id
    assert after.seen != before.seen
    with ports.database.reading() as session:
        (named,) = disqualifications_queries.of_stage(session, first.stage_id)
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one()
    assert (named.entry.id, named.disregarded, named.because) == (first.id, True, GROUNDS[ground])
    assert letter.content["headline"] == "Your tender was disregarded"
    assert (letter.content["ground"], letter.content["reason"]) == (str(GROUNDS[ground]), REASON)
    assert "disqualif" not in f"{letter.title} {letter.content['heading']} {letter.content['finding']}".lower()
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    assert [each.entry_id for each in outcomes.awards_of(ports, call)] == [second.id]


def test_a_price_is_found_abnormally_low_only_after_the_supplier_could_explain_it(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    entry, officer = entry_of(ports, call), calls.officer(ports)
    said = refused(propose, ports, entry, "abnormally_low")
    assert [each.split(":")[0].split(",")[0] for each in said] == [
        "Ask the supplier to explain its price first",
        "Say when the supplier was told that its price looks abnormally low",
    ]
    now = ports.clock.now()
    asked = Asked(
        RequestKind.EXPLAIN, "How can it be done for this price?", (("How?", "long_text"),), earliest_closing(now)
    )
    perform(ports, officer, now, requests.ask, entry.stage_id, [entry.id], asked)
    open_still = refused(propose, ports, entry, "abnormally_low", Exclusion(heard=HEARD))
    assert [each.split(",")[0] for each in open_still] == ["Ask the supplier to explain its price first"]
    ports.clock.set(asked.closes_at)  # type: ignore[attr-defined]  (the tests' clock)
    assert len(refused(propose, ports, entry, "abnormally_low", Exclusion(heard=" "))) == 1
    approve(ports, propose(ports, entry, "abnormally_low", Exclusion(heard=HEARD)))
    assert read(ports, entry).state == "disqualified"
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one()
    assert letter.content["ground"].startswith(str(GROUNDS["abnormally_low"]))
    assert HEARD in letter.content["ground"]


def test_once_the_decisions_are_approved_no_tender_is_disregarded(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    first = outcomes.table(ports, call).entries[0].entry
    row = propose(ports, first, "procedural_requirement")
    outcomes.approve(ports, call)
    sentence = (
        "The decisions about it are approved, so the tenders are not assessed any more. A tender is disregarded before."
    )
    assert refused(approve, ports, row) == [sentence]
    other = outcomes.awards_of(ports, call)[0]
    assert (other.entry_id, other.state) == (first.id, "approved")


def test_only_a_covered_procurement_knows_the_grounds_of_section_19() -> None:
    assert set(DISREGARDS) <= set(grounds_of("covered"))
    assert not set(DISREGARDS) & {*grounds_of("below_threshold"), *grounds_of("grant")}
