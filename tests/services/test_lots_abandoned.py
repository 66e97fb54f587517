"""One lot is abandoned while the others go on: two people, a reason, everybody of the lot told, and nothing hangs."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Person
from procurement.models.register import RegisterAward, RegisterEntry, Release
from procurement.queries import calls as calls_queries
from procurement.queries import endings as endings_queries
from procurement.queries import register as register_queries
from procurement.queries import work as work_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import abandoning, applications, awards, disqualifying, reserve, verification
from procurement.services import assessment as assessing
from procurement.services import calls as calls_service
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes, people
from tests.services.test_abandoning import approve
from tests.services.test_leaving import member, refused

REASON = "Nobody needs this part any more: the school that it was for was closed."
TWO = (("Streets", "100000"), ("Schools", "80000"))


def bids(ports: Ports, procedure: str = "challenge_open", lots: Any = TWO) -> Call:
    """An open call of two lots: Firm A and B apply for the first, Firm C, D and E for the second."""
    call = calls.published(ports, procedure, lots=lots, budget=sum(int(amount) for _, amount in lots))
    for firm, lot in (("Firm A", 1), ("Firm B", 1), ("Firm C", 2), ("Firm D", 2), ("Firm E", 2)):
        assessment.bid(ports, call, firm, lot=lot, amount=60_000)
    return call


def propose(ports: Ports, call: Call, lot: int = 2, by: Principal | None = None, reason: str = REASON) -> Abandonment:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, abandoning.propose, call.id, reason, lot=lot)


def abandon(ports: Ports, call: Call, lot: int = 2) -> Call:
    return approve(ports, propose(ports, call, lot))


def states_of(ports: Ports, call: Call) -> dict[int, list[str]]:
    """By the lot's number: the states of what its applications have come to."""
    with ports.database.reading() as session:
        rows = session.execute(
            select(Lot.number, Entry.state)
            .join(Application, Application.lot_id == Lot.id)
            .join(Entry, Entry.id == Application.entry_id)
            .where(Lot.call_id == call.id)
            .order_by(Lot.number, Application.id)
        ).all()
    found: dict[int, list[str]] = {}
    for lot, state in rows:
        found.setdefault(lot, []).append(state)
    return {lot: sorted(each) for lot, each in found.items()}


def told(ports: Ports) -> list[str]:
    """The references of whoever was written to about a lot that ended, with its reason."""
    with ports.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.kind == "lot_abandoned").order_by(Message.id)).all()
        refs = {each.id: each.ref for each in session.scalars(select(Application))}
    assert all(REASON in " ".join(each.body.split()) for each in rows)
    return [refs[each.application_id] for each in rows if each.application_id is not None]


def of_lot(ports: Ports, call: Call, number: int) -> list[str]:
    with ports.database.reading() as session:
        asked = select(Application.ref).join(Lot, Lot.id == Application.lot_id)
        return list(session.scalars(asked.where(Lot.call_id == call.id, Lot.number == number).order_by(Application.id)))


def test_a_lot_that_is_open_ends_and_the_other_goes_on(ports: Ports) -> None:
    call = bids(ports)
    assert abandon(ports, call).state == "published"
    assert states_of(ports, call) == {1: ["submitted"] * 2, 2: ["abandoned"] * 3}
    assert sorted(told(ports)) == sorted(of_lot(ports, call, 2))
    with ports.database.reading() as session:
        messages = session.scalars(select(Message).where(Message.kind == "lot_abandoned")).all()
        lot = calls_queries.lots_of(session, call.id)[1]
        entries = session.scalars(select(Entry).where(Entry.state == "abandoned").order_by(Entry.id)).all()
        letters = session.scalars(select(Document).where(Document.kind == "abandonment_letter")).all()
    assert ({each.sealed for each in messages}, letters) == ({True}, [])  # nobody of the staff learns who applied
    assert lot.ended_reason == REASON
    lead = member(ports, entries[0])
    ended = ["This lot was abandoned, so nothing can be changed or sent any more."]
    now = ports.clock.now()
    assert refused(perform, ports, lead, now, applications.withdraw, entries[0].id) == ended
    other, firm = people.firm(ports, "Firm F", "lead@firmf.example")
    assert refused(perform, ports, other, now, applications.start, call.id, lot.id, firm.id) == ended
    assessment.opened(ports, call)
    assert states_of(ports, call) == {1: ["opened"] * 2, 2: ["abandoned"] * 3}


