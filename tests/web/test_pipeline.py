"""Planned calls through the pages: as an officer writes, an approver publishes and everybody reads them."""

import json

from flask import Flask
from icalendar import Calendar

from procurement.rules.ports import Ports
from tests.parts import calls
from tests.parts.people import signed_in
from tests.web.test_manage_calls import page, press, send


def test_from_a_thought_to_a_call(app: Flask, ports: Ports) -> None:
    officer, approver = (signed_in(app, ports, who(ports)) for who in (calls.officer, calls.approver))
    anybody = app.test_client()
    assert "None is published." in page(anybody, "/pipeline").words
    plan = {
        "kind": "challenge",
        "title": "Warm <homes>",
        "theme": "low_carbon",
        "summary": "Homes that cost nothing to heat.",
        "value": "250,000",
        "month": "2027-09-01",
    }
    missing = send(officer, "/manage/pipeline/new", 422)
    assert "Give it a title" in missing.text
    where = send(officer, "/manage/pipeline/new", **plan).headers["Location"]
    assert "An approver who did not write it publishes it." in page(officer, where).words
    assert officer.post(f"{where}/publish").status_code in (400, 403)
    assert anybody.get(where.replace("/manage", "")).status_code == 404
    assert "1 planned call to publish" in page(approver, "/manage").words
    press(approver, where, f"{where}/publish", version=1)

    shown = page(anybody, "/pipeline")
    assert "Warm <homes>" in shown.words
    assert "September 2027" in shown.words
    own = page(anybody, where.replace("/manage", "")).words
    assert "£250,000 including VAT" in own
    (said,) = json.loads(anybody.get("/pipeline.json").text)["plans"]
    assert (said["title"], said["expected"], said["value"]) == ("Warm <homes>", "2027-09", 250_000)
    (event,) = Calendar.from_ical(anybody.get("/pipeline.ics").data).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt.isoformat()) == ("Planned: Warm <homes>", "2027-09-01")

    send(officer, f"{where}/edit", month="2027-10-01")
    assert "October 2027" in page(anybody, "/pipeline").words
    assert "Expected: from September 2027 to October 2027" in page(officer, where).words
    press(officer, where, f"{where}/became", 422, ref="BCC-2099-001")
    call = calls.published(ports)
    press(officer, where, f"{where}/became", ref=call.ref)
    assert "None is published." in page(anybody, "/pipeline").words
    assert f"/calls/{call.ref}" in page(anybody, where.replace("/manage", "")).links


def test_a_plan_of_which_nothing_comes_says_why(app: Flask, ports: Ports) -> None:
    officer = signed_in(app, ports, calls.officer(ports))
    plan = {
        "kind": "fund",
        "title": "Skills",
        "theme": "skills_and_jobs",
        "summary": "Training.",
        "month": "2027-03-01",
    }
    where = send(officer, "/manage/pipeline/new", **plan).headers["Location"]
    press(signed_in(app, ports, calls.approver(ports)), where, f"{where}/publish", version=1)
    press(officer, where, f"{where}/withdraw", 422, reason="")
    press(officer, where, f"{where}/withdraw", reason="The money is needed elsewhere.")
    own = page(app.test_client(), where.replace("/manage", "")).words
    assert "Nothing comes of this plan: The money is needed elsewhere." in own
    assert "Not known yet" in own
    assert officer.get(f"{where}/edit").status_code == 409
