"""Milestones, a price schedule and a repeating group, from the builder to the officers' tables, without a script."""

import csv
import io

import pytest
from flask import Flask

from procurement.models.applications import Entry, Submission
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.rules.requests import Asked, RequestKind, earliest_closing
from procurement.services import calls as services
from procurement.services import requests
from procurement.services.act import perform
from tests.parts import applications as made
from tests.parts import assessment, calls, people, slots
from tests.web.test_costs_table import fill
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page

ITEMS = "Sensor | each | 120\nEnergy | kWh | 1500.5 | VAT 5%\nTraining | day | 5 | optional"
FIELDS = "Name\nRole | one of | Lead; Supplier\nCompany number | company number | optional"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A table is stored as a text like any answer: nothing of it differs between databases."""
    return sqlite_url


def test_tables_go_from_the_builder_to_the_officers_tables(app: Flask, ports: Ports) -> None:
    # the officer: the price is what a schedule comes to, and two questions more are tables
    officer = people.signed_in(app, ports, calls.officer(ports))
    call = calls.drafted(ports, "challenge_open")
    home = f"/manage/calls/{call.ref}/setup/form"
    with ports.database.reading() as session:
        price = next(each for each in calls_queries.form_of(session, call.id) if each.purpose is Purpose.AMOUNT)
    send(officer, f"{home}/questions/{price.key}?kind=price_schedule", items=ITEMS, vat="20", maximum="")
    send(
        officer,
        f"{home}/new?kind=milestones_table",
        text="What are your milestones?",
        section="Plan",
        required="yes",
        payments="shares",
        fewest="2",
    )
    refused = send(
        officer, f"{home}/new?kind=repeating_group", 422, text="Who works with you?", section="You", required="no"
    )
    assert "Write what is asked of each" in refused.text
    send(
        officer,
        f"{home}/new?kind=repeating_group",
        text="Who works with you?",
        section="You",
        required="no",
        fields=FIELDS,
        noun="Partner",
        most="4",
    )
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    public = page(app.test_client(), f"/calls/{call.ref}/form").words
    assert "of: Sensor: 120 each; Energy: 1,500.5 kWh; Training (optional): 5 day" in public
    assert "A list, each with: Name; Role (one of: Lead; Supplier); Company number (a company number)" in public

    # the firm
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    hub = f"/applications/{application.ref}"
    form = {each.text: each.key for each in made.form(ports, call)}
    steps, partners = form["What are your milestones?"], form["Who works with you?"]
    at = f"{hub}/questions/{price.key}"
    fill(firm, at, then="stay", answer__l1__price="10.50", answer__l2__price="x")
    shown = firm.get(at).text
    assert 'href="#answer-l2-price">Enter a price in pounds for “Energy, price of one unit”' in shown
    assert 'value="x"' in shown
    fill(firm, at, then="stay", answer__l2__price="0.1425")
    assert (
        "Total, net of VAT £1,473.82 VAT at 20% £252 VAT at 5% £10.69 Total with VAT £1,736.51" in page(firm, at).words
    )

    at = f"{hub}/questions/{steps}"
    first = {"c1": "Start", "c2": "3 2027", "c3": "A plan", "c4": "Minutes", "c5": "40"}
    fill(firm, at, then="stay", **{f"answer__r1__{name}": value for name, value in first.items()})
    assert "needs at least 2 rows." in page(firm, at).words
    second = {"c1": "Done", "c2": "12 3 2028", "c3": "All sensors", "c4": "A test", "c5": "60"}
    fill(firm, at, then="stay", **{f"answer__r2__{name}": value for name, value in second.items()})
    shown = firm.get(at).text
    assert 'value="12 March 2028"' in shown
    assert "Error" not in page(firm, at).words

    at = f"{hub}/questions/{partners}"
    fill(firm, at, then="stay", answer__r1__c1="Aston Ltd", answer__r1__c2="Lead", answer__r1__c3="1234567")
    fill(firm, at, then="draw r-3", answer__r2__c1="Brum CIC", answer__r2__c2="Supplier")
    shown = firm.get(f"{at}?draw=r-4").text
    assert 'id="answer-r4"' in shown
    assert "Add another: Partner" not in shown
    fill(firm, at, then="stay", answer__r3__c1="Gone Ltd")
    assert "Choose one of the options for “Partner 3, Role”." in page(firm, at).words
    fill(firm, at, then="stay", answer__r3__gone="y")

    # sent, opened, and exported as rows of their own
    for each in made.form(ports, call):
        if each.kind.uploads:
            made.attach(ports, application, each.key, lead)
        elif each.key not in (price.key, steps, partners):
            made.answer(ports, application, each.key, made.plausible(each), lead)
    assert isinstance(made.press(ports, application, lead), Submission)
    assert firm.get(f"{hub}/submissions/1.json").get_json()["totals"] == {price.key: "1473.82"}
    tables = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}/answers"
    assert officer.get(f"{tables}/{partners}.csv").status_code == 403  # sealed, as the list is
    call = assessment.opened(ports, calls.read(ports, call.id))
    with ports.database.reading() as session:
        assert str(session.get_one(Entry, application.entry.id).amount) == "1473.82"
    officer = people.signed_in(app, ports, calls.officer(ports))
    listed = officer.get(f"/manage/calls/{call.ref}/applications").text
    assert f'href="{tables}/{partners}.xlsx"' in listed
    whose = {"reference": application.ref, "organisation": "Clean Air Makers", "lot_number": "1"}
    rows = list(
        csv.DictReader(io.StringIO(officer.get(f"{tables}/{partners}.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert [{name: row[name] for name in ("row", "name", "role", "company_number")} for row in rows] == [
        {"row": "1", "name": "Aston Ltd", "role": "Lead", "company_number": "01234567"},
        {"row": "2", "name": "Brum CIC", "role": "Supplier", "company_number": ""},
    ]
    assert {name: rows[0][name] for name in whose} == whose
    rows = list(
        csv.DictReader(io.StringIO(officer.get(f"{tables}/{price.key}.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert [(row["item"], row["unit_price"], row["net"], row["vat_rate"]) for row in rows] == [
        ("Sensor", "10.50", "1260.00", "20"),
        ("Energy", "0.1425", "213.82", "5"),
    ]
    assert officer.get(f"{tables}/{steps}.xlsx").get_data()[:2] == b"PK"
    assert officer.get(f"{tables}/title.csv").status_code == 404


def test_a_request_may_ask_for_a_table(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports))
    officer, now = calls.officer(ports), ports.clock.now()
    what = Asked(RequestKind.COMPLETE, "Costs are missing.", (("Your costs", "costs_table"),), earliest_closing(now))
    ids = [slots.entries(ports, call)["Firm A"]]
    request = perform(ports, officer, now, requests.ask, calls.stage_of(ports, call).id, ids, what)[0]
    lead = people.signed_in(app, ports, slots.lead_of(ports, "Firm A"))
    home = f"/applications/{slots.refs(ports, call)['Firm A']}/requests/{request.number}"
    at = f"{home}/questions/1"
    answer = fill(lead, at, then="draw p1-l-5", answer__p1__l1__line="Labour", answer__p1__l1__k1="2,500")
    assert answer.headers["Location"].endswith(f"{at}?draw=p1-l-5#answer-p1-l5")
    assert 'id="answer-p1-l5-line"' in lead.get(f"{at}?draw=p1-l-5").text
    fill(lead, at, then="stay", answer__p1__l2__k1="7")
    assert "Answer “Line 2, name of the cost”." in page(lead, at).words
    fill(lead, at, then="stay", answer__p1__l2__line="Travel")
    assert "All costs £2,507" in page(lead, at).words
    assert "Labour £2,500" in page(lead, home).words
