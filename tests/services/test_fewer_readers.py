"""Fewer assessors than were published: by an amendment with a reason, by two people, before the stage is opened."""

import json

from sqlalchemy import select

from procurement.models.calls import CallVersion
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries import amendments as amendments_queries
from procurement.rules.ports import Ports
from procurement.services import assessment, verification
from procurement.services.act import perform
from tests.parts import amending, calls
from tests.parts import assessment as parts
from tests.services.test_leaving import refused


def test_two_people_lower_the_readers_and_everybody_reads_it(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    before = calls.stage_of(ports, call)
    assert before.readers > 1
    amendment = amending.proposed(ports, call, readers=before.readers - 1)
    assert calls.stage_of(ports, call).readers == before.readers
    assert refused(amending.approved, ports, amendment, by=calls.officer(ports)) == ["Only an approver can do this."]
    amending.approved(ports, amendment)
    after = calls.stage_of(ports, call)
    assert (after.readers, after.closes_at, after.scheme_fingerprint) == (
        before.readers - 1,
        before.closes_at,
        before.scheme_fingerprint,
    )
    with ports.database.reading() as session:
        first, second = session.scalars(select(CallVersion).order_by(CallVersion.number)).all()
        event = session.scalars(select(Event).where(Event.tag == "stage.amend")).one()
        (told,) = session.scalars(select(Message).where(Message.kind == "dates_moved"))
        (moved,) = amendments_queries.of_call(session, call.id)
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    assert [json.loads(each.content)["stages"][0]["readers"] for each in (first, second)] == [
        before.readers,
        before.readers - 1,
    ]
    assert (event.data["dates"], event.data["before"], event.data["after"]) == (
        ["readers"],
        [str(before.readers)],
        [str(before.readers - 1)],
    )
    assert f"Assessors who read each: {before.readers - 1} (before: {before.readers})" in " ".join(told.body.split())
    assert [(each.field, each.before, each.after) for each in moved.changes] == [
        ("readers", before.readers, before.readers - 1)
    ]


def test_not_more_not_none_and_never_once_the_stage_is_opened(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    stage = calls.stage_of(ports, call)
    fewer = [f"Enter fewer assessors than the {stage.readers} that were published, and at least 1."]
    assert refused(amending.proposed, ports, call, readers=stage.readers + 1) == fewer
    assert refused(amending.proposed, ports, call, readers=0) == fewer
    waiting = amending.proposed(ports, call, readers=1)
    opened = parts.opened(ports, call)
    late = ["The dates of this stage cannot be moved any more: it was opened."]
    assert refused(amending.approved, ports, waiting) == late
    assert refused(amending.proposed, ports, opened, readers=1) != []


def test_a_decline_no_longer_stops_the_call_where_fewer_readers_were_asked_for_in_time(ports: Ports) -> None:
    call = parts.bids_in(ports, firms=1)
    amending.moved(ports, call, readers=1)
    call = parts.in_assessment(ports, parts.opened(ports, call))
    stage = calls.stage_of(ports, call)
    assert len(parts.assigned(ports, call)) == 1
    parts.marked(ports, call)
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, stage.id)
    assert calls.stage_of(ports, call).marks_locked_at is not None
