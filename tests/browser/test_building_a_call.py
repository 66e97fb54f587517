"""A call is built from nothing in a browser, with and without script: lines instead of pages, tried, kept, copied."""

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import Enter, follow, leave, look_at, press, says
from tests.parts import calls
from tests.parts.waiting import HANGS
from tests.web.test_few_presses import CRITERIA, LOTS, QUESTIONS


@pytest.mark.timeout(HANGS)
def test_a_call_is_written_in_lines_tried_and_kept(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = calls.drafted(ports)
    root = f"/manage/calls/{call.ref}"
    stage = f"{root}/stages/application"
    officer = enter(calls.OFFICER)
    for path, lines, instead in (
        (f"{root}/setup/lots/several", LOTS, False),
        (f"{stage}/criteria/several", f"{CRITERIA}\n- The plan | 60\n- The people | 40", True),
        (f"{stage}/form/several", QUESTIONS.replace(" | marked by Value for money", ""), True),
    ):
        officer.goto(path)
        officer.locator("main textarea[name=lines]").fill(lines)
        if instead:
            officer.locator("main input[name=instead]").check()
        look_at(officer, scripted=scripted)
        press(officer, "Add them")
    says(officer, "14 questions were added.")
    look_at(officer, scripted=scripted)
    officer.goto(f"{stage}/criteria")
    says(officer, "Share of “Value for money”: The plan")
    look_at(officer, scripted=scripted)
    officer.goto(f"{stage}/criteria/benefit_to_people/split")
    look_at(officer, scripted=scripted)
    officer.goto(f"{stage}/form/questions/upload_a_plan/place")
    look_at(officer, scripted=scripted)
    officer.goto(f"{stage}/form/preview?filled=yes")
    look_at(officer, scripted=scripted)
    press(officer, "Check it as if submitting")
    says(officer, "An applicant could submit this.")
    look_at(officer, scripted=scripted)

    officer.goto(f"{stage}/form")
    leave(officer, officer.get_by_role("button", name="Keep in the library").first)
    officer.get_by_label("Tags").fill("plans")
    look_at(officer, scripted=scripted)
    press(officer, "Save")
    look_at(officer, scripted=scripted)
    other = calls.drafted(ports, title="Another")
    officer.goto(f"/manage/calls/{other.ref}/stages/application/form/library")
    officer.locator("main input[name=chosen]").first.check()
    look_at(officer, scripted=scripted)
    press(officer, "Put them in")
    officer.goto(f"/manage/calls/{other.ref}/stages/application/form/copy?from={call.ref}/application")
    look_at(officer, scripted=scripted)

    officer.goto(f"{root}/template")
    officer.get_by_label("Name of the template").fill("Schools")
    look_at(officer, scripted=scripted)
    press(officer, "Keep it")
    look_at(officer, scripted=scripted)
    officer.goto("/manage/calls/new")
    look_at(officer, scripted=scripted)
    follow(officer, "Schools")
    look_at(officer, scripted=scripted)
    press(officer, "Make the copy")
    says(officer, f"Copied from {call.ref}")
    look_at(officer, scripted=scripted)

    officer.goto(f"{root}/comments")
    officer.locator("main select[name=place]").select_option("details/problem/")
    officer.get_by_label("Comment", exact=True).fill("Whose figures are these?")
    look_at(officer, scripted=scripted)
    press(officer, "Comment")
    says(officer, "Whose figures are these?")
    officer.goto(f"{root}/review")
    says(officer, "Worth a second look")
    look_at(officer, scripted=scripted)
