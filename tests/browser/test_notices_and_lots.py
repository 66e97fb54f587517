"""Notices and lots that are abandoned in a browser, with and without script: the award notice to its publication on the
central platform, a lot that ends, and its termination notice."""

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import Enter, look_at, press, publish_notice, says
from tests.parts import calls, outcomes
from tests.parts.waiting import HANGS
from tests.services.test_lots_abandoned import REASON, locked


@pytest.mark.timeout(HANGS)
def test_a_notice_is_published_and_a_lot_ends_with_its_own(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.addressed(ports, call)
    root = f"/manage/calls/{call.ref}"
    officer, approver = enter(calls.OFFICER), enter(calls.APPROVER)
    officer.goto(f"{root}/notices")
    look_at(officer, scripted=scripted)
    press(officer, "Draft the notice")
    publish_notice(officer, approver, f"{root}/notices")
    says(approver, "The standstill ends on")
    look_at(approver, scripted=scripted)

    officer.goto(f"{root}/abandon")
    officer.get_by_label("Lot 2: Schools. The others go on.").check()
    officer.get_by_label("Why does it end without a contract or a grant?").fill(REASON)
    look_at(officer, scripted=scripted)
    press(officer, "Propose to abandon it")
    approver.goto(f"{root}/abandon")
    says(approver, REASON)
    look_at(approver, scripted=scripted)
    press(approver, "Agree: abandon lot 2")
    says(approver, "Lot 2, “Schools”, was abandoned on")

    officer.goto(f"{root}/terminations")
    press(officer, "Draft the notice")
    look_at(officer, scripted=scripted)
    publish_notice(officer, approver, f"{root}/terminations")
    says(approver, "Published on")
    look_at(approver, scripted=scripted)
    anybody = enter("")
    anybody.goto(f"/notices/{call.ref.lower()}-uk12-1")
    says(anybody, "One lot of the procurement. The other lots go on.")
    look_at(anybody, scripted=scripted)
