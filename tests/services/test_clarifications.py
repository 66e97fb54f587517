"""Questions about a call: who may ask until when, two people to answer, everybody told at once, nobody named."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.clarifications import Clarification
from procurement.models.documents import Document
from procurement.models.history import Event, EventNote
from procurement.models.messages import Message
from procurement.models.people import Organisation
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import work as work_queries
from procurement.rules.clarifications import MOST_WAITING, ClarificationStatus
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import clarifications, opening, verification
from procurement.services.act import perform
from procurement.services.clarifications import Draft
from procurement.services.refusal import Refusal, Stale
from tests.parts import applications, assessment, calls, people
from tests.services.test_leaving import refused

QUESTION = "May the pilot run in one school only?"
ANSWER = Draft("May the pilot run in one school?", "Yes, in one school or in several.")


def firm(ports: Ports) -> tuple[Principal, Organisation]:
    return people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")


def ask(ports: Ports, call: Call, who: Principal, text: str = QUESTION, **more: object) -> Clarification:
    return perform(ports, who, ports.clock.now(), clarifications.ask, call.id, text, **more)  # type: ignore[arg-type]


def draft(ports: Ports, row: Clarification, said: Draft = ANSWER, by: Principal | None = None, seen: int = 0) -> None:
    perform(ports, by or calls.officer(ports), ports.clock.now(), clarifications.write, row.id, said, seen=seen)


def answer(ports: Ports, row: Clarification, by: Principal | None = None, seen: int = 1) -> Clarification:
    who, now = by or calls.approver(ports), ports.clock.now()
    return perform(ports, who, now, clarifications.answer, row.id, seen=seen)


def written(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def kinds(ports: Ports, who: Principal) -> list[Kind]:
    with ports.database.reading() as session:
        found = work_queries.tasks(session, ports.clock.now())
        return [task.kind for task in work_queries.mine(found, who.id, who.roles)]


def test_an_answer_goes_to_who_asked_and_to_every_team_at_once_without_a_name(ports: Ports) -> None:
    call = calls.published(ports)
    lead, organisation = firm(ports)
    applications.started(ports, call, lead, organisation)
    asker, _other = people.firm(ports, "Digbeth Data Ltd", "lead@digbeth.example")
    row = ask(ports, call, asker)
    assert row.status is ClarificationStatus.WAITING
    assert Kind.ANSWER_QUESTION in kinds(ports, calls.officer(ports))
    draft(ports, row)
    assert Kind.PUBLISH_ANSWER in kinds(ports, calls.approver(ports))
    assert Kind.PUBLISH_ANSWER not in kinds(ports, calls.officer(ports))
    assert written(ports, "clarification") == []
    assert answer(ports, row).number == 1
    told = written(ports, "clarification")
    assert sorted(each.address for each in told) == ["lead@aston.example", "lead@digbeth.example"]
    assert all(each.sealed for each in told)
    assert not any("Digbeth" in each.body for each in told if each.address != "lead@digbeth.example")
    with ports.database.reading() as session:
        shown = clarifications_queries.published(session, call.id)
        assert [(each.number, each.wording, each.answer) for each in shown] == [(1, ANSWER.wording, ANSWER.answer)]
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []
        events = session.scalars(select(Event).where(Event.tag.in_(("call.ask", "call.answer")))).all()
        assert [(each.tag, each.actor_id) for each in events] == [
            ("call.ask", None),
            ("call.answer", calls.approver(ports).id),
        ]


def test_who_wrote_an_answer_does_not_publish_it(ports: Ports) -> None:
    call = calls.published(ports)
    row = ask(ports, call, firm(ports)[0])
    draft(ports, row)
    assert refused(answer, ports, row, calls.officer(ports)) == [str(clarifications.OWN)]


def test_what_is_published_is_what_was_read(ports: Ports) -> None:
    call = calls.published(ports)
    row = ask(ports, call, firm(ports)[0])
    draft(ports, row)
    draft(ports, row, Draft("Is one school enough?", "No."), seen=1)
    with pytest.raises(Stale) as stale:
        draft(ports, row, seen=1)
    assert stale.value.theirs["answer"] == "No."
    assert "changed" in refused(answer, ports, row)[0]
    assert answer(ports, row, seen=2).answer == "No."
    assert refused(draft, ports, row, seen=2) == [str(clarifications.DONE)]


def test_a_draft_can_be_sent_back_with_a_reason(ports: Ports) -> None:
    call = calls.published(ports)
    row = ask(ports, call, firm(ports)[0])
    draft(ports, row)
    perform(ports, calls.approver(ports), ports.clock.now(), clarifications.send_back, row.id, "Say how many.")
    assert Kind.ANSWER_QUESTION in kinds(ports, calls.officer(ports))
    assert refused(answer, ports, row) == ["No answer is drafted yet."]


def test_a_name_in_the_text_for_everybody_is_found_and_looked_at(ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = firm(ports)
    row = ask(ports, call, lead, "We at Aston Sensors Ltd ask: is one school enough?")
    writes_to = Draft("May we send it to lead@aston.example?", "Yes.")
    assert "lead@aston.example" in refused(draft, ports, row, writes_to)[0]
    naming = Draft("Aston sensors ltd asks: is one school enough?", "Yes.")
    assert "Aston Sensors Ltd" in refused(draft, ports, row, naming)[0]
    draft(ports, row, Draft(naming.wording, naming.answer, looked=True))
    assert answer(ports, row).number == 1


def test_a_trade_secret_is_answered_to_who_asked_alone_with_the_reason(ports: Ports) -> None:
    call = calls.published(ports)
    lead, organisation = firm(ports)
    applications.started(ports, call, lead, organisation)
    asker, _other = people.firm(ports, "Digbeth Data Ltd", "lead@digbeth.example")
    row = ask(ports, call, asker, secret="It says how our sensor works.")
    draft(ports, row, Draft(ANSWER.wording, ANSWER.answer, "It would show how a product works."))
    done = answer(ports, row)
    assert (done.number, done.status) == (None, ClarificationStatus.PRIVATE)
    assert written(ports, "clarification") == []
    assert [each.address for each in written(ports, "question_answered_privately")] == ["lead@digbeth.example"]
    with ports.database.reading() as session:
        assert clarifications_queries.published(session, call.id) == []
        assert [each.id for each in clarifications_queries.asked_by(session, call.id, asker.id)] == [row.id]
        assert clarifications_queries.asked_by(session, call.id, lead.id) == []


def test_the_last_instant_to_ask_is_one_instant(ports: Ports) -> None:
    now = ports.clock.now()
    call = calls.published(ports, ask_in=timedelta(days=5))
    lead, _organisation = firm(ports)
    before, at = now + timedelta(days=5, microseconds=-1), now + timedelta(days=5)
    assert perform(ports, lead, before, clarifications.ask, call.id, QUESTION).id
    with pytest.raises(Refusal) as late:
        perform(ports, lead, at, clarifications.ask, call.id, QUESTION)
    assert (late.value.status, late.value.reasons) == (410, (clarifications.OVER,))


@pytest.mark.parametrize("role", ["officer", "approver", "auditor", "assessor"])
def test_whoever_works_on_calls_asks_nothing(ports: Ports, role: str) -> None:
    call = calls.published(ports)
    who = people.person(ports, f"{role}@elsewhere.example", role)
    with pytest.raises(Refusal) as refusal:
        ask(ports, call, who)
    assert refusal.value.status == 403


def test_one_person_can_have_so_many_questions_waiting(ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = firm(ports)
    for number in range(MOST_WAITING):
        ask(ports, call, lead, f"Question {number}?")
    assert str(MOST_WAITING) in refused(ask, ports, call, lead)[0]


def test_nothing_is_opened_before_each_question_has_an_answer_or_a_reason(ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = firm(ports)
    first, second = ask(ports, call, lead), ask(ports, call, lead, "And in two?")
    assessment.closed(ports, call)
    officer, stage = assessment.fresh(ports, calls.officer(ports)), calls.stage_of(ports, call)
    now = ports.clock.now()
    assert Kind.OVERDUE_QUESTION in kinds(ports, calls.officer(ports))
    assert Kind.OPEN not in kinds(ports, calls.officer(ports))

    def asked() -> list[str]:
        return refused(perform, ports, officer, now, opening.ask, stage.id)

    assert asked()[0].startswith("Questions about this stage that wait for an answer: 2.")
    draft(ports, first)
    answer(ports, first)
    assert asked()[0].startswith("Questions about this stage that wait for an answer: 1.")
    perform(ports, officer, now, clarifications.close, second.id, "", same_as=1)
    (closed,) = written(ports, "question_closed")
    assert "Answer 1 answers it too." in closed.body
    assert Kind.OPEN in kinds(ports, calls.officer(ports))
    assessment.opened(ports, call)
    with ports.database.reading() as session:
        logs = session.scalars(select(Document).where(Document.kind == "clarification_log")).all()
        assert [[each["answer"] for each in log.content["answers"]] for log in logs] == [[ANSWER.answer]]


def test_the_authority_says_something_by_itself_and_corrects_itself(ports: Ports) -> None:
    call = calls.published(ports)
    officer, now = calls.officer(ports), ports.clock.now()
    said = perform(ports, officer, now, clarifications.say, call.id, Draft("", "The site is closed on Friday."))
    # the same press once more, with the blanks of another browser
    twice = perform(ports, officer, now, clarifications.say, call.id, Draft("", " The site is closed on Friday.\r\n"))
    assert twice.id == said.id
    assert answer(ports, said).number == 1
    better = Draft("", "The site is closed on Thursday.")
    again = perform(ports, officer, now, clarifications.say, call.id, better, corrects=1)
    assert answer(ports, again).number == 2
    with ports.database.reading() as session:
        newest = clarifications_queries.published(session, call.id)[0]
        assert newest.corrects is not None
        assert newest.corrects.number == 1


def test_who_has_read_how_far_is_remembered(ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = firm(ports)
    for number in (1, 2):
        row = ask(ports, call, lead, f"Question {number}?")
        draft(ports, row)
        answer(ports, row)
        if number == 1:
            perform(ports, lead, ports.clock.now(), clarifications.mark_read, call.id, 99)
    with ports.database.reading() as session:
        assert clarifications_queries.unread(session, [call.id], lead.id) == {call.id: 1}


def test_every_draft_stays_in_the_history(ports: Ports) -> None:
    call = calls.published(ports)
    row = ask(ports, call, firm(ports)[0])
    draft(ports, row)
    draft(ports, row, Draft("Is one school enough?", "No."), seen=1)
    with ports.database.reading() as session:
        notes = session.scalars(
            select(EventNote.text)
            .join(Event, Event.id == EventNote.event_id)
            .where(Event.tag == "call.draft_answer")
            .order_by(Event.position)
        ).all()
    assert [each.rpartition("\n")[2] for each in notes] == [ANSWER.answer, "No."]


def test_verification_finds_an_answer_that_was_changed(ports: Ports) -> None:
    call = calls.published(ports)
    row = ask(ports, call, firm(ports)[0])
    draft(ports, row)
    answer(ports, row)

    def change(session: object) -> None:
        session.get_one(Clarification, row.id).answer = "No."  # type: ignore[attr-defined]

    ports.database.write(change)
    with ports.database.reading() as session:
        broken = [text for each in verification.verify(session, ports) for text in each.broken]
    assert len(broken) == 1
    assert "Answer" in broken[0]
