"""Questions that are asked only sometimes: a rule is written, held to, frozen; what is hidden is kept and not sent."""

import json
from typing import Any

import pytest

from procurement.models.applications import Submission
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.questions import UNSET, Clause, Comparison, Joined, ShownIf
from procurement.services import applications, questions, showing, vault
from procurement.services import calls as call_services
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications as made
from tests.parts import calls, people

YES = Clause("data", Comparison.IS, ("yes",))
SET = {name: list(value) if isinstance(value, tuple) else value for name, value in UNSET.items()}


def asked(ports: Ports, call: Call, text: str, kind: str, **values: Any) -> str:
    """One more question at the end of the form; its key."""
    stage = calls.stage_of(ports, call)
    given = {"section": "Data", "guidance": "", "required": True, "criterion": "", "condition": {}, **SET, **values}
    question = {"text": text, "kind": kind, **given}
    return perform(ports, calls.officer(ports), ports.clock.now(), questions.add_question, stage.id, question).key


def clause(ports: Ports, call: Call, key: str, said: Clause) -> None:
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        row = next(each for each in calls_queries.questions_of(session, stage.id) if each.key == key)
        version = calls_queries.question_mark(row)
    perform(ports, calls.officer(ports), ports.clock.now(), showing.add_clause, stage.id, key, said, version=version)


def form(ports: Ports, call: Call) -> dict[str, Any]:
    with ports.database.reading() as session:
        return {each.key: each for each in calls_queries.form_of(session, calls.newest(session, call).id)}


def drafted(ports: Ports) -> Call:
    """A draft that asks whether personal data is used; how, and a file of proof, only if so; and one thing in lot 2."""
    call = calls.drafted(ports, lots=[("North", 60_000), ("South", 40_000)])
    asked(ports, call, "Data", "yes_no")
    asked(ports, call, "How", "long_text", word_limit=100)
    asked(ports, call, "Evidence", "file")
    asked(ports, call, "South only", "short_text")
    clause(ports, call, "how", YES)
    clause(ports, call, "evidence", YES)
    clause(ports, call, "south_only", Clause("", Comparison.IS, ("2",)))
    return call


def published(ports: Ports) -> Call:
    call = calls.reviewed(ports, drafted(ports))
    perform(
        ports,
        calls.approver(ports),
        ports.clock.now(),
        call_services.approve_and_publish,
        call.id,
        seen=call.version,
    )
    return calls.read(ports, call.id)


@pytest.fixture
def firm(ports: Ports) -> tuple[Principal, Organisation]:
    return people.firm(ports, "Clean Air Makers", "mina@clean-air.example")


def missing(ports: Ports, ref: str) -> list[str]:
    return list(made.read(ports, ref).entry.missing)


def test_a_rule_is_written_a_clause_at_a_time(ports: Ports) -> None:
    call = drafted(ports)
    assert form(ports, call)["how"].shown_if == ShownIf(Joined.ALL, (YES,))
    clause(ports, call, "how", YES)  # a repeated press adds nothing
    clause(ports, call, "how", Clause("", Comparison.IS_NOT, ("1",)))
    stage, officer, now = calls.stage_of(ports, call), calls.officer(ports), ports.clock.now()
    with ports.database.reading() as session:
        row = next(each for each in calls_queries.questions_of(session, stage.id) if each.key == "how")
        version = calls_queries.question_mark(row)
    perform(ports, officer, now, showing.join, stage.id, "how", Joined.ANY, version=version)
    assert form(ports, call)["how"].shown_if == ShownIf(Joined.ANY, (YES, Clause("", Comparison.IS_NOT, ("1",))))
    with pytest.raises(Refusal, match="Somebody changed this question"):
        perform(ports, officer, now, showing.join, stage.id, "how", Joined.ALL, version=version)
    with pytest.raises(Refusal, match="Somebody changed this question"):
        perform(ports, officer, now, showing.drop_clause, stage.id, "how", 1, said="Asked only if the lot is 7.")
    said = "Asked only if “Data” is “Yes”."
    perform(ports, officer, now, showing.drop_clause, stage.id, "how", 1, said=said)
    perform(ports, officer, now, showing.drop_clause, stage.id, "how", 9, said=said)
    assert form(ports, call)["how"].shown_if == ShownIf(Joined.ANY, (Clause("", Comparison.IS_NOT, ("1",)),))
    with pytest.raises(Refusal, match="always asked"):
        perform(ports, officer, now, showing.add_clause, stage.id, "title", YES, version=1)


def test_a_question_that_a_rule_needs_stays_where_it_is(ports: Ports) -> None:
    call = drafted(ports)
    stage, officer, now = calls.stage_of(ports, call), calls.officer(ports), ports.clock.now()
    with pytest.raises(Refusal, match="The answer to “Data” shows 2 questions: “How”, “Evidence”"):
        perform(ports, officer, now, questions.remove_question, stage.id, "data")
    with pytest.raises(Refusal, match="“How” is shown by the answer to a question that would not stand before it"):
        perform(ports, officer, now, questions.move_question, stage.id, "data", questions.DOWN)
    with pytest.raises(Refusal, match="would not stand before it"):
        perform(
            ports,
            officer,
            now,
            showing.add_clause,
            stage.id,
            "data",
            Clause("how", Comparison.ANSWERED),
            **seen(ports, call, "data"),
        )
    assert list(form(ports, call))[-4:] == ["data", "how", "evidence", "south_only"]
    perform(ports, officer, now, questions.remove_question, stage.id, "how")
    perform(ports, officer, now, questions.remove_question, stage.id, "evidence")
    perform(ports, officer, now, questions.remove_question, stage.id, "data")