def test_a_lot_that_ends_while_it_is_marked_holds_nobody_up(ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, bids(ports)))
    assessment.assigned(ports, call)
    abandon(ports, call)
    assert states_of(ports, call) == {1: ["in_assessment"] * 2, 2: ["abandoned"] * 3}
    with ports.database.reading() as session:
        rows = session.execute(
            select(Lot.number, Assignment.state)
            .join(Application, Application.lot_id == Lot.id)
            .join(Assignment, Assignment.application_id == Application.id)
        ).all()
    assert {state for lot, state in rows if lot == 2} == {"removed"}
    assessment.marked(ports, call)
    stage_id = calls.stage_of(ports, call).id
    perform(ports, calls.officer(ports), ports.clock.now(), assessing.lock_marks, stage_id)
    outcomes.told(ports, outcomes.decided(ports, call, most=1))
    assert states_of(ports, call) == {1: ["advanced", "reserve"], 2: ["abandoned"] * 3}


def test_what_was_decided_and_nobody_knows_is_dropped(ports: Ports) -> None:
    call = outcomes.decided(ports, locked(ports), most=1)
    assert states_of(ports, call) == {1: ["advanced", "reserve"], 2: ["advanced", "declined", "reserve"]}
    abandon(ports, call)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["approved", "dropped"]
    assert states_of(ports, call) == {1: ["advanced", "reserve"], 2: ["abandoned"] * 3}
    outcomes.told(ports, call)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["told", "dropped"]
    with ports.database.reading() as session:
        assert {each.told_at for each in session.scalars(select(Entry).where(Entry.state == "abandoned"))} == {None}


def locked(ports: Ports, procedure: str = "challenge_open") -> Call:
    """Nobody of a lot has the marks of anybody else."""
    return assessment.locked(ports, bids(ports, procedure), mark=lambda entry, *_about: 5 - entry.id % 3)


