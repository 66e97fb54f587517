"""Abandoning a call, also once its awards are decided or told: two people, a reason, and everybody is told."""

import json

import pytest
from sqlalchemy import func, select

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.register import RegisterAward, Release
from procurement.queries import register as register_queries
from procurement.queries import work as work_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import abandoning, verification
from procurement.services.act import perform
from procurement.services.refusal import FreshSignInNeeded
from tests.parts import assessment, calls, outcomes
from tests.services.test_leaving import refused

REASON = "The building that the contract was for was sold."


def propose(ports: Ports, call: Call, by: Principal | None = None, reason: str = REASON) -> Abandonment:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, abandoning.propose, call.id, reason)


def approve(ports: Ports, row: Abandonment, by: Principal | None = None) -> Call:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, abandoning.approve, row.id, seen=row.id)


def written_to(ports: Ports) -> int:
    """How many applications were written to, with the reason."""
    with ports.database.reading() as session:
        found = session.scalars(select(Message).where(Message.kind == "cancelled")).all()
    assert all(REASON in each.body for each in found)
    return len({each.entry_id for each in found})


def applications(ports: Ports, call: Call) -> int:
    with ports.database.reading() as session:
        return session.scalar(select(func.count()).where(Application.call_id == call.id)) or 0


def test_an_award_in_its_standstill_ends_with_the_call_for_everybody_to_see(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    row = propose(ports, call)
    assert written_to(ports) == 0
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["told"]
    assert approve(ports, row).state == "cancelled"
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["lapsed"]
    assert written_to(ports) == applications(ports, call) > 1  # those who were declined too
    with ports.database.reading() as session:
        assert session.scalars(select(RegisterAward.status)).one() == "cancelled"
        (kept,) = session.scalars(select(Event).where(Event.tag == "call.cancel")).all()
        broken = [each for finding in verification.verify(session, ports) for each in finding.broken]
        shown = register_queries.calls(session, call.ref)[call.ref]
        releases = session.scalars(select(Release.content).order_by(Release.id)).all()
    tags = [tag for each in releases for tag in json.loads(each)["tag"]]
    assert kept.data["abandonment"] == row.id
    assert broken == []
    assert (shown.ended_reason, shown.cancelled_at is not None) == (REASON, True)
    assert tags[-2:] == ["awardCancellation", "tenderCancellation"]


@pytest.mark.parametrize(("tell", "state"), [(True, "lapsed"), (False, "dropped")])
def test_a_grant_that_nobody_accepted_ends_or_is_dropped_where_nobody_knows(
    ports: Ports, tell: bool, state: str
) -> None:
    call = outcomes.decided(ports, most=1, procedure="small_grant")
    if tell:
        outcomes.told(ports, call)
    approve(ports, propose(ports, call))
    assert [each.state for each in outcomes.awards_of(ports, call)] == [state]
    assert written_to(ports) == applications(ports, call)


def test_before_the_decision_too(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assert approve(ports, propose(ports, call)).ended_reason == REASON
    assert written_to(ports) == applications(ports, call)


def test_what_was_accepted_is_not_abandoned(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (award,) = outcomes.awards_of(ports, call)
    row = propose(ports, call)
    outcomes.accepted(ports, award)
    sentence = (
        "An award of this call was accepted, so the call cannot be abandoned. End the contract or the grant by its own "
        "terms."
    )
    assert refused(approve, ports, row) == [sentence]
    perform(ports, calls.officer(ports), ports.clock.now(), abandoning.take_back, row.id, "Too late.")
    assert refused(propose, ports, call) == [sentence]
    assert outcomes.awards_of(ports, call)[0].state == "accepted"


def test_two_people_and_a_reason(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assert refused(propose, ports, call, calls.approver(ports)) == ["Only an officer can do this."]
    assert refused(propose, ports, call, reason=" ") == ["Give a reason."]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    row = propose(ports, call, both)
    assert refused(propose, ports, call) == ["It is proposed already, and waits for an approver."]
    assert refused(approve, ports, row, both) == ["You wrote this. Somebody else must approve it."]
    assert refused(approve, ports, row, calls.officer(ports)) == ["Only an approver can do this."]
    now, approver = ports.clock.now(), calls.approver(ports)
    with pytest.raises(FreshSignInNeeded):
        perform(ports, approver, now, abandoning.approve, row.id, seen=row.id)
    with ports.database.reading() as session:
        tasks = [each for each in work_queries.tasks(session, now) if each.kind == Kind.DECIDE_ABANDONMENT]
    (task,) = tasks
    assert (task.call.id, task.is_for(both.id, both.roles), task.is_for(approver.id, approver.roles)) == (
        call.id,
        False,
        True,
    )
    perform(ports, approver, now, abandoning.send_back, row.id, "Ask the owner first.")
    again = propose(ports, call)
    perform(ports, calls.officer(ports), now, abandoning.take_back, again.id, "It was our mistake.")
    assert refused(approve, ports, again) == ["There is no proposal to decide on."]
    assert calls.read(ports, call.id).state == "published"
    draft = calls.drafted(ports)
    assert refused(propose, ports, draft) == ["The call is not running, so there is nothing to abandon."]
