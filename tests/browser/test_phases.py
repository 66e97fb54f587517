"""Research and development in two phases, in real Chromium, with script and without, on a phone's screen: whoever
accepts the award of the first enters the second, which has the money that is left. Bids and marks are made by the
services."""

import re
from datetime import timedelta

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
from tests.browser.steps import Enter, follow, headed, look_at, press, says
from tests.parts import assessment, calls, later, moderation, outcomes, slots
from tests.parts.scenes import prepared
from tests.parts.waiting import HANGS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
FIRST, SECOND = "lead@firma.example", "lead@firmb.example"
LEFT = "£21,000 net of VAT of £100,000 net of VAT is left after “Phase 1: feasibility”."


def in_turn(entry: Entry, person: Person, criterion: str) -> int:
    """Firm A before Firm B before Firm C."""
    return {"A": 5, "B": 4}.get(entry.title[-1], 3)


def agreed(ports: Ports, call: Call) -> Call:
    """The marks of the stage that a call has come to are in and locked, and nothing is left to moderate."""
    assessment.assigned(ports, call)
    assessment.marked(ports, call, in_turn)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    perform(ports, officer, now, assessment_services.lock_marks, stage.id)
    perform(ports, officer, now, moderation_services.close_moderation, stage.id)
    return calls.read(ports, call.id)


@prepared
def awarded(ports: Ports) -> Call:
    """Firms A, B and C ask for 40,000, 39,000 and 38,000 of 100,000: A and B are awarded phase 1, and all are told."""
    call = assessment.bids_in(ports, procedure="rnd_phased", firms=3)
    call = assessment.in_assessment(ports, assessment.opened(ports, call))
    for key in ("feasibility", "prototype"):
        moderation.set_up(ports, call, key=key)
    return outcomes.told(ports, agreed(ports, call), most=2)


def test_whoever_accepts_the_award_of_the_first_phase_enters_the_second(
    enter: Enter, ports: Ports, scripted: bool
) -> None:
    call = awarded(ports)
    refs = slots.refs(ports, call)
    assert calls.stage_of(ports, call).key == "feasibility"  # the second phase begins with the first who accepts
    anybody, lead, loser = enter(""), enter(FIRST), enter("lead@firmc.example")
    anybody.goto(f"/calls/{call.ref}")
    look_at(anybody, scripted=scripted)
    loser.goto(f"/applications/{refs['Firm C']}/outcome")
    look_at(loser, scripted=scripted)
    lead.goto("/dashboard")
    look_at(lead, scripted=scripted)
    follow(lead, re.compile("Accept or refuse the award"))
    headed(lead, "Your feasibility proposal was successful")
    look_at(lead, scripted=scripted)
    press(lead, "Accept the award")
    press(lead, "Accept the award")  # after a page that says what follows
    says(lead, "You have accepted the award.")
    look_at(lead, scripted=scripted)
    assert (calls.stage_of(ports, call).key, list(slots.entries(ports, call))) == ("prototype", ["Firm A"])
    lead.goto("/dashboard")
    look_at(lead, scripted=scripted)
    follow(lead, call.title)
    look_at(lead, scripted=scripted)
    officer = enter(calls.OFFICER)
    officer.goto(f"{judging.root_of(call, 'feasibility')}/outcomes")
    look_at(officer, scripted=scripted)
    officer.goto(f"/manage/calls/{call.ref}")
    look_at(officer, scripted=scripted)

    later.collecting(ports, call)
    lead = enter(FIRST)
    lead.goto(f"/applications/{refs['Firm A']}")
    follow(lead, re.compile("^Next: "))
    look_at(lead, scripted=scripted)


@prepared
def built(ports: Ports) -> Call:
    """Both accepted, handed in for phase 2, came and were marked; they ask for 15,000 and 10,000 of what is left."""
    call = awarded(ports)
    for award in outcomes.awards_of(ports, call):
        outcomes.accepted(ports, award)
    later.collecting(ports, call)
    for firm, amount in (("Firm A", 15_000), ("Firm B", 10_000)):
        later.handed_in(ports, call, firm, amount=amount)
    assessment.opened(ports, call)
    times = slots.laid_out(ports, call, count=2, key="prototype")
    for firm, time in zip(("Firm A", "Firm B"), times, strict=True):
        slots.chosen(ports, call, firm, time)
    with ports.database.reading() as session:
        rows = slots_queries.list_slots(session, calls.stage_of(ports, call).id)
    ports.clock.set(rows[-1].ends_at + timedelta(minutes=1))  # type: ignore[attr-defined]  (the tests' clock)
    for time in times:
        slots.noted(ports, time, Attendance.CAME)
    return agreed(ports, call)


def test_the_awards_of_the_second_phase_are_measured_against_what_is_left(
    enter: Enter, ports: Ports, scripted: bool
) -> None:
    call = built(ports)
    root, refs = judging.root_of(call, "prototype"), slots.refs(ports, call)
    officer = enter(calls.OFFICER)
    officer.goto(f"{root}/ranking")
    look_at(officer, scripted=scripted)
    says(officer, LEFT)
    judging.propose(officer, root, scripted=scripted)
    says(officer, "£15,000 net of VAT of £21,000 net of VAT committed.")
    officer.goto(f"{root}/decisions/{refs['Firm B']}")
    look_at(officer, scripted=scripted)
    officer.locator("main input[name=outcome][value=fund]").check()
    officer.get_by_label("Amount of the award").fill("10,000")
    press(officer, "Save the proposal")
    says(officer, "the awards would go £4,000 over its budget.")
    look_at(officer, scripted=scripted)
    officer.goto(f"{root}/decisions")
    says(officer, "£15,000 net of VAT of £21,000 net of VAT committed.")
    judging.approve_and_tell(enter, ports, call, root, scripted=scripted)
    lead, anybody = enter(FIRST), enter("")
    lead.goto(f"/applications/{refs['Firm A']}/outcome")
    headed(lead, "Your prototype proposal was successful")
    look_at(lead, scripted=scripted)
    press(lead, "Accept the award")
    press(lead, "Accept the award")  # after a page that says what follows
    says(lead, "You have accepted the award.")
    anybody.goto("/awards")
    look_at(anybody, scripted=scripted)
    for amount in ("£40,000", "£39,000", "£15,000"):
        says(anybody, amount)
