"""Leaving after the opening: what was opened stays on record, and no ranking that is told ever changes."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Membership
from procurement.queries import applications as applications_queries
from procurement.queries import opening as opening_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment as services
from procurement.services import leaving
from procurement.services.act import perform
from procurement.services.assessment import eligibility
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes, people, sifting

GONE = "There is no such application."


def entry_of(ports: Ports, call: Call, firm: int = 0) -> Entry:
    """The entry of the first, second … organisation in the stage that the call has come to."""
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        found = session.scalars(select(Entry).where(Entry.stage_id == stage.id).order_by(Entry.id)).all()
    return found[firm]


def member(ports: Ports, entry: Entry, role: str = "lead") -> Principal:
    with ports.database.reading() as session:
        firm = session.get_one(Application, entry.application_id).organisation_id
        asked = select(Membership.person_id).where(Membership.organisation_id == firm, Membership.role == role)
        person_id = session.scalars(asked).first()
    assert person_id is not None
    return people.principal(ports, person_id)


def withdraw(ports: Ports, entry: Entry, by: Principal | None = None) -> Entry:
    return perform(ports, by or member(ports, entry), ports.clock.now(), leaving.withdraw, entry.id)


def refused(act: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named)
    return [str(reason) for reason in refusal.value.reasons]


def read(ports: Ports, entry: Entry) -> Entry:
    with ports.database.reading() as session:
        return session.get_one(Entry, entry.id)


def offered(ports: Ports, entry: Entry) -> bool:
    with ports.database.reading() as session:
        found = applications_queries.get_entry(session, entry.id)
        return applications_queries.may_withdraw(found.application.call, found, ports.clock.now())


def told(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_a_bid_that_was_opened_is_withdrawn_and_stays_on_record(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry = entry_of(ports, call)
    assert offered(ports, entry)
    withdraw(ports, entry)
    after = read(ports, entry)
    assert (after.state, after.opened_at, after.told_at) == ("withdrawn", entry.opened_at, None)
    assert (after.standing_id, after.version) == (entry.standing_id, entry.version + 1)
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        assert len(opening_queries.opened_bids(session, stage.id)) == 2
        counts = opening_queries.counts(session, stage.id)
        assert (counts.submitted, counts.withdrawn) == (2, 0)
        event = session.scalars(select(Event).where(Event.tag == "entry.withdraw")).one()
    assert event.data == {"before": "opened", "after": "withdrawn"}
    team, officers = told(ports, "withdrawn_opened"), told(ports, "applicant_withdrew")
    assert {each.entry_id for each in (*team, *officers)} == {entry.id}
    assert [each.person_id for each in officers] == [calls.officer(ports).id]
    assert refused(withdraw, ports, entry) == ["This cannot be done now. The application is at “Withdrawn”."]
    assert not offered(ports, entry)
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(perform, ports, officer, now, eligibility.find_eligible, entry.id, "It meets them.") == [
        "This cannot be done now. The application is at “Withdrawn”."
    ]


def test_only_the_lead_withdraws(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    first, second = entry_of(ports, call), entry_of(ports, call, 1)
    assert refused(withdraw, ports, first, calls.officer(ports)) == [GONE]
    assert refused(withdraw, ports, first, member(ports, second)) == [GONE]
    assert read(ports, first).state == "opened"


def test_a_proposal_that_it_is_not_eligible_falls_with_it(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry, officer, now = entry_of(ports, call), calls.officer(ports), ports.clock.now()
    proposal = perform(ports, officer, now, eligibility.propose_ineligible, entry.id, "It is in another city.")
    withdraw(ports, entry)
    approver = assessment.fresh(ports, calls.approver(ports))
    assert refused(perform, ports, approver, now, eligibility.approve_ineligible, entry.id, seen=proposal.id) == [
        "There is no proposal to decide on."
    ]


def test_nobody_reads_it_any_more_and_what_was_marked_stays(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    entry, other = entry_of(ports, call), entry_of(ports, call, 1)
    assessment.assigned(ports, call)
    assessment.marked(ports, call)

    def mine(session: Session) -> list[tuple[str, int]]:
        rows = session.scalars(select(Assignment).where(Assignment.entry_id == entry.id).order_by(Assignment.id)).all()
        return [
            (each.state, len(session.scalars(select(Mark).where(Mark.assignment_id == each.id)).all())) for each in rows
        ]

    with ports.database.reading() as session:
        before = mine(session)
    assert {state for state, _ in before} == {"submitted"}
    assert {marks > 0 for _, marks in before} == {True}
    withdraw(ports, entry)
    with ports.database.reading() as session:
        assert mine(session) == [("removed", marks) for _, marks in before]
        others = session.scalars(select(Assignment.state).where(Assignment.entry_id == other.id)).all()
        ended = session.scalars(select(Event).where(Event.tag == "assignment.end")).all()
    assert set(others) == {"submitted"}
    assert [(each.data, each.actor_id) for each in ended] == [
        ({"before": "submitted", "after": "removed"}, None)
    ] * len(before)
    stage = calls.stage_of(ports, call)
    perform(ports, calls.officer(ports), ports.clock.now(), services.lock_marks, stage.id)
    assert entry.id not in {each.entry.id for each in outcomes.table(ports, call).entries}


def test_it_is_possible_until_the_decisions_are_approved(ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    sifting.in_order(ports, call)
    third = entry_of(ports, call, 2)
    with ports.database.reading() as session:
        asked = select(Decision).where(Decision.entry_id == third.id, Decision.superseded_at.is_(None))
        assert len(session.scalars(asked).all()) == 1
    seen = outcomes.table(ports, call).seen
    withdraw(ports, third)
    with ports.database.reading() as session:
        assert session.scalars(asked).all() == []
    assert len(outcomes.table(ports, call).entries) == 2
    assert refused(outcomes.approve, ports, call, seen=seen) == [
        "The decisions were changed after you opened this page. Read them again."
    ]
    outcomes.approve(ports, call)
    for each in (entry_of(ports, call), entry_of(ports, call, 1)):  # whatever was decided: the same answer
        assert not offered(ports, each)
        assert refused(withdraw, ports, each) == [
            "The decisions of this stage are made, so nothing can be withdrawn until everybody is told the outcome."
        ]


def test_out_of_a_reserve_that_was_told_and_the_ranking_stays(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    stage = calls.stage_of(ports, call, "application")
    with ports.database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.stage_id == stage.id, Entry.state == "reserve")).one()
        advanced = session.scalars(select(Entry).where(Entry.stage_id == stage.id, Entry.state == "advanced")).first()
        before = [(each.ref, each.row) for each in sifting.table(session, stage).entries]
    assert advanced is not None
    assert offered(ports, entry)
    assert not offered(ports, advanced)
    withdraw(ports, entry)
    after = read(ports, entry)
    assert (after.state, after.told_at) == ("withdrawn", stage.told_at)
    with ports.database.reading() as session:
        assert [(each.ref, each.row) for each in sifting.table(session, stage).entries] == before
        states = session.scalars(select(Assignment.state).where(Assignment.entry_id == entry.id)).all()
    assert set(states) == {"locked"}  # what was handed in is part of the record
    assert refused(withdraw, ports, advanced) == ["This cannot be done now. The application is at “Goes on”."]
