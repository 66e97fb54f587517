"""A procurement's decisions are what its published rule gives, at the proposal and at the approval; and ties are broken
as published, by criteria and by a draw that anybody can do again."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.history import Event
from procurement.models.people import Person
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.ports import Ports
from procurement.services import criteria, decisions
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from tests.parts import assessment, calls, outcomes, sifting
from tests.parts.outcomes import Proposal
from tests.workflows import recompute
from workflows.scoring.schemes import fingerprint

REASON = outcomes.REASON
BROKEN = "the published rule (rank order, thresholds, seats) gives another decision. A procurement cannot leave it."


def refused(act: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named)
    return [str(reason) for reason in refusal.value.reasons]


def test_an_order_that_the_rule_does_not_give_is_refused_whatever_the_reason(ports: Ports) -> None:
    call = assessment.locked(ports)
    first, second, third = (entry.ref for entry in outcomes.table(ports, call).entries)
    outcomes.propose(ports, call, {first: Proposal("decline", None, REASON)})
    over = {second: Proposal("fund", Decimal(39_000), "", "The one above is funded by the region.")}
    assert refused(outcomes.propose, ports, call, over) == [f"{second}: {BROKEN}"]
    # another amount than was tendered is another tender; none for the rest keeps the order
    less = {first: Proposal("fund", Decimal(10_000)), second: Proposal("decline", None, REASON)}
    assert refused(outcomes.propose, ports, call, less) == [
        f"{first}: it was tendered at £40,000, and is awarded at that amount."
    ]
    outcomes.propose(ports, call, less | {first: Proposal("fund", Decimal(40_000))})
    assert refused(outcomes.propose, ports, call, {third: Proposal("reserve", None, REASON)}) == [f"{third}: {BROKEN}"]
    outcomes.propose(ports, call, {third: Proposal("decline", None, REASON)})
    assert calls.stage_of(ports, outcomes.approve(ports, call)).state == "decided"


def test_seats_bind_and_what_a_withdrawal_changes_is_asked_again_at_the_approval(ports: Ports) -> None:
    call = sifting.sift(ports, seats=1, firms=4)
    refs = [entry.ref for entry in outcomes.table(ports, call).entries]
    two = {ref: Proposal("advance") for ref in refs[:2]}
    assert refused(outcomes.propose, ports, call, two) == [f"{refs[1]}: {BROKEN}"]
    assert refused(outcomes.propose, ports, call, {refs[0]: Proposal("reserve", None, REASON)}) == [
        f"{refs[0]}: {BROKEN}"
    ]
    sifting.in_order(ports, call)

    def leave(session: Session) -> None:
        gone = session.scalars(select(Entry).where(Entry.title == "Idea of Firm A")).one()
        gone.state = "withdrawn"

    ports.database.write(leave)
    assert refused(outcomes.approve, ports, call) == [
        f"The published rule (rank order, thresholds, seats) gives other decisions than these: {refs[1]}. "
        "A procurement cannot leave it."
    ]
    outcomes.propose(ports, call, {refs[1]: Proposal("advance")})
    assert calls.stage_of(ports, outcomes.approve(ports, call)).state == "decided"


def test_whoever_froze_its_workflow_before_leaves_the_order_with_a_reason_as_it_always_did(ports: Ports) -> None:
    call = assessment.locked(ports)

    def earlier(session: Session) -> None:
        row = calls.newest(session, call).call
        frozen = json.loads(json.dumps(row.workflows))
        for move in frozen["stage"]["plain"]["move"]:
            move["unless"] = [name for name in move.get("unless", []) if name not in ("rule_broken", "reasons_missing")]
        frozen["stage"]["fingerprint"] = fingerprint(frozen["stage"]["plain"])
        row.workflows = frozen

    ports.database.write(earlier)
    first, second, third = (entry.ref for entry in outcomes.table(ports, call).entries)
    outcomes.propose(
        ports,
        call,
        {
            first: Proposal("decline", None, REASON, "It is funded by the region already."),
            second: Proposal("fund", Decimal(39_000), "", "The one above is funded by the region."),
            third: Proposal("decline", None, REASON),
        },
    )
    stage, now = calls.stage_of(ports, call), ports.clock.now()
    approver = assessment.fresh(ports, calls.approver(ports))
    perform(ports, approver, now, decisions.approve, stage.id, seen=outcomes.table(ports, call).seen)
    assert calls.stage_of(ports, call).state == "decided"


def alike(entry: Entry, person: Person, criterion: str) -> int:
    return 4


def told_apart(entry: Entry, person: Person, criterion: str) -> int:
    """Every total is 80; who asks for 38,000 has it with more of what delivery is marked by, which weighs as value."""
    better = {"delivery": 5, "value": 3}
    return better.get(criterion, 4) if entry.amount == 38_000 else 4


def test_equals_of_a_procurement_are_drawn_from_the_lock_of_the_marks(ports: Ports) -> None:
    call = assessment.locked(ports, mark=alike)
    table = outcomes.table(ports, call)
    assert (table.scheme.drawn, table.scheme.tie_breakers, table.ranking.ties) == (True, (), ())
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        seed = session.scalars(select(Event.digest).where(Event.tag == "stage.lock_marks")).one()
        published = decisions_queries.for_recomputing(session, stage.call)
    refs = sorted(entry.ref for entry in table.entries)
    drawn = sorted(refs, key=lambda ref: hashlib.sha256(f"{seed}\n{ref}".encode()).hexdigest())
    assert [(entry.ref, entry.row.place) for entry in table.entries if entry.row] == list(
        zip(drawn, (1, 2, 3), strict=True)
    )
    assert [(tie.refs, tie.by) for tie in table.ranking.broken] == [(tuple(refs), None)]
    assert (table.seed, published["stages"][0]["seed"]) == (seed, seed)
    (again,) = recompute.ranked_stages(json.loads(json.dumps(published))).values()
    assert [(row["ref"], row["place"], row["told_apart"]) for row in again] == [
        (ref, place, ["drawn"]) for place, ref in enumerate(drawn, 1)
    ]
    outcomes.decided(ports, call)


def test_a_fund_chooses_between_equals_with_a_reason(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant", mark=alike)
    table = outcomes.table(ports, call)
    assert (table.scheme.drawn, table.seed, len(table.ranking.ties)) == (False, "", 1)


def test_what_breaks_a_tie_is_set_up_frozen_and_goes_with_its_criterion(ports: Ports) -> None:
    call = calls.drafted(ports)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)

    def save(ties: dict[str, str], version: int | None = None) -> None:
        with ports.database.reading() as session:
            current = calls_queries.section_mark(session, calls.newest(session, call), "criteria")
        values = {"minimum_total": 60, "readers": 2, **ties}
        given = current if version is None else version
        perform(ports, officer, now, criteria.save_scheme, stage.id, values, {}, version=given)

    save({"tie-1": "value", "tie-2": "delivery", "tie-3": ""})
    assert calls.stage_of(ports, call).tie_breakers == ["value", "delivery"]
    with pytest.raises(Stale) as stale:
        save({"tie-1": "delivery", "tie-2": "", "tie-3": ""}, version=1)
    assert stale.value.theirs == {"tie-1": "value", "tie-2": "delivery"}
    save({"tie-1": "delivery", "tie-2": "solution", "tie-3": ""})
    perform(ports, officer, now, criteria.remove_criterion, stage.id, "solution")
    assert calls.stage_of(ports, call).tie_breakers == ["delivery"]


def test_a_criterion_decides_between_equals_before_anything_is_drawn(ports: Ports) -> None:
    call = calls.drafted(ports)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, calls.newest(session, call), "criteria")
    values = {"minimum_total": 60, "readers": 2, "tie-1": "delivery"}
    perform(ports, officer, now, criteria.save_scheme, stage.id, values, {}, version=version)
    sent = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), now, calls.calls.approve_and_publish, call.id, seen=sent.version)
    call = assessment.locked(ports, assessment.bids_in(ports, calls.read(ports, call.id)), mark=told_apart)
    scheme = calls.stage_of(ports, call).scheme or {}
    assert (scheme["tie_breakers"], scheme["drawn"]) == (["delivery"], True)
    table = outcomes.table(ports, call)
    best = table.entries[0]
    assert best.asks == 38_000
    assert [tie.by for tie in table.ranking.broken_of(best.ref)] == ["delivery"]
    assert [tie.by for tie in table.ranking.broken_of(table.entries[1].ref)] == ["delivery", None]
    with ports.database.reading() as session:
        published = decisions_queries.for_recomputing(session, calls.newest(session, call).call)
    (again,) = recompute.ranked_stages(json.loads(json.dumps(published))).values()
    assert [(row["ref"], row["told_apart"]) for row in again] == [
        (entry.ref, ["delivery"] if entry is best else ["delivery", "drawn"]) for entry in table.entries
    ]
