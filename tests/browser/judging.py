"""What officers, approvers and assessors do with the bids of a stage: open, sift, mark, decide, tell."""

import re
from typing import TYPE_CHECKING

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from tests.browser.steps import Enter, headed, leave, look_at, press, says
from tests.parts import calls, outcomes

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMMENT = "It says who does what, by when and with whom. " * 3
REASON = "The plan for working with tenants lacked people and dates."


def root_of(call: Call, key: str) -> str:
    return f"/manage/calls/{call.ref}/stages/{key}"


def open_bids(enter: Enter, root: str, *, nouns: str, scripted: bool) -> None:
    """Two people, each freshly signed in; `nouns`: what the stage itself opens, as its pages say."""
    officer, approver = enter(calls.OFFICER), enter(calls.APPROVER)
    officer.goto(f"{root}/opening")
    look_at(officer, scripted=scripted)
    press(officer, f"Ask to open the {nouns}")
    says(officer, f"You asked to open the {nouns}")
    approver.goto(f"{root}/opening")
    press(approver, f"Open the {nouns}")
    look_at(approver, scripted=scripted)


def find_eligible(officer: "Page", bid: str) -> None:
    officer.goto(f"{bid}/eligibility")
    officer.locator("textarea[name=nothing-source]").fill("The central digital platform, and the debarment list.")
    press(officer, "Record: nothing found")
    button = officer.get_by_role("button", name="Eligible", exact=True)
    officer.locator("form").filter(has=button).locator("textarea").fill("All rules are met.")
    leave(officer, button)
    headed(officer, "")


def take_on(assessor: "Page", title: str = "") -> None:
    """Accept the application of that name from the list, or the first."""
    assessor.goto("/assess")
    leave(assessor, assessor.locator("main a[href*='/assess/assignments/']").filter(has_text=title).first)
    assessor.locator("main input[name=answer]").first.check()
    press(assessor, "Continue")
    assessor.locator("main input[name=mark]").first.wait_for()


def mark(assessor: "Page", value: int) -> None:
    """Every criterion, from the first, and submit."""
    while assessor.locator("main input[name=mark]").count():
        assessor.locator(f"main input[name=mark][value='{value}']").check()
        assessor.locator("main textarea[name=comment]").fill(COMMENT)
        press(assessor, "Save and next")
        headed(assessor, "")
    press(assessor, "Submit the scorecard")
    headed(assessor, "Scorecard submitted")


def propose(officer: "Page", root: str, *, scripted: bool) -> None:
    """Everybody in rank order, nobody in reserve."""
    officer.goto(f"{root}/decisions/in-rank-order?reserves=0")
    look_at(officer, scripted=scripted)
    for reason in officer.locator("main textarea").all():
        reason.fill(REASON)
    leave(officer, officer.locator("main").get_by_role("button", name=re.compile(r"^Save \d+ proposal")))
    look_at(officer, scripted=scripted)


def approve_and_tell(enter: Enter, ports: Ports, call: Call, root: str, *, scripted: bool) -> None:
    writer = enter(calls.OFFICER)
    writer.goto(f"{root}/reasons")
    take_over = writer.locator("main").get_by_role("button", name="Take over all of them", exact=True)
    if take_over.count():
        leave(writer, take_over.first)
        says(writer, "Every reason is written.")
    approver = enter(calls.APPROVER)
    approver.goto(f"{root}/decisions")
    press(approver, "Approve the decisions")
    look_at(approver, scripted=scripted)
    outcomes.made_ready(ports, call)
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/tell")
    look_at(officer, scripted=scripted)
    press(officer, "Tell every applicant now")
    says(officer, "Every applicant has been told.")
    look_at(officer, scripted=scripted)
