"""Criteria, weights, readers, lots and closings under an amendment: until when, and what is proposed."""

import json
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from procurement.models.amendments import Amendment
from procurement.models.calls import CallVersion
from procurement.models.history import Event, EventNote
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.rules import call_amendments as rules
from procurement.rules.dates import add_working_days, uk_day
from procurement.rules.ports import Ports
from procurement.services import calls as calls_services
from procurement.services import verification
from procurement.services.act import perform
from tests.parts import applications as teams
from tests.parts import assessment, calls, rewriting
from tests.services.test_amendments import drafted, told
from tests.services.test_leaving import refused
from workflows.scoring import schemes


def weights(ports: Ports, amendment: Amendment) -> dict[str, int]:
    return {key: row.weight for key, row in rewriting.scheme(ports, rewriting.copied(ports, amendment)).items()}


def shifted(found: dict[str, int]) -> dict[str, int]:
    """The same sum with five points moved from the first to the last."""
    first, last = next(iter(found)), list(found)[-1]
    return {**found, first: found[first] - 5, last: found[last] + 5}


def test_weights_and_readers_change_before_the_opening_under_a_new_fingerprint(ports: Ports) -> None:
    call = calls.published(ports)
    drafted(ports, call)
    before = calls.stage_of(ports, call)
    amendment = rewriting.begun(ports, call)
    after = shifted(weights(ports, amendment))
    rewriting.weights(ports, amendment, after, readers=1)
    assert rewriting.seen(ports, amendment).material is True
    rewriting.published(ports, amendment, date_reason="Nobody has written much yet.")
    stage = calls.stage_of(ports, call)
    assert stage.readers == 1
    assert {each["key"]: each["weight"] for each in stage.scheme["criteria"]} == after  # type: ignore[index]
    assert stage.scheme_fingerprint == schemes.fingerprint(stage.scheme) != before.scheme_fingerprint  # type: ignore[arg-type]
    with ports.database.reading() as session:
        row = session.scalars(select(Amendment)).one()
        assert row.schemes == {stage.key: before.scheme}  # what held before is kept whole
        event = session.scalars(select(Event).where(Event.tag == "call.amend")).one()
        assert event.data[f"scheme.{stage.key}"] == stage.scheme_fingerprint
        said = [json.loads(each.content) for each in session.scalars(select(CallVersion).order_by(CallVersion.number))]
        assert [each["stages"][0]["scheme_sha256"] for each in said] == [
            before.scheme_fingerprint,
            stage.scheme_fingerprint,
        ]
        known = call_amendments_queries.schemes_of(session, calls_queries.get_call(session, call.id))
        assert set(known) == {before.scheme_fingerprint, stage.scheme_fingerprint}
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    (message,) = told(ports, "call_amended")
    assert "Criterion changed" in message.body


