"""A table of costs from the builder to the assessor: what it comes to is the amount asked for, typed nowhere else."""

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procurement.models.applications import Entry, Submission
from procurement.models.assessment import Assignment
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.web.test_manage_calls import send, typed
from tests.web.test_public_calls import page

LINES = "Labour\nOverheads: at most 20%\nTravel: at most £5,000"
SETTINGS = {
    "lines": LINES,
    "periods": "Quarter 1\nQuarter 2",
    "partners": "2",
    "rates": "Small: 70%\nLarge: 50%",
    "match": "30",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A table is stored as a text like any answer: nothing of it differs between databases."""
    return sqlite_url


def fill(firm: FlaskClient, path: str, **changed: str) -> TestResponse:
    """Send the form of a page as it stands with some inputs changed, and without what nobody ticked."""
    given = {name: value for name, value in typed(firm.get(path).text).items() if not name.endswith("-gone")}
    answer = firm.post(path, data=given | {name.replace("__", "-"): value for name, value in changed.items()})
    assert answer.status_code == 303
    return answer


def test_the_amount_of_a_call_is_what_its_table_of_costs_comes_to(app: Flask, ports: Ports) -> None:
    # the officer makes the question that asks for the amount a table
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports, "innovation_fund")
    home = f"/manage/calls/{call.ref}/setup/form"
    with ports.database.reading() as session:
        asked = next(each for each in calls_queries.form_of(session, call.id) if each.purpose is Purpose.AMOUNT)
    at = f"{home}/questions/{asked.key}"
    assert "Table of costs" in page(officer, f"{at}?kind=change").words
    told = send(officer, f"{at}?kind=costs_table", **{**SETTINGS, "rates": "Small: 170%", "maximum": ""})
    assert told.status_code == 303
    assert "write a rate from 0% to 100%, like “70%” or “Small: 70%”." in page(officer, home).words
    send(officer, at, **SETTINGS)
    assert "Table of costs. " in page(officer, home).words
    shown = officer.get(at).text
    assert "Labour\nOverheads: at most 20%\nTravel: at most £5,000</textarea>" in shown
    assert 'name="partners" type="text" value="2"' in shown
    blank = officer.get(f"{home}/preview").text
    assert f'name="try-{asked.key}-p1-l3-k2"' in blank

    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    public = page(app.test_client(), f"/calls/{call.ref}/form").words
    assert "for: Labour; Overheads: at most 20%; Travel: at most £5,000, in: Quarter 1; Quarter 2" in public
    assert "grant of at most: Small: 70%; Large: 50%, match funding of at least 30%" in public

    # typed without a script: a cell that cannot be read is kept and named, a partner is added and one taken out again
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    hub = f"/applications/{application.ref}"
    address = f"{hub}/questions/{asked.key}"
    answer = fill(
        firm,
        address,
        then="draw p-2",
        answer__p1__size="Small",
        answer__p1__l1__k1="10,000",
        answer__p1__l1__k2="ten",
    )
    assert answer.headers["Location"].endswith(f"{address}?draw=p-2#answer-p2")
    shown = firm.get(f"{address}?draw=p-2").text
    assert 'id="answer-p1-l1-k2" name="answer-p1-l1-k2"' in shown
    assert 'value="ten"' in shown
    assert 'href="#answer-p1-l1-k2">Enter an amount in pounds for “Labour, Your organisation, Quarter 2”' in shown
    assert 'id="answer-p2-name" name="answer-p2-name"' in shown
    fill(
        firm,
        f"{address}?draw=p-2",
        then="stay",
        answer__p1__l1__k2="",
        answer__p1__l2__k2="2,500.05",
        answer__p2__name="Aston Instruments",
        answer__p2__size="Large",
        answer__p2__l1__k1="£1,000",
        answer__p2__share="40",
    )
    shown = page(firm, address).words
    assert "Overheads £2,500.05" in shown
    assert "All costs £13,500.05 Grant asked for £9,150.04 Match funding £4,350.01" in shown
    assert "Error" not in shown
    fill(firm, address, then="stay", answer__p1__l2__k2="5,000")
    assert "“Overheads” comes to £5,000. It may come to 20% of all costs, which is £3,200." in page(firm, address).words
    fill(firm, address, then="on", answer__p1__l2__k2="2,500.05")

    # read and submitted: the amount is the grant
    for path in (f"{hub}/print", f"{hub}/check"):
        assert "Aston Instruments (Large) £1,000 40% £400 £600" in page(firm, path).words
    assert "Labour: Quarter 1 £10,000; Total £10,000\n" in firm.get(f"{hub}/application.txt").text
    for each in made.form(ports, call):
        if each.kind.uploads:
            made.attach(ports, application, each.key, lead)
        elif each.key != asked.key:
            made.answer(ports, application, each.key, made.plausible(each), lead)
    sent = made.press(ports, application, lead)
    assert isinstance(sent, Submission)
    assert f"{asked.text} A table of costs" in page(firm, f"{hub}/receipt").words
    kept = firm.get(f"{hub}/submissions/1.json").get_json()["answers"][asked.key]
    assert kept == (
        "applicant\tSmall\ncost\tLabour\t10000.00\ncost\tOverheads\t\t2500.05\n"
        "partner\tAston Instruments\tLarge\t40\ncost\tLabour\t1000.00"
    )
    call = assessment.opened(ports, calls.read(ports, call.id))
    with ports.database.reading() as session:
        assert session.get_one(Entry, application.entry.id).amount == Decimal("9150.04")
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "Labour £10,000 £10,000" in page(officer, f"/manage/calls/{call.ref}/applications/{application.ref}").words
    assert "£9,150.04" in page(officer, f"/manage/calls/{call.ref}/applications").words
    call = assessment.in_assessment(ports, call)
    given = assessment.assigned(ports, call)
    assessment.marked(ports, call, submit=False)
    with ports.database.reading() as session:
        assignment = session.get_one(Assignment, given[0])
    reader = people.signed_in(app, ports, people.principal(ports, assignment.person_id))
    assert (
        "Aston Instruments (Large) £1,000 40% £400 £600"
        in page(reader, f"/assess/assignments/{assignment.ref}/application").words
    )


def test_what_is_no_table_at_all_is_kept_as_it_is_and_said(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports, "innovation_fund")
    send(
        officer,
        f"/manage/calls/{call.ref}/setup/form/new?kind=costs_table",
        text="Costs?",
        section="Money",
        required="no",
    )
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    key = next(each.key for each in made.form(ports, call) if each.text == "Costs?")
    address = f"/applications/{application.ref}/questions/{key}"
    wild = "a\t" * 100
    version = re.search(r'name="version" value="(\d+)"', firm.get(address).text)
    assert version is not None
    data = {"version": version[1], "then": "stay", "answer": wild}
    assert firm.send(address, data).status_code == 303  # type: ignore[attr-defined]
    shown = page(firm, address).words
    assert "has more lines or columns than a table can have: at most 400 lines of 60 cells." in shown
    assert "Your answer as it stands" in shown
    fill(firm, address, then="stay", answer="")
    # applicants name their own lines; one that is ticked is gone when it is saved
    fill(firm, address, then="draw p1-l-5", answer__p1__l1__line="Labour", answer__p1__l1__k1="12.50")
    shown = firm.get(f"{address}?draw=p1-l-5").text
    assert 'name="answer-p1-l5-line"' in shown
    assert 'name="answer-p1-l6-line"' not in shown
    assert "All costs £12.50" in page(firm, address).words
    fill(firm, address, then="stay", answer__p1__l1__gone="y")
    assert "All costs £0" in page(firm, address).words
