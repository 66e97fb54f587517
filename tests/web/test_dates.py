"""The pages of dates that move: a dry run, two people, and the difference for everybody."""

import json
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from procurement.models.messages import Message
from procurement.rules.ports import Ports
from tests.parts import applications, assessment, calls, people
from tests.parts.pages import checked as page
from tests.web.test_reserve import words

REASON = "The network of the city was down on the last day."


def typed(html: str) -> dict[str, str]:
    """What the form of the page would send as it stands."""
    found = re.findall(r'<input[^>]*name="([a-z_]+-(?:day|month|year|time))"[^>]*value="([^"]*)"', html)
    seen = re.findall(r'name="(seen|amendment)" value="([^"]*)"', html)
    return dict(found) | dict(seen)


def later(ports: Ports, call: Any, html: str, days: int) -> dict[str, str]:
    """The form with a closing so many days later, and what comes after it moved along."""
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    day = closes_at + timedelta(days=days)
    parts = {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
    return {**typed(html), **{f"closes_at-{part}": value for part, value in parts.items()}, "reason": REASON}


def test_a_closing_moves_by_two_people_and_everybody_reads_the_difference(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    applications.submitted(ports, call)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    stage = calls.stage_of(ports, call)
    root = f"/manage/calls/{call.ref}/stages/{stage.key}/dates"
    assert root in page(officer.get(f"/manage/calls/{call.ref}"))
    shown = page(officer.get(root))
    assert "See what would move" in shown
    page(officer.send(root, {**later(ports, call, shown, 7), "reason": ""}, to=f"{root}/propose"), 422)
    given = {**later(ports, call, shown, 7), "along": "y"}
    dry = page(officer.send(root, given, to=f"{root}/propose"))
    assert "Propose these dates" in dry
    assert "7 days later." in words(dry)
    assert "it closes on" in words(dry)  # the least period that the law gives
    assert calls.stage_of(ports, call).closes_at == stage.closes_at
    assert "wait for an approver" not in dry
    sent = {**given, "seen": typed(dry)["seen"]}
    assert officer.send(root, sent, to=f"{root}/propose").status_code == 303
    assert "Approve the new dates" not in page(officer.get(root))
    assert "Dates to approve" in page(approver.get("/manage"))
    waiting = page(approver.get(root))
    assert REASON in waiting
    public = f"/calls/{call.ref}"
    assert "Dates that were moved" not in page(app.test_client().get(public))
    before = json.loads(app.test_client().get(f"{public}.json").text)
    assert approver.send(root, typed(waiting), to=f"{root}/approve").status_code == 303
    assert "Dates that were moved" in page(app.test_client().get(public))
    changes = words(page(app.test_client().get(f"{public}/changes")))
    assert REASON in changes
    assert "Closes" in changes
    after = json.loads(app.test_client().get(f"{public}.json").text)
    assert after["closes_at"] > before["closes_at"]
    assert (before["version"], after["version"]) == (1, 2)
    assert [each["reason"] for each in after["amendments"]] == [REASON]
    first, second = (app.test_client().get(f"{public}/versions/{number}.json") for number in (1, 2))
    assert json.loads(first.text)["stages"][0]["closes_at"] != json.loads(second.text)["stages"][0]["closes_at"]
    assert app.test_client().get(f"{public}/versions/3.json").status_code == 404
    calendar = app.test_client().get(f"{public}.ics").text
    assert "SEQUENCE:1" in calendar
    assert f"{after['closes_at'][:10].replace('-', '')}T" in calendar
    with ports.database.reading() as session:
        (message,) = session.scalars(select(Message).where(Message.kind == "dates_moved"))
    assert REASON in " ".join(message.body.split())
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert re.search(r"Moved the dates of a stage – Closes: from \w+ \d.* to \w+ \d", history)
    assert REASON in words(page(officer.get(root)))


def test_what_stands_in_the_way_is_said_beside_the_date(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}/dates"
    shown = page(officer.get(root))
    refused = page(officer.send(root, later(ports, call, shown, -3), to=f"{root}/propose"), 422)
    assert "so it can only close later than on" in words(refused)
    none = page(officer.send(root, {**typed(shown), "reason": REASON}, to=f"{root}/propose"), 422)
    assert "Change at least one date." in words(none)
    too_late = page(officer.send(root, later(ports, call, shown, 30), to=f"{root}/propose"), 422)
    assert "Assessors can begin only after the call has closed" in words(too_late)


def test_a_proposal_is_sent_back_or_taken_back(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}/dates"
    for who, action in ((approver, "send-back"), (officer, "take-back")):
        given = later(ports, call, page(officer.get(root)), 2)
        seen = typed(page(officer.send(root, given, to=f"{root}/propose")))["seen"]
        assert officer.send(root, {**given, "seen": seen}, to=f"{root}/propose").status_code == 303
        number = typed(page(who.get(root)))["amendment"]
        page(who.send(root, {"amendment": number, "reason": ""}, to=f"{root}/{action}"), 422)
        assert who.send(root, {"amendment": number, "reason": "Not now."}, to=f"{root}/{action}").status_code == 303
        assert "wait for an approver" not in page(officer.get(root))
    assert officer.send(root, {"amendment": "999", "reason": "No."}, to=f"{root}/take-back").status_code == 404


def test_who_reads_the_page_and_who_moves_nothing(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    root = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}/dates"
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert "Officers propose other dates" in page(auditor.get(root))
    assert auditor.send(root, {}, to=f"{root}/propose").status_code == 403
    draft = calls.drafted(ports)
    assert auditor.get(f"/manage/calls/{draft.ref}/stages/application/dates").status_code == 403


def test_once_it_is_opened_the_page_says_so(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer.get(f"/manage/calls/{call.ref}/stages/application/dates"))
    assert "cannot be moved any more: it was opened" in words(shown)
    assert "See what would move" not in shown
