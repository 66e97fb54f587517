"""Account, operator and information pages in real Chromium: empty, filled and with errors, small and large."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import messages, people
from procurement.services.act import Act, perform
from tests.browser.steps import PATIENCE, leave, look_at, press, says, sign_in
from tests.parts.clock import StandingClock
from tests.parts.people import PASSWORD, firm, link_in, member, newest_message, person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(scripted: bool, browser: "Browser", address: str) -> Iterator["Page"]:
    context = browser.new_context(base_url=address, java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert refused == []


@pytest.fixture
def look(page: "Page", scripted: bool) -> Callable[[], None]:
    return lambda: look_at(page, scripted=scripted)


def test_a_newcomer_signs_up_and_registers_a_firm(page: "Page", look: Callable[[], None], ports: Ports) -> None:
    person(ports, "officer@demo.example", "officer", name="Olive Officer")
    page.goto("/sign-in?next=/account/organisations/new")
    look()
    page.get_by_label("Email address").fill("ana@firm.example")
    page.get_by_label("Password", exact=True).fill("not the password")
    press(page, "Sign in")
    look()  # with its error
    leave(page, page.locator("main").get_by_role("link", name="Create an account"))
    press(page, "Create account")
    look()  # with its errors
    page.get_by_label("Full name").fill("Ana Baran")
    page.get_by_label("Email address").fill("ana@firm.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("I accept the terms of use").check()
    look()
    press(page, "Create account")
    look()
    leave(page, page.get_by_role("link", name="Read the message here"))
    look()
    with ports.database.reading() as session:
        link = link_in(newest_message(session, "ana@firm.example").body)
    page.goto(f"/register/confirm/{link}")
    look()
    leave(page, page.get_by_role("link", name="Choose another password"))
    look()
    press(page, "Confirm my address")
    look()  # with its errors
    page.goto(f"/register/confirm/{link}")
    press(page, "Confirm my address")
    says(page, "Your address is confirmed, and you are signed in.")
    page.get_by_role("heading", name="Register an organisation").wait_for()  # what they had come for
    look()
    press(page, "Register the organisation")
    look()
    page.get_by_label("Name of the organisation").fill("Aston Sensors Ltd")
    page.get_by_label("Company", exact=True).check()
    page.get_by_label("Small", exact=True).check()
    page.get_by_label("Company number, if it has one").fill("1234567")
    page.get_by_label("Town or city").fill("Birmingham")
    page.get_by_label("Postcode").fill("b7 4aa")
    press(page, "Register the organisation")
    page.get_by_role("heading", name="Aston Sensors Ltd", exact=True).wait_for()
    look()
    leave(page, page.get_by_role("link", name="See the team"))
    press(page, "Send the invitation")
    look()
    page.get_by_label("Email address of your colleague").fill("bo@firm.example")
    press(page, "Send the invitation")
    look()
    for path in ("/account", "/account/name", "/account/password", "/sign-in/again", "/kept"):
        page.goto(path)
        look()


def test_the_pages_of_a_team(page: "Page", look: Callable[[], None], ports: Ports) -> None:
    ana, made = firm(ports, "Aston Sensors", "ana@firm.example")
    bo = member(ports, made.id, "bo@firm.example", "viewer")
    person(ports, "cy@firm.example")
    now = ports.clock.now()
    perform(ports, ana, now, people.invite, made.id, "cy@firm.example", "editor")
    with ports.database.reading() as session:
        link = link_in(newest_message(session, "cy@firm.example").body)
    page.goto(f"/invitations/{link}")
    look()
    sign_in(page, "ana@firm.example")
    where = f"/account/organisations/{made.ref}"
    for path in (where, f"{where}/edit", f"{where}/people", f"{where}/people/{bo.id}", f"/invitations/{link}"):
        page.goto(path)
        look()
    press(page, "Sign in with the other address")
    page.get_by_label("Email address").fill("cy@firm.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    look()
    press(page, "Accept")
    page.get_by_role("heading", name="Aston Sensors", exact=True).wait_for()
    look()  # as an editor, who changes nothing here
    page.goto(f"/invitations/{link}")
    look()


def test_what_was_typed_comes_back(page: "Page", look: Callable[[], None], ports: Ports, clock: StandingClock) -> None:
    person(ports, "ana@firm.example")
    sign_in(page, "ana@firm.example")
    page.goto("/account/name")
    page.get_by_label("Full name").fill("Ana Maria Baran")
    clock.forward(minutes=61)
    press(page, "Save")
    look()
    page.get_by_label("Email address").fill("ana@firm.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_role("heading", name="We kept what you typed").wait_for()
    look()
    press(page, "Send it now")
    page.get_by_text("Your name is changed.").wait_for()
    assert page.get_by_text("Ana Maria Baran").count() > 0


def test_the_operators_pages(page: "Page", look: Callable[[], None], ports: Ports) -> None:
    person(ports, "op@city.example", "operator")
    other = person(ports, "otto@city.example", "officer")
    now = ports.clock.now()
    sign_in(page, "op@city.example")
    pages = ["/admin", "/admin/chain", "/admin/outbox", "/admin/jobs", "/admin/users", "/admin/users/new"]
    pages += [f"/admin/users/{other.id}", "/admin/settings", "/admin/settings/hold_minutes", "/admin/clock"]
    for path in pages:
        page.goto(path)
        look()
    fields = {"link": "/password/secret", "expires": "tomorrow"}

    def stage(session: Session) -> int:
        for sealed in (False, True):
            row = messages.stage(
                Act(session, ports, SYSTEM, now),
                "password_reset",
                f"{sealed}",
                fields,
                address="a@b.example",
                sealed=sealed,
            )
            row.state, row.error = ("sent", "") if sealed else ("failed", "The mail server refused it.")
            row.sent_at = now if sealed else None
        session.flush()
        return row.id - 1

    key = ports.database.write(stage)
    for path in ("/admin", "/admin/outbox", "/admin/outbox?state=failed", f"/admin/outbox/{key}"):
        page.goto(path)
        look()
    page.goto("/admin/clock")
    press(page, "Move the clock until then")
    look()
    page.goto("/admin/users?q=nobody+at+all")
    look()


@pytest.mark.parametrize(
    "path",
    [
        "/help",
        "/how-we-decide",
        "/accessibility-statement",
        "/privacy",
        "/cookies",
        "/terms",
        "/password",
        "/signed-out",
        "/password/gone",
        "/register",
    ],
)
def test_the_pages_that_everybody_may_read(page: "Page", look: Callable[[], None], path: str) -> None:
    page.goto(path)
    look()
