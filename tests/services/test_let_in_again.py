"""Whoever was disregarded or disqualified and should not have been takes part again, while its stage can still assess
it: found by a review, as with an ineligibility."""

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import endings as endings_queries
from procurement.rules.ports import Ports
from procurement.rules.requests import ReviewOutcome
from procurement.services import assessment as services
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.services.test_disqualifying import approve
from tests.services.test_disregarding import propose
from tests.services.test_leaving import entry_of, read, refused
from tests.services.test_reviews_of_outcomes import answer, asked

GROUNDS = ["procedural_requirement", "condition_of_participation"]


def ended(ports: Ports, entry: Entry) -> str | None:
    with ports.database.reading() as session:
        return endings_queries.of_entries(session, [entry.id]).get(entry.id)


def taken_in(ports: Ports, entry: Entry) -> None:
    perform(ports, calls.officer(ports), ports.clock.now(), services.find_eligible, entry.id, "It meets everything.")


def readers(ports: Ports, entry: Entry) -> list[tuple[int, str]]:
    with ports.database.reading() as session:
        asked_for = select(Assignment).where(Assignment.entry_id == entry.id).order_by(Assignment.id)
        return [(each.person_id, each.state) for each in session.scalars(asked_for)]


def asked_to_read(ports: Ports) -> list[int | None]:
    """Whoever was written to that they are asked to read something, each time."""
    with ports.database.reading() as session:
        kinds = ("invited_to_assess", "assigned_to_read")
        return list(session.scalars(select(Message.person_id).where(Message.kind.in_(kinds)).order_by(Message.id)))


@pytest.mark.parametrize("ground", GROUNDS)
def test_who_was_wrongly_out_is_checked_and_read_again_before_the_lock(ports: Ports, ground: str) -> None:
    call = assessment.in_assessment(ports)
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    entry = entry_of(ports, call)
    before = readers(ports, entry)
    assert before
    approve(ports, propose(ports, entry, ground))
    assert [state for _, state in readers(ports, entry)] == ["removed"] * len(before)
    assert ended(ports, entry) == "disregarded"
    request = asked(ports, entry)
    assert refused(answer, ports, request, ReviewOutcome.WRONG) == [
        "It is not too late: it can still be checked again."
    ]
    assert refused(answer, ports, request, ReviewOutcome.REVERSED, by=calls.officer(ports)) == [
        "You proposed or approved this decision. Somebody else must answer the review."
    ]
    answer(ports, request, ReviewOutcome.REVERSED)
    assert (read(ports, entry).state, ended(ports, entry)) == ("opened", None)
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "review_letter")).one()
        assert disqualifications_queries.of_stage(session, entry.stage_id) == []
    assert letter.content["found"].startswith("The decision is reversed: your ")
    taken_in(ports, entry)
    pairs = {(entry.id, person_id) for person_id, _ in before}
    written = len(asked_to_read(ports))
    ports.clock.forward(hours=1)  # type: ignore[attr-defined]  (the tests' clock)
    perform(ports, calls.officer(ports), ports.clock.now(), services.assign, entry.stage_id, pairs)
    assert sorted(asked_to_read(ports)[written:]) == sorted(person_id for person_id, _ in before)  # and hear so
    assert [person_id for person_id, _ in readers(ports, entry)] == [person_id for person_id, _ in before]
    assert "removed" not in {state for _, state in readers(ports, entry)}
    # and it may be out once more
    approve(ports, propose(ports, entry, ground))
    assert read(ports, entry).state == "disqualified"


def test_after_the_lock_it_is_found_wrong_and_stays_out(ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    entry = entry_of(ports, call)
    approve(ports, propose(ports, entry, GROUNDS[0]))
    request = asked(ports, entry)
    said = refused(answer, ports, request, ReviewOutcome.REVERSED)
    assert said[0].startswith("It cannot be checked again: the marks of this stage are locked")
    answer(ports, request, ReviewOutcome.WRONG)
    assert read(ports, entry).state == "disqualified"
    assert ended(ports, entry) == "disregarded"


def test_whoever_an_officer_took_an_assignment_from_is_not_asked_again(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assessment.assigned(ports, call)
    entry = entry_of(ports, call)
    person_id = readers(ports, entry)[0][0]
    with ports.database.reading() as session:
        row = session.scalars(
            select(Assignment).where(Assignment.entry_id == entry.id, Assignment.person_id == person_id)
        ).one()
    now = ports.clock.now()
    perform(ports, calls.officer(ports), now, services.remove, row.id, "On leave.")
    said = refused(perform, ports, calls.officer(ports), now, services.assign, entry.stage_id, {(entry.id, person_id)})
    assert "Was asked before." in said[0]
