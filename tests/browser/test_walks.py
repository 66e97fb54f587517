"""The walks as people do them, in real Chromium, with script and without.

One clock is moved through all of it; only what is not part of a walk is made by the services.
"""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.rules.ports import Ports
from tests.browser.steps import Enter, follow, headed, leave, press, says
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
MADE_UP_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def open_call(ports: Ports) -> Call:
    """A published call that takes applications, for those who are not its officers."""
    return calls.published(ports)


def answer_everything(page: "Page", upload: bytes = MADE_UP_PDF) -> None:
    """Go through the questions one by one by Save and continue, as far as they lead."""
    for _number in range(40):
        heading = page.get_by_role("heading", level=1).inner_text()
        main = page.locator("main")
        if main.locator("input[type=file]").count():
            main.locator("input[type=file]").set_input_files(
                {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": upload}
            )
            press(page, "Upload")
            main.get_by_role("link", name="plan.pdf").first.wait_for()
            following = main.locator("a").filter(has_text=re.compile(r"^\s*Continue\s*$"))
            if not following.count():
                return
            leave(page, following)
        elif main.locator("textarea[name=answer], input[name=answer]").count():
            fields = main.locator("textarea[name=answer], input[name=answer]")
            if fields.first.get_attribute("type") == "radio":
                fields.first.check()
            else:
                mode = fields.first.get_attribute("inputmode")
                fields.first.fill("40000" if mode in ("decimal", "numeric") else "Small sensors and a plan.")
            press(page, "Save and continue")
        else:
            return
        if page.get_by_role("heading", level=1).inner_text() == heading:
            raise AssertionError(f"{heading} does not lead on: {main.inner_text()}")


def test_a_newcomer_applies_changes_it_and_submits_again(enter: Enter, ports: Ports) -> None:
    call = open_call(ports)
    page = enter("")
    page.goto("/")
    follow(page, "Sign in")
    leave(page, page.locator("main").get_by_role("link", name="Create an account"))
    page.get_by_label("Full name").fill("Ana Baran")
    page.get_by_label("Email address").fill("ana@firm.example")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_label("I accept the terms of use").check()
    press(page, "Create account")
    follow(page, "Read the message here")
    page.get_by_text("The message that a real service would have sent").wait_for()
    found = re.search(r"/register/confirm/[\w-]+", page.content())
    assert found is not None
    page.goto(found[0])
    press(page, "Confirm my address")
    says(page, "Your address is confirmed, and you are signed in.")
    page.goto("/calls")
    follow(page, call.title)
    follow(page, "Start application")
    follow(page, "Add your organisation")
    page.get_by_label("Name of the organisation").fill("Aston Sensors Ltd")
    page.get_by_label("Company", exact=True).check()
    page.get_by_label("Small", exact=True).check()
    page.get_by_label("Company number, if it has one").fill("1234567")
    page.get_by_label("Town or city").fill("Birmingham")
    page.get_by_label("Postcode").fill("b7 4aa")
    press(page, "Register the organisation")
    page.goto(f"/calls/{call.ref}/apply")
    press(page, "Start now")
    follow(page, re.compile("^Next: "))
    answer_everything(page)
    with ports.database.reading() as session:
        ref = session.scalars(select(Application.ref)).one()
    submit(page, ref)
    page.get_by_text("Application submitted").first.wait_for()
    page.get_by_text("We received submission 1").wait_for()
    follow(page, "See the whole receipt")
    page.get_by_role("heading", level=1).wait_for()
    page.goto(f"/applications/{ref}")
    follow(page, "Change the application")
    press(page, "Change the application")
    page.get_by_role("link", name=re.compile("Give up the changes")).wait_for()
    submit(page, ref)
    page.get_by_text("We received submission 2").wait_for()
    assert made.read(ports, ref).entry.state == "submitted"


def submit(page: "Page", ref: str) -> None:
    page.goto(f"/applications/{ref}/check")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    press(page, "Submit the application")
    headed(page, "Application submitted")


def test_two_people_open_decide_who_is_in_and_one_reads_and_marks(
    enter: Enter, ports: Ports, clock: StandingClock
) -> None:
    call = open_call(ports)
    assessment.bids_in(ports, call, firms=2)
    with ports.database.reading() as session:
        refs = sorted(session.scalars(select(Application.ref)))
    calls.officer(ports), calls.approver(ports)
    reader = assessment.assessor(ports, "reader@city.example")
    stage = calls.stage_of(ports, call)
    clock.set(stage.closes_at + timedelta(minutes=stage.hold_minutes + 1))
    first, second = enter(calls.OFFICER), enter(calls.APPROVER)
    where = f"/manage/calls/{call.ref}"
    first.goto(f"{where}/applications")
    for ref in refs:
        assert first.get_by_text(ref).count() == 0  # counts only
    first.goto(f"{where}/opening")
    press(first, "Ask to open the applications")
    first.get_by_text("You asked to open the applications").wait_for()
    second.goto(f"{where}/opening")
    press(second, "Open the applications")
    first.goto(f"{where}/applications")
    for ref in refs:
        first.goto(f"{where}/applications/{ref}/eligibility")
        first.locator("textarea[name=nothing-source]").fill("The central digital platform, and the debarment list.")
        press(first, "Record: nothing found")
        first.get_by_text("Nothing found").first.wait_for()
        button = first.get_by_role("button", name="Eligible", exact=True)
        first.locator("form").filter(has=button).locator("textarea").fill("All rules are met.")
        leave(first, button)
        first.get_by_role("heading", level=1).wait_for()
    first.goto(f"{where}/applications")
    press(first, "Begin the assessment")
    first.get_by_role("heading", level=1).wait_for()
    assert calls.stage_of(ports, call).state == "assessing"
    assessment.assigned(ports, call, [reader])
    page = enter("reader@city.example")
    page.goto("/assess")
    leave(page, page.locator("main a[href*='/assess/assignments/']").first)
    headed(page, "")
    page.locator("main input[name=answer]").first.check()
    press(page, "Continue")
    page.locator("main input[name=mark]").first.wait_for()
    while page.locator("main input[name=mark]").count():
        before = page.url
        page.locator("main input[name=mark]").last.check()
        page.locator("main textarea[name=comment]").fill("It says who does what, by when and with whom. " * 3)
        press(page, "Save and next")
        page.wait_for_url(lambda url, before=before: url != before)
        headed(page, "")
    press(page, "Submit the scorecard")
    headed(page, "Scorecard submitted")
