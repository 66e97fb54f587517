"""While an answer is typed, the page says what is wrong with it now: what was put right goes, and nothing moves."""

from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from tests.browser.steps import Enter, press
from tests.parts import applications, calls, people
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(HANGS),
    pytest.mark.parametrize("scripted", [True], ids=["script"]),
]
LEAD = "mina@clean-air.example"
ERROR = "main .govuk-error-message"


@pytest.fixture
def draft(enter: Enter, ports: Ports) -> "tuple[Page, str, dict[str, str]]":
    """The lead's browser, the address of the questions of their draft, and some of the questions by what they are."""
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Clean Air Makers", LEAD)
    started = applications.started(ports, call, lead, organisation)
    form = applications.form(ports, call)
    keys = {each.kind.key: each.key for each in reversed(form)}
    keys["amount"] = next(each.key for each in form if each.purpose is Purpose.AMOUNT)
    return enter(LEAD), f"/applications/{started.ref}/questions", keys


def type_and_leave(page: "Page", text: str) -> None:
    """Type over what is there, leave the input, and wait until it is saved."""
    with page.expect_response(lambda each: each.url.endswith("/autosave")):
        page.locator("main [name=answer]").fill(text)
        page.locator("h1").click()  # opens on the page
    page.get_by_text("Saved at").wait_for()


def place_of_save(page: "Page") -> float:
    """How far down the page the button is, however far it is scrolled."""
    button = page.get_by_role("button", name="Save", exact=True)
    return float(button.evaluate("each => each.getBoundingClientRect().top + window.scrollY"))


def test_an_error_goes_when_it_is_put_right_and_another_takes_no_room_above(
    draft: "tuple[Page, str, dict[str, str]]",
) -> None:
    page, root, keys = draft
    page.goto(f"{root}/{keys['amount']}")
    page.locator("main [name=answer]").fill("25.000")
    press(page, "Save")
    assert page.locator(ERROR).is_visible()
    assert page.locator("main .govuk-notification-banner").count() == 0
    before = place_of_save(page)
    type_and_leave(page, "25000")
    assert not page.locator(ERROR).is_visible()
    assert "govuk-input--error" not in (page.locator("main [name=answer]").get_attribute("class") or "")
    assert page.locator("[data-warnings]").inner_text() == ""
    assert place_of_save(page) == before
    type_and_leave(page, "99999999")
    assert not page.locator(ERROR).is_visible()
    page.locator("[data-warnings]").get_by_text("Your price is £99,999,999.").wait_for()
    assert place_of_save(page) == before
    type_and_leave(page, "25.000")
    assert page.locator(ERROR).is_visible()  # true again
    assert "Your price is" not in page.locator("[data-warnings]").inner_text()
    type_and_leave(page, "much")
    assert not page.locator(ERROR).is_visible()  # another is wrong: said below, where there is room
    assert "Enter an amount in pounds" in page.locator("[data-warnings]").inner_text()


def test_words_and_characters_are_counted_while_typing_in_one_line_and_in_several(
    draft: "tuple[Page, str, dict[str, str]]",
) -> None:
    page, root, keys = draft
    page.goto(f"{root}/{keys['short_text']}")
    line, info = page.locator("main [name=answer]"), page.locator("#answer-info")
    words = line.get_attribute("data-limit")
    assert info.inner_text().startswith("You can write up to ")
    line.fill("Sensors at every gate")
    assert info.inner_text() == (f"4 of {words} words" if words else "4 words")
    page.goto(f"{root}/{keys['long_text']}")
    limit, most = (int(line.get_attribute(name) or 0) for name in ("data-limit", "data-characters"))
    assert info.inner_text() == f"You can write up to {limit} words, and {most:,} characters"
    line.fill("x" * (most + 25))
    assert info.inner_text() == f"{most + 25:,} of {most:,} characters – 25 too many. You can still save."
    line.fill("word " * (limit + 2))
    assert info.inner_text() == f"{limit + 2:,} of {limit:,} words – 2 too many. You can still save."