def seen(ports: Ports, call: Call, key: str) -> dict[str, int]:
    with ports.database.reading() as session:
        rows = calls_queries.questions_of(session, calls.newest(session, call).id)
        return {"version": calls_queries.question_mark(next(each for each in rows if each.key == key))}


def test_what_is_missing_follows_the_answers_and_the_lot(ports: Ports, firm: tuple[Principal, Organisation]) -> None:
    call = published(ports)
    lead, organisation = firm
    north = made.started(ports, call, lead, organisation, lot=1)
    south = made.started(ports, call, lead, organisation, lot=2)
    assert [key in missing(ports, north.ref) for key in ("data", "how", "evidence", "south_only")] == [
        True,
        False,
        False,
        False,
    ]
    assert "south_only" in missing(ports, south.ref)
    made.answer(ports, north, "data", "yes", lead)
    assert [key in missing(ports, north.ref) for key in ("data", "how", "evidence")] == [False, True, True]
    made.attach(ports, north, "evidence", lead)
    assert [key in missing(ports, north.ref) for key in ("how", "evidence")] == [True, False]
    made.answer(ports, north, "data", "no", lead)
    assert [key in missing(ports, north.ref) for key in ("data", "how", "evidence")] == [False, False, False]


def test_what_is_hidden_is_kept_and_not_submitted(ports: Ports, firm: tuple[Principal, Organisation]) -> None:
    call = published(ports)
    lead, organisation = firm
    application = made.started(ports, call, lead, organisation, lot=1)
    for question in made.form(ports, call):
        if question.kind.uploads:
            made.attach(ports, application, question.key, lead, name=f"{question.key}.pdf")
        else:
            made.answer(ports, application, question.key, made.plausible(question), lead)
    made.answer(ports, application, "data", "no", lead)
    sent = made.press(ports, application, lead)
    assert isinstance(sent, Submission)
    assert sent.manifest["hidden"] == ["how", "evidence", "south_only"]
    keys = {line["key"] for line in sent.manifest["answers"]} | {line["key"] for line in sent.manifest["files"]}
    assert keys & {"how", "evidence", "south_only"} == set()
    with ports.database.reading() as session:
        row = session.get_one(Submission, sent.id)
        content = json.loads(vault.open_bytes(ports, row))
        rows = applications_queries.answers_of(session, application.entry.id)
        assert vault.open_answer(ports, rows["how"]) == made.plausible(form(ports, call)["how"])
    assert (set(content["answers"]) & {"how", "south_only"}, content["answers"]["data"]) == (set(), "no")
    assert [each["key"] for each in content["files"] if each["key"] == "evidence"] == []

    now = ports.clock.now()
    perform(ports, lead, now, applications.reopen, application.entry.id)
    made.answer(ports, application, "data", "yes", lead)
    again = made.press(ports, application, lead)
    assert isinstance(again, Submission)
    assert again.manifest["hidden"] == ["south_only"]
    assert "evidence" in {line["key"] for line in again.manifest["files"]}

    perform(ports, lead, now, applications.reopen, application.entry.id)
    made.answer(ports, application, "data", "no", lead)
    perform(ports, lead, now, applications.keep, application.entry.id)
    assert missing(ports, application.ref) == []
    with ports.database.reading() as session:
        rows = applications_queries.answers_of(session, application.entry.id)
        assert vault.open_answer(ports, rows["data"]) == "yes"


def test_a_rule_is_frozen_with_its_form(ports: Ports) -> None:
    call = published(ports)
    with ports.database.reading() as session:
        version = calls_queries.newest_version(session, call.id)
        assert version is not None
        content = json.loads(version.content)
    rules = {each["key"]: each.get("shown_if") for stage in content["stages"] for each in stage.get("form", ())}
    assert {key: rule for key, rule in rules.items() if rule} == {
        "how": {"joined": "all", "clauses": [{"subject": "data", "comparison": "is", "values": ["yes"]}]},
        "evidence": {"joined": "all", "clauses": [{"subject": "data", "comparison": "is", "values": ["yes"]}]},
        "south_only": {"joined": "all", "clauses": [{"subject": "", "comparison": "is", "values": ["2"]}]},
    }


def test_a_criterion_that_a_lot_is_asked_nothing_of_stops_publication(ports: Ports) -> None:
    call = calls.drafted(ports, lots=[("North", 60_000), ("South", 40_000)])
    marked = [key for key, each in form(ports, call).items() if each.criterion and not each.purpose]
    first = form(ports, call)[marked[0]].criterion
    for key in marked:
        if form(ports, call)[key].criterion == first:
            clause(ports, call, key, Clause("", Comparison.IS, ("1",)))
    with ports.database.reading() as session:
        row = calls_queries.get_call(session, call.id)
        found = [str(each.sentence) for each in call_problems(calls_queries.draft_of(session, row), ports.clock.now())]
    assert [each for each in found if "Whoever applies for lot 2 is asked nothing" in each] != []
