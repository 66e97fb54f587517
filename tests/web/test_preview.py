"""The form as an applicant uses it, with test data: checked and warned as theirs, and nothing of it is kept."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from procurement.models.applications import Answer, Application, Submission
from procurement.models.history import Event
from procurement.models.stages import Question as QuestionRow
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import UNSET, list_kinds
from procurement.rules.questions.samples import sample
from procurement.services import questions
from procurement.services.act import perform
from tests.parts import calls as made
from tests.parts.pages import parse
from tests.parts.people import signed_in
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page


@pytest.fixture
def officer(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.officer(ports))


def rows(ports: Ports) -> list[int | None]:
    tables = (Application, Answer, Submission, Event)
    with ports.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


@pytest.mark.both_databases
def test_it_is_checked_as_an_applicants_and_nothing_is_kept(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports, lots=[("North", 60_000), ("South", 40_000)])
    path = f"/manage/calls/{call.ref}/stages/application/form/preview"
    before = rows(ports)
    empty = send(officer, path, 422)
    assert "Answer “What is your proposal called?”." in parse(empty.text).words
    assert "Test data." in parse(empty.text).words
    wrong = send(officer, path, 422, **{"try-title": "word " * 16, "try-amount": "lots", "lot": "2"})
    words = parse(wrong.text).words
    assert "“What is your proposal called?” has 16 words and the limit is 15." in words
    assert "There is £40,000" in words
    filled = page(officer, f"{path}?filled=yes&lot=2")
    assert "example.pdf" in filled.words
    whole = send(officer, f"{path}?filled=yes", 200, path)
    assert "An applicant could submit this." in parse(whole.text).words
    assert "How the answers read" in parse(whole.text).words
    much = send(officer, f"{path}?filled=yes", 200, path, **{"try-amount": "50000", "lot": "2"})
    assert "That is above what there is: £40,000" in parse(much.text).words
    assert rows(ports) == before


def test_each_stage_that_collects_has_its_own_and_staff_of_calls_alone_see_it(
    app: Flask, ports: Ports, officer: FlaskClient
) -> None:
    call = made.published(ports)
    path = f"/manage/calls/{call.ref}/stages/application/form/preview"
    assert "Test data." in page(officer, path).words
    assert app.test_client().get(path).status_code in (302, 303, 401, 404)
    assert officer.get(f"/manage/calls/{call.ref}/stages/nothing/form/preview").status_code == 404


def test_there_is_a_sample_for_every_kind_that_a_form_can_have(ports: Ports) -> None:
    call, officer, now = made.drafted(ports), made.officer(ports), ports.clock.now()
    stage = made.stage_of(ports, call)
    plain = {"section": "S", "guidance": "", "required": True, "criterion": "", "condition": {}}
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in UNSET.items()}
    given = {
        **plain,
        **kept,
        "statement": "I say so.",
        "layout": {"items": ["Sensor | each | 120"], "fields": ["Name"]},
    }
    without = []
    for kind in list_kinds():
        options = ["North", "South"] if kind.setting("options") else []
        limit = 20 if kind.setting("word_limit") else None
        values = {"text": str(kind.title), "kind": kind.key, "word_limit": limit, "options": options}
        row = perform(ports, officer, now, questions.add_question, stage.id, {**given, **values})
        if not sample(calls_queries.as_question(row)):
            without.append(kind.key)
    assert without == []


def test_the_form_leads_to_it(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    form = officer.get(f"/manage/calls/{call.ref}/stages/application/form").text
    assert re.search(r'href="[^"]+/form/preview"', form)
    assert "about 4 hours" in parse(form).words


def test_a_question_that_an_applicant_is_not_asked_is_not_asked_here(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    stage = made.stage_of(ports, call)
    path = f"/manage/calls/{call.ref}/stages/application/form/preview"
    rule = {"joined": "all", "clauses": [{"subject": "conflicts", "comparison": "is", "values": ["yes"]}]}
    text = "Which interest is it?"
    values = {"section": "Declarations", "text": text, "guidance": "", "kind": "short_text", "required": True}
    more = {"word_limit": 50, "criterion": "", "condition": {}, "layout": {}}
    row = perform(ports, made.officer(ports), ports.clock.now(), questions.add_question, stage.id, {**values, **more})
    asks = update(QuestionRow).where(QuestionRow.id == row.id).values(shown_if=rule)
    ports.database.write(lambda session: session.execute(asks))
    assert text not in page(officer, path).words
    asked = send(officer, path, 422, **{"try-conflicts": "yes"})
    assert text in parse(asked.text).words
    assert text not in parse(send(officer, path, 422, **{"try-conflicts": "no"}).text).words
