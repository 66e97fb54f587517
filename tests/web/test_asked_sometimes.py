"""A question that is asked only of some: written on the builder's pages, read by everybody, followed by applicants."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.models.applications import Submission
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.web.test_kinds_of_answers import save
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked of whom is tried on both databases in tests/services/test_showing.py."""
    return sqlite_url


def autosaved(browser: FlaskClient, address: str, value: str) -> dict[str, object]:
    shown = browser.get(address).text
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version is not None
    sent = {"version": version[1], "field": "answer", "value": value}
    answer = browser.send(address, sent, to=f"{address}/autosave")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    found: dict[str, object] = answer.get_json()
    return found


def test_a_rule_goes_from_the_builder_to_the_assessor(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports)
    home = f"/manage/calls/{call.ref}/setup/form"
    for kind, text, more in (
        ("yes_no", "Data", {}),
        ("money", "Cost", {}),
        ("long_text", "Protection", {"word_limit": "50"}),
    ):
        send(officer, f"{home}/new?kind={kind}", text=text, section="Data", required="yes", **more)

    rule = f"{home}/questions/protection/shown"
    first = page(officer, rule).words
    assert "Asked of everybody." in first
    assert officer.get(f"{home}/questions/title/shown").status_code == 404
    assert officer.get(f"{rule}/new?about=question-protection").status_code == 404
    empty = officer.send(f"{rule}/new?about=question-data", {"comparison": "is"})  # type: ignore[attr-defined]
    assert (empty.status_code, "Change this: say which value it is about." in empty.text) == (422, True)
    unread = officer.send(  # type: ignore[attr-defined]
        f"{rule}/new?about=question-cost", {"comparison": "at_least", "value": "much"}
    )
    assert (unread.status_code, "“much” cannot be compared with its answers." in unread.text) == (422, True)
    send(officer, f"{rule}/new?about=question-data", comparison="is", values="yes")
    send(officer, f"{rule}/new?about=question-cost", comparison="at_least", value="£1,000")
    both = page(officer, rule).words
    assert "Asked only if “Data” is “Yes” and “Cost” is “£1,000” or more." in both
    send(officer, rule, joined="any")
    said = "Asked only if “Data” is “Yes” or “Cost” is “£1,000” or more."
    assert said in page(officer, rule).words
    listed = page(officer, home).words
    assert said in listed
    assert "1 question is shown by its answer: Protection." in listed
    refused = officer.send(home, {}, to=f"{home}/questions/data/remove")  # type: ignore[attr-defined]
    assert (refused.status_code, "The answer to “Data” shows 1 question: “Protection”." in refused.text) == (409, True)
    officer.send(  # type: ignore[attr-defined]
        rule, {"said": "Asked only if “Cost” is “£1,000” or more."}, to=f"{rule}/2/remove"
    )
    assert "Asked only if “Data” is “Yes”." in page(officer, rule).words

    history = page(officer, f"/manage/calls/{call.ref}/history").words
    assert "When it is asked of question “Protection”: from nothing to all of these; “Data” is yes" in history

    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    call = calls.read(ports, call.id)
    assert "When Asked only if “Data” is “Yes”." in page(app.test_client(), f"/calls/{call.ref}/form").words

    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    hub = f"/applications/{application.ref}"
    data = f"{hub}/questions/data"
    assert "Protection" not in page(firm, hub).words
    assert "This question is not asked" in page(firm, f"{hub}/questions/protection").words
    told = autosaved(firm, data, "yes")
    assert told["changed"] == ["Because of your answer one more question is asked: “Protection”."]
    assert told["following"] == f"{hub}/questions/cost"
    assert "Protection up to 50 words Not started" in page(firm, hub).words
    gone = save(firm, data, answer="no")
    assert "Because of your answer one question is asked no more: “Protection”." in gone
    save(firm, data, answer="yes")
    save(firm, f"{hub}/questions/protection", answer="Behind a lock")
    save(firm, data, answer="no")
    for path in (hub, f"{hub}/print", f"{hub}/check", f"{hub}/application.txt"):
        assert "Behind a lock" not in firm.get(path).text
    on = save(firm, f"{hub}/questions/cost", then="on", answer="10")  # the last that is asked: back to the list
    assert "Check your answers, declare and submit" in on

    for each in made.form(ports, call):
        if each.key in ("data", "cost", "protection"):
            continue
        if each.kind.uploads:
            made.attach(ports, application, each.key, lead)
        else:
            made.answer(ports, application, each.key, made.plausible(each), lead)
    assert isinstance(made.press(ports, application, lead), Submission)
    assert "Behind a lock" not in firm.get(f"{hub}/submissions/1.json").text
    receipt = page(firm, f"{hub}/receipt").words
    assert ("Data Answered" in receipt, "Protection" in receipt) == (True, False)
    call = assessment.opened(ports, calls.read(ports, call.id))
    officer = people.signed_in(app, ports, calls.officer(ports))
    bid = page(officer, f"/manage/calls/{call.ref}/applications/{application.ref}").words
    assert ("Data No" in bid, "Protection" in bid) == (True, False)
