"""Signed out while a page is open, with script: nothing looks done that is not, and typing is not idling."""

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from procurement.models.people import SignIn
from procurement.rules.ports import Ports
from tests.browser.steps import Enter
from tests.parts import applications, calls, people
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(HANGS),
    pytest.mark.parametrize("scripted", [True], ids=["script"]),
]
LEAD = "mina@clean-air.example"


@pytest.fixture
def opened(enter: Enter, ports: Ports) -> "tuple[Page, str]":
    """The lead's browser, and the address of their draft."""
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Clean Air Makers", LEAD)
    draft = applications.started(ports, call, lead, organisation)
    keys = {each.kind.key: each.key for each in applications.form(ports, call)}
    page = enter(LEAD)
    page.goto(f"/applications/{draft.ref}/questions/{keys['file']}")
    return page, f"/applications/{draft.ref}/questions/{keys['long_text']}"


def test_files_that_are_chosen_after_the_session_ended_are_named_as_not_uploaded(
    opened: "tuple[Page, str]", ports: Ports, clock: StandingClock
) -> None:
    page, _writing = opened
    ports.database.write(
        lambda session: [setattr(row, "ended_at", clock.now()) for row in session.scalars(select(SignIn))] and None
    )
    files = [
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": applications.PDF} for name in ("one", "two")
    ]
    page.locator("input[type=file]").evaluate("each => { each.multiple = true; }")  # as where several may be given
    page.locator("input[type=file]").set_input_files(files)
    page.locator("main").get_by_role("button", name="Upload", exact=True).click()  # opens on the page
    for name in ("one", "two"):
        page.get_by_text(f"“{name}.pdf” was not uploaded: you are signed out.").wait_for()
    assert page.locator("input[type=file]").evaluate("each => each.files.length") == 2
    assert "/sign-in" not in page.url


def test_typing_with_autosave_answering_moves_the_warning_on(opened: "tuple[Page, str]") -> None:
    page, writing = opened
    page.clock.install()
    page.goto(writing)
    minutes = int(page.evaluate("document.body.dataset.idleMinutes"))
    answer = page.locator("main textarea").first
    for number in range(3):
        page.clock.run_for((minutes - 6) * 60_000)
        with page.expect_response(lambda each: each.request.method == "POST"):
            answer.press_sequentially(f"word{number} ")
            page.clock.run_for(3_000)
        page.get_by_text(re.compile("Saved at")).wait_for()
        page.clock.run_for(3 * 60_000)
        assert page.locator(".app-idle").count() == 0
    page.clock.run_for((minutes - 4) * 60_000)
    assert page.locator(".app-idle").count() == 1
