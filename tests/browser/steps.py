"""What people do on any page: sign in, press, follow a link, see where they are."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from tests.parts import noticing, people

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Enter = Callable[[str], "Page"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 1280)

PATIENCE = 60_000  # milliseconds: it ends a walk that would hang, and is no budget of a page


def sign_in(page: "Page", email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    leave(page, page.locator("main").get_by_role("button", name="Sign in", exact=True).first)


def leave(page: "Page", by: "Locator") -> None:
    """Press a link or a button that leads to another page, and be there: a click alone waits for nothing.

    With script the page may first wait for the text that is just being saved.
    """
    with page.expect_navigation():
        by.click()


def press(page: "Page", name: str) -> None:
    leave(page, page.locator("main").get_by_role("button", name=name, exact=True).first)


def follow(page: "Page", name: str | re.Pattern[str]) -> None:
    wanted = re.compile(rf"^\s*{re.escape(name)}\s*$") if isinstance(name, str) else name
    leave(page, page.locator("a:visible").filter(has_text=wanted).first)


def headed(page: "Page", words: str) -> None:
    page.get_by_role("heading", level=1, name=words).wait_for()


def says(page: "Page", words: str) -> None:
    """Wait until the main part of the page says it."""
    page.locator("main").get_by_text(words).locator("visible=true").first.wait_for()


def look_at(page: "Page", *, scripted: bool) -> None:
    """Nothing is wider than the screen, on a phone and on a desk, and axe (a script itself) finds nothing.

    Axe looks at the phone's page only: it is slow, and the frame on a desk is looked at with the components.
    """
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width, page.url
        if scripted and width == WIDTHS[0]:
            found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
            faults = [(each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]]
            assert faults == [], (page.url, width, faults)


def publish_notice(officer: "Page", approver: "Page", address: str) -> None:
    """A drafted notice approved, entered as published on the central platform now, and confirmed by the approver, who
    stays on its page."""
    approver.goto(address)
    press(approver, "Approve the notice")
    officer.goto(address)
    officer.get_by_label("Number of the notice on Find a Tender").fill(noticing.NUMBER)
    officer.get_by_label("Its address there").fill(noticing.ADDRESS)
    press(officer, "Enter where it was published")
    approver.goto(address)
    press(approver, "Confirm: it is published there")
