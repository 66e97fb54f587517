"""The page of an outcome beside a review of it: both are there, and a review is offered while there is what to
review."""

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.messages import Message
from procurement.rules.ports import Ports
from procurement.rules.requests import ReviewOutcome
from procurement.services import disqualifying
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes, people
from tests.parts.pages import checked
from tests.services.test_leaving import member, refused
from tests.services.test_reviews_of_outcomes import answer, ask, asked, entry_in, told
from tests.web.test_outcomes import words
from tests.web.test_reserve import ref_of

OFFERED = "You can ask once for a review"


def page_of(app: Flask, ports: Ports, entry: Entry) -> str:
    browser = people.signed_in(app, ports, member(ports, entry))
    return checked(browser.get(f"/applications/{ref_of(ports, entry)}/outcome"))


def bodies(ports: Ports, kind: str) -> list[str]:
    with ports.database.reading() as session:
        return [" ".join(each.split()) for each in session.scalars(select(Message.body).where(Message.kind == kind))]


@pytest.mark.parametrize("state", ["advanced", "reserve", "declined"])
@pytest.mark.parametrize("found", [ReviewOutcome.UPHELD, ReviewOutcome.WRONG])
def test_after_its_review_an_outcome_is_read_with_both_letters(
    app: Flask, ports: Ports, state: str, found: ReviewOutcome
) -> None:
    call = told(ports)
    entry = entry_in(ports, call, state)
    answer(ports, asked(ports, entry), found)
    shown = page_of(app, ports, entry)
    kind = {"advanced": "Award letter", "reserve": "Reserve list letter", "declined": "letter"}[state]
    assert kind.lower() in shown.lower()
    assert "Letter on the review of" in shown
    assert "How it was marked" in shown


@pytest.mark.parametrize("how", ["accepted", "refused"])
def test_whoever_answered_an_award_is_offered_no_review_of_it(app: Flask, ports: Ports, how: str) -> None:
    call = told(ports)
    entry = entry_in(ports, call, "advanced")
    assert OFFERED in page_of(app, ports, entry)
    getattr(outcomes, how)(ports, outcomes.awards_of(ports, call)[0])
    shown = words(page_of(app, ports, entry))
    assert "If you think this is wrong" not in shown
    assert ("Your application was successful" in shown, "You refused the award" in shown) == (
        how == "accepted",
        how == "refused",
    )
    assert refused(ask, ports, entry) == ["Nothing was decided of which a review could be asked for."]


def test_a_review_that_was_asked_for_before_the_award_was_answered_is_still_shown(app: Flask, ports: Ports) -> None:
    call = told(ports)
    entry = entry_in(ports, call, "advanced")
    asked(ports, entry)
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    assert "See the review that was asked for" in page_of(app, ports, entry)


def test_a_review_is_asked_for_and_not_answered_by_its_firm(app: Flask, ports: Ports) -> None:
    call = told(ports)
    entry = entry_in(ports, call, "declined")
    before = bodies(ports, "response_received")
    request = asked(ports, entry)
    (said,) = bodies(ports, "review_received")
    assert "You asked for a review of a decision" in said
    assert bodies(ports, "response_received") == before
    officer = people.signed_in(app, ports, calls.officer(ports))
    place = f"/manage/calls/{call.ref}/stages/application/bids/{ref_of(ports, entry)}/requests/{request.number}"
    assert "Asked for on" in words(checked(officer.get(place)))


@pytest.mark.parametrize(
    ("state", "out", "of"),
    [
        ("advanced", False, "the outcome that it was told"),
        ("declined", False, "the outcome that it was told"),
        ("reserve", True, "the decision to disqualify it"),
    ],
)
def test_officers_are_told_which_decision_is_to_be_reviewed(ports: Ports, state: str, out: bool, of: str) -> None:
    call = told(ports)
    entry = entry_in(ports, call, state)
    if out:
        now = ports.clock.now()
        row = perform(ports, calls.officer(ports), now, disqualifying.propose, entry.id, "false_information", "Not so.")
        perform(ports, assessment.fresh(ports, calls.approver(ports)), now, disqualifying.approve, row.id, seen=row.id)
    calls.staff(ports, "reviewer@city.example", "officer")
    asked(ports, entry)
    assert [f"asks for a review of {of}." in said for said in bodies(ports, "review_requested")] == [True]
