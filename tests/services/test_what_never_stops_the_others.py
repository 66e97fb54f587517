"""One document that cannot be made stops nobody; a number that stands for somebody in one letter does in no other."""

import pytest
from sqlalchemy import select, update

from procurement.models.assessment import Assignment, Mark
from procurement.models.documents import Document
from procurement.queries import decisions as decisions_queries
from procurement.queries import notices as notices_queries
from procurement.rules.statuses import DocumentStatus
from procurement.services import rendering
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes


def spoilt(ports, call, kind):
    """All letters and summaries are ready but the first of a kind, which could not be made; its id."""
    outcomes.made_ready(ports, call)

    def fail(session):
        first = session.scalars(select(Document.id).where(Document.call_id == call.id, Document.kind == kind)).first()
        values = {
            "state": DocumentStatus.FAILED,
            "error": "It is too long.",
            "digest": None,
            "size": None,
            "made_at": None,
        }
        session.execute(update(Document).where(Document.id == first).values(**values))
        return first

    return ports.database.write(fail)


def test_a_letter_that_cannot_be_made_stops_nobody_from_being_told(ports):
    call = outcomes.decided(ports)
    failed = spoilt(ports, call, "award_letter")
    outcomes.tell(ports, call)
    assert calls.stage_of(ports, call).told_at == ports.clock.now()
    perform(ports, calls.officer(ports), ports.clock.now(), rendering.retry, failed)
    with ports.database.reading() as session:
        assert session.get_one(Document, failed).state == DocumentStatus.REQUESTED


def test_a_letter_that_is_being_made_is_waited_for(ports):
    call = outcomes.decided(ports)
    with pytest.raises(Refusal, match="not ready yet"):
        outcomes.tell(ports, call)


def test_a_notice_waits_for_every_assessment_summary(ports):
    call = outcomes.decided(ports)
    spoilt(ports, call, "assessment_summary")
    outcomes.tell(ports, call)
    outcomes.addressed(ports, call)
    with ports.database.reading() as session:
        lacks = [str(each) for each in notices_queries.missing(session, calls.read(ports, call.id), ports.clock.now())]
    assert "1 assessment summary is not ready. It must be given before the notice is published." in lacks


def test_no_assessor_has_the_same_number_everywhere(ports):
    """The order is drawn for each bid, as the reference of each assignment is, and is the same in letter and page."""
    call = assessment.locked(ports)

    def draw(session):
        rows = session.scalars(select(Assignment).order_by(Assignment.entry_id, Assignment.id)).all()
        first = rows[0].entry_id
        for place, row in enumerate(rows):
            row.ref = f"{'A' if row.entry_id == first else 'B'}{place if row.entry_id == first else 99 - place}"
            session.execute(
                update(Mark).where(Mark.assignment_id == row.id).values(comment=f"Assessor by id {row.person_id}")
            )
        return [row.person_id for row in rows if row.entry_id == first]

    people = ports.database.write(draw)
    said = [f"Assessor by id {each}" for each in people]
    orders = []
    for entry in outcomes.table(ports, call).entries:
        key = outcomes.table(ports, call).scheme.criteria[0].key
        orders.append(list(entry.explained(key)))
        with ports.database.reading() as session:
            assert decisions_queries.comments_on(session, entry.entry.id)[key] == orders[-1]
    assert len(said) > 1
    assert sorted(orders) == sorted([said, *[said[::-1]] * (len(orders) - 1)])
