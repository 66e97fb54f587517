"""A new kind of question is one class and one macro: a made-up one goes from the builder to the assessor with no more.

What is put beside the house here is what its two files would hold (see `procurement/rules/questions/kinds`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from procurement.models.applications import Answer, Submission
from procurement.models.assessment import Assignment
from procurement.models.documents import Document
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Checked, Measure, Part, Question, Setting, read_question, to_plain
from procurement.rules.questions import kind as registry
from procurement.rules.questions.bases import Typed
from procurement.services import calls as services
from procurement.services import vault
from procurement.services.act import perform
from procurement.web.forms.fields.answers import DRAWN_BY
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page
from workflows.facts import Sentence

MACRO = """
{%- macro plot(field) -%}
{%- set sides = field.value.split(" x ") -%}
{{ ui.number_input(field.name, _("Length in metres"), value=sides[0], errors=field.errors, hint=field.hint) }}
{{ ui.number_input(field.name ~ "-wide", _("Width in metres"), value=sides[1] if sides|length > 1 else "") }}
{%- endmacro -%}
"""


class Plot(Typed):
    """How large a piece of land is: two inputs, a setting, and two parts to read."""

    key = "plot"
    title = Sentence("Plot of land")
    hint = Sentence("Two sides in metres")
    place = 45
    settings = (Setting("maximum", Sentence("Longest side in metres"), Measure.WHOLE, least=1, most=500),)

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        sides = (sent.get(name, ""), sent.get(f"{name}-wide", ""))
        return " x ".join(sides) if any(sides) else ""

    def read(self, question: Question, text: str) -> Checked:
        sides = re.fullmatch(r"(\d+) x (\d+)", text)
        if sides is None:
            return Checked(text, 0, (Sentence("Enter both sides of “%(question)s”.", question=question.text),), False)
        if question.maximum is not None and max(map(int, sides.groups())) > question.maximum:
            problem = Sentence("No side of “%(question)s” may be so long.", question=question.text)
            return Checked(text, 0, (problem,), False)
        return Checked(text, 0, (), True)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        if value is None:
            return ()
        long, _, wide = str(value).partition(" x ")
        return Sentence("%(long)s metres long", long=long), Sentence("%(wide)s metres wide", wide=wide)

    def brief(self, question: Question) -> Sentence:
        return Sentence("two sides in metres")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("Two sides in metres"), Sentence("each at most %(most)s", most=int(question.maximum or 500)))

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        return Sentence("Both sides") if answered else Sentence("No sides")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A kind is stored as a word in a column: nothing of it differs between databases."""
    return sqlite_url


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The service with one class and one macro more."""
    monkeypatch.setitem(registry.QUESTION_KINDS, Plot.key, Plot())
    loader = app.jinja_env.loader
    assert loader is not None
    source, _, _ = loader.get_source(app.jinja_env, DRAWN_BY)
    app.jinja_env.loader = ChoiceLoader([DictLoader({DRAWN_BY: source + MACRO}), loader])
    return app


def saved(browser: FlaskClient, address: str, **sides: str) -> str:
    """What the page of a question says after these were saved."""
    version = re.search(r'name="version" value="(\d+)"', browser.get(address).text)
    assert version is not None
    answer = browser.send(address, {"version": version[1], "then": "stay", **sides})  # type: ignore[attr-defined]
    assert answer.status_code == 303
    return browser.get(address).text


def test_a_made_up_kind_goes_from_the_builder_to_the_assessor(app: Flask, ports: Ports) -> None:
    # the builder
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports)
    home = f"/manage/calls/{call.ref}/setup/form"
    assert "Plot of land Two sides in metres" in page(officer, f"{home}/new").words
    text = "How large is your site?"
    send(officer, f"{home}/new?kind=plot", text=text, section="Site", required="yes", maximum="90")
    with ports.database.reading() as session:
        question = calls_queries.form_of(session, call.id)[-1]
    assert (question.kind, question.maximum, read_question(to_plain(question))) == (Plot(), 90, question)
    key = question.key
    assert "Kind of answer: Plot of land" in page(officer, f"{home}/questions/{key}").words
    assert "Plot of land. Not marked" in page(officer, home).words
    send(officer, f"{home}/questions/{key}", maximum="80")
    assert 'name="maximum" type="text" value="80"' in officer.get(f"{home}/questions/{key}").text

    # blank: to the officer who looks at it, and to everybody
    blank = officer.get(f"{home}/preview").text
    assert (f'name="try-{key}"' in blank, f'name="try-{key}-wide"' in blank) == (True, True)
    call = calls.reviewed(ports, call)
    approver, now = calls.approver(ports), ports.clock.now()
    perform(ports, approver, now, services.approve_and_publish, call.id, seen=call.version)
    asked = page(app.test_client(), f"/calls/{call.ref}/form").words
    assert "Answer Two sides in metres, each at most 80 Needed Yes" in asked

    # edit and save
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    hub = f"/applications/{application.ref}"
    address = f"{hub}/questions/{key}"
    assert f"{text} two sides in metres Not started" in page(firm, hub).words
    assert f"Enter both sides of “{text}”." in saved(firm, address, answer="20")
    assert f"No side of “{text}” may be so long." in saved(firm, address, **{"answer": "20", "answer-wide": "81"})
    shown = saved(firm, address, **{"answer": "20", "answer-wide": "30"})
    assert 'name="answer" type="text" value="20"' in shown
    assert 'name="answer-wide" type="text" value="30"' in shown
    with ports.database.reading() as session:
        row = session.scalars(select(Answer)).one()
        assert (vault.open_answer(ports, row), row.words, row.complete) == ("20 x 30", 0, True)

    # read, print, check, text
    read = "20 metres long 30 metres wide"
    for path in (f"{hub}/print", f"{hub}/check"):
        assert f"{text} {read}" in page(firm, path).words
    assert f"{text}\n20 metres long\n30 metres wide\n" in firm.get(f"{hub}/application.txt").text

    # submitted: the receipt says how much, the snapshot what
    for each in made.form(ports, call):
        if each.key != key:
            if each.kind.uploads:
                made.attach(ports, application, each.key, lead)
            else:
                made.answer(ports, application, each.key, made.plausible(each), lead)
    sent = made.press(ports, application, lead)
    assert isinstance(sent, Submission)
    assert f"{text} Both sides" in page(firm, f"{hub}/receipt").words
    with ports.database.reading() as session:
        receipt = session.scalars(select(Document).where(Document.kind == "receipt")).one()
        assert {"question": text, "extent": "Both sides"} in receipt.content["answers"]
    assert firm.get(f"{hub}/submissions/1.json").get_json()["answers"][key] == "20 x 30"

    # opened and assessed
    call = assessment.opened(ports, calls.read(ports, call.id))
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert f"{text} {read}" in page(officer, f"/manage/calls/{call.ref}/applications/{application.ref}").words
    call = assessment.in_assessment(ports, call)
    given = assessment.assigned(ports, call)
    assessment.marked(ports, call, submit=False)
    with ports.database.reading() as session:
        assignment = session.get_one(Assignment, given[0])
        reader = people.signed_in(app, ports, people.principal(ports, assignment.person_id))
    assert f"{text} {read}" in page(reader, f"/assess/assignments/{assignment.ref}/application").words


def test_the_made_up_kind_is_gone_again() -> None:
    assert registry.find_kind(Plot.key) is None
    with pytest.raises(ValueError, match="no kind 'plot'"):
        registry.get_kind(Plot.key)
    with pytest.raises(ValueError, match="two kinds 'money'"):
        registry.register(type("Again", (Plot,), {"key": "money"}))
