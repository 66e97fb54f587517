"""The pages of messages to applicants: written from a text, looked at once more, sent, read by the team."""

import re

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import applications, calls, people
from tests.parts.pages import checked as page
from tests.web.test_reserve import words


def test_a_message_is_looked_at_before_it_goes_and_read_by_the_team(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    application = applications.started(ports, call, lead, organisation)
    firm, officer, approver = (
        people.signed_in(app, ports, who) for who in (lead, calls.officer(ports), calls.approver(ports))
    )
    root = f"/manage/calls/{call.ref}/messages"
    assert root in page(officer.get(f"/manage/calls/{call.ref}"))
    begun = page(officer.get(f"{root}/new?template=closing"))
    assert "closes on" in words(begun)
    typed = {"audience": "all", "title": "The call closes soon", "text": "It closes on Friday."}
    shown = page(officer.send(f"{root}/new", typed))
    assert "It goes to 1 application: read it once more." in words(shown)
    assert "Aston" not in shown
    assert page(firm.get(f"/applications/{application.ref}")).count("It closes on Friday.") == 0
    looked = re.search(r'name="looked" value="([^"]+)"', shown)
    assert looked is not None
    press = typed | {"looked": looked[1], "send_it": "yes"}
    other = page(officer.send(f"{root}/new", press | {"text": "It closes on Monday."}), 409)
    assert "changed after you looked" in words(other)
    assert officer.send(f"{root}/new", press).status_code == 303
    assert officer.send(f"{root}/new", press).status_code == 303
    assert page(officer.get(root)).count("It closes on Friday.") == 1
    assert "It closes on Friday." in page(firm.get(f"/applications/{application.ref}"))
    assert "Wrote to 1 applications" in words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert approver.get(f"{root}/new").status_code == 403
    page(officer.send(f"{root}/new", {"audience": "", "title": "", "text": ""}), 422)


def test_where_nobody_has_begun_nothing_is_sent(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/messages/new"
    refused = page(officer.send(root, {"audience": "drafts", "title": "A visit", "text": "On Friday."}), 409)
    assert "There is nobody whom this message would reach." in words(refused)
