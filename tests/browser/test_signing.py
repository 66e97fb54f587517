"""From the tender notice to the contract details notice in a browser, with and without script."""

from datetime import timedelta

import pytest

from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from tests.browser.steps import Enter, look_at, press, publish_notice, says
from tests.parts import calls
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS
from tests.services.test_signing import accepted


@pytest.mark.timeout(HANGS)
def test_a_tender_notice_is_drafted_from_the_call_and_published(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = calls.drafted(ports, opens_in=timedelta(days=2))
    calls.approver(ports)
    root = f"/manage/calls/{call.ref}/tender-notice"
    officer, approver = enter(calls.OFFICER), enter(calls.APPROVER)
    officer.goto(root)
    look_at(officer, scripted=scripted)
    press(officer, "Draft the notice")
    publish_notice(officer, approver, root)
    says(approver, "It appears here with the call.")
    look_at(approver, scripted=scripted)


@pytest.mark.timeout(HANGS)
def test_a_signing_is_recorded_confirmed_and_noticed(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call, award = accepted(ports)
    clock.set(clock.now() + timedelta(hours=9))
    root = f"/manage/calls/{call.ref}/stages/application/awards/{award.ref}/contract"
    officer, approver = enter(calls.OFFICER), enter(calls.APPROVER)
    officer.goto(root)
    look_at(officer, scripted=scripted)
    today = uk_day(clock.now())
    for part in ("day", "month", "year"):
        officer.locator(f"[name='signed_on-{part}']").fill(str(getattr(today, part)))
    press(officer, "Record it")
    approver.goto(root)
    look_at(approver, scripted=scripted)
    press(approver, "Confirm: it was signed so")
    says(approver, "Contract details notice (UK7)")
    officer.goto(root)
    press(officer, "Draft the notice")
    publish_notice(officer, approver, root)
    says(approver, "Published on")
    look_at(approver, scripted=scripted)
    anybody = enter("")
    anybody.goto(f"/notices/{call.ref.lower()}-uk7-1")
    says(anybody, "Date on which it was signed")
    look_at(anybody, scripted=scripted)
