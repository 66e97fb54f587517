"""Correcting a mark after the lock: two people, before and after of every total and place, and nothing that was handed
in or published is lost."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark, MarkVersion
from procurement.models.calls import Call
from procurement.models.corrections import Correction
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.moderation import AgreedMark
from procurement.models.people import Interest
from procurement.models.reasons import Reason
from procurement.queries import applications as applications_queries
from procurement.queries import awards as awards_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import stages as stages_queries
from procurement.queries import work as work_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import assessment, correcting, making, moderation, reasons
from procurement.services.act import perform
from procurement.services.proposals import Proposal
from procurement.services.refusal import FreshSignInNeeded, Refusal
from tests.parts import assessment as parts
from tests.parts import calls, outcomes, people
from tests.parts import moderation as panels
from tests.parts.statements import statements
from tests.services.test_commitments import broken, found
from tests.workflows import recompute
from workflows.scoring.schemes import fingerprint

REASON = "The two marks of this assessor were entered for each other."
STATEMENTS = 11  # of the ranking, and of the correction with its stage
ASKED = "The assessor, by email on 3 March"


def refused(act: Callable[..., object], *given: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*given, **named)
    return [str(reason) for reason in refusal.value.reasons]


def entry_of(ports: Ports, call: Call, place: int) -> Entry:
    return outcomes.table(ports, call).entries[place - 1].entry


def keys_of(ports: Ports, entry: Entry) -> dict[str, list[str]]:
    """The keys of the marks of a bid, by criterion."""
    with ports.database.reading() as session:
        stage = stages_queries.get(session, entry.stage_id)
        made: dict[str, list[str]] = {}
        for each in corrections_queries.marks_of(session, stage, session.get_one(Entry, entry.id)):
            made.setdefault(each.criterion, []).append(each.key)
    return made


def propose(ports: Ports, entry: Entry, key: str, after: int, by: Principal | None = None, **other: Any) -> Correction:
    who, now = by or calls.officer(ports), ports.clock.now()
    given = {"reason": REASON, "asked_by": ASKED, **other}
    return perform(
        ports, who, now, correcting.propose, entry.id, key, after, given["reason"], asked_by=given["asked_by"]
    )


def effect(ports: Ports, row: Correction) -> corrections_queries.Effect:
    with ports.database.reading() as session:
        stage = stages_queries.get(session, session.get_one(Entry, row.entry_id).stage_id)
        return corrections_queries.effect_of(session, stage.call, stage, session.get_one(Correction, row.id))


def approve(ports: Ports, row: Correction, by: Principal | None = None, seen: str | None = None) -> Correction:
    who, now = parts.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    read = effect(ports, row).seen if seen is None else seen
    return perform(ports, who, now, correcting.approve, row.id, seen=read)


def corrected(ports: Ports, entry: Entry, key: str, after: int) -> Correction:
    return approve(ports, propose(ports, entry, key, after))


def to_the_last(ports: Ports, call: Call) -> Entry:
    """The first in rank gets 0 from every assessor for every criterion: whoever was below it moves up."""
    first = entry_of(ports, call, 1)
    for keys in keys_of(ports, first).values():
        for key in keys:
            corrected(ports, first, key, 0)
    return first


def events(ports: Ports, tag: str) -> list[Event]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.tag == tag).order_by(Event.id)))


def test_two_people_correct_one_mark_and_every_total_and_place_follows(ports: Ports) -> None:
    call = parts.locked(ports)
    first = entry_of(ports, call, 1)
    before = outcomes.table(ports, call)
    criterion, keys = next(iter(keys_of(ports, first).items()))
    row = propose(ports, first, keys[0], 0)
    assert outcomes.table(ports, call).ranking == before.ranking  # nothing happens before somebody else agrees
    shown = effect(ports, row)
    (own,) = (each for each in shown.shifts if each.ref == before.entries[0].ref)
    assert (own.before.total, own.before.place) == (str(before.entries[0].row.total), 1)  # type: ignore[union-attr]
    approve(ports, row)
    after = outcomes.table(ports, call)
    moved = {each.ref: (each.row.place, str(each.row.total)) for each in after.entries if each.row is not None}
    assert {each.ref: (each.after.place, each.after.total) for each in shown.shifts}.items() <= moved.items()
    assert Decimal(moved[own.ref][1]) < Decimal(own.before.total)
    with ports.database.reading() as session:
        kept = session.get_one(Correction, row.id)
        assignment = session.get_one(Assignment, kept.assignment_id)
        mark = session.scalars(
            select(Mark).where(Mark.assignment_id == assignment.id, Mark.criterion == criterion)
        ).one()
        old = session.scalars(
            select(MarkVersion).where(MarkVersion.assignment_id == assignment.id, MarkVersion.criterion == criterion)
        ).all()
        told = session.scalars(select(Message).where(Message.kind == "mark_corrected")).one()
        names = decisions_queries.scheme_of(session, stages_queries.get(session, first.stage_id)).criteria
        (name,) = [each.name for each in names if each.key == row.criterion]
        assert name in " ".join(told.body.split())
        assert broken(session, ports) == []
    assert (mark.mark, old[-1].mark, [each["ref"] for each in kept.shifts]) == (
        0,
        kept.before,
        [each.ref for each in shown.shifts],
    )
    (event,) = events(ports, "entry.correct_mark")
    assert (event.subject_id, event.actor_id) == (first.id, calls.approver(ports).id)
    assert event.data == {
        "correction": row.id,
        "criterion": criterion,
        "before": row.before,
        "after": 0,
        "assignment": kept.assignment_id,
    }
    said = " ".join(told.body.split())
    assert told.person_id == assignment.person_id
    assert (f"Before: {row.before}" in said, "Now: 0" in said, REASON in said) == (True, True, True)
    assert (first.title in said) == (not calls.stage_of(ports, call).blind)


def test_who_may_and_what_must_be_said(ports: Ports) -> None:
    call = parts.locked(ports)
    first, officer, now = entry_of(ports, call, 1), calls.officer(ports), ports.clock.now()
    key = next(iter(keys_of(ports, first).values()))[0]
    assert refused(propose, ports, first, key, 0, calls.approver(ports)) == ["Only an officer can do this."]
    assert refused(propose, ports, first, "nobody:price", 0) == ["There is no such mark."]
    assert refused(propose, ports, first, key, 99) == ["Choose one of the marks from 0 to 5."]
    assert refused(propose, ports, first, key, 0, reason=" ", asked_by=" ") == [
        "Give a reason.",
        "Say who asked for it.",
    ]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    row = propose(ports, first, key, 0, both)
    assert refused(propose, ports, first, key, row.before) == [f"It is {row.before} already."]
    assert refused(propose, ports, first, key, 1) == [
        "A correction of this criterion is proposed already, and waits for an approver."
    ]
    assert refused(approve, ports, row, both) == ["You wrote this. Somebody else must approve it."]
    assert refused(approve, ports, row, officer) == ["Only an approver can do this."]
    assert refused(approve, ports, row, seen="another") == [
        "What this would change is not what you were shown. Read it again."
    ]
    with pytest.raises(FreshSignInNeeded):
        perform(ports, calls.approver(ports), now, correcting.approve, row.id, seen=effect(ports, row).seen)
    perform(ports, calls.approver(ports), now, correcting.send_back, row.id, "Ask the assessor first.")
    assert refused(approve, ports, row) == ["There is no proposal to decide on."]
    again = propose(ports, first, key, 0)
    perform(ports, officer, now, correcting.take_back, again.id, "It was our mistake.")
    with ports.database.reading() as session:
        sent = session.scalars(select(Message).where(Message.kind == "sent_back")).one()
        assert (sent.person_id, f"/corrections/{row.id}" in sent.body) == (both.id, True)
        assert session.scalars(select(Correction).where(Correction.approved_at.is_not(None))).all() == []
        assert broken(session, ports) == []


def test_whose_mark_it_is_does_not_approve_it_and_whoever_has_an_interest_finds_no_such_bid(ports: Ports) -> None:
    call = parts.locked(ports)
    first = entry_of(ports, call, 1)
    row = propose(ports, first, next(iter(keys_of(ports, first).values()))[0], 0)
    with ports.database.reading() as session:
        assignment = session.get_one(Assignment, row.assignment_id)
        reader = people.principal(ports, assignment.person_id)
    assert refused(approve, ports, row, Principal(id=reader.id, roles=frozenset({"approver"}))) == [
        "It is a mark of your own. Somebody else must approve the correction."
    ]
    approver = calls.approver(ports)

    def declare(session: Session) -> None:
        firm = session.get_one(Application, first.application_id).organisation_id
        session.add(Interest(person_id=approver.id, organisation_id=firm, weight="hard", declared_at=ports.clock.now()))

    ports.database.write(declare)
    assert refused(approve, ports, row, approver) == ["There is no such application."]


def test_before_the_lock_a_card_is_returned_and_after_the_telling_nothing_changes(ports: Ports) -> None:
    call = parts.in_assessment(ports)
    parts.assigned(ports, call)
    parts.marked(ports, call)
    with ports.database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.stage_id == calls.stage_of(ports, call).id)).first()
        assert entry is not None
    key = next(iter(keys_of(ports, entry).values()))[0]
    assert refused(propose, ports, entry, key, 0) == [
        "The marks are not locked yet. Return the scorecard to its assessor instead."
    ]
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, calls.stage_of(ports, call).id)
    told = outcomes.told(ports, calls.read(ports, call.id))
    (said,) = refused(propose, ports, entry_of(ports, told, 1), key, 0)
    assert said.startswith("The applicants were told by these marks, so they do not change any more.")


def test_decisions_that_lose_their_ground_are_withdrawn_by_name_and_the_others_stay(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    first, second, third = (entry_of(ports, call, place) for place in (1, 2, 3))
    keys = [key for each in keys_of(ports, first).values() for key in each]
    for key in keys[:-1]:
        corrected(ports, first, key, 0)
    with ports.database.reading() as session:
        standing = {
            each.entry_id: each.outcome for each in decisions_queries.standing_decisions(session, first.stage_id)
        }
    gone = {each.subject_id for each in events(ports, "entry.withdraw_decision")}
    assert first.id in gone
    assert gone.isdisjoint(standing)
    assert {first.id, second.id, third.id} == gone | set(standing)
    waiting = _kinds(ports, calls.officer(ports))
    assert Kind.PROPOSE in waiting  # officers propose others
    corrected(ports, first, keys[-1], 0)
    table = outcomes.table(ports, call)
    assert (table.entries[-1].entry.id, table.entries[-1].row.passes) == (first.id, False)  # type: ignore[union-attr]
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    assert [each.entry_id for each in outcomes.awards_of(ports, call)] == [second.id]


def _kinds(ports: Ports, who: Principal) -> set[Kind]:
    with ports.database.reading() as session:
        tasks = work_queries.tasks(session, ports.clock.now())
        return {task.kind for task in work_queries.mine(tasks, who.id, who.roles)}


def test_a_correction_waits_for_an_approver_and_decisions_wait_for_it(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    entry = entry_of(ports, call, 3)
    row = propose(ports, entry, next(iter(keys_of(ports, entry).values()))[0], 0)
    assert Kind.APPROVE_CORRECTION in _kinds(ports, calls.approver(ports))
    assert Kind.APPROVE_CORRECTION not in _kinds(ports, calls.officer(ports))
    assert refused(outcomes.approve, ports, call) == [
        "A correction of a mark waits for an approver. Decide on it first."
    ]
    approve(ports, row)
    assert Kind.APPROVE_CORRECTION not in _kinds(ports, calls.approver(ports))


def test_what_was_written_of_a_mark_stands_no_longer_than_the_mark(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    entry = entry_of(ports, call, 1)
    keys = keys_of(ports, entry)
    with ports.database.reading() as session:
        written = {each.criterion for each in session.scalars(select(Reason).where(Reason.entry_id == entry.id))}
    if not written:
        pytest.skip("this procedure asks for no reasons")
    criterion = next(iter(keys))
    corrected(ports, entry, keys[criterion][0], 0)
    with ports.database.reading() as session:
        left = session.scalars(
            select(Reason.criterion).where(Reason.entry_id == entry.id, Reason.superseded_at.is_(None))
        )
        assert set(left) == written - {criterion}


def test_what_is_published_of_the_marks_still_gives_the_ranking_that_is_shown(ports: Ports) -> None:
    call = parts.locked(ports)
    to_the_last(ports, call)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        content = json.loads(json.dumps(decisions_queries.for_recomputing(session, stage.call)))
        assert broken(session, ports) == []
    ours = [(each.ref, each.row.place, str(each.row.total)) for each in outcomes.table(ports, call).entries if each.row]
    theirs = recompute.ranked_stages(content)[stage.key]
    assert [(each["ref"], each["place"], each["total"]) for each in theirs] == ours


def test_an_agreed_mark_is_corrected_by_another_agreement_that_is_committed_to(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels.offered(monkeypatch)
    call = panels.moderating(ports)
    criterion = panels.open_keys(ports, call)[0]
    entry_id = panels.entries(ports, call)["Firm A"]
    with ports.database.reading() as session:
        entry = session.get_one(Entry, entry_id)
    panels.settled(ports, call, {criterion: 4})
    key, stage = f"agreed:{criterion}", calls.stage_of(ports, call)
    assert refused(propose, ports, entry, key, 2) == [
        "The panel still agrees on marks. Agree on another mark there instead."
    ]
    now = ports.clock.now()
    perform(ports, calls.officer(ports), now, moderation.close_moderation, stage.id)
    before = outcomes.table(ports, call).entry(_ref(ports, entry))
    row = propose(ports, entry, key, 2)
    with ports.database.reading() as session:
        agreed = session.scalars(select(AgreedMark).where(AgreedMark.entry_id == entry_id, AgreedMark.mark == 4)).one()
    for person_id in agreed.present:  # whoever agreed on it decides no more about it than about a mark of their own
        assert refused(approve, ports, row, Principal(id=person_id, roles=frozenset({"approver"}))) == [
            "It is a mark of your own. Somebody else must approve the correction."
        ]
    approve(ports, row)
    after = outcomes.table(ports, call).entry(_ref(ports, entry))
    assert before is not None
    assert after is not None
    assert (str(before.row.means[criterion]), str(after.row.means[criterion])) == ("4.00", "2.00")  # type: ignore[union-attr]
    with ports.database.reading() as session:
        old, new = session.scalars(
            select(AgreedMark)
            .where(AgreedMark.entry_id == entry_id, AgreedMark.criterion == criterion)
            .order_by(AgreedMark.id)
        )
        told = session.scalars(select(Message).where(Message.kind == "mark_corrected")).all()
        assert broken(session, ports) == []
    assert (old.mark, old.superseded_at is None, new.mark, new.reason, new.present) == (
        4,
        False,
        2,
        panels.REASON,
        old.present,
    )
    assert {each.person_id for each in told} == set(new.present)
    said = found(ports, f"UPDATE agreed_marks SET mark = 5 WHERE id = {new.id}")  # noqa: S608  (ids of our own)
    assert said == [f"Agreed mark {new.id} of entry {entry_id}: it was changed."]


def test_a_difference_that_was_left_is_settled_again_once_a_mark_of_it_is_another(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels.offered(monkeypatch)
    call = panels.moderating(ports)
    criterion = panels.open_keys(ports, call)[0]
    with ports.database.reading() as session:
        entry = session.get_one(Entry, panels.entries(ports, call)["Firm A"])
    panels.settled(ports, call, {})
    assert panels.open_keys(ports, call) == []
    key = next(each for each in keys_of(ports, entry)[criterion] if mark_of(ports, entry, each) == 5)
    corrected(ports, entry, key, 4)
    assert panels.open_keys(ports, call) == [criterion]


def _ref(ports: Ports, entry: Entry) -> str:
    with ports.database.reading() as session:
        return next(
            each.ref for each in outcomes.table(ports, _call(session, entry)).entries if each.entry.id == entry.id
        )


def _call(session: Session, entry: Entry) -> Call:
    return session.get_one(Call, entry.call_id)


def test_who_alters_a_correction_or_a_corrected_mark_by_sql_is_found_out(ports: Ports) -> None:
    call = parts.locked(ports)
    entry = entry_of(ports, call, 1)
    row = corrected(ports, entry, next(iter(keys_of(ports, entry).values()))[0], 0)
    for column in ("reason = 'x'", "after = 3", "before = 4", "asked_by = 'x'", "shifts = '[]'"):
        statement = f"UPDATE corrections SET {column} WHERE id = {row.id}"  # noqa: S608  (ids of our own)
        assert found(ports, statement) == [f"Correction of a mark {row.id}: it was changed."]
    mark = f"UPDATE marks SET mark = 5 WHERE assignment_id = {row.assignment_id} AND criterion = '{row.criterion}'"  # noqa: S608  (ids of our own)
    (said,) = found(ports, mark)
    assert said.endswith("it was changed.")
    removed = found(ports, f"DELETE FROM corrections WHERE id = {row.id}")  # noqa: S608  (ids of our own)
    assert removed[-1] == f"Correction of a mark {row.id}: it was removed."


def test_approved_decisions_that_nobody_was_told_are_taken_up_again(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)
    outcomes.made_ready(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    first, second = entry_of(ports, call, 1), entry_of(ports, call, 2)
    assert award.entry_id == first.id
    keys = [key for each in keys_of(ports, first).values() for key in each]
    corrected(ports, first, keys[0], 4)  # less, and still the first
    assert calls.stage_of(ports, call).state == "deciding"
    with ports.database.reading() as session:
        assert {each.state for each in session.scalars(select(Entry).where(Entry.stage_id == first.stage_id))} == {
            "in_assessment"
        }
        letters = session.scalars(select(Document).where(Document.kind.in_(documents_queries.LETTERS))).all()
        assert letters
        assert all(each.withdrawn_at is not None for each in letters)
        assert documents_queries.outcome_documents(session, first.id) == []
        assert (
            session.scalars(
                select(Decision).where(Decision.superseded_at.is_(None), Decision.approved_at.is_not(None))
            ).all()
            == []
        )
        assert broken(session, ports) == []
    (award,) = outcomes.awards_of(ports, call)
    assert award.state == "proposed"
    assert told_of(ports, first) == told_of(ports, second) == []
    for key in keys:
        if mark_of(ports, first, key) != 0:
            corrected(ports, first, key, 0)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    found_ = {each.entry_id: each.state for each in outcomes.awards_of(ports, call)}
    assert found_ == {first.id: "dropped", second.id: "approved"}
    outcomes.made_ready(ports, call)
    told = outcomes.tell(ports, call)
    assert calls.stage_of(ports, told).state == "told"
    assert told_of(ports, first) == []  # it never heard of the award that was dropped
    assert len(told_of(ports, second)) == 1
    with ports.database.reading() as session:
        (letter, *_more) = documents_queries.outcome_documents(session, first.id)
        assert (letter.kind, letter.withdrawn_at) == ("declined_letter", None)
        own = outcomes.table(ports, call).entry(letter.reference)
        assert own is not None
        assert own.row is not None
        assert f'"{own.row.total}' in json.dumps(letter.content)
        old = session.scalars(
            select(Document).where(Document.kind == "award_letter", Document.entry_id == first.id)
        ).one()
        held = documents_queries.find_by_code(session, old.code)
        assert held is not None
        assert not held.released
        assert broken(session, ports) == []


def told_of(ports: Ports, entry: Entry) -> list[str]:
    """The awards that a team reads of, by their state, on its dashboard and on its outcome."""
    with ports.database.reading() as session:
        one = awards_queries.told_of(session, entry.id)
        states = [each.state for each in applications_queries.awards_of(session, [entry.id]).values()]
        assert states == ([] if one is None else [one.state])
        return states


def test_letters_that_are_withdrawn_before_they_are_made_hold_nothing_up(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)  # nothing is rendered yet
    entry = entry_of(ports, call, 1)
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        due = documents_queries.letters_due(session, stage.id)
        missing = documents_queries.summaries_missing(session, call.id)
    assert (due > 0, missing > 0) == (True, True)
    corrected(ports, entry, next(iter(keys_of(ports, entry).values()))[0], 4)
    with ports.database.reading() as session:
        assert documents_queries.letters_due(session, stage.id) == 0
        assert documents_queries.summaries_missing(session, call.id) == 0
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        assert documents_queries.letters_due(session, stage.id) == due
        assert documents_queries.summaries_missing(session, call.id) == missing


def mark_of(ports: Ports, entry: Entry, key: str) -> int:
    with ports.database.reading() as session:
        stage = stages_queries.get(session, entry.stage_id)
        marks = corrections_queries.marks_of(session, stage, session.get_one(Entry, entry.id))
        return next(each.mark for each in marks if each.key == key)


def test_who_was_dropped_is_awarded_again_under_the_same_number(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)
    first = entry_of(ports, call, 1)
    (before,) = outcomes.awards_of(ports, call)
    keys = [key for each in keys_of(ports, first).values() for key in each]
    for key in keys:
        corrected(ports, first, key, 0)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    for key in keys:
        corrected(ports, first, key, 5)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    states = {each.entry_id: (each.ref, each.state) for each in outcomes.awards_of(ports, call)}
    assert states[first.id] == (before.ref, "approved")
    assert sorted(state for _ref, state in states.values()) == ["approved", "dropped"]


def test_a_call_of_before_cannot_take_its_decisions_up_again(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)

    def earlier(session: Session) -> None:
        row = calls.newest(session, call).call
        frozen = json.loads(json.dumps(row.workflows))
        moves = frozen["stage"]["plain"]["move"]
        frozen["stage"]["plain"]["move"] = [each for each in moves if each["action"] != "reopen_decisions"]
        frozen["stage"]["fingerprint"] = fingerprint(frozen["stage"]["plain"])
        row.workflows = frozen

    ports.database.write(earlier)
    entry = entry_of(ports, call, 1)
    (said,) = refused(propose, ports, entry, next(iter(keys_of(ports, entry).values()))[0], 0)
    assert said.startswith("The decisions are approved, and this call was published under rules by which")


def test_a_fund_below_its_published_threshold_is_not_lifted_by_any_decision(ports: Ports) -> None:
    call = parts.locked(ports, procedure="small_grant")
    first = to_the_last(ports, call)
    ref = outcomes.table(ports, call).entries[-1].ref
    assert entry_of(ports, call, len(outcomes.table(ports, call).entries)).id == first.id
    for proposal in (
        Proposal("reserve", None, REASON, "We like it."),
        Proposal("fund", first.amount, "", "We like it."),
    ):
        (said,) = refused(outcomes.propose, ports, call, {ref: proposal})
        assert said.startswith(f"{ref}: It can only be declined, since it misses a published threshold. ")
        assert "At least" in said
    outcomes.propose(ports, call, {ref: Proposal("decline", None, REASON)})


@pytest.mark.parametrize("firms", [2, 5])
def test_what_a_correction_changes_is_read_in_as_many_statements_for_many_bids(ports: Ports, firms: int) -> None:
    call = parts.locked(ports, firms=firms)
    entry = entry_of(ports, call, 1)
    row = propose(ports, entry, next(iter(keys_of(ports, entry).values()))[0], 0)
    assert statements(ports, lambda: effect(ports, row)) == STATEMENTS


def test_a_letter_that_was_withdrawn_is_not_made_again_with_those_that_could_not_be_made(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)
    outcomes.parts_made(ports)
    stage = calls.stage_of(ports, call)
    first = select(Document.id).where(Document.stage_id == stage.id, Document.kind == "award_letter")
    failed = update(Document).where(Document.id.in_(first)).values(state="failed", error="It could not be made.")
    ports.database.write(lambda session: session.execute(failed))
    entry = entry_of(ports, call, 1)
    corrected(ports, entry, next(iter(keys_of(ports, entry).values()))[0], 3)  # the decisions are taken up again
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call, most=1))
    outcomes.approve(ports, call)
    now = ports.clock.now()
    assert perform(ports, calls.officer(ports), now, making.retry_stage, stage.id) == 0
    with ports.database.reading() as session:
        states = session.execute(
            select(Document.state, Document.withdrawn_at.is_(None)).where(Document.kind == "award_letter")
        ).all()
    assert ("failed", False) in {(state, stands) for state, stands in states}


def test_what_was_said_of_a_mark_that_is_another_now_is_not_taken_over_as_the_reason(ports: Ports) -> None:
    call = parts.locked(ports)
    first = entry_of(ports, call, 1)
    criterion, keys = next(iter(keys_of(ports, first).items()))
    for key in keys:
        corrected(ports, first, key, 0)
    stage, table, now = calls.stage_of(ports, call), outcomes.table(ports, call), ports.clock.now()
    (said,) = refused(perform, ports, calls.officer(ports), now, reasons.accept, stage.id, seen=table.seen)
    name = table.scheme.criterion(criterion).name
    assert said.startswith(f"{_ref(ports, first)}, “{name}”: ")
