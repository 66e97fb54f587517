"""A challenge in its three stages, in real Chromium, with script and without, on a phone's screen: many say that they
are interested, few propose, and who is best shows it. The others' bids and marks are made by the services."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.queries import slots as slots_queries
from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance
from procurement.services import assessment as assessment_services
from procurement.services import moderation as moderation_services
from procurement.services.act import perform
from tests.browser import judging
from tests.browser.steps import Enter, follow, headed, leave, look_at, press, publish_notice, says
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


def firm_b_fails(entry: Entry, person: Person, criterion: str) -> int:
    """Firm B is not good enough, the others are."""
    return 1 if entry.title == "Idea of Firm B" else 4


def test_a_firm_says_that_it_is_interested(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = assessment.bids_in(ports, procedure="challenge", firms=2)
    people.firm(ports, FIRM, LEAD)
    anybody, lead = enter(""), enter(LEAD)
    anybody.goto(f"/calls/{call.ref}")
    look_at(anybody, scripted=scripted)
    lead.goto(f"/calls/{call.ref}")
    leave(lead, lead.get_by_role("button", name="Start expression of interest"))
    look_at(lead, scripted=scripted)
    press(lead, "Start now")
    follow(lead, re.compile("^Next: "))
    answer_everything(lead)
    ref = slots.refs(ports, call)[FIRM]
    lead.goto(f"/applications/{ref}")
    look_at(lead, scripted=scripted)
    submit(lead, "expression of interest", scripted=scripted)

    assert entry_state(ports, call, FIRM) == "submitted"


@prepared
def interested(ports: Ports) -> Call:
    """Three expressions of interest are in, that of Firm C the last."""
    call = assessment.bids_in(ports, procedure="challenge", firms=2)
    assessment.bid(ports, call, FIRM)
    return calls.read(ports, call.id)


def test_two_people_open_and_sift_and_who_goes_on_proposes(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = interested(ports)
    root, ref = judging.root_of(call, "interest"), slots.refs(ports, call)[FIRM]
    assessment.closed(ports, call)
    judging.open_bids(enter, root, nouns="expressions of interest", scripted=scripted)
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/applications")
    look_at(officer, scripted=scripted)
    for bid in slots.refs(ports, call).values():
        judging.find_eligible(officer, f"{root}/bids/{bid}")
    officer.goto(f"{root}/applications")
    press(officer, "Begin the assessment")
    assessment.assigned(ports, call)
    assessment.marked(ports, call, firm_b_fails)
    officer.goto(f"{root}/progress")
    look_at(officer, scripted=scripted)
    press(officer, "Lock the marks")
    officer.goto(f"{root}/ranking")
    look_at(officer, scripted=scripted)
    judging.propose(officer, root, scripted=scripted)
    judging.approve_and_tell(enter, ports, call, root, scripted=scripted)

    loser, lead = enter(SECOND), enter(LEAD)
    loser.goto("/dashboard")
    look_at(loser, scripted=scripted)
    loser.goto(f"/applications/{slots.refs(ports, call)['Firm B']}/outcome")
    headed(loser, "Your expression of interest was not successful")
    look_at(loser, scripted=scripted)
    lead.goto("/dashboard")
    look_at(lead, scripted=scripted)
    lead.goto(f"/applications/{ref}")
    follow(lead, re.compile("Read the outcome"))
    headed(lead, "Your expression of interest was successful")
    look_at(lead, scripted=scripted)
    follow(lead, f"Go on with application {ref}")
    look_at(lead, scripted=scripted)  # not open yet

    later.collecting(ports, call)
    lead, stranger = enter(LEAD), enter(SECOND)
    lead.goto("/dashboard")
    look_at(lead, scripted=scripted)
    lead.goto(f"/applications/{ref}")
    follow(lead, re.compile("^Next: "))
    answer_everything(lead)
    lead.goto(f"/applications/{ref}")
    look_at(lead, scripted=scripted)
    submit(lead, "proposal", scripted=scripted)
    assert stranger.request.get(f"/applications/{slots.refs(ports, call)['Firm B']}/stages/proposal").status == 404
    assert entry_state(ports, call, FIRM) == "submitted"


def submit(page: "Page", noun: str, *, scripted: bool) -> None:
    follow(page, "Check your answers, declare and submit")
    look_at(page, scripted=scripted)
    press(page, f"Submit the {noun}")
    look_at(page, scripted=scripted)  # with its error: nothing is declared
    for box in page.locator("main input[name=declared]").all():
        box.check()
    press(page, f"Submit the {noun}")
    headed(page, f"{noun.capitalize()} submitted")
    look_at(page, scripted=scripted)


def entry_state(ports: Ports, call: Call, firm: str) -> str:
    """Where a firm stands in the stage that the call has come to."""
    with ports.database.reading() as session:
        return session.get_one(Entry, slots.entries(ports, call)[firm]).state


def good(entry: Entry, person: Person, criterion: str) -> int:
    return 4


def apart(entry: Entry, person: Person, criterion: str) -> int:
    """Firm A is better; about one criterion of it the two assessors differ, if the first gives a 5."""
    if entry.title == "Idea of Firm A":
        return 2 if criterion == "solution" else 5
    return 3


@prepared
def proposed(ports: Ports) -> Call:
    """Two firms went on, and their proposals are in; a panel moderates what lies two apart."""
    call = assessment.locked(ports, procedure="challenge", firms=2, mark=good)
    moderation.go_on(ports, call)
    later.collecting(ports, call)
    for firm, amount in (("Firm A", 30_000), ("Firm B", 25_000)):
        later.handed_in(ports, call, firm, amount=amount)
    moderation.set_up(ports, call, key="proposal")
    return calls.read(ports, call.id)


def test_proposals_are_opened_marked_and_moderated(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = proposed(ports)
    root = judging.root_of(call, "proposal")
    assessment.closed(ports, call)
    judging.open_bids(enter, root, nouns="proposals", scripted=scripted)
    reader, other = assessment.assessor(ports, READER), assessment.assessor(ports, "other@readers.example")
    assessment.assigned(ports, call, [reader, other])
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/bids/{slots.refs(ports, call)['Firm A']}")
    look_at(officer, scripted=scripted)

    assessor = enter(READER)
    assessor.goto("/assess")
    look_at(assessor, scripted=scripted)
    judging.take_on(assessor, "Idea of Firm A")
    says(assessor, "Idea of Firm A")
    look_at(assessor, scripted=scripted)
    judging.mark(assessor, 5)
    look_at(assessor, scripted=scripted)
    assessment.marked(ports, call, apart)
    officer.goto(f"{root}/progress")
    press(officer, "Lock the marks")

    officer.goto(f"{root}/moderation")
    look_at(officer, scripted=scripted)
    assert moderation.open_keys(ports, call) == ["solution"]
    leave(officer, officer.locator("main table a").first)
    look_at(officer, scripted=scripted)
    officer.locator("main input[name=mark][value='4']").check()
    officer.get_by_label("Reason", exact=True).fill(moderation.REASON)
    for box in officer.locator("main input[name=present]").all():
        box.check()
    press(officer, "Settle and go to the next")
    officer.goto(f"{root}/moderation/close")
    look_at(officer, scripted=scripted)
    press(officer, "Close the moderation")
    officer.goto(f"{root}/ranking")
    look_at(officer, scripted=scripted)
    judging.propose(officer, root, scripted=scripted)
    judging.approve_and_tell(enter, ports, call, root, scripted=scripted)
    assert calls.stage_of(ports, call).key == "demonstration"
    assert calls.stage_of(ports, call).state == "assessing"


@prepared
def demonstrating(ports: Ports) -> Call:
    """Both proposals go on to a demonstration; there are three times, and Firm B has the last."""
    call = assessment.opened(ports, proposed(ports))
    assessment.assigned(ports, call)
    assessment.marked(ports, call, apart)
    now = ports.clock.now()
    stage = calls.stage_of(ports, call)
    perform(ports, calls.officer(ports), now, assessment_services.lock_marks, stage.id)
    perform(ports, calls.officer(ports), now, moderation_services.close_moderation, stage.id)
    moderation.go_on(ports, call)
    moderation.set_up(ports, call, least=5, key="demonstration")
    choose_by = calls.stage_of(ports, call).choose_by
    assert choose_by is not None
    times = slots.laid_out(ports, call, first=choose_by + timedelta(days=4), key="demonstration")
    slots.chosen(ports, call, "Firm B", times[2])
    return calls.read(ports, call.id)


def test_a_firm_chooses_its_time_and_is_marked_on_the_day_from_a_phone(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = demonstrating(ports)
    root, ref = judging.root_of(call, "demonstration"), slots.refs(ports, call)["Firm A"]
    lead = enter(FIRST)
    lead.goto("/dashboard")
    look_at(lead, scripted=scripted)
    lead.goto(f"/applications/{ref}")
    look_at(lead, scripted=scripted)
    follow(lead, re.compile("Choose a time"))
    look_at(lead, scripted=scripted)
    lead.get_by_role("radio").first.check()
    press(lead, "Take this time")
    headed(lead, "Your time for “Demonstration”")
    look_at(lead, scripted=scripted)
    reader, other = assessment.assessor(ports, READER), assessment.assessor(ports, "other@readers.example")
    assessment.assigned(ports, call, [reader, other])
    with ports.database.reading() as session:
        (mine,) = slots_queries.of_entries(session, [slots.entries(ports, call)["Firm A"]]).values()
        (theirs,) = slots_queries.of_entries(session, [slots.entries(ports, call)["Firm B"]]).values()

    clock.set(mine.starts_at + timedelta(minutes=10))
    assessor = enter(READER)
    assessor.goto("/assess")
    look_at(assessor, scripted=scripted)
    judging.take_on(assessor, "Idea of Firm A")
    look_at(assessor, scripted=scripted)
    judging.mark(assessor, 3)
    clock.set(theirs.ends_at)
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/slots")
    look_at(officer, scripted=scripted)
    for _ in range(2):
        leave(officer, officer.get_by_role("button", name="Came").first)
    assessment.marked(ports, call, good)
    officer.goto(f"{root}/progress")
    look_at(officer, scripted=scripted)
    press(officer, "Lock the marks")
    officer.goto(f"{root}/moderation/close")
    look_at(officer, scripted=scripted)
    press(officer, "Close the moderation")
    officer.goto(f"{root}/ranking")
    look_at(officer, scripted=scripted)
    says(officer, "60%")


@prepared
def demonstrated(ports: Ports) -> Call:
    """Both came and were marked; the moderation of the demonstrations is closed."""
    call = demonstrating(ports)
    with ports.database.reading() as session:
        times = slots_queries.list_slots(session, calls.stage_of(ports, call).id)
    slots.chosen(ports, call, "Firm A", times[0].id)
    ports.clock.set(times[2].ends_at)  # type: ignore[attr-defined]  (the tests' clock)
    for each in (times[0], times[2]):
        slots.noted(ports, each.id, Attendance.CAME)
    assessment.assigned(ports, call)
    assessment.marked(ports, call, good)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    perform(ports, officer, now, assessment_services.lock_marks, stage.id)
    perform(ports, officer, now, moderation_services.close_moderation, stage.id)
    return calls.read(ports, call.id)


def test_the_best_demonstration_is_awarded_accepted_and_published(
    enter: Enter, ports: Ports, clock: StandingClock, scripted: bool
) -> None:
    call = demonstrated(ports)
    root = judging.root_of(call, "demonstration")
    officer = enter(calls.OFFICER)
    judging.propose(officer, root, scripted=scripted)
    officer.goto(f"{root}/reasons")
    look_at(officer, scripted=scripted)
    press(officer, "Take over all of them")
    says(officer, "Every reason is written.")
    judging.approve_and_tell(enter, ports, call, root, scripted=scripted)
    outcomes.addressed(ports, call)
    officer.goto(f"{root}/notices")
    press(officer, "Draft the notice")
    look_at(officer, scripted=scripted)
    approver = enter(calls.APPROVER)
    publish_notice(officer, approver, f"{root}/notices")
    look_at(approver, scripted=scripted)
    outcomes.confirmed(ports, call)
    lead, anybody = enter(FIRST), enter("")
    lead.goto("/dashboard")
    follow(lead, re.compile("Accept or refuse the award"))
    headed(lead, "Your demonstration was successful")
    look_at(lead, scripted=scripted)
    press(lead, "Accept the award")
    press(lead, "Accept the award")  # after a page that says what follows
    says(lead, "You have accepted the award.")
    anybody.goto("/awards")
    look_at(anybody, scripted=scripted)
    follow(anybody, "Idea of Firm A")
    says(anybody, "£30,000")
    look_at(anybody, scripted=scripted)
    anybody.goto(f"/calls/{call.ref}")
    look_at(anybody, scripted=scripted)
