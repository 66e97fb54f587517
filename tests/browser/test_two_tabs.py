"""What one person types on two pages at once, and on one page whose own autosave had no answer, in real Chromium."""

import re
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from tests.browser.steps import Enter, headed, press
from tests.parts import applications as made
from tests.parts import calls, people
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(HANGS),
    pytest.mark.parametrize("scripted", [True], ids=["script"], indirect=True),
]


@pytest.fixture
def question(ports: Ports, enter: Enter) -> tuple["Page", str]:
    """The lead of a firm, signed in, before the first question in words of its draft."""
    call = calls.published(ports)
    lead, firm = people.firm(ports, "Clean Air Ltd", "lead@clean-air.example")
    draft = made.started(ports, call, lead, firm)
    key = next(each.key for each in made.form(ports, call) if each.kind.key == "long_text" and not each.purpose)
    return enter(lead.email), f"/applications/{draft.ref}/questions/{key}"


def test_an_autosaved_page_goes_on_saving_though_an_answer_was_lost(question: tuple["Page", str]) -> None:
    page, address = question

    def lose(route: "Route") -> None:
        route.fetch()  # it arrives and is stored, and its answer does not come back
        route.abort()

    page.goto(address)
    page.route("**/autosave", lose, times=1)
    area = page.locator("main textarea[name=answer]")
    area.fill("Half a sen")
    area.blur()
    page.get_by_text(re.compile("^Not saved – no connection")).wait_for()
    area.fill("Half a sentence")
    press(page, "Save and continue")
    assert page.get_by_text("Somebody changed this").count() == 0
    page.goto(address)
    assert area.input_value() == "Half a sentence"


def test_a_second_tab_shows_both_texts_also_by_itself(question: tuple["Page", str]) -> None:
    first, address = question
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    first.locator("main textarea[name=answer]").fill("From the first tab")
    first.locator("main textarea[name=answer]").blur()
    first.get_by_text(re.compile(r"^Saved at")).wait_for()
    area = second.locator("main textarea[name=answer]")
    area.fill("From the second tab")
    area.blur()
    second.get_by_text(re.compile("^Another text was saved")).wait_for()
    press(second, "Save and continue")
    headed(second, "Somebody changed this while you were editing")
    shown = second.locator("main").inner_text()
    assert ("From the first tab" in shown, "From the second tab" in shown) == (True, True)
