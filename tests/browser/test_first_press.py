"""The first press on a phone: an answer that is saved already, edited again, and a finger on the button at once.

A tap takes the focus from the input first, so a page that grows or shrinks then takes the button from under the finger.
Playwright's own `click` waits until nothing moves, and never sees it: here a real touch goes where the button was.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import PATIENCE, leave, sign_in
from tests.parts import applications, assessment, calls, people
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
LEAD = "mina@clean-air.example"
LONG = "Wilhelmina Featherstonehaugh-Cholmondeley"  # her line has three rows on a phone
ROWS, LINE = 3, 19  # pixels of a line at least
KINDS = {"short_text", "long_text", "money", "yes_no"}


@pytest.fixture
def phone(browser: "Browser", address: str) -> Iterator["Page"]:
    context = browser.new_context(
        base_url=address, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def tap(page: "Page", button: "Locator") -> None:
    """A finger where the button is now, at once: nothing is waited for."""
    button.evaluate("each => each.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = button.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def edit(page: "Page", words: str, name: str = "answer") -> None:
    """Change what the input has, as somebody who types or chooses, and stay in it."""
    radio = page.locator(f"main input[type=radio][name={name}]:not(:checked)")
    if radio.count():
        radio.first.check()
        radio.first.focus()
        return
    page.locator(f"main [name={name}]").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def high(line: "Locator") -> int:
    return int(line.evaluate("each => Math.round(each.getBoundingClientRect().height)"))


def test_one_touch_saves_an_answer_that_is_edited_again_whatever_its_kind(phone: "Page", ports: Ports) -> None:
    call = calls.published(ports)
    made = people.person(ports, LEAD, name=LONG)
    firm = people.organisation(ports, "Clean Air Makers", made)
    assert made.id is not None
    draft = applications.written(ports, call, people.principal(ports, made.id), firm)
    sign_in(phone, LEAD)
    tried = set()
    for question in applications.form(ports, call):
        here = f"/applications/{draft.ref}/questions/{question.key}"
        phone.goto(here)
        if phone.locator("form[data-autosave]").count() == 0:
            continue
        tried.add(question.kind.key)
        assert high(phone.locator("[data-save-status]")) >= ROWS * LINE
        before = high(phone.locator(".app-save-status"))
        edit(phone, "1")
        with phone.expect_navigation():
            tap(phone, phone.get_by_role("button", name="Save and continue", exact=True))
        assert here not in phone.url
        phone.goto(here)
        edit(phone, "2")
        phone.locator("h1").click()  # opens on the page
        phone.get_by_text("Saved at").wait_for()
        assert high(phone.locator(".app-save-status")) == before
    assert tried >= KINDS


def test_one_touch_saves_a_comment_that_is_edited_again(phone: "Page", ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=1)))
    reader = assessment.assessor(ports, "one@readers.example")
    assessment.assigned(ports, call, [reader])
    assessment.marked(ports, call, submit=False)
    sign_in(phone, "one@readers.example")
    phone.goto("/assess")
    leave(phone, phone.locator("main a[href*='/assess/assignments/']").first)
    leave(phone, phone.locator("main a[href*='/criteria/']").first)
    here = phone.url
    edit(phone, " And more.", name="comment")
    with phone.expect_navigation():
        tap(phone, phone.get_by_role("button", name="Save and next", exact=True))
    phone.goto(here)
    assert phone.locator("[name=comment]").input_value().endswith("And more.")
