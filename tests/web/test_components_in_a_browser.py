"""The components in real Chromium under the strict policy: nothing for axe to find, scripts that agree with us."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from procurement.config import PROJECT_ROOT
from tests.browser.steps import leave
from tests.parts.serving import behind_an_address
from tests.web.gallery import make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COUNTS = json.loads((PROJECT_ROOT / "tests" / "rules" / "word_counts.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with behind_an_address(app) as address:
        yield address


@pytest.fixture
def page(browser: "Browser", address: str) -> Iterator["Page"]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def findings(page: "Page") -> list[tuple[str, str]]:
    result: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [(each["id"], node["html"]) for each in result["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/show/gallery", "/show/panel", "/form", "/errors/stale", "/errors/404"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: "Page", path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_finds_nothing_in_forced_colours(page: "Page") -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/show/gallery")
    assert findings(page) == []


def test_a_form_with_errors_takes_the_focus_to_the_summary_and_from_there_to_the_input(page: "Page") -> None:
    page.goto("/form")
    leave(page, page.get_by_role("button", name="Save", exact=True))
    assert page.title() == "Error: Gallery – Looks – Thousand Trades"
    # by selector: a function that is asked again is evaluated in the page, which its policy refuses
    page.locator(".govuk-error-summary:focus").wait_for()
    assert findings(page) == []
    page.get_by_role("link", name="Enter the day").click()
    page.locator("#start-day:focus").wait_for()


def test_the_script_counts_words_as_the_service_does(page: "Page") -> None:
    page.goto("/form")
    area = page.locator("#answer")
    counted = {}
    for case in COUNTS:
        # set as a value, since typing cannot give every character; a browser keeps line ends as LF either way
        area.evaluate("(area, text) => { area.value = text; area.dispatchEvent(new Event('input')); }", case["text"])
        words = page.locator("#answer-info").inner_text().split()[0]
        counted[case["name"]] = int(words.replace(",", ""))
    assert counted == {case["name"]: case["words"] for case in COUNTS}


def test_autosave_sends_one_field_with_its_version_and_says_when(page: "Page", app: Flask) -> None:
    app.extensions["saved"].clear()
    page.goto("/form")
    page.fill("#title", "Cleaner air")
    page.fill("#problem", "Too many cars")
    page.locator("#problem").blur()
    page.get_by_text("Saved at 10:42am").wait_for()
    page.locator("[name=version][value='5']").first.wait_for(state="attached")
    assert app.extensions["saved"] == [("title", "Cleaner air", "3"), ("problem", "Too many cars", "4")]


def test_what_a_choice_reveals_is_there_without_script_and_hidden_with_it(browser: "Browser", address: str) -> None:
    seen = []
    for scripted in (False, True):
        context = browser.new_context(base_url=address, java_script_enabled=scripted)
        page = context.new_page()
        page.goto("/show/radios")
        seen.append(page.locator("#why").is_visible())
        context.close()
    assert seen == [True, False]


def test_the_menu_opens_by_its_button_on_a_phone_and_is_open_without_script(browser: "Browser", address: str) -> None:
    seen = []
    for scripted in (False, True):
        phone = {"width": 320, "height": 700}
        context = browser.new_context(base_url=address, java_script_enabled=scripted, viewport=phone)
        page = context.new_page()
        page.goto("/show/button")
        link = page.get_by_role("link", name="Awards", exact=True)
        seen.append(link.is_visible())
        if scripted:
            page.get_by_role("button", name="Menu").click()
            seen.append(link.is_visible())
        context.close()
    assert seen == [True, False, True]


@pytest.mark.parametrize(("status", "asked"), [(401, 1), (403, 1), (302, 1), (500, 3)])
def test_progress_is_not_asked_for_any_more_once_the_session_has_ended(
    browser: "Browser", address: str, status: int, asked: int
) -> None:
    script = (PROJECT_ROOT / "static" / "js" / "progress.js").read_text(encoding="utf-8")
    html = f'<div data-poll="/how-far"><p>Being made</p></div><script>{script}</script>'
    context = browser.new_context(base_url=address)
    page, seen = context.new_page(), []

    def answer(route: "Route") -> None:
        seen.append(route.request.url)
        headers = {"location": "/sign-in"} if status == 302 else {}
        route.fulfill(status=status, headers=headers, body="no JSON")

    page.route("**/receipt", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route("**/how-far", answer)
    page.route("**/sign-in", lambda route: seen.append(route.request.url))
    page.clock.install()
    page.goto("/receipt")
    for _ in range(4):
        page.clock.run_for(4_000)  # asked after 2, 4 more and 8 more seconds where it goes on
        page.wait_for_timeout(100)
    context.close()
    assert len(seen) == asked
