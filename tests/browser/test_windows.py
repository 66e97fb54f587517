"""A small grant over two windows, in real Chromium, with script and without, on a phone's screen: set out, applied to,
left unsubmitted, declined, and applied to again. Opening, marks and decisions are made by the services."""

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from procurement.jobs.sweep import make_due
from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.rules.ports import Ports
from tests.browser.steps import Enter, follow, headed, leave, look_at, press, says
from tests.browser.test_walks import answer_everything
from tests.parts import applications, assessment, calls, outcomes, people, windows
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS
from tests.services.test_windows import told

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
DRAFTS, DECLINED = "mina@slow-writers.example", "lead@firmb.example"
ENDED = "The council gives this money another way."


def test_windows_are_set_out_and_published_together(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = calls.drafted(ports, "small_grant", budget=90_000)
    where = f"/manage/calls/{call.ref}"
    officer = enter(calls.OFFICER)
    officer.goto(where)
    follow(officer, "Set the windows")
    look_at(officer, scripted=scripted)
    press(officer, "Add the next window, a quarter later")
    says(officer, "A window was added, a quarter after the last one.")
    says(officer, "Before this can be published")
    look_at(officer, scripted=scripted)
    officer.get_by_label("Window 1", exact=True).fill("50,000")
    officer.get_by_label("Window 2", exact=True).fill("forty")
    press(officer, "Save")
    look_at(officer, scripted=scripted)  # with its errors
    officer.get_by_label("Window 2", exact=True).fill("40,000")
    press(officer, "Save")
    says(officer, "Saved.")
    leave(officer, officer.locator("#window-application-2").get_by_role("link", name=re.compile("Change the dates")))
    headed(officer, "Set the dates")
    press(officer, "Save")
    headed(officer, "Set the windows")
    officer.goto(f"{where}/review")
    says(officer, "Nothing is missing")
    look_at(officer, scripted=scripted)
    press(officer, "Send for review")
    calls.approver(ports)
    approver = enter(calls.APPROVER)
    approver.goto(f"{where}/review")
    press(approver, "Approve and publish")
    anybody = enter("")
    anybody.goto(f"/calls/{call.ref}")
    says(anybody, "Window 2")
    look_at(anybody, scripted=scripted)


def test_a_draft_goes_on_and_who_was_declined_applies_again(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = windows.published(ports)
    people.firm(ports, "Slow Writers", DRAFTS)
    writer = enter(DRAFTS)
    ref = begun(writer, ports, call)
    look_at(writer, scripted=scripted)
    told(ports, call)  # the others' bids are opened, marked and decided, and so this draft goes on

    writer = enter(DRAFTS)  # weeks have passed
    writer.goto("/dashboard")
    look_at(writer, scripted=scripted)
    follow(writer, call.title)
    says(writer, "You can write and submit from")
    look_at(writer, scripted=scripted)
    loser = enter(DECLINED)
    loser.goto("/dashboard")
    says(loser, "You can apply again from")
    follow(loser, re.compile("Read the outcome"))
    headed(loser, "Your application was not successful")
    look_at(loser, scripted=scripted)
    loser.goto(f"/calls/{call.ref}/apply")
    says(loser, "No window of this call is open now.")
    look_at(loser, scripted=scripted)

    windows.opened(ports, call, 2)
    loser, writer = enter(DECLINED), enter(DRAFTS)
    loser.goto("/dashboard")
    follow(loser, re.compile("Apply again"))
    headed(loser, "Apply again?")
    look_at(loser, scripted=scripted)
    press(loser, "Apply again")
    says(loser, "You apply again.")
    look_at(loser, scripted=scripted)
    submitted(loser)
    writer.goto(f"/applications/{ref}")
    follow(writer, re.compile("^Next: "))
    answer_everything(writer)
    writer.goto(f"/applications/{ref}")
    submitted(writer)
    assert {state_of(ports, ref), state_of(ports, ref_of(ports, call, "Firm B"))} == {"submitted"}

    officer = enter(calls.OFFICER)
    officer.goto(f"/manage/calls/{call.ref}")
    says(officer, "Window 2")
    look_at(officer, scripted=scripted)
    windows.closed(ports, call, 2)
    assessment.in_assessment(ports, assessment.opened(ports, call))
    officer = enter(calls.OFFICER)
    officer.goto(f"/manage/calls/{call.ref}/stages/application-2/applications")
    says(officer, ref)
    look_at(officer, scripted=scripted)


def test_the_windows_to_come_are_ended(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = windows.published(ports, count=3)
    officer, anybody = enter(calls.OFFICER), enter("")
    officer.goto(f"/manage/calls/{call.ref}")
    follow(officer, "End the windows to come")
    look_at(officer, scripted=scripted)
    press(officer, "End the windows to come")
    look_at(officer, scripted=scripted)  # with its error
    officer.get_by_label("Reason").fill(ENDED)
    press(officer, "End the windows to come")
    says(officer, f"Ended before it began: {ENDED}")
    look_at(officer, scripted=scripted)
    anybody.goto(f"/calls/{call.ref}")
    says(anybody, f"Not opened: {ENDED}")
    look_at(anybody, scripted=scripted)
    make_due(ports)
    assert [outcomes.awards_of(ports, call), windows.window(ports, call, 2).started_at] == [[], None]


def begun(page: "Page", ports: Ports, call: Call) -> str:
    """An application is started and its first question answered; its reference."""
    page.goto(f"/calls/{call.ref}")
    leave(page, page.get_by_role("button", name="Start application"))
    press(page, "Start now")
    follow(page, re.compile("^Next: "))
    page.locator("main [name=answer]").fill("A hall that stays warm")
    press(page, "Save and continue")
    return ref_of(ports, call, "Slow Writers")


def submitted(page: "Page") -> None:
    follow(page, "Check your answers, declare and submit")
    for box in page.locator("main input[name=declared]").all():
        box.check()
    leave(page, page.locator("main").get_by_role("button", name=re.compile("^Submit")))
    headed(page, "Application submitted")


def ref_of(ports: Ports, call: Call, firm: str) -> str:
    with ports.database.reading() as session:
        found = session.scalars(
            select(Application)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .where(Application.call_id == call.id, Organisation.name == firm)
        ).one()
    return found.ref


def state_of(ports: Ports, ref: str) -> str:
    return applications.read(ports, ref).entry.state
