"""What was told, and a disqualification, can be reviewed: asked for once, answered by somebody who decided nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.requests import Request, Review
from procurement.queries import decisions as decisions_queries
from procurement.queries import requests as requests_queries
from procurement.rules.ports import Ports
from procurement.rules.requests import ReviewOutcome, review_until
from procurement.services import disqualifying, requests, reserve, reviews
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_leaving import member, refused
from tests.services.test_reserve import state_of

WHY = "Our plan has people and dates, on page 3."


def told(ports: Ports) -> Call:
    return outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))


def entry_in(ports: Ports, call: Call, state: str) -> Entry:
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        asked = select(Entry).where(Entry.stage_id == stage.id, Entry.state == state).order_by(Entry.id)
        return session.scalars(asked).all()[0]


def ask(ports: Ports, entry: Entry) -> Request:
    return perform(ports, member(ports, entry), ports.clock.now(), reviews.ask_for, entry.id)


def asked(ports: Ports, entry: Entry) -> Request:
    """Begun, written and sent."""
    request = ask(ports, entry)
    who, now = member(ports, entry), ports.clock.now()
    perform(ports, who, now, requests.save_answer, request.id, request.questions[0]["key"], WHY, version=0)
    with ports.database.reading() as session:
        version = session.get_one(Entry, request.entry_id).version
    perform(ports, who, now, requests.send, request.id, press="ab" * 16, version=version, declared=True)
    return request


def answer(ports: Ports, request: Request, found: ReviewOutcome, by: Any = None) -> Review:
    who = by or calls.staff(ports, "reviewer@city.example", "officer")
    return perform(ports, who, ports.clock.now(), reviews.decide, request.id, found, "We read page 3 again.")


@pytest.mark.parametrize("state", ["advanced", "reserve", "declined"])
@pytest.mark.parametrize("found", [ReviewOutcome.UPHELD, ReviewOutcome.WRONG])
def test_what_was_told_is_reviewed_by_somebody_who_decided_nothing(
    ports: Ports, state: str, found: ReviewOutcome
) -> None:
    call = told(ports)
    entry = entry_in(ports, call, state)
    request = asked(ports, entry)
    assert refused(answer, ports, request, found, by=calls.officer(ports)) == [
        "You proposed or approved this decision. Somebody else must answer the review."
    ]
    for other in (ReviewOutcome.REVERSED, ReviewOutcome.TOO_LATE):
        assert refused(answer, ports, request, other) == ["Choose what the review found."]
    answer(ports, request, found)
    assert state_of(ports, entry) == state
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "review_letter")).one()
        standing = decisions_queries.find_standing(session, entry.id)
    assert standing is not None
    assert letter.content["found"].startswith("The decision ")
    assert refused(answer, ports, request, found) == ["This review was answered already."]


def test_it_is_begun_once_and_until_the_last_of_ten_working_days(ports: Ports, clock: StandingClock) -> None:
    call = told(ports)
    first, second = entry_in(ports, call, "declined"), entry_in(ports, call, "reserve")
    until = review_until(clock.now())
    assert ask(ports, first).id == ask(ports, first).id
    clock.set(until - timedelta(microseconds=1))
    assert ask(ports, second).closes_at == until
    clock.set(until)
    assert ask(ports, first).id  # what was begun is shown
    assert refused(ask, ports, entry_in(ports, call, "advanced"))[0].startswith("A review could be asked for until")


def test_nobody_outside_the_team_asks_for_it(ports: Ports) -> None:
    call = told(ports)
    entry, other = entry_in(ports, call, "declined"), entry_in(ports, call, "reserve")
    assert refused(perform, ports, member(ports, other), ports.clock.now(), reviews.ask_for, entry.id)


def test_before_it_is_told_nothing_can_be_reviewed(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1, procedure="small_grant")
    entry = entry_in(ports, call, "declined")
    assert refused(ask, ports, entry) == ["Nothing was decided of which a review could be asked for."]


def test_a_disqualification_is_reviewed(ports: Ports) -> None:
    call = told(ports)
    entry = entry_in(ports, call, "reserve")
    now = ports.clock.now()
    row = perform(ports, calls.officer(ports), now, disqualifying.propose, entry.id, "false_information", "Not so.")
    perform(ports, assessment.fresh(ports, calls.approver(ports)), now, disqualifying.approve, row.id, seen=row.id)
    request = asked(ports, entry)
    answer(ports, request, ReviewOutcome.WRONG)
    with ports.database.reading() as session:
        review = requests_queries.find_review(session, request.id)
        assert review is not None
        assert (review.disqualification_id, review.decision_id) == (row.id, None)
    assert state_of(ports, entry) == "disqualified"


def test_a_call_is_not_concluded_while_a_review_waits(ports: Ports) -> None:
    call = told(ports)
    request = asked(ports, entry_in(ports, call, "declined"))
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    said = refused(perform, ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)
    assert said == ["1 review was asked for and is not answered."]
    answer(ports, request, ReviewOutcome.UPHELD)
    perform(ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)


def test_after_the_conclusion_a_review_can_still_be_asked_for_in_its_time(ports: Ports) -> None:
    call = told(ports)
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    perform(ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)
    request = asked(ports, entry_in(ports, call, "declined"))
    assert answer(ports, request, ReviewOutcome.UPHELD).outcome == "upheld"
