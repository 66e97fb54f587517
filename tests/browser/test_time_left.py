"""What a page says of the time that is left goes on with script, and says as of when it is without."""

from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from procurement.web.filters import uk_time
from tests.browser.steps import Enter
from tests.parts import applications, calls, people
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
LEAD = "mina@clean-air.example"
LINE = "main .govuk-inset-text .app-left"


@pytest.fixture
def page(enter: Enter, ports: Ports) -> "Page":
    """The page on which everything is checked, thirty days before the closing."""
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Clean Air Makers", LEAD)
    draft = applications.written(ports, call, lead, organisation)
    page = enter(LEAD)
    if page.evaluate("typeof document.body.dataset.left") == "string":  # (playwright itself runs scripts either way)
        page.clock.install()
    page.goto(f"/applications/{draft.ref}/check")
    return page


def test_it_moves_with_script_and_without_says_as_of_when(page: "Page", scripted: bool, clock: StandingClock) -> None:
    if not scripted:
        assert page.locator(LINE).inner_text() == "30 days left"
        assert f"30 days left (as of {uk_time(clock.now())})" in page.locator("main .govuk-inset-text").inner_text()
        return
    for minutes, words in (  # a moment has passed since the page was made: each is one below the round figure
        (17 * 24 * 60, "12 days 23 hours left"),
        (12 * 24 * 60, "23 hours 59 minutes left"),
        (23 * 60 + 57, "2 minutes left"),
        (1, "1 minute left"),
        (1, "less than 1 minute left"),
        (1, "closed"),
    ):
        page.clock.fast_forward(minutes * 60_000)
        page.clock.run_for(1_000)
        assert page.locator(LINE).inner_text() == words
