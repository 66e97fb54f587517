"""An award of a covered call from the reserve: summaries, a notice and a standstill of its own; the first ones stay."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.register import RegisterNotice, Release
from procurement.queries import documents as documents_queries
from procurement.queries import work as work_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import notices
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_reserve import approve, held, propose
from tests.services.test_verification import broken


def promoted(ports: Ports, clock: StandingClock) -> tuple[Call, Award, Award]:
    """The first award was refused in its standstill, and the next in rank is awarded."""
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])
    clock.set(clock.now() + timedelta(hours=3))
    (entry,) = held(ports, call)
    approve(ports, propose(ports, entry, amount=entry.amount))
    first, second = outcomes.awards_of(ports, call)
    return call, first, second


def drafted(ports: Ports, call: Call) -> Notice:
    outcomes.addressed(ports, call)
    return perform(ports, calls.officer(ports), ports.clock.now(), notices.draft, call.id)


def released(ports: Ports, document: Document) -> bool:
    with ports.database.reading() as session:
        found = documents_queries.find_by_code(session, document.code)
        return found is not None and found.released


def renewed(ports: Ports, call: Call) -> list[Document]:
    with ports.database.reading() as session:
        asked = select(Document).where(Document.call_id == call.id, Document.key.like("%:award:%"))
        return list(session.scalars(asked.order_by(Document.id)))


def test_everybody_assessed_is_given_a_new_summary_and_nobody_before_all_are_made(
    ports: Ports, clock: StandingClock
) -> None:
    call, first, second = promoted(ports, clock)
    found = renewed(ports, call)
    with ports.database.reading() as session:
        entries = session.scalars(select(Entry.id).where(Entry.call_id == call.id, Entry.told_at.is_not(None))).all()
        winner = session.get_one(Entry, second.entry_id)
        told = session.scalars(
            select(Message.entry_id).where(Message.kind == "outcome_changed", Message.entry_id.is_not(None))
        ).all()
    assert sorted(each.entry_id or 0 for each in found) == sorted(entries)
    assert set(told) == set(entries) - {second.entry_id}
    (others,) = {len(each.content["winners"]) for each in found if each.entry_id != second.entry_id}
    assert others == 1
    assert second.state == "told"
    assert winner.state == "advanced"
    assert first.state == "refused"
    assert not any(released(ports, each) for each in found)
    with pytest.raises(Refusal, match="not ready"):
        drafted(ports, call)
    outcomes.made_ready(ports, call)
    assert all(released(ports, each) for each in found)


def test_it_has_a_notice_and_a_standstill_of_its_own_and_the_first_stay(ports: Ports, clock: StandingClock) -> None:
    call, _first, second = promoted(ports, clock)
    outcomes.made_ready(ports, call)
    with ports.database.reading() as session:
        before = [each.content for each in session.scalars(select(Release).order_by(Release.moment))]
        (shown,) = session.scalars(select(RegisterNotice)).all()
        waits = {each.kind for each in work_queries.tasks(session, clock.now())}
    assert Kind.DRAFT_NOTICE in waits
    clock.set(clock.now() + timedelta(days=2))
    notice = outcomes.publish(ports, drafted(ports, call))
    assert (notice.number, notice.content["awards"]) == (2, [second.ref])
    assert drafted(ports, call).id == notice.id  # nothing more is to be told
    with ports.database.reading() as session:
        after = [each.content for each in session.scalars(select(Release).order_by(Release.moment))]
        again, other = session.scalars(select(RegisterNotice).order_by(RegisterNotice.id)).all()
        letters = session.scalars(
            select(Document.entry_id).where(Document.key.like(f"standstill_letter:{notice.id}:%"))
        ).all()
    assert after[: len(before)] == before
    assert (again.content, again.standstill_ends_at) == (shown.content, shown.standstill_ends_at)
    assert [each["reference"] for each in other.content["awards"]] == [second.ref]
    release = json.loads(after[-1])
    assert [each["id"] for each in release["awards"]] == [second.ref]
    assert {each["status"] for each in release["tender"]["lots"]} == {"complete"}
    assert len(letters) == 3
    outcomes.confirmed(ports, call)
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[1])
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["refused", "accepted"]
    assert broken(ports) == []
    with ports.database.reading() as session:
        waits = {each.kind for each in work_queries.tasks(session, clock.now())}
    assert Kind.DRAFT_NOTICE not in waits


def test_before_its_own_notice_it_cannot_stand_whatever_the_first_standstill_did(
    ports: Ports, clock: StandingClock
) -> None:
    call, _first, second = promoted(ports, clock)
    clock.set(clock.now() + timedelta(days=60))
    outcomes.sweep(ports)
    assert outcomes.awards_of(ports, call)[1].state == "told"
    with pytest.raises(Refusal, match="not confirmed yet"):
        outcomes.accepted(ports, second)
    assert uk_day(clock.now()) > uk_day(second.created_at)
