"""Who came to an interview, and what follows for marks, ranking and letter; a stage that is a demonstration alone."""

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.queries import assessment as assessment_queries
from procurement.queries import slots as slots_queries
from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance, Offer, series
from procurement.services import assessment as services
from procurement.services import slots
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes, people
from tests.parts import slots as parts
from tests.parts.clock import StandingClock
from tests.parts.slots import events, messages, refused


@pytest.fixture(autouse=True)
def procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.offered(monkeypatch)


# who came


def test_who_came_is_noted_corrected_and_kept_in_the_history(ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    slot_id, free, _ = parts.laid_out(ports, call)
    parts.chosen(ports, call, "Firm A", slot_id)
    assert refused(lambda: parts.noted(ports, slot_id, Attendance.CAME))[0] == 409
    clock.set(parts.read(ports, slot_id).starts_at)
    for said in (Attendance.DID_NOT_COME, Attendance.CAME, Attendance.CAME, None, Attendance.CAME):
        parts.noted(ports, slot_id, said)
    assert [data["attendance"] for _, _, data in events(ports, "entry.note_attendance")] == [
        "did_not_come",
        "came",
        "",
        "came",
    ]
    found = parts.read(ports, slot_id)
    assert (found.attendance, found.noted_at, found.noted_by) == ("came", clock.now(), calls.officer(ports).id)
    assert refused(lambda: parts.noted(ports, free, Attendance.CAME))[0] == 409
    assert refused(lambda: perform(ports, calls.officer(ports), clock.now(), slots.release, slot_id))[0] == 409


def absent_one(ports: Ports, clock: StandingClock) -> Call:
    """Three firms, each with a time; everybody but Firm C came, and every mark that is due is in."""
    call = parts.presenting(ports)
    ids = parts.laid_out(ports, call)
    for firm, slot_id in zip(("Firm A", "Firm B", "Firm C"), ids, strict=True):
        parts.chosen(ports, call, firm, slot_id)
    assessment.assigned(ports, call)
    clock.set(parts.read(ports, ids[2]).ends_at)
    return call


def lock(ports: Ports, call: Call) -> None:
    perform(ports, calls.officer(ports), ports.clock.now(), services.lock_marks, calls.stage_of(ports, call).id)


def mark_all_but(ports: Ports, call: Call, firm: str) -> None:
    """Every scorecard of the others is in; whoever reads that firm's has accepted and not marked."""
    without, now = parts.entries(ports, call)[firm], ports.clock.now()
    with ports.database.reading() as session:
        rows = [
            (row.id, row.person_id) for row in session.scalars(select(Assignment).where(Assignment.entry_id != without))
        ]
        keys = [row.key for row in assessment_queries.criteria_of(session, calls.stage_of(ports, call).id)]
    for assignment_id, person_id in rows:
        by = people.principal(ports, person_id)
        perform(ports, by, now, services.accept, assignment_id)
        for key in keys:
            perform(
                ports,
                by,
                now,
                services.save_mark,
                assignment_id,
                key,
                mark=4,
                comment=assessment.COMMENT,
                note="",
                version=0,
            )
        perform(ports, by, now, services.submit_card, assignment_id)


def test_marks_are_not_locked_before_it_is_noted_for_everybody_whether_they_came(
    ports: Ports, clock: StandingClock
) -> None:
    call = absent_one(ports, clock)
    assessment.marked(ports, call)
    with ports.database.reading() as session:
        stage = calls.stage_of(ports, call)
        ids = [each.id for each in slots_queries.list_slots(session, stage.id)]
        assert slots_queries.attendance_missing(session, stage) == 3
    parts.noted(ports, ids[0], Attendance.CAME)
    parts.noted(ports, ids[1], Attendance.CAME)
    assert refused(lambda: lock(ports, call)) == (409, ["It is not noted yet whether 1 presentation took place."])
    parts.noted(ports, ids[2], Attendance.CAME)
    lock(ports, call)
    assert refused(lambda: parts.noted(ports, ids[2], Attendance.DID_NOT_COME)) == (
        409,
        ["The times of this stage are over: its marks are locked, or the call is not running."],
    )


def test_who_did_not_come_is_owed_no_mark_is_not_ranked_and_can_only_be_declined(
    ports: Ports, clock: StandingClock
) -> None:
    call = absent_one(ports, clock)
    mark_all_but(ports, call, "Firm C")
    with ports.database.reading() as session:
        ids = [each.id for each in slots_queries.list_slots(session, calls.stage_of(ports, call).id)]
    parts.noted(ports, ids[0], Attendance.CAME)
    parts.noted(ports, ids[1], Attendance.CAME)
    parts.noted(ports, ids[2], Attendance.CAME)
    assert refused(lambda: lock(ports, call)) == (409, ["2 scorecards are not in yet."])
    parts.noted(ports, ids[2], Attendance.DID_NOT_COME)
    lock(ports, call)
    entry_id, ref = parts.entries(ports, call)["Firm C"], parts.refs(ports, call)["Firm C"]
    with ports.database.reading() as session:
        left = session.scalars(select(Assignment.state).where(Assignment.entry_id == entry_id)).all()
    assert left == ["removed", "removed"]
    table = outcomes.table(ports, call)
    assert table.entries[-1].missed
    assert sorted((each.organisation.name, each.missed, each.row is None) for each in table.entries) == [
        ("Firm A", False, False),
        ("Firm B", False, False),
        ("Firm C", True, True),
    ]
    assert [row.place for row in table.ranking.rows] == [1, 2]  # equal, and told apart by the lot that is drawn
    for outcome, amount in (("fund", 1_000), ("reserve", None)):
        proposal = outcomes.Proposal(outcome, amount, "They were ill.")  # type: ignore[arg-type]
        assert refused(lambda proposal=proposal: outcomes.propose(ports, call, {ref: proposal})) == (
            409,
            [f"{ref}: Its team did not come, so it is not ranked and can only be declined, with the reason."],
        )
    whole = {
        each.ref: outcomes.Proposal("fund", each.asks)
        if not each.missed
        else outcomes.Proposal("decline", None, "Absent.")
        for each in table.entries
    }
    outcomes.propose(ports, call, whole)
    decided = outcomes.approve(ports, call)
    outcomes.made_ready(ports, decided)
    outcomes.tell(ports, decided)
    with ports.database.reading() as session:
        assert session.get_one(Entry, entry_id).state == "declined"
        kinds = session.scalars(
            select(Document.kind).where(Document.entry_id == entry_id).order_by(Document.kind)
        ).all()
    assert kinds == ["absence_letter", "receipt", "slot_letter"]


# a stage that collects nothing


def test_a_demonstration_after_proposals_begins_when_they_are_told(ports: Ports, clock: StandingClock) -> None:
    call = assessment.bids_in(ports, procedure="demonstrated")
    later = calls.stage_of(ports, call, "demonstration")
    offer = Offer(series(parts.morning(ports), minutes=45, pause=0, count=1), "Room 3")
    officer = calls.officer(ports)
    assert refused(lambda: perform(ports, officer, clock.now(), slots.offer, later.id, offer))[0] == 404
    first = assessment.opened(ports, call)
    assessment.assigned(ports, first)
    assessment.marked(ports, first)
    lock(ports, first)
    proposals = {each.ref: outcomes.Proposal("advance") for each in outcomes.table(ports, first).entries}
    outcomes.propose(ports, first, proposals)
    decided = outcomes.approve(ports, first)
    outcomes.made_ready(ports, decided)
    outcomes.tell(ports, decided)
    assert calls.stage_of(ports, call).key == "demonstration"
    ids = parts.laid_out(ports, call)
    assert messages(ports, "slot_offered") == [f"lead@firm{letter}.example" for letter in "abc"]
    assert parts.chosen(ports, call, "Firm A", ids[0]).entry_id == parts.entries(ports, call)["Firm A"]
