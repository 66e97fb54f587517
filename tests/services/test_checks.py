"""The check of a stage: conditions, what was looked up, who goes on at one press, and who is left out by name."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from procurement.models.applications import Entry
from procurement.models.calls import CallVersion
from procurement.models.checks import Check
from procurement.models.history import Event, EventNote
from procurement.queries import applications as applications_queries
from procurement.queries import checks as checks_queries
from procurement.queries import opening as opening_queries
from procurement.rules import ledger
from procurement.rules.checks import CheckKind, Finding, Looked, Tie
from procurement.rules.conditions import Result
from procurement.rules.ports import Ports
from procurement.services import assessment, questions
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment as parts
from tests.parts import calls
from tests.parts import checks as made
from tests.parts.checks import FAILS, MEETS, NOTHING, WARNED
from tests.parts.statements import statements
from tests.services.test_verification import broken
from workflows.reading import fingerprint

pytestmark = pytest.mark.both_databases
NOTHING_SAID = "It is as it was said."


def do(ports: Ports, service, *given, by=None, **named):
    return perform(ports, by or calls.officer(ports), ports.clock.now(), service, *given, **named)


def refused(ports: Ports, service, *given, by=None, **named) -> list[str]:
    with pytest.raises(Refusal) as found:
        do(ports, service, *given, by=by, **named)
    return [str(each) for each in found.value.reasons]


def checked(ports: Ports, entry_id: int) -> assessment.Checked:
    with ports.database.reading() as session:
        entry = applications_queries.get_entry(session, entry_id)
        return assessment.check_entry(session, ports, entry.stage.call, entry)


def results(ports: Ports, entry_id: int) -> list[Result]:
    return [each.result for each in checked(ports, entry_id).verdicts]


def ground(kind: CheckKind, key: str, **more) -> Looked:
    return Looked(kind=kind, finding=Finding.FOUND, source="A judgment", note="In 2026.", ground=key, **more)


# conditions


def test_conditions_are_published_and_kept_with_the_question(ports):
    call = made.published(ports)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        rows = {each.key: each for each in applications_queries.questions_of(session, stage.id)}
        content = session.scalars(select(CallVersion.content).where(CallVersion.call_id == call.id)).one()
    assert (rows["turnover"].condition.least, rows["title"].condition) == (Decimal(50_000), None)
    frozen = {each["key"]: each for each in json.loads(content)["stages"][0]["form"]}
    assert frozen["turnover"]["condition"]["least"] == "50000"
    assert made.WHY not in json.dumps(frozen)
    assert "condition" not in frozen["title"]


def test_a_condition_where_nobody_is_checked_stops_the_publication(ports):
    call = made.drafted(ports, "challenge_small")
    reasons = refused(ports, calls.calls.send_for_review, call.id)
    assert reasons == ["2 things are missing before this can be published."]


def test_two_who_change_one_condition_are_told_what_differs(ports):
    call, officer = made.drafted(ports), calls.officer(ports)
    stage = calls.stage_of(ports, call)
    with pytest.raises(Refusal) as stale:
        do(
            ports,
            questions.save_question,
            stage.id,
            "turnover",
            {**made.TURNOVER, "condition": {}},
            version=1,
            by=officer,
        )
    assert list(stale.value.yours) == ["condition"]
    assert "at least £50,000" in stale.value.theirs["condition"]


def test_what_is_so_of_each_bid(ports):
    _, entries = made.conditioned(ports)
    assert {firm: results(ports, entry_id) for firm, entry_id in entries.items()} == {
        MEETS: [Result.MET, Result.MET],
        FAILS: [Result.NOT_MET, Result.MET],
        WARNED: [Result.MET, Result.LOOK],
    }


def test_nobody_goes_on_who_was_not_looked_up_or_does_not_meet_what_excludes(ports):
    _, entries = made.conditioned(ports)
    to_look_up = "2 things must be looked up first: see the exclusion grounds and the debarment list."
    unmet = "1 condition that excludes is not met, or nobody has looked at it."
    assert refused(ports, assessment.find_eligible, entries[FAILS], NOTHING_SAID) == [to_look_up, unmet]
    do(ports, assessment.record_checks, entries[FAILS], NOTHING)
    assert refused(ports, assessment.find_eligible, entries[FAILS], NOTHING_SAID) == [unmet]
    do(ports, assessment.record_checks, entries[WARNED], NOTHING)
    assert do(ports, assessment.find_eligible, entries[WARNED], NOTHING_SAID).state == "in_assessment"


def test_what_an_officer_saw_of_a_condition_settles_it(ports):
    _, entries = made.conditioned(ports)
    seen = Looked(
        kind=CheckKind.CONDITION,
        finding=Finding.NOT_MET,
        source="Their website",
        note="No plan either.",
        question="access",
        in_date_until=date(2027, 5, 1),
    )
    do(ports, assessment.record_checks, entries[WARNED], [seen])
    assert results(ports, entries[WARNED]) == [Result.MET, Result.NOT_MET]
    assert results(ports, entries[FAILS]) == [Result.NOT_MET, Result.MET]  # of its own entry alone
    do(ports, assessment.record_checks, entries[WARNED], [replace(seen, finding=Finding.MET, note="")])
    assert results(ports, entries[WARNED]) == [Result.MET, Result.MET]


# what was looked up


def test_a_record_stays_and_a_newer_one_takes_its_place(ports):
    _, entries = made.conditioned(ports)
    first, _other = do(ports, assessment.record_checks, entries[MEETS], NOTHING)
    (second,) = do(ports, assessment.record_checks, entries[MEETS], [ground(CheckKind.MANDATORY, "terrorism")])
    assert second.replaces_id == first.id
    with ports.database.reading() as session:
        rows = session.scalars(select(Check).order_by(Check.id)).all()
        standing = checks_queries.standing(rows)
        events = session.scalars(select(Event).where(Event.tag == "entry.record_check")).all()
        notes = {each.event_id: each for each in session.scalars(select(EventNote))}
    assert [each.finding for each in rows] == ["clear", "clear", "found"]
    assert [each.finding for each in standing] == ["clear", "found"]
    said = [json.loads(notes[each.id].text) for each in events]
    assert [each["source"] for each in said] == [*(each.source for each in NOTHING), "A judgment"]
    assert all(
        json.loads(each.hashed)["note"] == ledger.commitment(notes[each.id].salt, notes[each.id].text)
        for each in events
    )


def test_only_officers_record_and_only_what_says_enough(ports):
    call, entries = made.conditioned(ports)
    assert refused(ports, assessment.record_checks, entries[MEETS], NOTHING, by=calls.approver(ports))
    assert refused(ports, assessment.record_checks, entries[MEETS], []) == [
        "Say what you looked at, and what you found."
    ]
    assert refused(ports, assessment.record_checks, entries[MEETS], [replace(NOTHING[0], source="")]) == [
        "Say what you looked at, and where."
    ]
    approver = calls.approver(ports)
    calls.cancelled(ports, call, "The money is gone.", by=approver)
    assert refused(ports, assessment.record_checks, entries[MEETS], NOTHING) == [
        "The call is not running, so nothing more is looked up."
    ]


def test_a_mandatory_ground_stops_going_on_until_it_is_past(ports):
    _, entries = made.conditioned(ports)
    do(ports, assessment.record_checks, entries[MEETS], (ground(CheckKind.MANDATORY, "terrorism"), NOTHING[1]))
    assert refused(ports, assessment.find_eligible, entries[MEETS], NOTHING_SAID) == [
        "A mandatory ground for exclusion applies, so the applicant may not go on."
    ]
    past = replace(ground(CheckKind.MANDATORY, "terrorism"), finding=Finding.PAST, note="Long ago, and put right.")
    do(ports, assessment.record_checks, entries[MEETS], [past])
    assert do(ports, assessment.find_eligible, entries[MEETS], NOTHING_SAID).state == "in_assessment"


def test_a_named_partner_must_be_looked_up_too(ports):
    _, entries = made.conditioned(ports)
    named = replace(NOTHING[1], about="Partner Ltd", tie=Tie.ASSOCIATED)
    do(ports, assessment.record_checks, entries[MEETS], (*NOTHING, named))
    assert refused(ports, assessment.find_eligible, entries[MEETS], NOTHING_SAID) == [
        "1 thing must be looked up first: see the exclusion grounds and the debarment list."
    ]


def test_a_grant_asks_for_no_facts_and_takes_them(ports):
    call = parts.opened(ports, parts.bids_in(ports, procedure="innovation_fund", firms=1))
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        assert not checks_queries.are_required(call, stage)
        (only,) = [each.entry.id for each in opening_queries.list_bids(session, stage.id)]
    if "check" in stage.steps:
        do(ports, assessment.record_checks, only, NOTHING)
        assert do(ports, assessment.find_eligible, only, NOTHING_SAID).state == "in_assessment"


def test_a_call_that_was_published_before_there_were_facts_asks_for_none(ports):
    call, entries = made.conditioned(ports)

    def as_before(session):
        row = calls.calls_queries.get_call(session, call.id)
        copies = json.loads(json.dumps(row.workflows))
        for move in copies["entry"]["plain"]["move"]:
            move["unless"] = [name for name in move["unless"] if name != "checks_missing"]
        copies["entry"]["fingerprint"] = fingerprint(copies["entry"]["plain"])
        row.workflows = copies

    ports.database.write(as_before)
    call = calls.read(ports, call.id)
    assert not checks_queries.are_required(call, calls.stage_of(ports, call))
    assert do(ports, assessment.find_eligible, entries[MEETS], NOTHING_SAID).state == "in_assessment"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("note", "Nothing."),
        ("source", "Nowhere"),
        ("ground", ""),
        ("finding", "clear"),
        ("recorded_by", 2),
        ("about", "Partner Ltd"),
        ("in_date_until", date(2030, 1, 1)),
    ],
)
def test_a_record_that_somebody_changed_afterwards_is_found(ports, column, value):
    _, entries = made.conditioned(ports)
    (row,) = do(ports, assessment.record_checks, entries[MEETS], [ground(CheckKind.MANDATORY, "terrorism")])
    assert broken(ports) == []
    changed = {column: value, **({"tie": "associated"} if column == "about" else {})}
    ports.database.write(lambda session: session.execute(update(Check).where(Check.id == row.id).values(changed)))
    assert broken(ports) == [f"Fact {row.id} of entry {entries[MEETS]}: it was changed."]
    ports.database.write(lambda session: session.execute(delete(Check)))
    assert broken(ports) == [f"Fact {row.id}: it was removed."]


# all that meet everything


def sift(ports: Ports, call) -> list[int]:
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        proposed = opening_queries.proposed_ids(session, stage.id)
        found = assessment.meeting_everything(assessment.check_all(session, ports, stage), proposed)
        return [each.entry.id for each in found]


def test_all_that_meet_everything_go_on_at_one_press_and_nobody_else(ports):
    call, entries = made.conditioned(ports)
    stage = calls.stage_of(ports, call)
    assert sift(ports, call) == []  # nothing is looked up yet
    for entry_id in entries.values():
        do(ports, assessment.record_checks, entry_id, NOTHING)
    assert sift(ports, call) == [entries[MEETS]]
    changed = ["What is known of these applications has changed. Read the list again."]
    assert refused(ports, assessment.find_all_eligible, stage.id, NOTHING_SAID, seen=entries.values()) == changed
    assert refused(ports, assessment.find_all_eligible, stage.id, NOTHING_SAID, seen=[]) == changed
    do(ports, assessment.find_all_eligible, stage.id, NOTHING_SAID, seen=[entries[MEETS]])
    with ports.database.reading() as session:
        states = {firm: session.get_one(Entry, entry_id).state for firm, entry_id in entries.items()}
    assert states == {MEETS: "in_assessment", FAILS: "opened", WARNED: "opened"}
    assert refused(ports, assessment.find_all_eligible, stage.id, NOTHING_SAID, seen=[]) == [
        "Nothing here meets everything yet."
    ]


def test_whom_somebody_proposed_to_leave_out_does_not_go_on_with_the_others(ports):
    call, entries = made.conditioned(ports)
    do(ports, assessment.record_checks, entries[MEETS], NOTHING)
    do(ports, assessment.propose_ineligible, entries[MEETS], "It is in another city.")
    assert sift(ports, call) == []


def test_the_list_costs_the_same_with_more_bids(ports):
    call, _ = made.conditioned(ports)
    stage = calls.stage_of(ports, call)

    def listed() -> None:
        with ports.database.reading() as session:
            assessment.check_all(session, ports, stage)

    assert statements(ports, listed) <= 4


def test_what_was_submitted_and_cannot_be_read_is_taken_for_nothing(ports):
    _, entries = made.conditioned(ports)

    def damage(session):
        entry = session.get_one(Entry, entries[MEETS])
        row = applications_queries.find_standing(session, entry)
        row.closed = bytes(reversed(row.closed))

    do(ports, assessment.record_checks, entries[MEETS], NOTHING)
    ports.database.write(damage)
    found = checked(ports, entries[MEETS])
    assert (found.damaged, found.meets_everything) == (True, False)
    assert [each.result for each in found.verdicts] == [Result.LOOK, Result.LOOK]
