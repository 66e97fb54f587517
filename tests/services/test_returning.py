"""Returning a scorecard, on both databases: with a reason, before the lock, and nothing that was submitted is lost."""

import pytest
from sqlalchemy import select

from procurement.models.assessment import Assignment, MarkLock, Scorecard
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries import assessment as assessment_queries
from procurement.rules.ledger import commitment, digest
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment
from procurement.services.act import perform
from procurement.services.assessment.mark_lock import card_of
from procurement.services.refusal import Refusal
from tests.parts import assessment as parts
from tests.parts import calls, people

REASON = "The comment on the price speaks about another application."


def do(ports: Ports, service, *given, by: Principal, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


def refused(ports, service, *given, by, **named) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as refusal:
        do(ports, service, *given, by=by, **named)
    return refusal.value.status, [str(each) for each in refusal.value.reasons]


def all_in(ports, **bids):
    """A call whose every scorecard is in, one of its assignments, and whose it is."""
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=1, **bids)))
    first, *_ = parts.assigned(ports, call)
    parts.marked(ports, call)
    with ports.database.reading() as session:
        return call, first, people.principal(ports, session.get_one(Assignment, first).person_id)


def cards(ports, assignment_id):
    with ports.database.reading() as session:
        return session.scalars(
            select(Scorecard).where(Scorecard.assignment_id == assignment_id).order_by(Scorecard.number)
        ).all()


def test_each_submission_is_kept_and_a_returned_card_can_be_changed_and_submitted_again(ports):
    call, first, reader = all_in(ports)
    officer = calls.officer(ports)
    (kept,) = cards(ports, first)
    do(ports, assessment.return_card, first, f" {REASON} ", by=officer)
    with ports.database.reading() as session:
        assignment = assessment_queries.get_marked(session, first)
        assert (assignment.state, assignment.submitted_at) == ("marking", None)
        assert kept.digest == digest(card_of(assignment))
        assert [each["mark"] for each in kept.content["marks"]] == [each.mark for each in assignment.marks]
        assert "note" not in kept.content["marks"][0]
        event = session.scalars(select(Event).where(Event.tag == "assignment.return")).one()
        assert (event.actor_id, event.data) == (officer.id, {"before": "submitted", "after": "marking"})
        mark = assignment.marks[0]
    do(
        ports,
        assessment.save_mark,
        first,
        mark.criterion,
        mark=1,
        comment=f"{mark.comment} And more.",
        note="",
        version=mark.version,
        by=reader,
    )
    ports.clock.forward(minutes=5)
    do(ports, assessment.submit_card, first, by=reader)
    do(ports, assessment.submit_card, first, by=reader)  # pressing twice is one submission
    again = cards(ports, first)
    assert [(each.number, each.digest == kept.digest) for each in again] == [(1, True), (2, False)]
    assert again[1].submitted_at == ports.clock.now()

    do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    with ports.database.reading() as session:
        lock = session.scalars(select(MarkLock).where(MarkLock.assignment_id == first)).one()
        assert commitment(lock.salt, card_of(assessment_queries.get_marked(session, first))) == lock.commitment


def test_the_assessor_is_told_why_without_a_name_in_a_blind_stage(ports):
    _call, first, reader = all_in(ports, procedure="small_grant")
    do(ports, assessment.return_card, first, REASON, by=calls.officer(ports))
    with ports.database.reading() as session:
        message = session.scalars(select(Message).where(Message.kind == "scorecard_returned")).one()
    said = " ".join(message.body.split())
    assert message.person_id == reader.id
    assert ("Application 1" in said, REASON in said, "Firm A" in said) == (True, True, False)


def test_it_takes_an_officer_a_reason_and_a_card_that_is_in_and_not_locked(ports):
    call, first, reader = all_in(ports)
    officer, approver = calls.officer(ports), calls.approver(ports)
    assert refused(ports, assessment.return_card, first, " ", by=officer) == (409, ["Give a reason."])
    for who in (approver, reader):
        assert refused(ports, assessment.return_card, first, REASON, by=who)[1] == ["Only an officer can do this."]
    do(ports, assessment.return_card, first, REASON, by=officer)
    assert refused(ports, assessment.return_card, first, REASON, by=officer)[0] == 409
    do(ports, assessment.submit_card, first, by=reader)
    do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    assert refused(ports, assessment.return_card, first, REASON, by=officer)[0] == 409
    assert [each.number for each in cards(ports, first)] == [1, 2]


def test_a_card_from_before_each_submission_was_kept_is_kept_when_it_is_returned(ports):
    _call, first, _reader = all_in(ports)
    (kept,) = cards(ports, first)

    def forget(session):
        session.delete(session.get_one(Scorecard, kept.id))

    ports.database.write(forget)
    do(ports, assessment.return_card, first, REASON, by=calls.officer(ports))
    (again,) = cards(ports, first)
    assert (again.digest, again.number, again.submitted_at) == (kept.digest, 1, kept.submitted_at)
