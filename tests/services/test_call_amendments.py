"""A published call that is amended: written on a copy by one person, agreed by another, told to everybody."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from procurement.models.amendments import Amendment
from procurement.models.calls import Call, CallVersion
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.register import Release
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import work as work_queries
from procurement.rules.ledger import digest
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import call_amendments, verification
from procurement.services import calls as calls_services
from procurement.services.act import perform
from procurement.services.refusal import FreshSignInNeeded, Refusal
from tests.parts import applications as teams
from tests.parts import assessment, calls, rewriting
from tests.services.test_amendments import drafted, told
from tests.services.test_leaving import refused

TERMS = "The prototype stays yours. The city may use it for ever, also after the contract."


def test_two_people_change_a_text_and_everybody_reads_what_it_said(ports: Ports) -> None:
    call = calls.published(ports)
    sent, _ = teams.submitted(ports, call)
    draft, _ = drafted(ports, call, "Second Firm", "ada@second.example")
    before = calls.read(ports, call.id).terms
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, terms=TERMS)
    assert calls.read(ports, call.id).terms == before  # nothing changes before somebody else approves it
    rewriting.sent(ports, amendment)
    assert told(ports, "call_amended") == []
    rewriting.approved(ports, amendment)
    assert calls.read(ports, call.id).terms == TERMS
    messages = told(ports, "call_amended")
    assert {each.entry_id for each in messages} == {sent.entry.id, draft.entry.id}
    assert {each.sealed for each in messages} == {True}  # who applies is nobody's to know
    assert all("The call: terms" in each.body and rewriting.REASON in each.body for each in messages)
    with ports.database.reading() as session:
        row = session.scalars(select(Amendment)).one()
        first, second = session.scalars(select(CallVersion).order_by(CallVersion.number)).all()
        event = session.scalars(select(Event).where(Event.tag == "call.amend")).one()
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    assert [json.loads(each.content)["terms"] for each in (first, second)] == [before, TERMS]
    assert second.fingerprint == digest(second.content) == event.data["content"]
    assert (row.version, row.changes) == (2, [["call", "call", call.title, "terms", before, TERMS]])
    assert (row.proposed_by, row.approved_by) == (calls.officer(ports).id, calls.approver(ports).id)
    assert refused(rewriting.approved, ports, amendment) == ["There is no proposal to decide on."]


def test_who_wrote_any_of_it_does_not_approve_it(ports: Ports) -> None:
    call = calls.published(ports)
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    amendment = rewriting.begun(ports, call, by=both)
    rewriting.texts(ports, amendment, contact="new@city.example")
    perform(ports, both, ports.clock.now(), call_amendments.describe, amendment.id, "Moved house", {}, "")
    mark = rewriting.seen(ports, amendment).seen
    perform(ports, calls.officer(ports), ports.clock.now(), call_amendments.send, amendment.id, seen=mark)
    own = ["You wrote some of this. Somebody else must approve it."]
    assert refused(rewriting.approved, ports, amendment, by=both) == own
    with pytest.raises(FreshSignInNeeded):
        perform(ports, calls.approver(ports), ports.clock.now(), call_amendments.approve, amendment.id, seen=mark)
    assert refused(rewriting.begun, ports, call, by=calls.approver(ports)) == ["Only an officer can do this."]
    rewriting.approved(ports, amendment)
    assert calls.read(ports, call.id).contact == "new@city.example"


def test_nobody_approves_what_they_have_not_seen(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, summary="Cleaner air on every high street, by next winter.")
    stale = rewriting.seen(ports, amendment).seen
    rewriting.texts(ports, amendment, summary="Cleaner air on every high street.")
    changed = ["The amendment was changed after you opened this page. Read it again."]
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(perform, ports, officer, now, call_amendments.send, amendment.id, seen=stale) == changed
    rewriting.sent(ports, amendment)
    approver = assessment.fresh(ports, calls.approver(ports))
    assert refused(perform, ports, approver, now, call_amendments.approve, amendment.id, seen=stale) == changed
    handed_on = ["This amendment was handed on, so it cannot be changed. Its page says how far it is."]
    assert refused(rewriting.texts, ports, amendment, summary="Something else") == handed_on


def test_it_is_sent_back_with_a_reason_and_taken_back(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, terms=TERMS)
    rewriting.sent(ports, amendment)
    approver, officer, now = calls.approver(ports), calls.officer(ports), ports.clock.now()
    perform(ports, approver, now, call_amendments.send_back, amendment.id, "Say until when.")
    (message,) = told(ports, "sent_back")
    assert "Say until when." in message.body
    rewriting.texts(ports, amendment, terms=TERMS + " Until 2031.")
    perform(ports, officer, now, call_amendments.take_back, amendment.id, "We leave it as it is.")
    again = rewriting.begun(ports, call)
    assert again.id != amendment.id
    assert rewriting.seen(ports, again).changes == ()  # a new copy says what the call says
    assert rewriting.begun(ports, call).id == again.id  # asked twice, it is the same


def test_nothing_is_sent_without_a_change_or_a_reason(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    nothing = ["Nothing is written otherwise yet, so there is nothing to publish."]
    assert refused(rewriting.sent, ports, amendment) == nothing
    rewriting.texts(ports, amendment, terms="")
    assert refused(rewriting.sent, ports, amendment) == ["Say on which terms the work is done or the money is given."]
    rewriting.texts(ports, amendment, terms=TERMS)
    assert refused(rewriting.sent, ports, amendment, reason=" ") == ["Give a reason."]


def test_the_copy_stands_in_no_list_and_cannot_be_published_as_a_call(ports: Ports) -> None:
    call = calls.published(ports)
    with ports.database.reading() as session:
        before = [each.id for each in calls_queries.list_managed(session)]
        number = calls_queries.count_of_year(session, call.ref[:-3])
    amendment = rewriting.begun(ports, call)
    officer, now = calls.officer(ports), ports.clock.now()
    own_page = ["This is an amendment of a published call: send it from its own page."]
    assert refused(perform, ports, officer, now, calls_services.send_for_review, amendment.copy_id) == own_page
    with ports.database.reading() as session:
        assert [each.id for each in calls_queries.list_managed(session)] == before
        assert calls_queries.count_of_year(session, call.ref[:-3]) == number
        tasks = [each for each in work_queries.tasks(session, now) if each.kind is Kind.WRITE_AMENDMENT]
        assert [(each.call.id, each.only) for each in tasks] == [(call.id, frozenset({officer.id}))]
    rewriting.texts(ports, amendment, terms=TERMS)
    rewriting.sent(ports, amendment)
    with ports.database.reading() as session:
        waits = [each for each in work_queries.tasks(session, now) if each.kind is Kind.APPROVE_AMENDMENT]
        assert [(each.call.id, each.but) for each in waits] == [(call.id, frozenset({officer.id}))]


def test_dates_who_reads_names_and_windows_are_not_changed_on_the_copy(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    stage = rewriting.copied(ports, amendment)
    with ports.database.reading() as session:
        fields = {name: getattr(stage, name) for name in ("opens_at", "ask_by", "closes_at", "assess_by", "decide_by")}
        version = calls_queries.section_mark(session, stage, "dates")
    assert stage.closes_at is not None
    fields["closes_at"] = stage.closes_at + timedelta(days=7)
    save = (
        perform,
        ports,
        calls.officer(ports),
        ports.clock.now(),
        calls_services.save_stage,
        stage.id,
        "dates",
        fields,
    )
    assert refused(*save, version=version) == [str(rewriting.rules.OTHER_PAGE)]


def test_what_was_changed_meanwhile_is_not_overwritten(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, terms=TERMS)
    rewriting.sent(ports, amendment)

    def elsewhere(session: object) -> None:
        session.get_one(Call, call.id).terms = "Said by somebody else."  # type: ignore[attr-defined]

    ports.database.write(elsewhere)
    overtaken = ["What this amendment changes was changed meanwhile. Take it back and write it anew."]
    assert refused(rewriting.approved, ports, amendment) == overtaken


def test_a_description_is_an_update_and_a_condition_an_amendment_in_open_data(ports: Ports) -> None:
    call = calls.published(ports)
    first = rewriting.begun(ports, call)
    rewriting.texts(ports, first, summary="Cleaner air, by next winter.")
    assert rewriting.seen(ports, first).material is False
    rewriting.published(ports, first)
    second = rewriting.begun(ports, call)
    rewriting.texts(ports, second, eligibility="Any firm with a registered office in the UK.")
    assert rewriting.seen(ports, second).material is True
    rewriting.published(ports, second)
    with ports.database.reading() as session:
        rows = session.scalars(select(Release).order_by(Release.moment)).all()
        told_of = session.scalar(select(func.count()).select_from(Message).where(Message.kind == "call_amended"))
    assert [row.tag for row in rows] == ["tender", "tenderUpdate", "tenderAmendment"]
    bodies = [json.loads(row.content)["tender"] for row in rows]
    assert bodies[1]["description"] == "Cleaner air, by next winter."
    assert bodies[1]["amendments"][0]["rationale"] == rewriting.REASON
    assert bodies[2]["amendments"][0]["description"] == "The call: who can apply."
    assert "description" not in bodies[2]
    assert told_of == 0  # nobody has begun


def test_what_does_not_differ_after_all_is_no_change(ports: Ports) -> None:
    call = calls.published(ports)
    before = calls.read(ports, call.id).terms
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, terms=TERMS)
    rewriting.texts(ports, amendment, terms=before)
    assert rewriting.seen(ports, amendment).changes == ()
    with ports.database.reading() as session:
        assert call_amendments_queries.published(session, call.id) == []


def test_a_call_that_is_not_running_is_not_amended(ports: Ports) -> None:
    call = calls.drafted(ports)
    with pytest.raises(Refusal) as refusal:
        rewriting.begun(ports, call)
    assert str(refusal.value).startswith("The call is not running")
