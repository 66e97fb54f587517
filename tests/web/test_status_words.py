"""Each status on a page is said in the words of its own workflow, and of whoever reads it."""

import re
from typing import Any

from flask import Flask

from procurement.models.calls import Call
from procurement.queries.opening import list_bids
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services.act import Act, perform
from procurement.services.assessment import lock_marks
from tests.parts import assessment, calls, outcomes, people
from tests.parts.checks import looked_up

TAG = re.compile(r'<strong class="govuk-tag[^"]*">([^<]+)</strong>')
AMOUNTS = {"Firm A": 40_000, "Firm B": 39_000, "Firm C": 38_000, "Firm D": 37_000, "Firm E": 36_000}


def tags(app: Flask, ports: Ports, who: Principal, address: str) -> list[str]:
    """What the tags of a page say, in their order."""
    answer = people.signed_in(app, ports, who).get(address)
    assert answer.status_code == 200
    return TAG.findall(answer.text)


def bids(ports: Ports, call: Call) -> tuple[list[Principal], int]:
    """The leads of five firms that have submitted; and the last application, which will be found ineligible."""
    made = [assessment.bid(ports, call, firm, amount=amount) for firm, amount in AMOUNTS.items()]
    return [lead for lead, _id in made], made[-1][1]


def test_an_assessor_who_declined_has_declined(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    (reader,) = assessment.assessors(ports, 1)
    assessment.assigned(ports, call, [reader])
    visitor = people.signed_in(app, ports, reader)
    first = re.search(r"/assess/assignments/([\w-]+)", visitor.get("/assess").text)
    assert first is not None
    visitor.send(f"/assess/assignments/{first[1]}/decline", {"reason": "no_time"})
    assert tags(app, ports, reader, "/assess") == ["Waiting for your answer", "Waiting for your answer"]
    assert tags(app, ports, reader, "/assess?show=done") == ["Declined"]
    officer = calls.officer(ports)
    assert sorted(tags(app, ports, officer, f"/manage/calls/{call.ref}/stages/application/assign")) == [
        "Declined",
        "Invited",
        "Invited",
    ]


def test_a_team_learns_from_the_word_what_it_may_know_and_staff_what_is_so(app: Flask, ports: Ports) -> None:
    call, officer = calls.published(ports), calls.officer(ports)
    leads, barred = bids(ports, call)

    def seen() -> list[str]:
        return [word for lead in leads for word in tags(app, ports, lead, "/dashboard")]

    def managed() -> list[str]:
        return tags(app, ports, officer, f"/manage/calls/{call.ref}/stages/application/applications")

    assert seen() == ["Submitted"] * 5
    call = outcomes.decided(ports, assessment.locked(ports, call, ineligible=[barred]))
    decided = ["Approved", "Approved", "Reserve", "Declined", "Ineligible"]  # whoever has an award has its word
    assert (seen(), managed()) == (["Being decided"] * 4 + ["Not eligible"], decided)
    outcomes.told(ports, call)
    told = ["Successful", "Successful", "On the reserve list", "Not successful", "Not eligible"]
    assert (seen(), managed()) == (told, ["Applicants told", "Applicants told", "Reserve", "Declined", "Ineligible"])


def test_an_opened_bid_waits_for_its_check(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    officer, stage = calls.officer(ports), f"/manage/calls/{call.ref}/stages/application"
    assert tags(app, ports, officer, f"{stage}/applications") == ["To be checked", "To be checked"]
    page = people.signed_in(app, ports, officer)
    first = re.search(rf"{stage}/bids/[\w-]+(?=/eligibility)", page.get(f"{stage}/applications").text)
    assert first is not None
    bid = f"{first[0]}/eligibility"
    assert page.send(bid, {"reason": "It is outside the region."}, to=f"{bid}/propose").status_code == 303
    assert sorted(tags(app, ports, officer, f"{stage}/applications")) == ["Ineligible proposed", "To be checked"]
    assert "Ineligible proposed" in page.get(first[0]).text


def test_what_is_to_be_told_stands_under_the_words_that_applicants_will_read(app: Flask, ports: Ports) -> None:
    call = outcomes.decided(ports, firms=4)
    page = (
        people.signed_in(app, ports, calls.officer(ports)).get(f"/manage/calls/{call.ref}/stages/application/tell").text
    )
    headings = re.findall(r'<h2 class="govuk-heading-m">([^<]+: \d)</h2>', page)
    assert headings == ["Successful: 2", "On the reserve list: 1", "Not successful: 1"]


def test_an_award_says_what_the_clock_has_made_of_it(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports)
    address = f"/manage/calls/{call.ref}/stages/application/outcomes"

    def seen() -> list[str]:
        return tags(app, ports, calls.officer(ports), address)

    assert seen() == ["Applicants told", "Applicants told"]
    outcomes.noticed(ports, call)
    assert seen() == ["In standstill", "In standstill"]
    first, second = outcomes.confirmed(ports, call)
    assert seen() == ["Confirmed", "Confirmed"]
    outcomes.accepted(ports, first)
    outcomes.refused(ports, second)
    assert seen() == ["Accepted", "Refused"]


def test_a_call_is_named_for_staff_by_its_state_and_for_everybody_by_the_clock(
    app: Flask, ports: Ports, clock: Any
) -> None:
    call, officer = calls.published(ports), calls.officer(ports)

    def seen() -> tuple[list[str], list[str]]:
        everybody = app.test_client().get(f"/calls/{call.ref}").text
        return tags(app, ports, officer, f"/manage/calls/{call.ref}"), TAG.findall(everybody)

    assert seen() == (["Open"], ["Open"])
    assessment.bids_in(ports, call)
    clock.set(calls.stage_of(ports, call).closes_at)
    assert seen() == (["Closed"], ["Closed"])
    call = outcomes.decided(ports, assessment.locked(ports, call))
    assert seen() == (["Decided"], ["Being decided"])
    call = outcomes.told(ports, call)
    assert seen() == (["Decided"], ["Decided"])


def test_every_page_says_what_is_being_done_in_the_stage(app: Flask, ports: Ports) -> None:
    """Checked, assessed, decided: in one word for officers, applicants and the public, and no step ahead of itself."""
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    officer, lead = calls.officer(ports), calls.staff(ports, "lead@firma.example")
    stage = f"/manage/calls/{call.ref}/stages/application"

    def seen() -> list[set[str]]:
        """The words about the call, of everybody; and those about each application, of the officers."""
        said = [TAG.findall(app.test_client().get(each).text) for each in (f"/calls/{call.ref}", "/calls")]
        said += [tags(app, ports, officer, f"/manage/calls/{call.ref}"), tags(app, ports, lead, "/dashboard")]
        return [{word for page in said for word in page}, set(tags(app, ports, officer, f"{stage}/applications"))]

    assert seen() == [{"Being checked"}, {"To be checked"}]
    with ports.database.reading() as session:
        bids = [each.entry.id for each in list_bids(session, calls.stage_of(ports, call).id)]
    for entry_id in bids:
        ports.database.write(
            lambda session, entry_id=entry_id: looked_up(Act(session, ports, officer, ports.clock.now()), entry_id)
        )
    page = people.signed_in(app, ports, officer)
    checked = sorted(set(re.findall(rf"{stage}/bids/[\w-]+(?=/eligibility)", page.get(f"{stage}/applications").text)))
    assert (
        page.send(
            f"{checked[0]}/eligibility", {"reason": "It fits."}, to=f"{checked[0]}/eligibility/eligible"
        ).status_code
        == 303
    )
    assert seen() == [{"Being checked"}, {"To be checked", "Eligible"}]
    said = f"The {calls.stage_of(ports, call).nouns} are being checked; a decision is expected by"
    assert said in app.test_client().get(f"/calls/{call.ref}").text
    assert (
        page.send(
            f"{checked[1]}/eligibility", {"reason": "It fits."}, to=f"{checked[1]}/eligibility/eligible"
        ).status_code
        == 303
    )
    assert page.send(f"{stage}/applications", {}, to=f"{stage}/begin-assessment").status_code == 303
    assert seen() == [{"Being assessed"}, {"Being assessed"}]
    assessment.assigned(ports, call)
    assessment.marked(ports, call, assessment.usual)
    perform(ports, officer, ports.clock.now(), lock_marks, calls.stage_of(ports, call).id)
    assert seen() == [{"Being decided"}, {"Being decided"}]
