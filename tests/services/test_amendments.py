"""Dates of a published stage that move: by two people, told to everybody, and drafts that come back."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from procurement.jobs import sweep
from procurement.models.applications import Entry, NearMiss, Submission
from procurement.models.calls import CallVersion
from procurement.models.going_on import StageAmendment
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.register import Release
from procurement.models.stages import Opening, Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import applications as applications_queries
from procurement.rules.ledger import digest
from procurement.rules.ports import Ports
from procurement.services import amendments, applications, opening, tidying, verification
from procurement.services.act import perform
from procurement.services.refusal import FreshSignInNeeded, Refusal
from tests.parts import amending, assessment, calls, people, sifting
from tests.parts import applications as teams
from tests.parts.amending import approved, moved, proposed
from tests.parts.clock import StandingClock
from tests.services.test_leaving import refused

OPENED = "The dates of this stage cannot be moved any more: it was opened."


def told(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def later(at: datetime | None, days: int = 7) -> datetime:
    assert at is not None
    return at + timedelta(days=days)


def drafted(ports: Ports, call: Any, name: str = "Clean Air Makers", email: str = "mina@clean-air.example") -> Any:
    lead, firm = people.firm(ports, name, email)
    return teams.written(ports, call, lead, firm), lead


def test_two_people_move_dates_and_everybody_reads_it(ports: Ports) -> None:
    call = calls.published(ports)
    before = calls.stage_of(ports, call)
    sent, _ = teams.submitted(ports, call)
    draft, _ = drafted(ports, call, "Second Firm", "ada@second.example")
    closes_at = later(before.closes_at)
    amendment = proposed(ports, call, closes_at=closes_at)
    assert calls.stage_of(ports, call).closes_at == before.closes_at
    assert told(ports, "dates_moved") == []
    approved(ports, amendment)
    after = calls.stage_of(ports, call)
    assert (after.closes_at, after.assess_by, after.decide_by) == (closes_at, before.assess_by, before.decide_by)
    messages = told(ports, "dates_moved")
    assert {each.entry_id for each in messages} == {sent.entry.id, draft.entry.id}
    assert {each.sealed for each in messages} == {True}  # who applies is nobody's to know
    assert all(amending.REASON in " ".join(each.body.split()) for each in messages)
    with ports.database.reading() as session:
        event = session.scalars(select(Event).where(Event.tag == "stage.amend")).one()
        first, second = session.scalars(select(CallVersion).order_by(CallVersion.number)).all()
        row = session.scalars(select(StageAmendment)).one()
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    said = [json.loads(each.content)["stages"][0]["closes_at"] for each in (first, second)]
    assert [datetime.fromisoformat(each) for each in said] == [before.closes_at, closes_at]
    assert second.fingerprint == digest(second.content)
    assert event.data["content"] == second.fingerprint
    assert (event.data["dates"], event.data["version"]) == (["closes_at"], 2)
    assert (row.proposed_by, row.approved_by) == (calls.officer(ports).id, calls.approver(ports).id)
    assert refused(approved, ports, amendment) == ["There is no proposal to decide on."]


def test_who_may_and_who_may_not(ports: Ports) -> None:
    call = calls.published(ports)
    closes_at = later(calls.stage_of(ports, call).closes_at)
    approver, now = calls.approver(ports), ports.clock.now()
    assert refused(proposed, ports, call, by=approver, closes_at=closes_at) == ["Only an officer can do this."]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    amendment = proposed(ports, call, by=both, closes_at=closes_at)
    assert refused(approved, ports, amendment, by=both) == ["You wrote this. Somebody else must approve it."]
    assert refused(approved, ports, amendment, by=calls.officer(ports)) == ["Only an approver can do this."]
    with ports.database.reading() as session:
        seen = amendments_queries.get_waiting(session, amendment.id).seen
    with pytest.raises(FreshSignInNeeded):
        perform(ports, approver, now, amendments.approve, amendment.id, seen=seen)
    fresh = assessment.fresh(ports, approver)
    assert refused(perform, ports, fresh, now, amendments.approve, amendment.id, seen="another") == [
        "The dates were changed after you opened this page. Look at them again."
    ]
    assert refused(proposed, ports, call, closes_at=later(closes_at, 1)) == [
        f"Other dates of “{calls.stage_of(ports, call).title}” are proposed already, and wait for an approver."
    ]


def test_sent_back_or_taken_back_nothing_moves(ports: Ports) -> None:
    call = calls.published(ports)
    before = calls.stage_of(ports, call)
    first = proposed(ports, call, closes_at=later(before.closes_at))
    now, officer = ports.clock.now(), calls.officer(ports)
    assert refused(perform, ports, calls.approver(ports), now, amendments.send_back, first.id, " ") == [
        "Give a reason."
    ]
    perform(ports, calls.approver(ports), now, amendments.send_back, first.id, "Seven days are too many.")
    (message,) = told(ports, "sent_back")
    assert message.person_id == officer.id
    second = proposed(ports, call, closes_at=later(before.closes_at, 2))
    perform(ports, officer, now, amendments.take_back, second.id, "It is not needed.")
    assert calls.stage_of(ports, call).closes_at == before.closes_at
    assert refused(approved, ports, second) == ["There is no proposal to decide on."]
    with ports.database.reading() as session:
        assert len(session.scalars(select(CallVersion)).all()) == 1


def test_a_stage_that_has_begun_only_closes_later_and_one_that_is_opened_not_at_all(ports: Ports) -> None:
    call = assessment.bids_in(ports, firms=1)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    earlier = stage.closes_at - timedelta(days=1)
    assert "so it can only close later than on" in refused(proposed, ports, call, closes_at=earlier)[0]
    assert refused(proposed, ports, call) == ["Change at least one date."]
    amendment = proposed(ports, call, closes_at=later(stage.closes_at))
    assessment.opened(ports, call)
    # opened by nobody's mistake: the proposal was not approved in time
    assert refused(approved, ports, amendment) == [OPENED]
    assert refused(proposed, ports, call, decide_by=(stage.decide_by or earlier.date()) + timedelta(days=7)) == [
        "Change at least one date."
    ]


def test_the_rules_of_the_set_up_hold_for_the_new_dates(ports: Ports) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    assert stage.assess_by is not None
    after_the_marks = stage.assess_by + timedelta(days=1)
    assert refused(proposed, ports, call, closes_at=after_the_marks) == [
        "Assessors can begin only after the call has closed and was opened. Choose a later time."
    ]
    moved(ports, call, closes_at=after_the_marks, along=True)
    moved_so = calls.stage_of(ports, call)
    days = after_the_marks.date() - (stage.closes_at or after_the_marks).date()
    assert moved_so.assess_by == stage.assess_by + days
    assert moved_so.decide_by == (stage.decide_by or stage.assess_by.date()) + days


def test_what_comes_after_moves_along_in_later_stages_too(ports: Ports) -> None:
    call = calls.published(ports, "challenge")
    first, second = calls.stage_of(ports, call, "interest"), calls.stage_of(ports, call, "proposal")
    assert first.closes_at is not None and second.closes_at is not None  # noqa: PT018
    amendment = proposed(ports, call, "interest", closes_at=later(first.closes_at), along=True)
    with ports.database.reading() as session:
        waiting = amendments_queries.find_waiting(session, second)
        assert waiting is not None
        assert waiting.first.id == amendment.id
        assert {each.stage for each in waiting.changes} == {"interest", "proposal", "demonstration"}
    approved(ports, amendment)
    so = calls.stage_of(ports, call, "proposal")
    assert so.opens_at is not None and second.opens_at is not None  # noqa: PT018
    assert [(so.opens_at - second.opens_at).days in (6, 7), (so.decide_by - second.decide_by).days] == [True, 7]  # type: ignore[operator]
    with ports.database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.tag == "stage.amend")).all()) == 3
        assert len(session.scalars(select(CallVersion)).all()) == 2
        release = session.scalars(select(Release).where(Release.tag == "tenderAmendment")).one()
    said = json.loads(release.content)["tender"]
    assert said["amendments"][0]["rationale"] == amending.REASON
    assert {each["id"] for each in said["milestones"]} == {"interest", "proposal", "demonstration"}
    assert said["tenderPeriod"]["endDate"] == f"{later(first.closes_at):%Y-%m-%dT%H:%M:%SZ}"


def test_only_who_is_in_a_stage_is_told_of_it_once_it_has_begun(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    after = calls.stage_of(ports, call, "proposal")
    moved(ports, call, "proposal", closes_at=later(after.closes_at), along=True)
    with ports.database.reading() as session:
        entered = set(session.scalars(select(Entry.id).where(Entry.stage_id == after.id)))
    assert {each.entry_id for each in told(ports, "dates_moved")} == entered


def test_lapsed_drafts_come_back_with_their_answers(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    draft, lead = drafted(ports, call)
    sent, other = teams.submitted(ports, call, "Second Firm", "ada@second.example")
    with ports.database.reading() as session:
        answers = {key: row.closed for key, row in applications_queries.answers_of(session, draft.entry.id).items()}
    assert answers
    clock.set(stage.closes_at + timedelta(minutes=5))
    late = teams.press(ports, draft, lead)
    assert isinstance(late, applications.Late)
    sweep.make_due(ports)
    perform(ports, lead, clock.now(), tidying.tidy)
    assert teams.read(ports, draft.ref).entry.state == "not_submitted"
    amendment = proposed(ports, call, closes_at=later(stage.closes_at, 2))
    assert isinstance(teams.press(ports, draft, lead), applications.Late)  # not before it is approved
    approved(ports, amendment)
    back = teams.read(ports, draft.ref)
    assert (back.entry.state, back.entry.version > draft.entry.version) == ("draft", True)
    with ports.database.reading() as session:
        kept = {key: row.closed for key, row in applications_queries.answers_of(session, draft.entry.id).items()}
        near = session.scalars(select(NearMiss)).all()
        event = session.scalars(select(Event).where(Event.tag == "entry.revive")).one()
    assert kept == answers
    assert len(near) == 2
    assert (event.subject_id, event.actor_id, event.data) == (
        draft.entry.id,
        None,
        {"before": "not_submitted", "after": "draft"},
    )
    (revived,) = told(ports, "revived")
    assert revived.entry_id == draft.entry.id
    assert "You can press it again now." in " ".join(revived.body.split())
    assert {each.entry_id for each in told(ports, "dates_moved")} == {sent.entry.id}
    made = teams.press(ports, draft, lead)
    assert isinstance(made, Submission)
    assert teams.read(ports, draft.ref).entry.state == "submitted"
    perform(ports, other, clock.now(), applications.reopen, sent.entry.id)
    assert teams.read(ports, sent.ref).entry.state == "reopened"
    clock.set(later(stage.closes_at, 2))
    assert isinstance(teams.press(ports, sent, other), applications.Late)


def test_whoever_asked_to_open_asks_anew_after_the_new_closing(ports: Ports, clock: StandingClock) -> None:
    call = assessment.bids_in(ports, firms=1)
    assessment.closed(ports, call)
    stage = calls.stage_of(ports, call)
    officer, approver = (assessment.fresh(ports, who(ports)) for who in (calls.officer, calls.approver))
    perform(ports, officer, clock.now(), opening.ask, stage.id)
    moved(ports, call, closes_at=clock.now() + timedelta(days=2))
    with ports.database.reading() as session:
        assert session.scalars(select(Opening)).all() == []
    assert refused(perform, ports, officer, clock.now(), opening.ask, stage.id)[0].startswith(
        "This call has not closed yet."
    )
    clock.set(clock.now() + timedelta(days=2, minutes=30))  # the holding time follows the new closing
    fresh = assessment.fresh(ports, approver)
    assert "can be opened from" in refused(perform, ports, fresh, clock.now(), opening.ask, stage.id)[0]


def test_a_press_at_the_deadline_and_an_extension_never_both_win(ports: Ports, clock: StandingClock) -> None:
    """Whichever is first holds the call: the press is late and comes back as a draft, or it is received."""
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    made = [drafted(ports, call, f"Firm {number}", f"lead@firm{number}.example") for number in range(3)]
    amendment = proposed(ports, call, closes_at=later(stage.closes_at))
    clock.set(stage.closes_at + timedelta(seconds=1))
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(teams.press, ports, draft, lead, f"race-{draft.ref}") for draft, lead in made]
        approval = pool.submit(approved, ports, amendment)
        found = [each.result() for each in presses]
        approval.result()
    for (draft, _), result in zip(made, found, strict=True):
        state = teams.read(ports, draft.ref).entry.state
        assert state == ("draft" if isinstance(result, applications.Late) else "submitted")
    assert calls.stage_of(ports, call).closes_at == later(stage.closes_at)


def test_one_of_two_approvals_wins(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = proposed(ports, call, closes_at=later(calls.stage_of(ports, call).closes_at))
    others = [calls.approver(ports), calls.staff(ports, "second@city.example", "approver")]

    def approve(who: Any) -> str:
        try:
            approved(ports, amendment, by=who)
        except Refusal as refusal:
            return str(refusal.reasons[0])
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(approve, others))
    assert found == ["There is no proposal to decide on.", "done"]
    with ports.database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.tag == "stage.amend")).all()) == 1


def test_a_proposal_that_was_overtaken_is_not_approved(ports: Ports) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    amendment = proposed(ports, call, closes_at=later(stage.closes_at))

    def move(session: Any) -> None:
        session.get_one(Stage, stage.id).closes_at = later(stage.closes_at, 3)

    ports.database.write(move)
    assert refused(approved, ports, amendment) == [
        "One of these dates was moved meanwhile. Send the proposal back, so that it is made anew."
    ]
