"""What officers and approvers do, in real Chromium, with script and without: write and publish a call, decide and tell,
publish the award. Each begins where the walk before it ends, made by the services."""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.models.people import Organisation, Person
from procurement.rules.ports import Ports
from tests.browser.steps import Enter, follow, headed, leave, look_at, press, publish_notice, says
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]


def only_call(ports: Ports) -> Call:
    with ports.database.reading() as session:
        return session.scalars(select(Call)).one()


def test_an_officer_writes_a_call_and_an_approver_publishes_it(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    calls.officer(ports), calls.approver(ports)
    officer, approver, anybody = enter(calls.OFFICER), enter(calls.APPROVER), enter("")
    officer.goto("/manage/calls")
    look_at(officer, scripted=scripted)  # nothing is there yet
    follow(officer, "New call")
    press(officer, "Make the call")
    look_at(officer, scripted=scripted)  # with its errors
    officer.locator("main input[name=procedure][value=challenge]").check()
    officer.get_by_label("Title").fill("Quiet streets at night")
    press(officer, "Make the call")
    ref = only_call(ports).ref
    where = f"/manage/calls/{ref}"

    # what stops publication leads to its field
    follow(officer, re.compile("Check and send for review"))
    says(officer, "before this can be published")
    look_at(officer, scripted=scripted)
    leave(officer, officer.locator("main a[href*='setup/details#']").first)
    assert re.search(r"/setup/details#\w+$", officer.url)
    assert officer.locator(f"#{officer.url.partition('#')[2]}").count() == 1
    fill_in_details(officer)
    press(officer, "Save")
    says(officer, "Saved.")
    officer.goto(f"{where}/setup/money")
    officer.get_by_label("Budget", exact=True).fill("120,000")
    press(officer, "Save")
    with_two_lots(officer)
    officer.goto(f"{where}/setup/law")
    look_at(officer, scripted=scripted)
    officer.get_by_label("Goods, services, works or research").check()
    officer.get_by_label("Goods or services", exact=True).check()
    officer.get_by_label("Why does it run as a covered procurement").fill("A standstill for whoever answers.")
    officer.get_by_label("Who assessed conflicts of interest?").fill("Olive Officer")
    for part, value in {"day": "1", "month": "12", "year": "2026"}.items():
        officer.locator(f"#conflicts_on-{part}").fill(value)
    press(officer, "Save")
    says(officer, "What follows from what is saved: Procurement below the threshold")
    look_at(officer, scripted=scripted)
    officer.goto(f"{where}/setup/money")
    look_at(officer, scripted=scripted)
    with_another_question(officer, where)
    look_at(officer, scripted=scripted)
    weights_that_do_not_add_up(officer, where)
    look_at(officer, scripted=scripted)
    officer.goto(f"{where}/setup/dates")
    officer.locator("#closes_at-month").fill("13")
    press(officer, "Save")
    look_at(officer, scripted=scripted)  # with its errors

    officer.goto(f"{where}/review")
    says(officer, "Nothing is missing")
    press(officer, "Send for review")
    assert officer.locator("main").get_by_role("button", name="Approve and publish").count() == 0
    approver.goto("/manage")
    follow(approver, "Quiet streets at night")
    look_at(approver, scripted=scripted)
    approver.get_by_label("What should be changed, and why?").fill("Say which streets you mean.")
    press(approver, "Send back")
    officer.goto(where)
    says(officer, "Say which streets you mean.")
    officer.goto(f"{where}/setup/details")
    officer.get_by_label("What is the problem?").fill("Lorries wake people in Digbeth and Nechells at night.")
    press(officer, "Save")
    officer.goto(f"{where}/review")
    press(officer, "Send for review")
    anybody.goto(f"/calls/{ref}")
    says(anybody, "Page not found")
    approver.goto(f"{where}/review")
    says(approver, "Lorries wake people in Digbeth and Nechells at night.")
    press(approver, "Approve and publish")

    call = only_call(ports)
    assert call.state == "published"
    anybody.goto(f"/calls/{ref}")
    assert anybody.get_by_role("button", name="Start expression of interest").count() == 0  # it opens by itself, later
    stage = calls.stage_of(ports, call)
    clock.set(stage.opens_at)
    anybody.goto("/calls?status=open")
    follow(anybody, "Quiet streets at night")
    says(anybody, "This call is open.")
    says(anybody, str(stage.scheme_fingerprint))
    assert anybody.get_by_role("button", name="Start expression of interest").count() == 1
    officer = enter(calls.OFFICER)  # days have passed
    officer.goto(where)
    says(officer, "these counts are all that anybody here can see")
    officer.goto(f"{where}/setup/details")
    says(officer, "cannot be changed here")


def fill_in_details(page: "Page") -> None:
    page.locator("main input[name=theme]").nth(2).check()
    for label, text in (
        ("What is it for, in one sentence?", "Help people to sleep beside busy streets."),
        ("What is the problem?", "Lorries wake people at night."),
        ("Who has it?", "Residents of two wards."),
        ("What does good look like?", "Half as many complaints within a year."),
    ):
        page.get_by_label(label).fill(text)


def with_two_lots(page: "Page") -> None:
    follow(page, "Add a lot")
    page.get_by_label("Title of the lot").fill("Measuring")
    page.get_by_label("Budget of the lot").fill("20,000")
    press(page, "Save")
    leave(page, page.locator("#lot-1").get_by_role("link", name=re.compile("Change")))
    page.get_by_label("Budget of the lot").fill("100,000")
    press(page, "Save")
    says(page, "The lots add up to: £120,000 net of VAT (£144,000 including VAT).")


def with_another_question(page: "Page", where: str) -> None:
    page.goto(f"{where}/setup/form")
    follow(page, "Add a question")
    page.locator("main input[name=kind][value=one_of]").check()
    press(page, "Continue")
    page.get_by_label("Question", exact=True).fill("How far is the idea?")
    page.get_by_label("Section").fill("Your idea so far")
    page.get_by_label("Options", exact=True).fill("A sketch\nA prototype\nIn use elsewhere")
    page.get_by_label("Yes", exact=True).check()
    press(page, "Save")
    card = page.locator(".govuk-summary-card").filter(has_text="How far is the idea?")
    card.wait_for()
    page.goto(f"{where}/setup/form/preview")
    page.get_by_label("In use elsewhere").check()


def weights_that_do_not_add_up(page: "Page", where: str) -> None:
    page.goto(f"{where}/setup/criteria")
    weight = page.locator("main input[name^=weight-]").first
    right = weight.input_value()
    weight.fill(str(int(right) - 5))
    press(page, "Save")
    says(page, "The weights add up to 95. They must add up to 100.")
    page.goto(f"{where}/review")
    assert page.locator("main a[href$='/criteria'], main a[href*='/criteria#']").count() > 0
    page.goto(f"{where}/setup/criteria")
    page.locator("main input[name^=weight-]").first.fill(right)
    press(page, "Save")
    says(page, "The weights add up to 100.")


def test_decisions_are_proposed_approved_told_and_published(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = assessment.locked(ports, firms=3)  # Firm A, B and C, in this order, ask for £40,000, £39,000 and £38,000
    table = outcomes.table(ports, call)
    first, second, third = (entry.ref for entry in table.entries)
    where = f"/manage/calls/{call.ref}"
    officer, approver = enter(calls.OFFICER), enter(calls.APPROVER)

    officer.goto(f"{where}/ranking")
    assert officer.locator("main tbody tr").count() >= 3
    officer.get_by_label("Budget of lot 1").fill("40,000")
    press(officer, "Work it out again")
    says(officer, "What if: nothing of this is kept.")
    look_at(officer, scripted=scripted)
    says(officer, "Budget: £40,000 net of VAT. £40,000 net of VAT committed above this line. £0 net of VAT left.")
    says(officer, "Next in rank asks £39,000 net of VAT.")
    follow(officer, "Back to the published ranking")

    officer.goto(f"{where}/decisions/{first}")
    press(officer, "Save the proposal")
    look_at(officer, scripted=scripted)  # with its errors
    officer.goto(f"{where}/decisions/in-rank-order?reserves=2")
    look_at(officer, scripted=scripted)
    officer.get_by_label("Reason for those kept in reserve").fill("Good enough, but the money ends before it.")
    press(officer, "Save 3 proposals")
    says(officer, "Award 2 (£79,000 net of VAT), reserve 1, decline 0.")

    # a procurement's rule binds: nobody is passed over; but less can be awarded than the money allows
    propose(officer, where, first, "decline", reason="The plan lacked people and dates.")
    says(officer, "the published rule (rank order, thresholds, seats) gives another decision")
    look_at(officer, scripted=scripted)
    propose(officer, where, second, "reserve", reason="Good enough, but the money ends before it.")
    propose(officer, where, third, "decline", reason="The plan lacked people and dates.")
    officer.goto(f"{where}/stages/application/reasons")
    look_at(officer, scripted=scripted)
    press(officer, "Take over all of them")
    assert officer.locator("main").get_by_role("button", name="Approve the decisions").count() == 0
    approver.goto("/manage")
    follow(approver, call.title)
    approver.goto(f"{where}/decisions")
    says(approver, "The plan lacked people and dates.")
    press(approver, "Approve the decisions")
    says(approver, "The decisions are approved. The letters are being made")

    # everybody is told at one instant, when every letter is there
    officer.goto(f"{where}/tell")
    says(officer, "Nobody is told before all of them are.")
    assert officer.locator("main").get_by_role("button", name="Tell every applicant now").count() == 0
    outcomes.made_ready(ports, call)
    leads = {lead_of(ports, ref): ref for ref in (first, second, third)}
    declined, funded = (next(email for email, each in leads.items() if each == ref) for ref in (third, first))
    loser, winner = enter(declined), enter(funded)
    for page, ref in ((loser, third), (winner, first)):
        assert page.request.get(f"/applications/{ref}/outcome").status == 403
    officer.reload()  # with script the page may have looked again by itself already
    press(officer, "Tell every applicant now")
    says(officer, "Every applicant has been told.")
    loser.goto(f"/applications/{third}/outcome")
    headed(loser, "Your application was not successful")
    look_at(loser, scripted=scripted)
    says(loser, "The plan lacked people and dates.")
    winner.goto(f"/applications/{first}/outcome")
    says(winner, "It begins on the day on which the contract award notice is published")
    assert winner.locator("main").get_by_role("button", name="Accept the award").count() == 0

    # the notice, the standstill with its working, and the register
    outcomes.addressed(ports, call)
    officer.goto(f"{where}/notices")
    press(officer, "Draft the notice")
    assert officer.locator("main").get_by_role("button", name="Approve the notice").count() == 0
    publish_notice(officer, approver, f"{where}/notices")
    says(approver, "How the standstill was worked out")
    look_at(approver, scripted=scripted)
    says(approver, "8 working days")
    follow(approver, "Read the published notice")
    says(approver, "£40,000")
    anybody = enter("")
    anybody.goto("/awards")
    says(anybody, "In standstill")
    award = outcomes.awards_of(ports, call)[0]
    clock.set(award.confirm_at + timedelta(seconds=1))
    outcomes.sweep(ports)
    winner = enter(funded)
    winner.goto(f"/applications/{first}/outcome")
    says(winner, "The award is confirmed.")
    look_at(winner, scripted=scripted)
    press(winner, "Accept the award")
    press(winner, "Accept the award")  # after a page that says what follows
    says(winner, "You have accepted the award.")
    anybody.goto("/awards?status=active")
    follow(anybody, outcomes.table(ports, call).entry(first).title)
    says(anybody, "£40,000")
    package = json.loads(anybody.request.get("/ocds/releases.json").text())
    statuses = [each["status"] for release in package["releases"] for each in release.get("awards", ())]
    assert statuses[0] == "pending"
    assert statuses[-1] == "active"
    officer = enter(calls.OFFICER)
    officer.goto(f"{where}/outcomes")
    press(officer, "Conclude the call")
    says(officer, "This call is concluded.")


def propose(page: "Page", where: str, ref: str, outcome: str, *, amount: str = "", reason: str = "") -> None:
    page.goto(f"{where}/decisions/{ref}")
    page.locator(f"main input[name=outcome][value={outcome}]").check()
    page.get_by_label("Amount of the award").fill(amount)
    page.get_by_label("Reason for the applicant").fill(reason)
    press(page, "Save the proposal")


def lead_of(ports: Ports, ref: str) -> str:
    """The address of whoever leads the organisation of an application."""

    def find(session: Session) -> str:
        application = session.scalars(select(Application).where(Application.ref == ref)).one()
        firm = session.get_one(Organisation, application.organisation_id)
        domain = "".join(letter for letter in firm.name.lower() if letter.isalnum())
        return session.scalars(select(Person.email).where(Person.email == f"lead@{domain}.example")).one()

    with ports.database.reading() as session:
        return find(session)
