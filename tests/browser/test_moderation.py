"""Moderation in real Chromium, with and without script, small and large: from the panel to the closed moderation."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from procurement.services import assessment
from procurement.services.act import perform
from tests.browser.steps import PATIENCE, follow, leave, look_at, press, says, sign_in
from tests.parts import calls
from tests.parts import moderation as parts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "Averylongwordwithoutanyspaceinit" * 3


@pytest.fixture
def page(scripted: bool, browser: "Browser", address: str) -> Iterator["Page"]:
    context = browser.new_context(base_url=address, java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def look(page: "Page", scripted: bool) -> Callable[[], None]:
    return lambda: look_at(page, scripted=scripted)


def test_a_panel_from_its_chair_to_its_agreed_marks(
    page: "Page", look: Callable[[], None], ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.offered(monkeypatch)
    call = parts.marked(ports)
    base = f"/manage/calls/{call.ref}/stages/application"

    sign_in(page, calls.OFFICER)
    page.goto(f"{base}/progress")
    leave(page, page.locator("main a[href*='/scorecards/']").first)
    look()
    press(page, "Return the scorecard")
    look()  # with its error
    page.goto(f"{base}/panel")
    look()
    page.get_by_text("Call the panel together", exact=True).click()  # opens on the page
    press(page, "Call it together and tell everybody")
    look()  # with its errors
    for part, typed in (("Day", "20"), ("Month", "4"), ("Year", "2027"), ("Time", "10am")):
        page.get_by_label(part, exact=True).fill(typed)
    page.get_by_label("Where?").fill(f"Room 4 {LONG}")
    press(page, "Call it together and tell everybody")
    look()
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, calls.stage_of(ports, call).id)
    page.reload()
    press(page, "Add what is open and on no agenda")
    look()
    leave(page, page.locator("main a[href*='/items/']").first)
    look()
    page.get_by_label("Minutes of this application").fill(f"It was read out. {LONG}")
    press(page, "Save")

    page.context.clear_cookies()
    sign_in(page, parts.CHAIR)
    page.goto("/assess")
    follow(page, "Your panels")
    look()
    leave(page, page.locator("main a[href*='/assess/panels/']").first)
    look()
    leave(page, page.locator("main a[href*='/items/']").first)
    look()
    leave(page, page.get_by_role("link", name="I have an interest in this application"))
    look()
    page.goto(f"{base}/moderation")
    look()
    leave(page, page.locator("main table a").first)
    look()
    press(page, "Settle and go to the next")
    look()  # with its errors
    page.get_by_role("radio").first.check()
    page.get_by_label("Reason", exact=True).fill(f"{parts.REASON} {LONG}")
    press(page, "Settle and go to the next")
    follow(page, "Leave everything that is open of this application as it is")
    look()
    page.get_by_label("Why do these marks stay as they are?").fill(parts.LEFT)
    press(page, "Leave them as they are")
    look()

    page.context.clear_cookies()
    sign_in(page, calls.OFFICER)
    page.goto(f"{base}/moderation")
    follow(page, "See what would be closed")
    look()
    press(page, "Close the moderation")
    page.goto(f"{base}/moderation")
    says(page, "The moderation was closed on")
    look()
