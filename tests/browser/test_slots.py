"""Times of interviews in real Chromium, with and without script, small and large: laid out, chosen, noted, marked."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance, split
from tests.browser.steps import PATIENCE, leave, look_at, press, sign_in
from tests.parts import assessment, calls
from tests.parts import slots as parts
from tests.parts.clock import StandingClock
from workflows.facts import UK

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


@pytest.fixture
def look(page: "Page", scripted: bool) -> Callable[[], None]:
    return lambda: look_at(page, scripted=scripted)


def test_times_from_the_first_offer_to_the_scorecard(
    page: "Page", look: Callable[[], None], ports: Ports, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.offered(monkeypatch)
    call = parts.presenting(ports)
    reader = assessment.assessor(ports, "one@readers.example")
    assessment.assigned(ports, call, [reader])
    assessment.marked(ports, call, submit=False)
    own = f"/applications/{parts.refs(ports, call)['Firm A']}/stages/application/slot"
    first = parts.morning(ports)

    sign_in(page, calls.OFFICER)
    page.goto(f"/manage/calls/{call.ref}/stages/application/slots")
    look()
    leave(page, page.get_by_role("button", name="Offer times").or_(page.get_by_role("link", name="Offer times")).first)
    page.get_by_label("How many times, one after the other?").fill("3")
    press(page, "Look at the times first")
    look()  # with its errors
    local = first.astimezone(UK)
    for part, typed in (("Day", local.day), ("Month", local.month), ("Year", local.year), ("Time", split(first)[1])):
        page.get_by_label(part, exact=True).fill(str(typed))
    page.get_by_label("Where is it?").fill(f"{parts.PLACE}. {'Averylongwordwithoutanyspaceinit' * 3}")
    page.get_by_label("Link to join from afar").fill(f"{parts.JOINING}/{'x' * 120}")
    press(page, "Look at the times first")
    look()
    press(page, "Offer these 3 times")
    look()

    page.context.clear_cookies()
    sign_in(page, "lead@firma.example")
    page.goto(own)
    look()
    press(page, "Take this time")
    look()  # with its errors
    page.get_by_role("radio").nth(1).check()
    press(page, "Take this time")
    look()

    with ports.database.reading() as session:
        from procurement.queries import slots as slots_queries

        (mine,) = slots_queries.of_entries(session, [parts.entries(ports, call)["Firm A"]]).values()
    clock.set(mine.starts_at)
    page.context.clear_cookies()
    sign_in(page, calls.OFFICER)
    page.goto(f"/manage/calls/{call.ref}/stages/application/slots")
    look()
    leave(page, page.get_by_role("link", name="Change").nth(1))
    look()
    leave(page, page.get_by_role("button", name="Did not come"))
    look()
    parts.noted(ports, mine.id, Attendance.CAME)

    page.context.clear_cookies()
    sign_in(page, "one@readers.example")
    page.goto("/assess")
    look()
    leave(page, page.get_by_role("link", name="Mark “").first)
    look()
