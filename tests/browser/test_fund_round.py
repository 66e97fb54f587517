"""A round of an innovation fund, in real Chromium, with script and without, on a phone's screen: written applications
are marked, applicants read the marks and may reply, and a panel agrees. The others' part is made by the services."""

import re
from typing import TYPE_CHECKING

import pytest

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.rules.ports import Ports
from procurement.services import assessment as assessment_services
from procurement.services.act import perform
from tests.browser import judging
from tests.browser.steps import Enter, follow, headed, leave, look_at, press, says
from tests.browser.test_walks import answer_everything
from tests.parts import assessment, calls, later, moderation, outcomes, people, slots
from tests.parts.clock import StandingClock
from tests.parts.scenes import prepared
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
FIRM, LEAD = "Firm C", "lead@firmc.example"
FIRST, SECOND = "lead@firma.example", "lead@firmb.example"
READER = "reader@readers.example"
REPLY = "The workshop is ours since March: the lease is signed."


def apart(entry: Entry, person: Person, criterion: str) -> int:
    """About one criterion of Firm A the two differ by three, and about nothing else."""
    if entry.title == "Idea of Firm A" and criterion == "impact":
        return 5 if person.email.startswith("assessor1") else 2
    return 4 if entry.title == "Idea of Firm A" else 3


@prepared
def written(ports: Ports) -> Call:
    """Two applications are in."""
    return assessment.bids_in(ports, procedure="innovation_fund", firms=2, budget=60_000)


def test_an_applicant_applies_and_an_assessor_marks_without_its_name(
    enter: Enter, ports: Ports, scripted: bool
) -> None:
    call = written(ports)
    people.firm(ports, FIRM, LEAD)
    lead = enter(LEAD)
    lead.goto(f"/calls/{call.ref}")
    look_at(lead, scripted=scripted)
    leave(lead, lead.get_by_role("button", name="Start application"))
    press(lead, "Start now")
    follow(lead, re.compile("^Next: "))
    answer_everything(lead)
    lead.goto(f"/applications/{slots.refs(ports, call)[FIRM]}/check")
    for box in lead.locator("main input[name=declared]").all():
        box.check()
    press(lead, "Submit the application")
    headed(lead, "Application submitted")
    assessment.in_assessment(ports, assessment.opened(ports, call))
    assessment.assigned(ports, call, [assessment.assessor(ports, READER)])
    assessor = enter(READER)
    judging.take_on(assessor)
    assert "Firm" not in assessor.locator("main h1").inner_text()
    look_at(assessor, scripted=scripted)
    judging.mark(assessor, 4)
    look_at(assessor, scripted=scripted)


@prepared
def answerable(ports: Ports) -> Call:
    """Both applications went on; their replies are open, and the panel has its chair and a member."""
    call = assessment.in_assessment(ports, assessment.opened(ports, written(ports)))
    assessment.assigned(ports, call)
    assessment.marked(ports, call, apart)
    moderation.set_up(ports, call, key="panel")
    officer, now = calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, assessment_services.lock_marks, calls.stage_of(ports, call).id)
    moderation.go_on(ports, call)
    return later.collecting(ports, call)


