"""Days, several choices, addresses, organisations, declarations, files of some types and limits in characters: from the
builder to the officer who reads them."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from procurement.models.applications import Submission
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.rules.test_more_kinds import pdf
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """How kinds are stored is tried on both databases elsewhere."""
    return sqlite_url


ASKED = {
    "date": {"text": "Founded", "earliest-day": "1", "earliest-month": "1", "earliest-year": "1900"},
    "many_of": {"text": "Themes", "options": "Air\nWater\nHeat", "exclusive": "None of these", "maximum": "2"},
    "address": {"text": "Office"},
    "organisation": {"text": "Partner"},
    "declaration": {"text": "Fair work", "statement": "We pay the living wage."},
    "short_text": {"text": "Slogan", "character_limit": "20"},
    "file": {"text": "Drawings", "types": "pdf", "page_limit": "2", "maximum": "1"},
}


def built(app: Flask, ports: Ports) -> Call:
    """A draft whose form asks one question of each kind, written by its officer on the builder's pages."""
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports)
    home = f"/manage/calls/{call.ref}/setup/form"
    for kind, values in ASKED.items():
        answer = send(officer, f"{home}/new?kind={kind}", section="More", required="yes", **values)
        assert answer.status_code == 303, answer.text
    read = page(officer, f"{home}/questions/themes")
    assert 'name="exclusive" type="text" value="None of these"' in officer.get(f"{home}/questions/themes").text
    assert "An option that is chosen alone" in read.words
    assert (
        'name="earliest-year" type="text" inputmode="numeric" autocomplete="off" value="1900"'
        in officer.get(f"{home}/questions/founded").text
    )
    preview = page(officer, f"{home}/preview").words
    assert "Select all that apply. Air Water Heat or None of these" in preview
    assert "Fair work We pay the living wage." in preview
    return call


def published(ports: Ports, call: Call) -> Call:
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


def save(browser: FlaskClient, address: str, then: str = "stay", **typed: str) -> str:
    """What the page of a question says after these were saved."""
    version = re.search(r'name="version" value="(\d+)"', browser.get(address).text)
    assert version is not None
    answer = browser.send(address, {"version": version[1], "then": then, **typed})  # type: ignore[attr-defined]
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"]).text


def upload(browser: FlaskClient, address: str, name: str, content: bytes) -> str:
    """What the page says after a file was sent."""
    sent = {"file": (io.BytesIO(content), name)}
    answer = browser.send(address, sent, to=f"{address}/files")  # type: ignore[attr-defined]
    return answer.text if answer.status_code != 303 else browser.get(answer.headers["Location"]).text


