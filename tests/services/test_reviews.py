"""Whoever is found ineligible may have that looked at again, once, by somebody who had no part in it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry, Submission
from procurement.models.documents import Document
from procurement.models.requests import Request, Review
from procurement.queries import documents as documents_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Permission, Principal, may
from procurement.rules.ports import Ports
from procurement.rules.requests import ReviewOutcome
from procurement.services import assessment, requests, reviews
from procurement.services.act import Act, perform
from procurement.services.applications import Late
from tests.parts import assessment as scenes
from tests.parts import calls, slots
from tests.parts.checks import looked_up

WHY = "It is outside the region."
FOUND = "The lease shows a workshop in the region."
TICK = timedelta(microseconds=1)


class Scene:
    """A call with three bids, of which the last was found ineligible."""

    def __init__(self, ports: Ports, *, begun: bool = False) -> None:
        self.ports = ports
        self.call = scenes.opened(ports, scenes.bids_in(ports))
        self.entries = slots.entries(ports, self.call)
        self.entry_id = self.entries["Firm C"]
        self.officer, self.approver = calls.officer(ports), calls.approver(ports)
        self.reviewer = calls.staff(ports, "reviewer@city.example", "officer")
        self.lead = slots.lead_of(ports, "Firm C")
        self.stage_id = calls.stage_of(ports, self.call).id
        if begun:
            scenes.in_assessment(ports, self.call, ineligible=[self.entry_id])
        else:
            self.leave_out()
        self.request = self.offered()

    @property
    def now(self) -> Any:
        return self.ports.clock.now()

    def leave_out(self, by: Principal | None = None) -> None:
        found = perform(self.ports, by or self.officer, self.now, assessment.propose_ineligible, self.entry_id, WHY)
        perform(self.ports, self.approver, self.now, assessment.approve_ineligible, self.entry_id, seen=found.id)

    def offered(self) -> Request:
        with self.ports.database.reading() as session:
            found = requests_queries.offered_review(session, self.entry_id)
        assert found is not None
        return found

    def ask(self, at: Any = None) -> Submission | Late:
        key, now = f"request-{self.request.number}-1", self.now
        perform(self.ports, self.lead, now, requests.save_answer, self.request.id, key, "We moved.", version=0)
        version = self.entry.version
        given = {"press": "review", "version": version, "declared": True}
        return perform(self.ports, self.lead, at or now, requests.send, self.request.id, **given)

    def decide(self, outcome: ReviewOutcome, by: Principal | None = None, reason: str = FOUND) -> Review:
        return perform(self.ports, by or self.reviewer, self.now, reviews.decide, self.request.id, outcome, reason)

    @property
    def entry(self) -> Entry:
        with self.ports.database.reading() as session:
            return session.get_one(Entry, self.entry_id)

    def documents(self) -> list[tuple[str, bool]]:
        """The kinds of document about it, and whether its team may have each."""
        with self.ports.database.reading() as session:
            rows = session.scalars(
                select(Document)
                .where(Document.entry_id == self.entry_id, Document.kind.endswith("_letter"))
                .order_by(Document.id)
            ).all()
            held = [documents_queries.find_by_code(session, each.code) for each in rows]
        return [
            (each.document.kind, may(self.lead, Permission.DOCUMENT_READ, each, self.now))
            for each in held
            if each is not None
        ]


@pytest.fixture
def scene(ports: Ports) -> Scene:
    return Scene(ports)


def refused(scene: Scene, *args: Any, **given: Any) -> list[str]:
    return slots.refused(lambda: scene.decide(*args, **given))[1]


def test_the_letter_says_how_to_ask_and_until_when(scene: Scene) -> None:
    with scene.ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "ineligible_letter")).one()
    ref = slots.refs(scene.ports, scene.call)["Firm C"]
    assert "until Wednesday 14 April 2027 at 11:59pm (UK time), at http" in letter.content["review"]
    assert f"http://localhost/applications/{ref}/requests/{scene.request.number}" in letter.content["review"]


def test_a_review_is_asked_for_once_and_in_time(scene: Scene) -> None:
    assert refused(scene, ReviewOutcome.UPHELD) == ["Nobody has asked for this review."]
    made = scene.ask()
    assert isinstance(made, Submission)
    # to whoever can answer it: neither to who proposed it nor to who approved it
    assert slots.messages(scene.ports, "review_requested") == ["reviewer@city.example"]
    again = {"press": "another", "version": scene.entry.version, "declared": True}
    assert slots.refused(lambda: perform(scene.ports, scene.lead, scene.now, requests.send, scene.request.id, **again))[
        1
    ] == ["This was answered already. An answer is sent once."]


def test_a_review_that_is_asked_for_at_the_last_instant_is_late(scene: Scene) -> None:
    assert isinstance(scene.ask(at=scene.request.closes_at), Late)
    with scene.ports.database.reading() as session:
        assert requests_queries.reviews_waiting(session, scene.stage_id) == 0


def test_who_proposed_or_approved_does_not_answer_the_review(scene: Scene) -> None:
    scene.ask()
    own = ["You proposed or approved this decision. Somebody else must answer the review."]
    both = calls.staff(scene.ports, "both@city.example", "officer", "approver")
    for outcome in (ReviewOutcome.UPHELD, ReviewOutcome.REVERSED):
        assert refused(scene, outcome, by=scene.officer) == own
        assert slots.refused(lambda: scene.decide(outcome, by=scene.approver))[0] == 403  # noqa: B023
    assert refused(scene, ReviewOutcome.UPHELD, reason=" ") == ["Give a reason."]
    assert scene.decide(ReviewOutcome.UPHELD, by=both).decided_by == both.id
    assert refused(scene, ReviewOutcome.UPHELD, by=both) == ["This review was answered already."]


def test_an_approver_who_is_an_officer_too_does_not_answer_what_they_approved(scene: Scene) -> None:
    scene.ask()
    both = replace(scene.approver, roles=frozenset({"officer", "approver"}))
    assert refused(scene, ReviewOutcome.REVERSED, by=both) == [
        "You proposed or approved this decision. Somebody else must answer the review."
    ]


def test_a_review_that_upholds_changes_nothing_but_tells_why(scene: Scene) -> None:
    scene.ask()
    scene.decide(ReviewOutcome.UPHELD)
    assert (scene.entry.state, scene.entry.eligibility_reason) == ("ineligible", WHY)
    assert scene.documents() == [("ineligible_letter", True), ("review_letter", True)]
    assert slots.messages(scene.ports, "review_answered") == ["lead@firmc.example"]


def test_a_review_that_reverses_leads_back_to_the_check_and_is_decided_anew(scene: Scene) -> None:
    scene.ask()
    scene.decide(ReviewOutcome.REVERSED)
    entry = scene.entry
    assert (entry.state, entry.told_at, entry.eligibility_reason) == ("opened", None, "")
    with scene.ports.database.reading() as session:
        assert opening_queries.find_proposal(session, scene.entry_id) is None
        assert opening_queries.undecided(session, scene.stage_id) == 3
    # nothing is told any more, and what was written stays with the team
    assert scene.documents() == [("ineligible_letter", True), ("review_letter", True)]
    # a second finding has a letter and a review of its own
    scene.leave_out(by=scene.reviewer)
    assert scene.documents() == [("ineligible_letter", True), ("review_letter", True), ("ineligible_letter", True)]
    assert scene.offered().number == scene.request.number + 1
    assert len(slots.messages(scene.ports, "not_eligible")) == 2


def test_until_the_lock_a_review_can_let_somebody_in_and_the_lock_waits_for_it(ports: Ports) -> None:
    scene = Scene(ports, begun=True)
    scenes.assigned(ports, scene.call)
    scenes.marked(ports, scene.call)
    scene.ask()
    lock = lambda: perform(ports, scene.officer, scene.now, assessment.lock_marks, scene.stage_id)  # noqa: E731
    assert slots.refused(lock)[1] == [
        "1 review of eligibility was asked for and is not answered. Nobody can be let in after the lock."
    ]
    assert refused(scene, ReviewOutcome.TOO_LATE) == ["It is not too late: it can still be checked again."]
    scene.decide(ReviewOutcome.REVERSED)
    assert slots.refused(lock)[1] == ["1 application still needs a decision on whether it is eligible."]

    def find(session: Any) -> None:
        looked_up(Act(session, ports, scene.officer, scene.now), scene.entry_id)
        assessment.find_eligible(Act(session, ports, scene.officer, scene.now), scene.entry_id, FOUND)

    ports.database.write(find)
    assert slots.refused(lock)[1] == ["1 application has too few assessors. Assign another one."]
    pairs = [(scene.entry_id, who.id) for who in scenes.assessors(ports, 2)]
    perform(ports, scene.officer, scene.now, assessment.assign, scene.stage_id, pairs)
    scenes.marked(ports, scene.call)
    assert lock().state == "deciding"


def test_after_the_lock_a_review_can_only_say_that_it_was_wrong(ports: Ports) -> None:
    scene = Scene(ports, begun=True)
    scenes.assigned(ports, scene.call)
    scenes.marked(ports, scene.call)
    perform(ports, scene.officer, scene.now, assessment.lock_marks, scene.stage_id)
    scene.ask()
    assert refused(scene, ReviewOutcome.REVERSED) == [
        "It cannot be checked again: the marks of this stage are locked, or there is nothing to mark in it."
    ]
    scene.decide(ReviewOutcome.TOO_LATE)
    assert scene.entry.state == "ineligible"
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "review_letter")).one()
    assert letter.content["found"] == "The decision was wrong, and it is too late to assess your application."
