"""Deciding, telling, noticing, confirming and answering, without a browser: each act once, by two people, in budget."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Membership, Person
from procurement.models.register import RegisterAward
from procurement.queries import decisions as decisions_queries
from procurement.queries.documents import PAPERS
from procurement.rules.dates import standstill
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import decisions, notices, reserve
from procurement.services.act import Act, perform
from procurement.services.decisions import send_back
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes, people
from tests.parts.outcomes import Proposal
from tests.parts.statements import statements


def states(ports: Ports, model: Any, call: Call) -> list[str]:
    with ports.database.reading() as session:
        return list(session.scalars(select(model.state).where(model.call_id == call.id).order_by(model.id)))


def count(ports: Ports, model: Any, **where: Any) -> int:
    with ports.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**where)) or 0


def refused(act: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named)
    return [str(reason) for reason in refusal.value.reasons]


def test_from_the_locked_marks_to_a_concluded_challenge(ports: Ports) -> None:
    call = assessment.locked(ports)
    table = outcomes.table(ports, call)
    assert [(e.organisation.name, e.row.place, e.row.total) for e in table.entries if e.row] == [
        ("Firm A", 1, Decimal("100.00")),
        ("Firm B", 2, Decimal("80.00")),
        ("Firm C", 3, Decimal("60.00")),
    ]
    call = outcomes.decided(ports, call)
    assert (calls.stage_of(ports, call).state, states(ports, Award, call)) == ("decided", ["approved", "approved"])
    with ports.database.reading() as session:
        kinds = session.scalars(
            select(Document.kind)
            .where(Document.call_id == call.id, Document.kind != "opening_record")
            .order_by(Document.id)
        ).all()
    assert [kind for kind in kinds if kind not in ("receipt", *PAPERS)] == [
        "award_letter",
        "award_letter",
        "reserve_letter",
        *["assessment_summary"] * 3,
    ]
    assert refused(outcomes.tell, ports, call) == [
        "6 letters and summaries are not ready yet. Nobody is told before all of them are."
    ]
    call = outcomes.told(ports, call)
    told_at = calls.stage_of(ports, call).told_at
    assert told_at == ports.clock.now()
    assert states(ports, Award, call) == ["told", "told"]
    assert count(ports, Message, kind="outcome_ready") == 3
    assert refused(outcomes.tell, ports, call)[0].startswith("The applicants were told on ")
    award = outcomes.awards_of(ports, call)[0]
    assert refused(outcomes.accepted, ports, award) == [
        "This award is not confirmed yet. We will tell you when you can accept it."
    ]
    notice = outcomes.noticed(ports, call)
    runs = standstill(ports.clock.now())
    assert (notice.standstill_ends_at, notice.working) == (runs.ends_at, [str(each) for each in runs.working])
    first, second = outcomes.awards_of(ports, call)
    assert first.confirm_at == second.confirm_at == runs.confirm_at
    assert count(ports, RegisterAward, status="pending") == 2
    ports.clock.set(runs.confirm_at - timedelta(seconds=1))  # type: ignore[attr-defined]
    assert outcomes.sweep(ports) == 0
    assert "You can accept this award from" in refused(outcomes.accepted, ports, first)[0]
    ports.clock.set(runs.confirm_at + timedelta(hours=5))  # type: ignore[attr-defined]
    # accepted before the sweep came: the confirmation is written down first, effective at its own instant
    outcomes.accepted(ports, first)
    assert outcomes.sweep(ports) == 1
    assert states(ports, Award, call) == ["accepted", "confirmed"]
    assert {award.confirmed_at for award in outcomes.awards_of(ports, call)} == {runs.confirm_at}

    def conclude() -> None:
        perform(ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)

    assert refused(conclude) == ["1 award is still waiting to be accepted or refused."]
    outcomes.refused(ports, second)
    conclude()
    assert (calls.read(ports, call.id).state, states(ports, Award, call)) == ("concluded", ["accepted", "refused"])
    assert (count(ports, RegisterAward, status="active"), count(ports, RegisterAward, status="cancelled")) == (1, 1)


def test_awards_of_a_fund_stand_from_the_telling(ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=2)
    first, told_at = outcomes.awards_of(ports, call)[0], calls.stage_of(ports, call).told_at
    assert (first.state, first.told_at, first.confirmed_at) == ("confirmed", told_at, told_at)
    assert count(ports, Document, kind="assessment_summary") == 0
    assert count(ports, RegisterAward, status="active", kind="grant") == 2
    assert outcomes.accepted(ports, first).state == "accepted"
    assert outcomes.accepted(ports, first).state == "accepted"
    assert count(ports, Message, kind="award_accepted") == 1


def test_accepting_a_grant_confirms_minimal_financial_assistance_in_writing(ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=1)
    award = outcomes.awards_of(ports, call)[0]
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "award_letter")).one().content
        lead = session.scalars(select(Person.name).join(Membership).where(Membership.role == "lead")).first()
    assert letter["salutation"] == f"Dear {lead},"
    assert letter["offer"].startswith("Birmingham City Council proposes to give you a grant of £")
    assert "intends" not in json.dumps(letter)
    assert "This letter is the notification that section 37 of that Act asks for." in " ".join(letter["assistance"])
    outcomes.accepted(ports, award)
    with ports.database.reading() as session:
        event = session.scalars(select(Event).where(Event.tag == "award.accept")).one()
    assert event.data["assistance"] == award.amount * 100
    assert (event.data["ceiling"], event.data["since"]) == (31_500_000, 2024)


def test_a_proposal_stays_within_what_was_asked_and_what_there_is(ports: Ports) -> None:
    call = assessment.locked(ports)
    refs = [entry.ref for entry in outcomes.table(ports, call).entries]
    assert refused(outcomes.propose, ports, call, {refs[0]: Proposal("fund", Decimal(40_001))}) == [
        f"{refs[0]}: It asks for £40,000. The award cannot be more."
    ]
    assert refused(outcomes.propose, ports, call, {refs[0]: Proposal("decline")}) == [
        f"{refs[0]}: Give the reason that the applicant will read."
    ]
    asked = zip(refs, (40_000, 39_000, 38_000), strict=True)
    whole = {ref: Proposal("fund", Decimal(amount)) for ref, amount in asked}
    assert refused(outcomes.propose, ports, call, whole) == [
        "Lot 1: the awards would go £17,000 over its budget. Award fewer."
    ]
    assert count(ports, Decision) == 0
    assert refused(outcomes.propose, ports, call, {}, by=calls.approver(ports)) == ["Only an officer can do this."]


def test_who_proposed_cannot_approve_and_nobody_approves_unseen(ports: Ports) -> None:
    call = assessment.locked(ports)
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    proposals = outcomes.in_rank_order(ports, call)
    outcomes.propose(ports, call, proposals, by=both)
    assert refused(outcomes.approve, ports, call, by=both) == ["You wrote this. Somebody else must approve it."]
    seen = outcomes.table(ports, call).seen
    last = list(proposals)[-1]
    outcomes.propose(ports, call, {last: Proposal("decline", None, "Another reason altogether.")})
    assert refused(outcomes.approve, ports, call, seen=seen) == [
        "The decisions were changed after you opened this page. Read them again."
    ]
    assert refused(outcomes.approve, ports, call, by=calls.officer(ports)) == ["Only an approver can do this."]
    assert calls.stage_of(ports, outcomes.approve(ports, call)).state == "decided"
    # what was superseded is kept
    assert count(ports, Decision) == 4


def test_leaving_rank_order_needs_a_reason_in_a_fund(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant")
    first, second, third = (entry.ref for entry in outcomes.table(ports, call).entries)
    out_of_order = {
        first: Proposal("decline", None, outcomes.REASON),
        second: Proposal("fund", Decimal(39_000)),
        third: Proposal("decline", None, outcomes.REASON),
    }
    assert outcomes.propose(ports, call, out_of_order).leaving == {first, second}
    assert refused(outcomes.approve, ports, call) == [
        "2 decisions depart from the rank order without a reason. Give one for each."
    ]
    explained = {
        first: Proposal("decline", None, outcomes.REASON, "It is funded by the region already."),
        second: Proposal("fund", Decimal(39_000), "", "The one above is funded by the region."),
    }
    outcomes.propose(ports, call, explained)
    assert calls.stage_of(ports, outcomes.approve(ports, call)).state == "decided"


def test_decisions_are_sent_back_with_a_reason(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    approver, now, stage = calls.approver(ports), ports.clock.now(), calls.stage_of(ports, call)
    assert refused(perform, ports, approver, now, send_back, stage.id, " ") == ["Give a reason."]
    perform(ports, approver, now, send_back, stage.id, "The reasons say too little.")
    assert calls.stage_of(ports, call).sent_back == "The reasons say too little."
    assert count(ports, Message, kind="sent_back") == 1
    outcomes.propose(
        ports,
        call,
        {
            outcomes.table(ports, call).entries[2].ref: Proposal(
                "decline", None, "There is no plan for the second year."
            )
        },
    )
    assert calls.stage_of(ports, call).sent_back == ""


def test_a_decision_is_missing(ports: Ports) -> None:
    call = assessment.locked(ports)
    proposals = outcomes.in_rank_order(ports, call)
    proposals.pop(list(proposals)[-1])
    outcomes.propose(ports, call, proposals)
    assert "1 application has no decision yet." in refused(outcomes.approve, ports, call)


def test_two_approvals_at_once_make_each_award_once(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    seen = outcomes.table(ports, call).seen
    approvers = [calls.staff(ports, f"approver{number}@city.example", "approver") for number in range(4)]

    def press(number: int) -> str:
        try:
            return calls.stage_of(ports, outcomes.approve(ports, call, by=approvers[number], seen=seen)).state
        except Refusal:
            return "refused"

    with ThreadPoolExecutor(4) as crowd:
        answers = sorted(crowd.map(press, range(4)))
    assert answers == ["decided", "refused", "refused", "refused"]
    assert count(ports, Award) == 2
    assert count(ports, Decision, superseded_at=None) == 3


def test_proposals_at_once_never_go_over_the_budget(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant")
    refs = [entry.ref for entry in outcomes.table(ports, call).entries]
    officers = [calls.staff(ports, f"officer{number}@city.example", "officer") for number in range(3)]

    def press(number: int) -> bool:
        try:
            outcomes.propose(ports, call, {refs[number]: Proposal("fund", Decimal(38_000))}, by=officers[number])
        except Refusal:
            return False
        return True

    for _ in range(20):
        with ThreadPoolExecutor(3) as crowd:
            assert sorted(crowd.map(press, range(3))) == [False, True, True]
        table = outcomes.table(ports, call)
        assert (table.over, table.committed) == (0, Decimal(76_000))
        outcomes.propose(ports, call, {ref: Proposal("decline", None, outcomes.REASON) for ref in refs})
        assert count(ports, Decision, superseded_at=None) == 3


def test_the_ranking_takes_as_many_statements_however_many_there_are(ports: Ports) -> None:
    few = assessment.locked(ports, firms=2)

    def needed(call: Call) -> int:
        with ports.database.reading() as session:
            stage = calls.newest(session, call)
            return statements(ports, decisions_queries.table_of, session, stage.call, stage)

    first = needed(few)
    call = calls.published(ports, title="Another call")
    for place in range(6):
        assessment.bid(ports, call, f"Other {place}", amount=30_000 + 1_000 * place)
    assert needed(assessment.locked(ports, call)) == first > 0


def test_only_the_lead_of_the_own_organisation_answers(ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=2)
    first, second = outcomes.awards_of(ports, call)
    editor = people.member(ports, first.application.organisation_id, "editor@firma.example", "editor")
    assert refused(outcomes.accepted, ports, first, by=editor) == [
        "Only the lead of your organisation can answer an award."
    ]
    stranger = outcomes.lead_of(ports, second)
    assert refused(outcomes.accepted, ports, first, by=stranger) == ["There is no such award."]
    assert refused(outcomes.refused, ports, first, "  ") == ["Give a reason."]


def test_the_notice_is_published_by_somebody_else_and_lacks_nothing(ports: Ports) -> None:
    call = outcomes.told(ports)
    now = ports.clock.now()
    officer = calls.officer(ports)
    draft = lambda session: notices.draft(Act(session, ports, officer, now), call.id)  # noqa: E731
    assert refused(ports.database.write, draft) == [
        "Firm A has no complete postal address. Ask its lead to enter it.",
        "Firm B has no complete postal address. Ask its lead to enter it.",
    ]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    notice = outcomes.drafted(ports, call, by=both)
    assert refused(outcomes.publish, ports, notice, by=both) == ["You wrote this. Somebody else must approve it."]
    outcomes.publish(ports, notice)
    assert refused(outcomes.publish, ports, notice) == ["This notice has been published."]


def test_what_is_decided_in_the_last_hour_of_a_summers_day_bears_the_uks_date(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    ports.clock.set(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))  # type: ignore[attr-defined]
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        dated = set(session.scalars(select(Document.content["dated"].as_string()).where(Document.call_id == call.id)))
    assert dated - {None} == {"Thursday 1 July 2027"}


def test_the_day_of_an_act_begins_at_midnight_in_the_uk(ports: Ports) -> None:
    with ports.database.reading() as session:
        days = [
            Act(session, ports, SYSTEM, datetime(2027, month, 30, hour, 59, tzinfo=UTC)).today
            for month, hour in ((6, 22), (6, 23), (11, 23))
        ]
    assert days == [date(2027, 6, 30), date(2027, 7, 1), date(2027, 11, 30)]


def test_an_act_that_must_be_serializable_is_never_made_otherwise(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    approver, now = assessment.fresh(ports, calls.approver(ports)), ports.clock.now()
    seen, stage_id = outcomes.table(ports, call).seen, calls.stage_of(ports, call).id
    with pytest.raises(RuntimeError, match="approve was called in a transaction that is not serializable"):
        ports.database.write(lambda session: decisions.approve(Act(session, ports, approver, now), stage_id, seen=seen))
    assert calls.stage_of(ports, call).state == "deciding"
    perform(ports, approver, now, decisions.approve, stage_id, seen=seen)
    assert calls.stage_of(ports, call).state == "decided"