def test_one_applicant_replies_to_the_assessors_and_one_does_not(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = answerable(ports)
    root, refs = judging.root_of(call, "panel"), slots.refs(ports, call)
    lead, silent = enter(FIRST), enter(SECOND)
    silent.goto("/dashboard")
    look_at(silent, scripted=scripted)
    lead.goto(f"/applications/{refs['Firm A']}")
    look_at(lead, scripted=scripted)
    follow(lead, re.compile("^Next: "))
    look_at(lead, scripted=scripted)
    lead.locator("main [name=answer]").fill(REPLY)
    press(lead, "Save and continue")
    lead.goto(f"/applications/{refs['Firm A']}/check")
    look_at(lead, scripted=scripted)
    for box in lead.locator("main input[name=declared]").all():
        box.check()
    press(lead, "Submit the reply to the assessors")
    headed(lead, "Reply to the assessors submitted")
    look_at(lead, scripted=scripted)

    assessment.closed(ports, call)
    later.collecting(ports, call)
    silent = enter(SECOND)
    silent.goto(f"/applications/{refs['Firm B']}")
    look_at(silent, scripted=scripted)
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/opening")
    says(officer, "without a reply to the assessors")
    look_at(officer, scripted=scripted)
    officer.goto(f"{root}/applications")
    look_at(officer, scripted=scripted)
    for firm, reads in (("Firm A", True), ("Firm B", False)):
        officer.goto(f"{root}/bids/{refs[firm]}")
        shown = officer.locator("main").inner_text()
        assert (REPLY in shown, "Choose assessors" in shown) == (reads, False)  # nobody marks in this stage
        look_at(officer, scripted=scripted)
    moderation.panelled(ports, call, "panel")
    chair = enter(moderation.CHAIR)
    chair.goto(f"{root}/moderation")
    look_at(chair, scripted=scripted)
    leave(chair, chair.locator("main table a").first)
    look_at(chair, scripted=scripted)
    follow(chair, "Its papers in the panel")
    says(chair, REPLY)
    look_at(chair, scripted=scripted)


@prepared
def answered(ports: Ports) -> Call:
    """Firm A replied, and the replies are read."""
    call = answerable(ports)
    later.handed_in(ports, call, "Firm A", answer=REPLY)
    assessment.closed(ports, call)
    return later.collecting(ports, call)


def test_the_panel_agrees_and_the_fund_is_decided_within_its_budget(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = answered(ports)  # 60,000; Firm A asks for 40,000 and Firm B for 39,000
    root, refs = judging.root_of(call, "panel"), slots.refs(ports, call)
    officer = enter(calls.OFFICER)
    assert moderation.open_keys(ports, call) == ["impact"]
    officer.goto(f"{root}/moderation/{refs['Firm A']}/impact")
    officer.locator("main input[name=mark][value='4']").check()
    officer.get_by_label("Reason", exact=True).fill(moderation.REASON)
    for box in officer.locator("main input[name=present]").all():
        box.check()
    press(officer, "Settle and go to the next")
    look_at(officer, scripted=scripted)
    officer.goto(f"{root}/moderation/close")
    press(officer, "Close the moderation")
    officer.goto(f"{root}/ranking")
    look_at(officer, scripted=scripted)
    judging.propose(officer, root, scripted=scripted)
    says(officer, "£40,000 of £60,000 committed.")
    fund_too_much(officer, root, refs["Firm B"], scripted=scripted)
    judging.approve_and_tell(enter, ports, call, root, scripted=scripted)

    lead, loser, anybody = enter(FIRST), enter(SECOND), enter("")
    loser.goto(f"/applications/{refs['Firm B']}")
    look_at(loser, scripted=scripted)
    loser.goto(f"/applications/{refs['Firm B']}/outcome")
    says(loser, judging.REASON)
    look_at(loser, scripted=scripted)
    lead.goto(f"/applications/{refs['Firm A']}/outcome")
    look_at(lead, scripted=scripted)
    outcomes.made_firm(ports, call)
    lead.reload()
    press(lead, "Accept the award")
    press(lead, "Accept the award")  # after a page that says what follows
    says(lead, "You have accepted the award.")
    anybody.goto("/awards")
    follow(anybody, "Idea of Firm A")
    says(anybody, "£40,000")
    look_at(anybody, scripted=scripted)
    anybody.goto(f"/calls/{call.ref}")
    look_at(anybody, scripted=scripted)


def fund_too_much(officer: "Page", root: str, ref: str, *, scripted: bool) -> None:
    """What goes over the budget is refused with a sentence; the proposal stays what it was."""
    officer.goto(f"{root}/decisions/{ref}")
    look_at(officer, scripted=scripted)
    officer.locator("main input[name=outcome][value=fund]").check()
    officer.get_by_label("Amount of the award").fill("39,000")
    press(officer, "Save the proposal")
    says(officer, "over its budget")
    look_at(officer, scripted=scripted)
