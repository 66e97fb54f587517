"""Inviting people to assess a stage, on both databases: by whom, when, what they answer, and what it gives them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.history import Event
from procurement.models.invitations import Invitation
from procurement.models.messages import Message
from procurement.models.people import Organisation
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import opening as opening_queries
from procurement.queries import people as people_queries
from procurement.rules.dates import uk_day
from procurement.rules.invitations import InvitationStatus
from procurement.rules.permissions import SYSTEM, Permission, may
from procurement.rules.ports import Ports
from procurement.services import assessment, invitations
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment as parts
from tests.parts import calls, people
from workflows.catalogue import states

NOT_RUNNING = "The call is not running: it was cancelled or concluded, or is not published yet."


def do(ports: Ports, service, *given, by, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


def refused(ports, service, *given, by, **named) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as refusal:
        do(ports, service, *given, by=by, **named)
    return refusal.value.status, [str(each) for each in refusal.value.reasons]


def reader(ports: Ports, number: int = 1):
    return calls.staff(ports, f"reader{number}@readers.example", "assessor")


def day(ports: Ports, days: int = 7):
    return uk_day(ports.clock.now()) + timedelta(days=days)


def invited(ports: Ports, call, *who, days: int = 7) -> list[int]:
    stage = calls.stage_of(ports, call)
    made = do(ports, invitations.invite, stage.id, [each.id for each in who], day(ports, days), by=calls.officer(ports))
    return [each.id for each in made]


def status(ports: Ports, invitation_id: int) -> InvitationStatus:
    with ports.database.reading() as session:
        found = invitations_queries.find(session, invitation_id)
        assert found is not None
        return found.status(uk_day(ports.clock.now()))


def tags(ports: Ports) -> list[str]:
    with ports.database.reading() as session:
        asked = select(Event).where(Event.tag.like("stage.%invit%") | (Event.tag == "stage.declare_for_stage"))
        return [each.tag for each in session.scalars(asked.order_by(Event.position))]


def messages_of(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_several_are_invited_before_the_opening_and_told_nothing_of_the_bids(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=2)
    first, second = reader(ports), reader(ports, 2)
    ids = invited(ports, call, first, second)
    assert [status(ports, each) for each in ids] == [InvitationStatus.WAITING] * 2
    told = messages_of(ports, "invited_to_stage")
    assert [each.address for each in told] == ["reader1@readers.example", "reader2@readers.example"]
    assert not any(word in told[0].body for word in ("Firm A", "Firm B", "Idea of"))
    assert "Each application is read by" in " ".join(told[0].body.split())
    with ports.database.reading() as session:
        event = session.scalars(select(Event).where(Event.tag == "stage.invite").order_by(Event.position)).first()
        assert event is not None
        assert event.data == {"person": first.id, "invitation": ids[0], "answer_by": day(ports).isoformat()}
    # nobody twice, and whoever cannot says why
    assert refused(
        ports, invitations.invite, calls.stage_of(ports, call).id, [first.id], day(ports), by=calls.officer(ports)
    ) == (409, [f"{first.name} cannot be invited. An invitation to this stage stands already."])


@pytest.mark.parametrize("role", ["approver", "assessor", "auditor"])
def test_only_an_officer_invites_and_withdraws(ports: Ports, role: str) -> None:
    call = parts.bids_in(ports, firms=1)
    stage, other = calls.stage_of(ports, call), calls.staff(ports, f"other-{role}@readers.example", role)
    assert refused(ports, invitations.invite, stage.id, [reader(ports).id], day(ports), by=other)[0] == 403
    (one,) = invited(ports, call, reader(ports))
    assert refused(ports, invitations.withdraw, one, by=other)[0] == 403
    assert status(ports, one) is InvitationStatus.WAITING


def test_who_cannot_assess_is_not_invited_and_a_day_is_still_to_come(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    assert refused(ports, invitations.invite, stage.id, [calls.approver(ports).id], day(ports), by=officer)[1] == [
        f"{calls.approver(ports).name} cannot be invited. Does not hold the role of an assessor."
    ]
    assert refused(ports, invitations.invite, stage.id, [reader(ports).id], day(ports, 0), by=officer)[1] == [
        "Choose a day after today, so that people can answer."
    ]
    assert refused(ports, invitations.invite, stage.id, [reader(ports).id], day(ports, 400), by=officer)[0] == 409
    assert refused(ports, invitations.invite, stage.id, [], day(ports), by=officer)[1] == [
        "Choose at least one person to invite."
    ]
    assert refused(ports, invitations.invite, stage.id, [999_999], day(ports), by=officer)[0] == 404
    unpublished = calls.drafted(ports, title="Not yet")
    drafted = calls.stage_of(ports, unpublished)
    assert refused(ports, invitations.invite, drafted.id, [reader(ports).id], day(ports), by=officer) == (
        409,
        [NOT_RUNNING],
    )


def test_before_the_opening_officers_do_not_learn_that_an_assessor_applied(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        firm = session.scalars(select(Organisation.id).where(Organisation.name == "Firm A")).one()
    member = people.member(ports, firm, "both@readers.example", "viewer")
    with ports.database.reading() as session:
        person = people_queries.find_by_email(session, "both@readers.example")
        assert person is not None
    with ports.database.reading() as session:
        assert all(
            each.barred is None or "applied" not in str(each.barred)
            for each in invitations_queries.candidates(session, session.merge(stage))
        )
    assert member is not None


def test_an_answer_is_ones_own_can_change_and_says_from_what_to_what(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    me, other = reader(ports), reader(ports, 2)
    (one,) = invited(ports, call, me)
    assert refused(ports, invitations.answer, one, accepts=True, by=other)[0] == 404
    assert refused(ports, invitations.answer, one, accepts=True, by=calls.officer(ports))[0] == 404
    do(ports, invitations.answer, one, accepts=True, by=me)
    do(ports, invitations.answer, one, accepts=True, by=me)  # twice is once
    do(ports, invitations.answer, one, accepts=False, reason="I am away in May.", by=me)
    assert status(ports, one) is InvitationStatus.DECLINED
    assert tags(ports) == ["stage.invite", "stage.accept_invitation", "stage.decline_invitation"]
    with ports.database.reading() as session:
        declined = select(Event).where(Event.tag == "stage.decline_invitation").options(joinedload(Event.note))
        last = session.scalars(declined).one()
        assert (last.data["before"], last.data["after"], last.note.text) == (
            "accepted",
            "declined",
            "I am away in May.",
        )
    (told,) = messages_of(ports, "invitation_declined")
    assert (told.address, "I am away in May." in told.body) == ("officer@city.example", True)


def test_an_invitation_gives_no_right_to_read_anything(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    me = reader(ports)
    (one,) = invited(ports, call, me)
    do(ports, invitations.answer, one, accepts=True, by=me)
    opened = parts.opened(ports, call)
    now = ports.clock.now()
    with ports.database.reading() as session:
        entry = session.scalars(select(Entry)).first()
        stage = calls.newest(session, opened)
        for permission in (
            Permission.BID_READ,
            Permission.BIDS_READ,
            Permission.PROGRESS_READ,
            Permission.RANKING_READ,
        ):
            assert not may(me, permission, entry if permission is Permission.BID_READ else stage, now)
        assert assessment_queries.queue_of(session, me, now) == []


def test_who_accepted_and_declared_begins_at_once_and_the_others_are_asked(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=2)
    me, slow, stranger = reader(ports), reader(ports, 2), reader(ports, 3)
    one, two = invited(ports, call, me, slow)
    for invitation_id, who in ((one, me), (two, slow)):
        do(ports, invitations.answer, invitation_id, accepts=True, by=who)
    stage = calls.stage_of(ports, call)
    early = refused(ports, invitations.declare, stage.id, {}, seen=[], by=me)
    assert early == (409, ["Who applied is not known yet. You are asked when the stage is opened."])
    call = parts.in_assessment(ports, parts.opened(ports, call))
    with ports.database.reading() as session:
        firms = {each.name: each.id for each in assessment_queries.applicants_of(session, stage.id)}
        entries = {each.organisation.name: each.entry.id for each in opening_queries.list_bids(session, stage.id)}
    assert refused(ports, invitations.declare, stage.id, {}, seen=[], by=me)[1] == [
        "The list of who applied has changed. Read it again."
    ]
    assert refused(ports, invitations.declare, stage.id, {}, seen=firms.values(), by=stranger)[0] == 404
    do(ports, invitations.declare, stage.id, {firms["Firm B"]: ("hard", "My sister")}, seen=firms.values(), by=me)
    officer = calls.officer(ports)
    barred = refused(ports, assessment.assign, stage.id, [(entries["Firm B"], me.id)], by=officer)
    assert "Declared an interest in this organisation" in barred[1][0]
    pairs = [(entries["Firm A"], who.id) for who in (me, slow, stranger)]
    made = do(ports, assessment.assign, stage.id, pairs, by=officer)
    with ports.database.reading() as session:
        found = {each.person_id: each.state for each in session.scalars(select(Assignment))}
    assert found[me.id] in states.assignment.unbegun
    assert {found[slow.id], found[stranger.id]} <= set(states.assignment.invited)
    assert len(made) == 3
    (told,) = messages_of(ports, "assigned_to_read")
    assert told.address == "reader1@readers.example"
    assert len(messages_of(ports, "invited_to_assess")) == 2
    # from here on a yes is taken back where it was given, one by one
    assert refused(ports, invitations.answer, one, accepts=False, by=me)[0] == 409
    assert refused(ports, invitations.withdraw, one, by=officer)[0] == 409


def test_a_declaration_on_the_list_keeps_what_was_declared_elsewhere_and_takes_away_what_is_read(ports: Ports) -> None:
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=2)))
    stage, me = calls.stage_of(ports, call), reader(ports)
    _, elsewhere = people.firm(ports, "Somewhere Else", "lead@elsewhere.example")
    do(ports, assessment.declare_interests, {elsewhere.id: ("soft", "")}, none=False, by=me)
    with ports.database.reading() as session:
        firms = {each.name: each.id for each in assessment_queries.applicants_of(session, stage.id)}
        entries = [each.entry.id for each in opening_queries.list_bids(session, stage.id)]
    do(ports, assessment.assign, stage.id, [(each, me.id) for each in entries], by=calls.officer(ports))
    assert do(ports, invitations.declare, stage.id, {firms["Firm A"]: ("hard", "")}, seen=firms.values(), by=me) is None
    with ports.database.reading() as session:
        own = {each.organisation_id: each.weight for each in assessment_queries.interests_of(session, me.id)}
        left = [each.state in states.assignment.conflicted for each in session.scalars(select(Assignment))]
    assert own == {elsewhere.id: "soft", firms["Firm A"]: "hard"}
    assert sorted(left) == [False, True]


def test_who_has_not_answered_is_reminded_once_two_days_before(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    me, other, late = reader(ports), reader(ports, 2), reader(ports, 3)
    _one, two = invited(ports, call, me, other, days=7)
    do(ports, invitations.answer, two, accepts=True, by=other)

    def due() -> list[int]:
        with ports.database.reading() as session:
            return list(invitations_queries.due_to_remind(session, ports.clock.now()))

    assert due() == []
    ports.clock.set(ports.clock.now() + timedelta(days=5))  # type: ignore[attr-defined]
    invited(ports, call, late, days=1)  # too late to be reminded of anything
    (only,) = due()
    do(ports, invitations.remind, only, by=SYSTEM)
    do(ports, invitations.remind, only, by=SYSTEM)
    assert due() == []
    assert [each.address for each in messages_of(ports, "invitation_reminder")] == ["reader1@readers.example"]
    ports.clock.set(ports.clock.now() + timedelta(days=3))  # type: ignore[attr-defined]
    assert status(ports, only) is InvitationStatus.OVERDUE
    do(ports, invitations.answer, only, accepts=True, by=me)  # late is better than never
    assert status(ports, only) is InvitationStatus.ACCEPTED


def test_one_that_was_withdrawn_is_told_and_leaves_room_for_another(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    me = reader(ports)
    (one,) = invited(ports, call, me)
    do(ports, invitations.withdraw, one, by=calls.officer(ports))
    assert [each.address for each in messages_of(ports, "invitation_withdrawn")] == ["reader1@readers.example"]
    assert refused(ports, invitations.answer, one, accepts=True, by=me)[1] == [
        "This invitation was withdrawn. You have nothing to do."
    ]
    (again,) = invited(ports, call, me)
    assert (again != one, status(ports, again)) == (True, InvitationStatus.WAITING)


def test_in_a_cancelled_call_nobody_invites_answers_declares_or_reminds(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    me, officer, stage = reader(ports), calls.officer(ports), calls.stage_of(ports, call)
    (one,), other = invited(ports, call, me, days=4), reader(ports, 2)
    ports.clock.set(ports.clock.now() + timedelta(days=2))  # type: ignore[attr-defined]
    calls.cancelled(ports, call, "No money is left.")
    with ports.database.reading() as session:
        before = session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1))
        assert invitations_queries.due_to_remind(session, ports.clock.now()) == []
    for service, given, named, who in (
        (invitations.invite, (stage.id, [other.id], day(ports)), {}, officer),
        (invitations.withdraw, (one,), {}, officer),
        (invitations.answer, (one,), {"accepts": True}, me),
        (invitations.answer, (one,), {"accepts": False}, me),
    ):
        assert refused(ports, service, *given, by=who, **named) == (409, [NOT_RUNNING])
    do(ports, invitations.remind, one, by=SYSTEM)
    with ports.database.reading() as session:
        assert session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) == before
        assert session.scalars(select(Invitation)).one().accepted is None
    assert messages_of(ports, "invitation_reminder") == []


@pytest.mark.parametrize(
    ("service", "given"),
    [
        (assessment.accept, ()),
        (assessment.decline, ("no_time", "")),
        (assessment.declare_conflict, ("My sister works there.",)),
    ],
)
def test_an_assessor_answers_nothing_in_a_cancelled_call(ports: Ports, service, given) -> None:
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=1)))
    assignment_id = parts.assigned(ports, call)[0]
    calls.cancelled(ports, call, "No money is left.")
    with ports.database.reading() as session:
        row = session.get_one(Assignment, assignment_id)
        who, before = people.principal(ports, row.person_id), row.state
    assert refused(ports, service, assignment_id, *given, by=who) == (409, [NOT_RUNNING])
    with ports.database.reading() as session:
        assert session.get_one(Assignment, assignment_id).state == before


def test_an_interest_in_one_bid_is_one_in_its_organisation_and_takes_its_other_bids_too(ports: Ports) -> None:
    """An interest is about an organisation and acts on that organisation's bids."""
    call = parts.bids_in(ports, firms=2)
    call = parts.in_assessment(ports, parts.opened(ports, call))
    stage, me = calls.stage_of(ports, call), reader(ports)
    with ports.database.reading() as session:
        bids = {each.organisation.name: each.entry.id for each in opening_queries.list_bids(session, stage.id)}
    made = do(ports, assessment.assign, stage.id, [(each, me.id) for each in bids.values()], by=calls.officer(ports))
    assert len(made) == 2
    with ports.database.reading() as session:
        chosen = session.scalars(select(Assignment.id).where(Assignment.entry_id == bids["Firm A"])).one()
    do(ports, assessment.declare_conflict, chosen, "My sister works there.", by=me)
    with ports.database.reading() as session:
        stage_row = calls.newest(session, call)
        mine = next(each for each in assessment_queries.list_assessors(session, stage_row) if each.person.id == me.id)
        firm = session.scalars(select(Organisation.id).where(Organisation.name == "Firm A")).one()
    assert firm in mine.reader.hard
