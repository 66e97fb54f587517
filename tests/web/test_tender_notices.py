"""The page of the tender notice: what is missing leads to where it is typed; then to the page that everybody reads."""

from datetime import timedelta

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import calls, noticing, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked
from tests.services.test_tender_notices import published
from tests.web.test_outcomes import staff, words


def test_from_what_is_written_to_the_notice_that_everybody_reads(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = calls.drafted(ports, opens_in=timedelta(days=2), terms="")
    officer, approver = staff(app, ports)
    root = f"/manage/calls/{call.ref}/tender-notice"
    assert f'href="{root}"' in checked(officer.get(f"/manage/calls/{call.ref}"))
    page = checked(officer.get(root))
    assert f'href="/manage/calls/{call.ref}/setup/details#terms"' in page
    assert "Draft the notice" not in page
    assert officer.send(root, to=f"{root}/draft").status_code == 409
    ports.database.write(
        lambda session: calls.save(
            session, ports, calls.read(ports, call.id), "details", {"terms": "Ours."}, calls.officer(ports), clock.now()
        )
    )
    assert "Draft the notice" in checked(officer.get(root))
    assert officer.send(root, to=f"{root}/draft").status_code == 303
    assert noticing.steps(officer, approver, root, root, clock.now()) == [303, 303, 303]
    assert "It appears here with the call." in words(checked(officer.get(root)))
    public = f"/notices/{call.ref.lower()}-uk4-1"
    visitor = people.signed_in(app, ports, calls.officer(ports))
    assert visitor.get(public).status_code == 404
    clock.set(clock.now() + timedelta(minutes=30))
    published(ports, calls.reviewed(ports, call))
    shown = words(checked(visitor.get(public)))
    assert "Tender notice: Cleaner air at school gates" in shown
    assert "Procurement Act 2023, section 21" in shown
    assert "Award criteria" in shown
    assert "Terms of the contract Ours." in shown
    said = visitor.get(f"{public}.json").get_json()["notice"]["says"]
    assert "Procurement: Legal basis: Procurement Act 2023, section 21" in said.split("\n")


def test_a_grant_needs_none(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "small_grant")
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "No notice is needed" in words(checked(officer.get(f"/manage/calls/{call.ref}/tender-notice")))
    assert officer.get(f"/manage/calls/{call.ref}/tender-notice").text.count("Draft the notice") == 0
