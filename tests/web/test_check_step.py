"""A sift of three bids on its pages: one meets everything, one does not, one is warned; each condition set, published,
foretold, looked at and decided."""

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Application, Entry
from procurement.models.documents import Document
from procurement.queries import applications as applications_queries
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, people
from tests.parts import checks as made
from tests.parts.checks import FAILS, MEETS, WARNED
from tests.parts.pages import checked as page
from tests.parts.pages import parse
from tests.web.test_manage_calls import send, typed

LOOKED = {"due": ["mandatory|", "debarment|"], "nothing__source": "The central platform and the debarment list"}


def refs_of(ports: Ports, entries: dict[str, int]) -> dict[str, str]:
    with ports.database.reading() as session:
        return {
            firm: session.get_one(Application, session.get_one(Entry, entry_id).application_id).ref
            for firm, entry_id in entries.items()
        }


def state_of(ports: Ports, entry_id: int) -> str:
    with ports.database.reading() as session:
        return session.get_one(Entry, entry_id).state


@pytest.mark.both_databases
def test_a_sift_of_three_bids_from_the_conditions_to_the_letter(app: Flask, ports: Ports) -> None:
    call, entries = made.conditioned(ports)
    refs, stage = refs_of(ports, entries), calls.stage_of(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    approver = people.signed_in(app, ports, calls.approver(ports))
    root = f"/manage/calls/{call.ref}/stages/{stage.key}"
    bids = {firm: f"{root}/bids/{ref}" for firm, ref in refs.items()}

    listed = page(officer.get(f"{root}/checks"))
    assert "3 applications wait for a decision" in listed
    assert "None meets everything yet" in listed
    first = page(officer.get(f"{bids[MEETS]}/eligibility"))
    assert "1 of 3." in first
    assert f"Next that waits for a decision: {refs[FAILS]}" in first
    assert "Turnover: at least £50,000" in first
    assert "Before it can go on, these must be looked at" in first

    refused = officer.post(f"{bids[MEETS]}/eligibility/eligible", data={**typed(first), "reason": "Fine."})
    assert "2 things must be looked up first" in page(refused, 409)
    page(send(officer, f"{bids[MEETS]}/eligibility", 422, f"{bids[MEETS]}/checks/nothing", due=LOOKED["due"]), 422)
    for bid in bids.values():
        send(officer, f"{bid}/eligibility", to=f"{bid}/checks/nothing", **LOOKED)
    assert "The central platform and the debarment list" in page(approver.get(f"{bids[MEETS]}/eligibility"))

    # all that meet everything: the dry run says whom, the press takes them and nobody else
    listed = page(officer.get(f"{root}/checks"))
    assert "1 application meets every condition" in listed
    assert [each.words for each in parse(listed).all("#all ~ ul li")] == [f"Idea of {MEETS}, {MEETS}"]
    assert approver.send(f"{root}/checks", {"seen": entries[MEETS]}, to=f"{root}/checks/take-in").status_code == 403
    send(officer, f"{root}/checks", to=f"{root}/checks/take-in")
    assert officer.post(f"{root}/checks/take-in", data=typed(listed)).status_code == 409  # pressed again
    assert [state_of(ports, entries[firm]) for firm in (MEETS, FAILS, WARNED)] == ["in_assessment", "opened", "opened"]

    # who is warned is looked at, and goes on
    warned = f"{bids[WARNED]}/eligibility"
    note = f"{bids[WARNED]}/checks/conditions/access"
    missing = send(officer, warned, 422, note, **{"on__access__finding": "met"})
    assert "Say what you looked at, and where" in page(missing, 422)
    seen = {"on__access__finding": "met", "on__access__source": "Their plan", "on__access__note": "Tested in May."}
    send(officer, warned, to=note, **seen)
    assert "Tested in May." in page(officer.get(warned))
    send(officer, warned, to=f"{warned}/eligible", reason="The plan shows that it is seen to.")

    # who does not meet a condition is left out by it, by two people, and reads it
    fails = f"{bids[FAILS]}/eligibility"
    shown = page(officer.get(fails))
    assert typed(shown)["reason"].strip() == "The answer does not meet this condition of participation."
    assert "Turnover: at least £50,000" in parse(shown).words  # which the letter prints, with the answer
    refused = officer.post(f"{fails}/eligible", data={**typed(shown), "reason": "Fine."})
    assert "1 condition that excludes is not met" in page(refused, 409)
    assert "Say what it does not meet" in page(
        officer.post(f"{fails}/propose", data={"csrf_token": typed(shown)["csrf_token"], "reason": "No."}), 422
    )
    send(officer, fails, to=f"{fails}/propose", because="condition-turnover", reason="Too little to wait for payment.")
    assert "Turnover: at least £50,000. Answered: £49,999.99" in parse(page(approver.get(fails))).words
    send(approver, fails, to=f"{fails}/approve")
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "ineligible_letter")).one()
    assert letter.content["unmet"] == [{"name": "Turnover: at least £50,000", "value": "£49,999.99"}]
    outcome = people.signed_in(app, ports, calls.staff(ports, "lead@failsltd.example")).get(
        f"/applications/{refs[FAILS]}/stages/{stage.key}/outcome"
    )
    assert "Turnover: at least £50,000. Your answer: £49,999.99" in parse(page(outcome)).words
    assert [state_of(ports, each) for each in entries.values()] == ["in_assessment", "ineligible", "in_assessment"]
    assert "Nothing waits for a decision here" in page(officer.get(f"{root}/checks"))
    history = page(officer.get(f"/manage/calls/{call.ref}/history"))
    assert "Looked up: Debarment list. Nothing found" in history
    assert "{" not in parse(history).words