def test_an_award_of_the_lot_in_its_standstill_ends_and_that_of_the_other_stands(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.noticed(ports, call)
    abandon(ports, call)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["told", "lapsed"]
    # a decline that was told stays; the winner, who had not accepted, and the reserve end with their lot
    assert states_of(ports, call) == {1: ["advanced", "reserve"], 2: ["abandoned", "abandoned", "declined"]}
    assert sorted(told(ports)) == sorted(of_lot(ports, call, 2))
    with ports.database.reading() as session:
        letters = session.scalars(select(Document).where(Document.kind == "abandonment_letter")).all()
    assert sorted(each.content["application"] for each in letters) == sorted(of_lot(ports, call, 2))
    assert {(each.content["reason"], each.content["lot"]) for each in letters} == {(REASON, "Lot 2: Schools")}
    with ports.database.reading() as session:
        shown = register_queries.calls(session, call.ref)[call.ref]
        rows = session.scalars(select(RegisterAward).order_by(RegisterAward.id)).all()
        releases = [json.loads(each) for each in session.scalars(select(Release.content).order_by(Release.id))]
        broken = [each for finding in verification.verify(session, ports) for each in finding.broken]
        (event,) = session.scalars(select(Event).where(Event.tag == "call.abandon_lot")).all()
    assert broken == []
    assert event.data["lot"] == 2
    assert [each.status for each in rows] == ["pending", "cancelled"]
    assert [(each.ended_reason, each.abandoned_at is not None, each.unsuccessful) for each in shown.lots] == [
        ("", False, False),
        (REASON, True, False),
    ]
    last = releases[-1]
    assert last["tag"] == ["tenderUpdate"]
    assert last["tender"]["lots"] == [{"id": f"{call.ref}-L2", "status": "cancelled"}]
    assert last["tender"]["amendments"][0]["rationale"] == REASON


def test_an_award_that_fell_due_and_was_not_swept_is_published_with_both(ports: Ports) -> None:
    """It is confirmed first and then abandoned, in one act: one publication says both, and one sheet says the last."""
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.noticed(ports, call)
    at = outcomes.awards_of(ports, call)[1].confirm_at
    assert at is not None
    ports.clock.set(at + timedelta(hours=1))  # type: ignore[attr-defined]  (the tests' clock)
    abandon(ports, call)
    award = outcomes.awards_of(ports, call)[1]
    assert (award.state, award.confirmed_at) == ("lapsed", at)
    with ports.database.reading() as session:
        entries = session.scalars(
            select(RegisterEntry).where(RegisterEntry.public_id == award.ref).order_by(RegisterEntry.id)
        ).all()
        said = json.loads(entries[-1].content)
        row = session.scalars(select(RegisterAward).where(RegisterAward.public_id == award.ref)).one()
        sheets = session.scalars(select(Document).where(Document.kind == "award_sheet")).all()
    assert len(entries) == 2  # pending, and this
    assert said["confirmed_at"] is not None
    assert said["abandoned_at"] is not None
    assert row.status == "cancelled"
    assert [(each.content["state"], each.code) for each in sheets] == [("Award cancelled", row.document_code)]


def test_an_award_that_nobody_answered_stays_unanswered_whatever_is_abandoned_after(ports: Ports) -> None:
    """A lot that is abandoned says nothing of the others, and nothing of what had ended in it before."""
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.noticed(ports, call)
    first, second = outcomes.confirmed(ports, call)
    abandon(ports, call)  # the second lot, while the award of the first can be accepted
    assert first.accept_by is not None
    ports.clock.set(first.accept_by)  # type: ignore[attr-defined]  (the tests' clock)
    perform(ports, calls.officer(ports), ports.clock.now(), awards.expire, first.id)
    with ports.database.reading() as session:
        assert [endings_queries.word_of(session, each.entry_id) for each in (first, second)] == [
            ("ending", "unanswered"),
            ("entry", "abandoned"),
        ]


def test_who_did_not_answer_in_time_is_not_abandoned_with_the_lot(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.noticed(ports, call)
    _, second = outcomes.confirmed(ports, call)
    assert second.accept_by is not None
    ports.clock.set(second.accept_by)  # type: ignore[attr-defined]  (the tests' clock)
    abandon(ports, call)  # before the sweep has been there
    with ports.database.reading() as session:
        assert endings_queries.word_of(session, second.entry_id) == ("ending", "unanswered")


def test_the_call_concludes_when_nothing_of_the_other_lots_hangs(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports, "small_grant"), most=1))
    first, second = outcomes.awards_of(ports, call)
    row = propose(ports, call)
    outcomes.accepted(ports, first)
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(perform, ports, officer, now, reserve.conclude, call.id) == [
        "1 award is still waiting to be accepted or refused.",
        "1 proposal to abandon is not decided.",
    ]
    approve(ports, row)
    assert outcomes.awards_of(ports, call)[1].state == "lapsed"
    assert perform(ports, officer, ports.clock.now(), reserve.conclude, call.id).state == "concluded"
    assert second.lot_id != first.lot_id


def test_a_lot_with_nothing_left_in_it_was_unsuccessful(ports: Ports) -> None:
    call = calls.published(ports, "challenge_open", lots=TWO, budget=180_000)
    assessment.bid(ports, call, "Firm A", lot=1)
    assessment.opened(ports, call)
    abandon(ports, call)
    with ports.database.reading() as session:
        newest = session.scalars(select(Release.content).order_by(Release.id.desc())).first()
    assert newest is not None
    assert json.loads(newest)["tender"]["lots"][0]["status"] == "unsuccessful"


