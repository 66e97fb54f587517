"""An assessor in real Chromium, with and without script, small and large: all accepted at once, marked by criterion."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import PATIENCE, follow, headed, leave, look_at, press, says, sign_in
from tests.parts import assessment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(scripted: bool, browser: "Browser", address: str) -> Iterator["Page"]:
    context = browser.new_context(base_url=address, java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def test_all_accepted_at_one_press_and_one_criterion_marked_across(page: "Page", scripted: bool, ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=2)))
    reader = assessment.assessor(ports, "one@readers.example")
    assessment.assigned(ports, call, [reader])
    sign_in(page, "one@readers.example")
    page.goto("/assess")
    follow(page, "Accept all 2 at once")
    look_at(page, scripted=scripted)
    press(page, "Accept all 2 applications")
    says(page, "You have accepted all 2 applications.")
    look_at(page, scripted=scripted)

    leave(page, page.locator("main a[href$='/criteria']").first)
    look_at(page, scripted=scripted)
    leave(page, page.get_by_role("button", name="Go on").or_(page.get_by_role("link", name="Go on")).first)
    for _ in range(2):
        look_at(page, scripted=scripted)
        page.locator("main input[name=mark][value='4']").check()
        page.locator("main textarea[name=comment]").fill(assessment.COMMENT)
        press(page, "Save and next")
    headed(page, "Criterion 1 of")
    says(page, "2 of 2 done.")
    follow(page, "Your marks side by side")
    headed(page, "Your marks side by side")
    look_at(page, scripted=scripted)
