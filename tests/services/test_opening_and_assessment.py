"""From the closing to the locked marks, on both databases: who may do what when, and what is left behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from procurement.models.applications import Entry, Submission
from procurement.models.assessment import Assignment, Mark, MarkLock, MarkVersion
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.stages import Opening
from procurement.queries import assessment as assessment_queries
from procurement.queries import opening as opening_queries
from procurement.rules.ledger import commitment
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment, opening
from procurement.services.act import perform
from procurement.services.assessment.mark_lock import card_of
from procurement.services.refusal import Refusal, Stale
from tests.parts import assessment as parts
from tests.parts import calls
from tests.parts.checks import looked_up


def reasons(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [str(each) for each in refused.value.reasons]


def do(ports: Ports, service, *given, by: Principal, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


# opening


def test_nothing_opens_before_the_deadline_and_the_holding_time(ports):
    call = parts.bids_in(ports, firms=1)
    officer = parts.fresh(ports, calls.officer(ports))
    with pytest.raises(Refusal) as refused:
        do(ports, opening.ask, calls.stage_of(ports, call).id, by=officer)
    assert "has not closed yet" in reasons(refused)[0]

    ports.clock.set(calls.stage_of(ports, call).closes_at)
    with pytest.raises(Refusal) as refused:
        do(ports, opening.ask, calls.stage_of(ports, call).id, by=parts.fresh(ports, calls.officer(ports)))
    assert reasons(refused)[0].endswith("(60 minutes after it closed).")

    ports.clock.set(calls.stage_of(ports, call).closes_at + timedelta(minutes=60))
    do(ports, opening.ask, calls.stage_of(ports, call).id, by=parts.fresh(ports, calls.officer(ports)))


def test_opening_takes_two_people_each_signed_in_afresh(ports):
    call = parts.bids_in(ports, firms=1)
    parts.closed(ports, call)
    officer, approver = calls.officer(ports), calls.approver(ports)
    with pytest.raises(Refusal) as refused:
        do(ports, opening.ask, calls.stage_of(ports, call).id, by=officer)
    assert refused.value.status == 403
    with pytest.raises(Refusal):
        do(ports, opening.complete, calls.stage_of(ports, call).id, by=parts.fresh(ports, approver))
    do(ports, opening.ask, calls.stage_of(ports, call).id, by=parts.fresh(ports, officer))
    with pytest.raises(Refusal) as refused:
        do(ports, opening.complete, calls.stage_of(ports, call).id, by=parts.fresh(ports, officer))
    assert reasons(refused) == ["You have asked to open these applications. A different person must complete it."]
    stale = replace(approver, fresh_until=ports.clock.unshifted())
    with pytest.raises(Refusal) as refused:
        do(ports, opening.complete, calls.stage_of(ports, call).id, by=stale)
    assert refused.value.status == 403
    with ports.database.reading() as session:
        assert session.scalars(select(Entry.state)).all() == ["submitted"]
        asked = session.scalars(select(Message.address).where(Message.kind == "opening_asked")).all()
    assert asked == [approver.email]


def test_the_first_person_may_take_the_press_back(ports):
    call = parts.bids_in(ports, firms=1)
    parts.closed(ports, call)
    officer, approver = calls.officer(ports), calls.approver(ports)
    do(ports, opening.ask, calls.stage_of(ports, call).id, by=parts.fresh(ports, officer))
    with pytest.raises(Refusal) as refused:
        do(ports, opening.take_back, calls.stage_of(ports, call).id, by=approver)
    assert refused.value.status == 403
    do(ports, opening.take_back, calls.stage_of(ports, call).id, by=officer)
    do(ports, opening.take_back, calls.stage_of(ports, call).id, by=officer)
    with ports.database.reading() as session:
        assert session.scalars(select(Opening)).all() == []
    with pytest.raises(Refusal):
        do(ports, opening.complete, calls.stage_of(ports, call).id, by=parts.fresh(ports, approver))


def test_opening_is_one_act_that_reads_records_and_shows(ports):
    call = calls.published(ports)
    _, kept = parts.bid(ports, call, "Ash Works", title="Cleaner   kerbs", amount=12_000)
    _, draft = parts.bid(ports, call, "Birch Ltd", submit=False)
    made = parts.opened(ports, call)
    stage = calls.stage_of(ports, made)
    assert (stage.state, stage.opened_at) == ("checking", ports.clock.now())
    with ports.database.reading() as session:
        entry = session.get_one(Entry, kept)
        assert (entry.state, entry.title, entry.amount) == ("opened", "Cleaner kerbs", 12_000)
        assert session.get_one(Entry, draft).state == "not_submitted"
        assert set(session.scalars(select(Message.sealed))) == {False}
        record = session.scalars(select(Document).where(Document.kind == "opening_record")).one()
        submission = session.get_one(Submission, entry.standing_id)
    assert [line["digest"] for line in record.content["applications"]] == [submission.digest]
    assert (record.content["not_submitted"], record.content["near_misses"]) == ("1", "0")
    assert [line["name"].split(",")[0] for line in record.content["openers"]] == ["First person", "Second person"]


def test_a_damaged_bid_is_named_and_holds_up_no_other(ports):
    call = calls.published(ports)
    _, damaged = parts.bid(ports, call, "Ash Works")
    _, whole = parts.bid(ports, call, "Birch Ltd")

    def break_it(session):
        session.execute(update(Submission).where(Submission.entry_id == damaged).values(closed=b"something else"))

    ports.database.write(break_it)
    parts.opened(ports, call)
    with ports.database.reading() as session:
        assert opening_queries.damaged_ids(session, calls.newest(session, call).id) == {damaged}
        assert session.get_one(Entry, damaged).title == ""
        assert session.get_one(Entry, whole).title == "Idea of Birch Ltd"
        record = session.scalars(select(Document).where(Document.kind == "opening_record")).one()
    assert [("Damaged" in line["files"]) for line in record.content["applications"]] == [True, False]


# eligibility


def test_ineligible_takes_a_second_person_and_tells_the_team(ports):
    call = parts.opened(ports, parts.bids_in(ports, firms=2))
    officer, approver = calls.officer(ports), calls.approver(ports)
    with ports.database.reading() as session:
        first, second = [each.entry.id for each in opening_queries.list_bids(session, calls.newest(session, call).id)]
    with pytest.raises(Refusal):
        do(ports, assessment.propose_ineligible, first, "  ", by=officer)
    proposal = do(ports, assessment.propose_ineligible, first, "Outside the region.", by=officer)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.find_eligible, first, "Fine.", by=officer)
    assert "approved or sent back first" in reasons(refused)[0]
    do(ports, assessment.send_back_ineligible, first, "Read the map again.", by=approver)
    with pytest.raises(Refusal):
        do(ports, assessment.approve_ineligible, first, seen=proposal.id, by=approver)

    again = do(ports, assessment.propose_ineligible, first, "Outside the region.", by=officer)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.begin_assessment, calls.stage_of(ports, call).id, by=officer)
    assert reasons(refused) == ["2 applications still need a decision on whether they are eligible."]
    do(ports, assessment.approve_ineligible, first, seen=again.id, by=approver)
    do(ports, looked_up, second, by=officer)
    do(ports, assessment.find_eligible, second, "Fine.", by=officer)
    do(ports, assessment.begin_assessment, calls.stage_of(ports, call).id, by=officer)
    with ports.database.reading() as session:
        states = {each.id: each.state for each in session.scalars(select(Entry))}
        told = session.scalars(select(Message.address).where(Message.kind == "not_eligible")).all()
        letter = session.scalars(select(Document).where(Document.kind == "ineligible_letter")).one()
        standing = session.scalars(select(Decision).where(Decision.superseded_at.is_(None))).one()
    assert states == {first: "ineligible", second: "in_assessment"}
    assert told == ["lead@firma.example"]
    assert letter.content["reason"] == "Outside the region."
    assert (standing.id, standing.approved_by) == (again.id, approver.id)


def test_who_proposed_cannot_approve_even_with_both_roles(ports):
    call = parts.opened(ports, parts.bids_in(ports, firms=1))
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    with ports.database.reading() as session:
        (only,) = [each.entry.id for each in opening_queries.list_bids(session, calls.newest(session, call).id)]
    proposal = do(ports, assessment.propose_ineligible, only, "Outside the region.", by=both)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.approve_ineligible, only, seen=proposal.id, by=both)
    assert reasons(refused) == ["You wrote this. Somebody else must approve it."]


# who reads what


def test_a_conflict_blocks_the_assignment_with_its_reason(ports):
    call = parts.in_assessment(ports)
    officer, rival = calls.officer(ports), parts.assessor(ports, "rival@readers.example")
    with ports.database.reading() as session:
        rows = assessment_queries.table_of(session, calls.newest(session, call).id)
    barred = rows[0]
    hard = {barred.organisation.id: ("hard", "My brother works there.")}
    do(ports, assessment.declare_interests, hard, none=False, by=rival)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.assign, calls.stage_of(ports, call).id, [(barred.entry.id, rival.id)], by=officer)
    assert len(reasons(refused)) == 1
    begins = f"Rival cannot be asked to read {barred.ref}. Declared an interest in this organisation"
    assert reasons(refused)[0].startswith(begins)
    (given,) = do(ports, assessment.assign, calls.stage_of(ports, call).id, [(rows[1].entry.id, rival.id)], by=officer)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.assign, calls.stage_of(ports, call).id, [(rows[1].entry.id, rival.id)], by=officer)
    assert "Nobody is asked twice" in reasons(refused)[0]
    with ports.database.reading() as session:
        assert session.get_one(Assignment, given.id).state == "invited"
        invited = session.scalars(select(Message.address).where(Message.kind == "invited_to_assess")).all()
    assert invited == ["rival@readers.example"]


def test_a_hard_interest_declared_late_takes_the_assignment_away(ports):
    call = parts.in_assessment(ports)
    reader = parts.assessor(ports, "late@readers.example")
    parts.assigned(ports, call, [reader])
    with ports.database.reading() as session:
        firm = assessment_queries.table_of(session, calls.newest(session, call).id)[0].organisation.id
    assert do(ports, assessment.declare_interests, {firm: ("hard", "")}, none=False, by=reader) == 1
    with ports.database.reading() as session:
        states = sorted(session.scalars(select(Assignment.state)))
        assert len(assessment_queries.queue_of(session, reader, ports.clock.now())) == 2
    assert states == ["conflicted", "invited", "invited"]


def test_nobody_accepts_before_stating_their_interests(ports):
    call = parts.in_assessment(ports)
    reader = parts.assessor(ports, "new@readers.example", declared=False)
    first = parts.assigned(ports, call, [reader])[0]
    with pytest.raises(Refusal):
        do(ports, assessment.accept, first, by=reader)
    with pytest.raises(Refusal):
        do(ports, assessment.declare_interests, {}, none=False, by=reader)
    do(ports, assessment.declare_interests, {}, none=True, by=reader)
    do(ports, assessment.accept, first, by=reader)


@pytest.mark.both_databases
def test_one_press_accepts_all_that_was_listed_or_nothing(ports):
    """In two calls: once interests are declared, for the very list that was seen, each with its own event."""
    made = [parts.in_assessment(ports), parts.in_assessment(ports, parts.opened(ports, more_bids(ports)))]
    reader = parts.assessor(ports, "new@readers.example", declared=False)
    other = parts.assessor(ports, "other@readers.example")
    ids = [each for call in made for each in parts.assigned(ports, call, [reader])]
    alien = parts.assigned(ports, made[0], [other])
    refused = []
    for by, seen, declare in ((reader, ids, False), (reader, ids[1:], True), (reader, [*ids, alien[0]], False)):
        if declare:
            do(ports, assessment.declare_interests, {}, none=True, by=reader)
        with pytest.raises(Refusal) as found:
            do(ports, assessment.accept_all, seen=seen, by=by)
        refused += reasons(found)
    changed = "What waits for your answer has changed. Read the list again."
    assert refused == ["Declare your interests first, or state that you have none.", changed, changed]
    with ports.database.reading() as session:
        assert set(session.scalars(select(Assignment.state))) == {"invited"}

    assert [each.id for each in do(ports, assessment.accept_all, seen=ids, by=reader)] == ids
    with pytest.raises(Refusal) as found:
        do(ports, assessment.accept_all, seen=[], by=reader)
    assert reasons(found) == ["Nothing waits for your answer."]
    with pytest.raises(Refusal) as found:
        do(ports, assessment.accept_all, seen=[], by=calls.officer(ports))
    assert found.value.status == 403
    with ports.database.reading() as session:
        taken = session.scalars(select(Assignment.id).where(Assignment.state == "accepted")).all()
        events = session.scalars(select(Event.subject_id).where(Event.tag == "assignment.accept")).all()
        assert (sorted(taken), sorted(events)) == (ids, ids)


def more_bids(ports: Ports):
    call = calls.published(ports, title="Another call")
    for place in range(2):
        parts.bid(ports, call, f"Oak {place}")
    return call


def test_another_assessors_assignment_does_not_exist(ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    first = parts.assigned(ports, call, [one])[0]
    for act, given in (
        (assessment.accept, {}),
        (assessment.decline, {"reason_code": "no_time", "explanation": ""}),
        (assessment.declare_conflict, {"explanation": "x"}),
        (assessment.submit_card, {}),
    ):
        with pytest.raises(Refusal) as refused:
            do(ports, act, first, by=other, **given)
        assert refused.value.status == 404


def test_reminders_go_once_a_day(ports):
    call = parts.in_assessment(ports)
    parts.assigned(ports, call)
    officer, stage = calls.officer(ports), calls.stage_of(ports, call)
    assert do(ports, assessment.remind, stage.id, None, by=officer) == stage.readers
    assert do(ports, assessment.remind, stage.id, None, by=officer) == 0
    ports.clock.forward(days=1)
    assert do(ports, assessment.remind, stage.id, None, by=officer) == stage.readers


# marking


def test_a_mark_is_saved_over_the_version_that_was_seen(ports):
    call = parts.in_assessment(ports)
    (reader,) = parts.assessors(ports, 1)
    first = parts.assigned(ports, call, [reader])[0]
    do(ports, assessment.accept, first, by=reader)
    with ports.database.reading() as session:
        key = assessment_queries.criteria_of(session, calls.newest(session, call).id)[0].key
    given = {"mark": 3, "comment": "Well said.", "note": "", "by": reader}
    assert do(ports, assessment.save_mark, first, key, version=0, **given).version == 1
    assert do(ports, assessment.save_mark, first, key, version=0, **given).version == 1  # the same again
    with pytest.raises(Stale) as stale:
        do(ports, assessment.save_mark, first, key, version=0, **{**given, "comment": "Badly said."})
    assert (stale.value.yours, stale.value.theirs) == ({"comment": "Badly said."}, {"comment": "Well said."})
    assert do(ports, assessment.save_field, first, key, "note", "Ask them.", version=1, by=reader).version == 2
    with pytest.raises(Refusal):
        do(ports, assessment.save_field, first, key, "mark", "99", version=2, by=reader)
    with ports.database.reading() as session:
        mark = session.scalars(select(Mark)).one()
        assert (mark.mark, mark.comment, mark.note, mark.version) == (3, "Well said.", "Ask them.", 2)
        assert [(each.version, each.note) for each in session.scalars(select(MarkVersion))] == [(1, "")]
        assert session.get_one(Assignment, first).state == "marking"


def test_a_card_is_whole_when_it_is_submitted_and_never_changes(ports):
    call = parts.in_assessment(ports)
    (reader,) = parts.assessors(ports, 1)
    first = parts.assigned(ports, call, [reader])[0]
    do(ports, assessment.accept, first, by=reader)
    with ports.database.reading() as session:
        keys = [each.key for each in assessment_queries.criteria_of(session, calls.newest(session, call).id)]
    do(ports, assessment.save_mark, first, keys[0], mark=3, comment="Too short.", note="", version=0, by=reader)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.submit_card, first, by=reader)
    assert reasons(refused)[0].startswith(f"{len(keys) - 1} criteri")
    assert reasons(refused)[1].startswith(f"{len(keys)} criteria have no comment")
    parts.marked(ports, call)
    do(ports, assessment.submit_card, first, by=reader)  # the same again
    with ports.database.reading() as session:
        version = assessment_queries.find_mark(session, first, keys[0]).version
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.save_mark, first, keys[0], mark=1, comment="x", note="", version=version, by=reader)
    assert reasons(refused) == ["You have submitted this scorecard. A submitted scorecard does not change."]
    with pytest.raises(Refusal):
        do(ports, assessment.save_field, first, keys[0], "mark", "1", version=version, by=reader)


def test_marks_are_locked_when_all_are_in_and_committed_to(ports):
    call = parts.in_assessment(ports)
    officer = calls.officer(ports)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    assert reasons(refused) == ["3 applications have too few assessors. Assign more."]
    parts.assigned(ports, call)
    with pytest.raises(Refusal) as refused:
        do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    assert reasons(refused) == [f"{3 * calls.stage_of(ports, call).readers} scorecards are not in yet."]
    parts.marked(ports, call)
    do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    with ports.database.reading() as session:
        assert set(session.scalars(select(Assignment.state))) == {"locked"}
        locks = session.scalars(select(MarkLock)).all()
        for lock in locks:
            assert (
                commitment(lock.salt, card_of(assessment_queries.get_marked(session, lock.assignment_id)))
                == lock.commitment
            )
        events = session.scalars(select(Event).where(Event.tag == "assignment.lock"))
        told = {event.data["commitment"] for event in events}
        assert told == {lock.commitment for lock in locks}
    stage = calls.stage_of(ports, call)
    assert (stage.state, stage.marks_locked_at) == ("deciding", ports.clock.now())
    assert len(locks) == 3 * calls.stage_of(ports, call).readers


def test_the_neutral_numbers_are_a_permutation_that_stays(ports):
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=4)))
    with ports.database.reading() as session:
        numbers = {each.id: each.number for each in session.scalars(select(Entry))}
    assert sorted(numbers.values()) == [1, 2, 3, 4]
    parts.assigned(ports, call)
    with ports.database.reading() as session:
        assert {each.id: each.number for each in session.scalars(select(Entry))} == numbers


def test_the_record_of_an_opening_names_its_stage_where_the_call_has_several(ports):
    for procedure, named in (("challenge", ", Expression of interest"), ("challenge_open", "")):
        call = parts.opened(ports, calls.published(ports, procedure, title=f"By {procedure}"))
        with ports.database.reading() as session:
            record = session.scalars(
                select(Document).where(Document.kind == "opening_record", Document.call_id == call.id)
            ).one()
        assert record.title == f"Record of the opening of {call.ref}{named}"
        assert record.content["call"] == f"{call.title} ({call.ref}){named}"