def test_nothing_of_how_a_stage_is_marked_changes_once_it_is_opened(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    rewriting.weights(ports, amendment, shifted(weights(ports, amendment)))
    rewriting.sent(ports, amendment, date_reason="Nobody has written yet.")
    teams.submitted(ports, call)
    assessment.opened(ports, call)
    assert refused(rewriting.approved, ports, amendment) == [str(rules.OPENED)]


def test_more_assessors_need_no_amendment(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    assert refused(rewriting.weights, ports, amendment, weights(ports, amendment), readers=5) == [
        str(rules.MORE_READERS)
    ]


def test_a_criterion_that_adds_up_to_no_whole_is_not_published(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    found = weights(ports, amendment)
    rewriting.weights(ports, amendment, {**found, next(iter(found)): 1})
    assert any("100" in each for each in refused(rewriting.sent, ports, amendment))


def test_what_stood_in_the_way_is_put_right_step_by_step(ports: Ports) -> None:
    """What may not be changed any more can be taken back, one page after the other."""
    call = calls.published(ports)
    keys = [each.key for each in teams.form(ports, call) if not each.purpose and not each.kind.uploads][:2]
    was = {key: next(each.text for each in teams.form(ports, call) if each.key == key) for key in keys}
    amendment = rewriting.begun(ports, call)
    for key in keys:
        rewriting.question(ports, amendment, key, text=f"Asked otherwise: {key}")
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    ports.clock.set(closes_at + timedelta(minutes=1))  # type: ignore[attr-defined]
    for key in keys:
        rewriting.question(ports, amendment, key, text=was[key])
    rewriting.texts(ports, amendment, contact="new@city.example")
    rewriting.published(ports, amendment)
    assert calls.read(ports, call.id).contact == "new@city.example"


def test_a_lot_is_added_and_none_is_taken_out(ports: Ports) -> None:
    call = calls.published(ports)
    amendment = rewriting.begun(ports, call)
    officer, now = calls.officer(ports), ports.clock.now()
    perform(
        ports,
        officer,
        now,
        calls_services.add_lot,
        amendment.copy_id,
        {"title": "Tunnels", "description": "Air in tunnels.", "budget": Decimal(10_000)},
    )
    copy = calls.read(ports, amendment.copy_id)
    assert copy.budget is not None
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, copy, "money")
    values = {"budget": copy.budget + 10_000, "vat_rate": copy.vat_rate, "above_budget": copy.above_budget}
    perform(ports, officer, now, calls_services.save_section, copy.id, "money", values, version=version)
    assert refused(perform, ports, officer, now, calls_services.remove_lot, copy.id, 1) == [str(rules.NO_LOT_GOES)]
    rewriting.published(ports, amendment, date_reason="Nobody has written yet.")
    with ports.database.reading() as session:
        lots = calls_queries.lots_of(session, call.id)
        assert [each.title for each in lots][-1] == "Tunnels"
        stage = calls.newest(session, call)
        assert [each.lot.number for each in stage.lots] == [each.number for each in lots]


def test_five_working_days_are_proposed_where_less_remain_and_another_date_has_its_reason(ports: Ports) -> None:
    call = calls.published(ports)
    draft, _lead = drafted(ports, call)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    ports.clock.set(stage.closes_at - timedelta(days=2))  # type: ignore[attr-defined]
    key = next(each.key for each in teams.form(ports, call) if not each.purpose and not each.kind.uploads)
    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, text="Asked otherwise")
    (proposal,) = rewriting.seen(ports, amendment).proposals
    assert uk_day(proposal.proposed) == add_working_days(uk_day(ports.clock.now()), 5)
    assert (proposal.stage, proposal.closes_at) == (stage.key, stage.closes_at)
    assert refused(rewriting.sent, ports, amendment)[0].startswith("Say why it closes at another time")
    rewriting.sent(ports, amendment, closings={stage.key: proposal.proposed})
    assert rewriting.seen(ports, amendment).proposals == ()
    rewriting.approved(ports, amendment)
    after = calls.stage_of(ports, call)
    assert after.closes_at == proposal.proposed
    assert after.assess_by is not None
    assert stage.assess_by is not None
    assert after.assess_by > stage.assess_by  # what comes after it moves with it
    (message,) = told(ports, "call_amended")  # one message says both
    assert "Question changed" in message.body
    assert "Closes:" in message.body
    assert told(ports, "dates_moved") == []
    assert teams.read(ports, draft.ref).entry.affected == {key: 2}
    with ports.database.reading() as session:
        assert {each.broken for each in verification.verify(session, ports)} == {()}


def test_a_closing_never_comes_nearer_and_the_reason_for_another_one_is_kept(ports: Ports) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    ports.clock.set(stage.closes_at - timedelta(days=2))  # type: ignore[attr-defined]
    amendment = rewriting.begun(ports, call)
    rewriting.texts(ports, amendment, terms="The prototype stays yours.")
    earlier = refused(rewriting.sent, ports, amendment, closings={stage.key: stage.closes_at - timedelta(hours=1)})
    assert any("can only close later" in each for each in earlier)
    rewriting.published(ports, amendment, date_reason="The terms only say what was answered to everybody.")
    with ports.database.reading() as session:
        row = session.scalars(select(Amendment)).one()
        note = session.scalars(select(EventNote).where(EventNote.text.contains("only"))).one()
    assert row.date_reason == "The terms only say what was answered to everybody."
    assert note.text == f"{rewriting.REASON}\n{row.date_reason}"
    assert calls.stage_of(ports, call).closes_at == stage.closes_at
