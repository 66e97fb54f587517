"""The pages of outages: facts for staff, a closing that is proposed, a reason that everybody reads; the operator's."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from procurement.models.heartbeats import Outage
from procurement.rules.ports import Ports
from tests.parts import calls, outages, people
from tests.parts.pages import checked as page
from tests.web.test_dates import typed
from tests.web.test_reserve import words


def test_an_outage_leads_from_my_work_to_a_later_closing_that_everybody_reads(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    outages.before_closing(ports, call, starts=timedelta(hours=1), minutes=80)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}"
    assert f"{root}/outages" in page(officer.get("/manage"))
    facts = words(page(officer.get(f"{root}/outages")))
    assert "80 minutes without the service" in facts
    assert "web-1" in facts
    assert "web-2" in facts
    public = words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert "When the service could not be reached" in public
    assert "web-1" not in public
    assert "Whether the closing is moved is being decided" in public
    shown = page(officer.get(f"{root}/dates"))
    assert "A later one is proposed below" in words(shown)
    given = {**typed(shown), "along": "y", "reason": "The service could not be reached for 80 minutes."}
    dry = page(officer.send(f"{root}/dates", given, to=f"{root}/dates/propose"))
    sent = {**given, "seen": typed(dry)["seen"]}
    assert officer.send(f"{root}/dates", sent, to=f"{root}/dates/propose").status_code == 303
    assert "wait for an approver" in words(page(officer.get(f"{root}/outages")))
    waiting = page(approver.get(f"{root}/dates"))
    assert approver.send(f"{root}/dates", typed(waiting), to=f"{root}/dates/approve").status_code == 303
    moved = calls.stage_of(ports, call).closes_at
    assert moved is not None
    assert moved - closes_at >= timedelta(minutes=80)
    after = words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert "The closing was moved for everybody." in after
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "The service could not be reached before the closing" in history


def test_why_a_closing_stands_is_said_in_public_and_nothing_is_asked_twice(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/{calls.stage_of(ports, call).key}/outages"
    assert "No outage was found" in words(page(officer.get(root)))
    outages.before_closing(ports, call, starts=timedelta(hours=7), minutes=6)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    assert "Let the closing stand" not in page(approver.get(root))
    page(officer.send(root, {"seen": "1", "reason": ""}, to=f"{root}/stand"), 422)
    with ports.database.reading() as session:
        number = session.scalars(select(Outage.id)).one()
    answer = {"seen": str(number), "reason": "Six minutes, and a night was left."}
    assert officer.send(root, answer, to=f"{root}/stand").status_code == 303
    assert "Six minutes, and a night was left." in words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert officer.send(root, answer, to=f"{root}/stand").status_code == 409
    assert root not in page(officer.get("/manage"))


def test_an_operator_sees_who_was_heard_of_and_what_waits_for_officers(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    operator = people.signed_in(app, ports, calls.staff(ports, "op@city.example", "operator"))
    assert "No web process was heard of yet." in words(page(operator.get("/admin/heartbeats")))
    assert "No process has said yet that it is there." in words(page(operator.get("/admin")))
    outages.before_closing(ports, call, starts=timedelta(hours=1), minutes=20)
    operator = people.signed_in(app, ports, calls.staff(ports, "op@city.example", "operator"))
    health = words(page(operator.get("/admin")))
    assert "1 process says that it is there." in health
    assert "1 before a closing waits for officers." in health
    shown = words(page(operator.get("/admin/heartbeats")))
    assert call.ref in shown
    assert "20 minutes" in shown
    assert "web-1" in shown
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert officer.get("/admin/heartbeats").status_code in (403, 404)
