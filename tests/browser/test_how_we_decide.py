"""The pages "how we decide" in real Chromium, with every drawing open: the drawing scrolls, and the page does not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import PATIENCE, look_at
from tests.parts import calls

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


@pytest.mark.parametrize(
    "path", ["/how-we-decide/challenge", "/how-we-decide/innovation_fund", "/calls/{}/how-we-decide"]
)
def test_the_drawings_scroll_in_boxes_of_their_own(page: "Page", ports: Ports, scripted: bool, path: str) -> None:
    call = calls.published(ports, "challenge")
    page.goto(path.format(call.ref))
    drawings = page.locator("main details").all()
    for each in drawings:
        each.locator("summary").click()  # opens on the page
    assert len(drawings) == page.locator("main svg.workflow").count() > 0
    look_at(page, scripted=scripted)
    page.set_viewport_size({"width": 320, "height": 900})
    box = page.locator("main .app-scroll").first
    assert box.evaluate("each => each.scrollWidth > each.clientWidth")
    box.focus()
    assert box.evaluate("each => each === document.activeElement")