@pytest.mark.both_databases
def test_a_condition_is_set_up_and_read_by_everybody_before_they_write(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports)
    officer, approver = (people.signed_in(app, ports, each(ports)) for each in (calls.officer, calls.approver))
    form = f"/manage/calls/{call.ref}/stages/application/form"
    bound = {"text": "People employed", "section": "Conditions", "effect": "exclude", "most": "249"}
    new = f"{form}/new?kind=number"
    assert "Say why the condition is needed" in page(send(officer, new, 422, **bound), 422)
    send(officer, new, why="The money is for small firms.", **bound)
    chosen = {"text": "Registered here?", "section": "Conditions", "effect": "warn", "why": "For the record."}
    assert "Say what meets the condition" in page(
        send(officer, f"{form}/new?kind=yes_no", 422, **chosen, accepts=[]), 422
    )
    send(officer, f"{form}/new?kind=yes_no", **chosen, accepts="yes")
    filed = {"text": "Insurance", "section": "Conditions", "effect": "exclude", "why": "People are in homes."}
    day = {"in_date_on__day": "1", "in_date_on__month": "9", "in_date_on__year": "2027"}
    send(officer, f"{form}/new?kind=file", **filed, **day)
    again = page(officer.get(f"{form}/questions/people_employed"))
    assert (typed(again)["most"], typed(again)["why"].strip()) == ("249", "The money is for small firms.")
    assert "at most 249" in page(officer.get(form))

    calls.reviewed(ports, calls.read(ports, call.id))
    review = page(approver.get(f"/manage/calls/{call.ref}/review"))
    assert "Why: The money is for small firms." in parse(review).words
    call = calls.read(ports, call.id)
    calls.perform(
        ports, calls.approver(ports), ports.clock.now(), calls.calls.approve_and_publish, call.id, seen=call.version
    )
    visitor = app.test_client()
    for address in (f"/calls/{call.ref}", f"/calls/{call.ref}/form"):
        public = parse(page(visitor.get(address))).words
        assert "at most 249" in public
        assert "a file that is still in date on Wednesday 1 September 2027" in public
        assert "Whoever does not meet this cannot go on." in public
        assert "The money is for small firms." not in public


def test_an_applicant_is_told_before_the_press_and_may_press(app: Flask, ports: Ports) -> None:
    call = made.published(ports)
    lead, entry_id = assessment.bid(ports, call, FAILS, submit=False)
    firm = people.signed_in(app, ports, lead)
    with ports.database.reading() as session:
        ref = applications_queries.get_entry(session, entry_id).application.ref
    assert "Condition of participation" in page(firm.get(f"/applications/{ref}/questions/turnover"))
    shown = parse(page(firm.get(f"/applications/{ref}/check"))).words
    assert "You answered “£12” to “Turnover”. Needed: at least £50,000. A" in shown
    assert "You can submit all the same." in shown
    assert made.WHY not in shown


def test_a_ground_is_recorded_named_and_must_have_been_heard(app: Flask, ports: Ports) -> None:
    call, entries = made.conditioned(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    bid = f"/manage/calls/{call.ref}/stages/application/bids/{refs_of(ports, entries)[MEETS]}"
    fact = {
        "check__kind": "mandatory",
        "check__finding": "found",
        "check__source": "A judgment",
        "check__note": "2026.",
    }
    wrong = send(officer, f"{bid}/eligibility", 422, f"{bid}/checks", **fact, check__ground="insolvency")
    assert "Say which ground was found." in page(wrong, 422)
    send(officer, f"{bid}/eligibility", to=f"{bid}/checks", **fact, check__ground="terrorism")
    shown = page(officer.get(f"{bid}/eligibility"))
    assert "A mandatory ground for exclusion applies" in shown
    (named,) = [each for each in parse(shown).all("input[name=because]") if "ground-" in each.attributes["value"]]
    given = {"because": named.attributes["value"], "reason": "Convicted in 2026."}
    unheard = send(officer, f"{bid}/eligibility", 409, f"{bid}/eligibility/propose", **given)
    assert "how the applicant could explain itself" in page(unheard, 409)
    send(officer, f"{bid}/eligibility", to=f"{bid}/eligibility/propose", heard="Asked on 3 March.", **given)
    assert "Asked on 3 March." in page(officer.get(f"{bid}/eligibility"))


def test_nobody_but_staff_of_calls_reads_what_was_looked_up(app: Flask, ports: Ports) -> None:
    call, entries = made.conditioned(ports)
    root = f"/manage/calls/{call.ref}/stages/application"
    bid = f"{root}/bids/{refs_of(ports, entries)[MEETS]}"
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert "What was looked up" in page(auditor.get(f"{bid}/eligibility"))
    assert "Record it" not in page(auditor.get(f"{bid}/eligibility"))
    assert auditor.send(f"{bid}/eligibility", {}, to=f"{bid}/checks").status_code == 403
    reader = people.signed_in(app, ports, assessment.assessor(ports, "reader@readers.example"))
    assert reader.get(f"{bid}/eligibility").status_code == 404
    assert reader.get(f"{root}/checks").status_code == 404
