"""What people do on any page: sign in, press, follow a link, see where they are."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.parts import people

if TYPE_CHECKING:
    from playwright.sync_api import Page

Enter = Callable[[str], "Page"]


def sign_in(page: "Page", email: str) -> None:
    page.goto("/sign-in")
    fill_in_and_sign_in(page, email)


def fill_in_and_sign_in(page: "Page", email: str) -> None:
    """On the page that asks for it."""
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).first.click()


def press(page: "Page", name: str) -> None:
    with page.expect_navigation():  # with script it may wait for the text that is just being saved
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def follow(page: "Page", name: str | re.Pattern[str]) -> None:
    wanted = re.compile(rf"^\s*{re.escape(name)}\s*$") if isinstance(name, str) else name
    with page.expect_navigation():
        page.locator("a:visible").filter(has_text=wanted).first.click()


def headed(page: "Page", words: str) -> None:
    page.get_by_role("heading", level=1, name=words).wait_for()


def says(page: "Page", words: str) -> None:
    """Wait until the main part of the page says it."""
    page.locator("main").get_by_text(words).locator("visible=true").first.wait_for()