def test_what_is_proposed_about_the_lot_ends_with_it(ports: Ports) -> None:
    call = outcomes.proposed(ports, locked(ports), most=1)
    abandon(ports, call)
    with ports.database.reading() as session:
        rows = session.execute(
            select(Lot.number, Decision.superseded_at.is_(None))
            .join(Application, Application.lot_id == Lot.id)
            .join(Decision, Decision.application_id == Application.id)
            .where(Decision.outcome != "ineligible")
        ).all()
    assert {(lot, stands) for lot, stands in rows} == {(1, True), (2, False)}
    outcomes.approve(ports, call)
    assert len(outcomes.awards_of(ports, call)) == 1


def test_two_people_one_proposal_and_another_lot_that_goes_on(ports: Ports) -> None:
    call = bids(ports)
    row = propose(ports, call)
    assert refused(propose, ports, call) == ["It is proposed already, and waits for an approver."]
    assert refused(propose, ports, call, 3) == ["Choose a lot of this call."]
    with ports.database.reading() as session:
        tasks = [each for each in work_queries.tasks(session, ports.clock.now()) if each.number == row.id]
    assert [each.kind for each in tasks] == [Kind.DECIDE_ABANDONMENT]
    approve(ports, row)
    assert refused(propose, ports, call) == ["This lot was abandoned already."]
    assert refused(propose, ports, call, 1) == [
        "No other lot of this call goes on, so propose to abandon the whole call."
    ]
    assert refused(approve, ports, row) == ["There is no proposal to decide on."]
    whole = perform(ports, calls.officer(ports), ports.clock.now(), abandoning.propose, call.id, REASON)
    assert approve(ports, whole).state == "cancelled"


def test_what_was_accepted_keeps_its_lot(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports, "small_grant"), most=1))
    _, second = outcomes.awards_of(ports, call)
    outcomes.accepted(ports, second)
    assert refused(propose, ports, call) == [
        "An award of this lot was accepted, so the lot cannot be abandoned. End the contract or the grant by its own "
        "terms."
    ]
    abandon(ports, call, 1)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["lapsed", "accepted"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_published_call_is_ended_by_nobody_alone(ports: Ports, number: int) -> None:
    """In every state: before its awards are decided too."""
    call = bids(ports) if number == 1 else locked(ports)
    assert refused(perform, ports, calls.approver(ports), ports.clock.now(), calls_service.cancel, call.id, REASON) == [
        "A published call is ended by two people: an officer proposes to abandon it, and an approver agrees."
    ]
    assert calls.read(ports, call.id).state == "published"


def test_what_one_person_wants_to_do_about_somebody_of_the_lot_is_overtaken(ports: Ports) -> None:
    call = locked(ports)
    entry_id = next(each.entry.id for each in outcomes.table(ports, call).lots[1].entries)
    officer, now = calls.officer(ports), ports.clock.now()
    row = perform(ports, officer, now, disqualifying.propose, entry_id, "improper_behaviour", "It rang an assessor.")
    abandon(ports, call)
    with ports.database.reading() as session:
        found = session.get_one(Disqualification, row.id)
        tasks = {each.kind for each in work_queries.tasks(session, ports.clock.now())}
    assert (found.ended_at is not None, found.answer) == (True, REASON)
    assert Kind.DECIDE_DISQUALIFICATION not in tasks


def test_a_draft_that_was_not_submitted_in_time_is_told_that_and_nothing_of_the_lot(ports: Ports) -> None:
    call = bids(ports)
    _, late = assessment.bid(ports, call, "Firm F", lot=2, submit=False)
    assessment.closed(ports, call)
    abandon(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, late)
        told_it = session.scalars(select(Message.kind).where(Message.entry_id == late)).all()
    assert (entry.state, "lot_abandoned" in told_it) == ("not_submitted", False)
    assert len(told(ports)) == 3


def test_who_cannot_be_reached_has_a_letter_on_record_all_the_same(ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, bids(ports)))
    closed = update(Person).where(Person.email == "lead@firmd.example").values(disabled_at=ports.clock.now())
    ports.database.write(lambda session: session.execute(closed))
    abandon(ports, call)
    with ports.database.reading() as session:
        letters = session.scalars(select(Document).where(Document.kind == "abandonment_letter")).all()
    assert sorted(each.content["application"] for each in letters) == sorted(of_lot(ports, call, 2))
    assert len(told(ports)) == 2