def test_every_kind_goes_from_the_builder_to_the_officer(app: Flask, ports: Ports) -> None:
    call = published(ports, built(app, ports))
    public = page(app.test_client(), f"/calls/{call.ref}/form").words
    for said in (
        "A date, Monday 1 January 1900 or later",
        "One or more of: Air; Water; Heat, or “None of these” alone, at most 2",
        "An address with its postcode",
        "The name of an organisation, with its number in a register where it has one",
        "To agree to: We pay the living wage.",
        "Text, at most 20 characters, spaces included",
        "Up to 1 file, of these types: PDF, a PDF of at most 2 pages",
    ):
        assert said in public

    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    hub = f"/applications/{application.ref}"
    home = f"{hub}/questions"

    parts = {"answer-day": "31", "answer-month": "2", "answer-year": "2020"}
    wrong = save(firm, f"{home}/founded", **parts)
    assert ("There is no such day" in wrong, 'name="answer-day" type="text"' in wrong) == (True, True)
    assert 'value="31"' in wrong  # what was typed stands there still
    right = save(firm, f"{home}/founded", **{**parts, "answer-day": "12"})
    assert 'name="answer-day" type="text" inputmode="numeric" autocomplete="off" value="12"' in right

    assert "choose either “None of these” or others" in save(
        firm, f"{home}/themes", **{"answer-1": "Air", "answer-4": "None of these"}
    )
    boxes = save(firm, f"{home}/themes", **{"answer-1": "Air", "answer-3": "Heat"})
    assert re.findall(r'value="(\w+)" checked', boxes) == ["Air", "Heat"]

    office = {"answer-line1": "1 High Street", "answer-town": "Birmingham"}
    assert "enter a full UK postcode" in save(firm, f"{home}/office", **office)
    save(firm, f"{home}/office", **office, **{"answer-postcode": "b11bb"})

    found = save(firm, f"{home}/partner", then="look", **{"answer-name": "clean air"})
    use = re.search(r'name="use" value="([^"]+)"', found)
    assert use is not None
    assert "Use this one" in found
    assert "We know no organisation like that." in save(
        firm, f"{home}/partner", then="look", **{"answer-name": "Nobody"}
    )
    kept = save(firm, f"{home}/partner", use=use[1])
    assert 'value="Clean Air Makers"' in kept

    assert "Agree to the declaration" not in save(firm, f"{home}/fair_work", answer="agreed")
    assert "can have at most 20" in save(firm, f"{home}/slogan", answer="far too long for this line")
    counted = save(firm, f"{home}/slogan", answer="Air for everybody")
    assert ("data-in-characters" in counted, "You can write up to 20 characters" in counted) == (True, True)

    assert 'accept=".pdf"' in firm.get(f"{home}/drawings").text
    assert "is not of a type that this question takes" in upload(firm, f"{home}/drawings", "plan.txt", b"words")
    assert "has 3 pages and a PDF may have at most 2" in upload(firm, f"{home}/drawings", "plan.pdf", pdf(3))
    assert "“plan.pdf” was added." in upload(firm, f"{home}/drawings", "plan.pdf", pdf(2))

    own = {"founded", "themes", "office", "partner", "fair_work", "slogan", "drawings"}
    for each in made.form(ports, call):
        if each.key in own:
            continue
        if each.kind.uploads:
            made.attach(ports, application, each.key, lead)
        else:
            made.answer(ports, application, each.key, made.plausible(each), lead)
    read = (
        "Founded Wednesday 12 February 2020",
        "Themes Air Heat",
        "Office 1 High Street Birmingham B1 1BB",
        "Partner Clean Air Makers",
        "Fair work Agreed Agreed by Mina",
        "Slogan Air for everybody",
    )
    for path in ("print", "check"):
        words = page(firm, f"{hub}/{path}").words
        assert [each for each in read if each not in words] == []
    sent = made.press(ports, application, lead)
    assert isinstance(sent, Submission)
    answers = firm.get(f"{hub}/submissions/1.json").get_json()
    assert answers["answers"]["founded"] == "2020-02-12"
    assert answers["answers"]["themes"] == "Air\nHeat"
    assert answers["answers"]["office"] == "1 High Street |  | Birmingham | B1 1BB |"
    assert answers["agreed"]["fair_work"]["by"].startswith("Mina")
    assert "Fair work Agreed" in page(firm, f"{hub}/receipt").words
    with ports.database.reading() as session:
        receipt = session.scalars(select(Document).where(Document.kind == "receipt")).one()
        assert {"question": "Fair work", "extent": "Agreed"} in receipt.content["answers"]

    call = assessment.opened(ports, calls.read(ports, call.id))
    officer = people.signed_in(app, ports, calls.officer(ports))
    bid = page(officer, f"/manage/calls/{call.ref}/applications/{application.ref}").words
    assert [each for each in read if each not in bid] == []


def test_a_text_with_two_limits_cannot_be_published(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports)
    home = f"/manage/calls/{call.ref}/setup/form"
    both = {"text": "Why?", "section": "More", "required": "yes", "word_limit": "50", "character_limit": "300"}
    assert send(officer, f"{home}/new?kind=long_text", **both).status_code == 303
    assert "“Why?” has two limits. Choose one: in words or in characters." in page(officer, home).words
    with ports.database.reading() as session:
        question = calls_queries.form_of(session, call.id)[-1]
    assert (question.word_limit, question.character_limit) == (50, 300)
