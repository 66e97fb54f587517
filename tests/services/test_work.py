"""Each person reads exactly what waits for them, and is told of each thing once, or of all once a day by choice."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from procurement.jobs.sweep import make_due
from procurement.models.messages import Message
from procurement.queries import work as work_queries
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.rules.requests import ReviewOutcome
from procurement.rules.work import WORDS, Kind, Mail, is_time_for_digest
from procurement.services import notices, reserve, work
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts import moderation as panel
from tests.parts.clock import StandingClock
from tests.parts.statements import statements
from tests.services.test_reviews import Scene


def waiting(ports: Ports, who: Principal) -> list[tuple[Kind, str]]:
    with ports.database.reading() as session:
        found = work_queries.mine(work_queries.tasks(session, ports.clock.now()), who.id, who.roles)
        return [(task.kind, task.call.ref) for task in found]


def told(ports: Ports, who: Principal, kind: str = "work_waiting") -> Counter[str]:
    with ports.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.kind == kind, Message.person_id == who.id))
        return Counter(row.subject.partition(": ")[2] for row in rows)


def kinds(ports: Ports, who: Principal) -> list[Kind]:
    return [kind for kind, _ref in waiting(ports, who)]


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(Kind)


@pytest.mark.both_databases
def test_what_waits_follows_a_call_from_hand_to_hand(ports: Ports) -> None:
    officer, approver = calls.officer(ports), calls.approver(ports)
    second = calls.staff(ports, "second@city.example", "approver")
    call = calls.drafted(ports)
    assert kinds(ports, officer) == [Kind.DRAFT]
    call = calls.reviewed(ports, call)
    assert kinds(ports, officer) == [Kind.DRAFT_TENDER_NOTICE]  # nothing is public before that
    assert kinds(ports, approver) == kinds(ports, second) == [Kind.REVIEW_CALL]


def test_decisions_wait_for_the_approver_only_once_each_has_a_proposal(ports: Ports) -> None:
    officer, approver = calls.officer(ports), calls.approver(ports)
    call = assessment.locked(ports)
    assert kinds(ports, officer) == [Kind.PROPOSE]
    assert kinds(ports, approver) == []
    outcomes.proposed(ports, call)
    assert kinds(ports, officer) == []
    assert kinds(ports, approver) == [Kind.APPROVE_DECISIONS]
    outcomes.approve(ports, call)
    assert kinds(ports, officer) == kinds(ports, approver) == [Kind.TELL]


def test_whoever_proposed_finds_nothing_to_approve(ports: Ports) -> None:
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    call = assessment.locked(ports)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call), by=both)
    assert Kind.APPROVE_DECISIONS not in kinds(ports, both)
    assert kinds(ports, calls.approver(ports)) == [Kind.APPROVE_DECISIONS]


def test_a_drafted_notice_waits_for_somebody_else(ports: Ports) -> None:
    call = outcomes.told(ports)
    outcomes.addressed(ports, call)
    officer, approver, now = calls.officer(ports), calls.approver(ports), ports.clock.now()
    assert Kind.PUBLISH_NOTICE not in kinds(ports, approver)
    perform(ports, officer, now, notices.draft, call.id)
    assert Kind.PUBLISH_NOTICE in kinds(ports, approver)
    assert Kind.PUBLISH_NOTICE not in kinds(ports, officer)


@pytest.mark.both_databases
def test_each_thing_is_told_once_and_again_only_when_it_comes_back(ports: Ports) -> None:
    approver = calls.approver(ports)
    call = outcomes.proposed(ports)
    for _ in range(3):
        make_due(ports)
    assert told(ports, approver) == Counter({"Decisions to approve": 1})
    assert told(ports, calls.officer(ports))["Decisions to approve"] == 0
    again = outcomes.in_rank_order(ports, call)
    ref = next(ref for ref, proposal in again.items() if proposal.outcome == "reserve")
    outcomes.propose(ports, call, {ref: replace(again[ref], reason="Another reason, as it turned out.")})
    make_due(ports)
    assert told(ports, approver) == Counter({"Decisions to approve": 2})


def test_whoever_has_just_acted_is_not_written_to(ports: Ports) -> None:
    officer = calls.officer(ports)
    assessment.locked(ports)  # by the officer, for whom the decisions wait now
    make_due(ports)
    assert kinds(ports, officer) == [Kind.PROPOSE]
    assert told(ports, officer) == Counter()


def test_a_digest_comes_on_working_days_in_the_morning_instead_of_the_rest(ports: Ports, clock: StandingClock) -> None:
    approver = calls.approver(ports)
    outcomes.proposed(ports)
    perform(ports, approver, clock.now(), work.choose_mail, Mail.DAILY)
    clock.set(datetime(2027, 6, 5, 9, tzinfo=UTC))  # a Saturday
    make_due(ports)
    clock.set(datetime(2027, 6, 7, 6, 59, tzinfo=UTC))  # 7:59 in the UK
    make_due(ports)
    assert told(ports, approver) == told(ports, approver, "work_digest") == Counter()
    clock.set(datetime(2027, 6, 7, 7, tzinfo=UTC))
    for _ in range(3):
        make_due(ports)
    assert told(ports, approver, "work_digest") == Counter({"what waits for you today (1)": 1})
    assert told(ports, approver) == Counter()
    before = told(ports, approver, "review_asked")
    call = calls.reviewed(ports, calls.drafted(ports))
    assert told(ports, approver, "review_asked") == before  # it stands in the next digest
    clock.set(datetime(2027, 6, 8, 7, tzinfo=UTC))
    make_due(ports)
    with ports.database.reading() as session:
        body = session.scalars(select(Message.body).where(Message.kind == "work_digest").order_by(Message.id)).all()[-1]
    assert f"Calls to review: {call.title}" in " ".join(body.split())


def test_the_morning_is_that_of_the_uk() -> None:
    assert [is_time_for_digest(datetime(2027, 1, 5, hour, tzinfo=UTC)) for hour in (7, 8)] == [False, True]
    assert [is_time_for_digest(datetime(2027, 7, 5, hour, tzinfo=UTC)) for hour in (6, 7)] == [False, True]
    assert not is_time_for_digest(datetime(2027, 12, 27, 12, tzinfo=UTC))  # a bank holiday


def test_the_list_costs_the_same_however_much_waits(ports: Ports) -> None:
    def read() -> None:
        with ports.database.reading() as session:
            work_queries.tasks(session, ports.clock.now())

    outcomes.proposed(ports)
    one = statements(ports, read)
    for _ in range(3):
        calls.reviewed(ports, calls.drafted(ports))
    assert statements(ports, read) == one


@pytest.mark.both_databases
def test_what_waits_is_gathered_once_for_all_who_are_told(ports: Ports) -> None:
    """Not anew for each person: with many officers and calls that was most of what a round of the sweep cost."""
    outcomes.proposed(ports)
    people = [calls.staff(ports, f"approver{number}@city.example", "approver") for number in range(6)]
    with ports.database.reading() as session:
        gathering = statements(ports, lambda: work_queries.tasks(session, ports.clock.now()))
    some, now = [], ports.clock.now()

    def told_all() -> None:
        with ports.database.reading() as session:
            some.extend(work.due_to_tell(session, now))
        for each in some:
            perform(ports, SYSTEM, now, work.tell, each)

    sent = statements(ports, told_all)
    assert {each.person_id for each in some} >= {person.id for person in people}
    assert sent < gathering + 15 * len(some)
    assert gathering > 15  # so that it would be seen if each gathered for themselves
    assert all(told(ports, person)["Decisions to approve"] == 1 for person in people)


def test_the_end_of_a_call_waits_only_when_nothing_hangs_and_for_officers_alone(ports: Ports) -> None:
    """Neither a standstill nor an award that its applicant has to answer waits for anybody here."""
    officer, approver = calls.officer(ports), calls.approver(ports)
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    assert (kinds(ports, officer), kinds(ports, approver)) == ([], [])
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    assert (kinds(ports, officer), kinds(ports, approver)) == ([Kind.RECORD_SIGNING, Kind.SETTLE], [])
    perform(ports, officer, ports.clock.now(), reserve.conclude, call.id)
    assert kinds(ports, officer) == [Kind.RECORD_SIGNING]  # what both sign may take longer than the call


def test_a_standstill_waits_for_nobody(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    assert (kinds(ports, calls.officer(ports)), kinds(ports, calls.approver(ports))) == ([], [])


def test_open_differences_wait_for_officers_until_the_moderation_is_closed(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.offered(monkeypatch)
    panel.moderating(ports)
    assert kinds(ports, calls.officer(ports)) == [Kind.MODERATE]
    assert kinds(ports, calls.approver(ports)) == []


def test_whoever_a_review_let_in_again_waits_for_a_decision(ports: Ports) -> None:
    scene = Scene(ports, begun=True)
    assert Kind.DECIDE_ELIGIBILITY not in kinds(ports, scene.officer)
    scene.ask()
    scene.decide(ReviewOutcome.REVERSED)
    assert Kind.DECIDE_ELIGIBILITY in kinds(ports, scene.officer)
