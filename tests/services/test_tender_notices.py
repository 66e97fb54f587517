"""The tender notice of a call: from what is written to the register, before the call is published or beside it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.register import RegisterNotice, Release
from procurement.queries import work as work_queries
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import calls as calls_service
from procurement.services import installation, notices
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_verification import broken


def drafted(ports: Ports, call: Call) -> Notice:
    return perform(ports, calls.officer(ports), ports.clock.now(), notices.draft_tender, call.id)


def noticed(ports: Ports, call: Call) -> Notice:
    return outcomes.publish(ports, drafted(ports, call))


def published(ports: Ports, call: Call) -> Call:
    who, now = assessment.fresh(ports, calls.approver(ports)), ports.clock.now()
    perform(ports, who, now, calls_service.approve_and_publish, call.id, seen=calls.read(ports, call.id).version)
    return calls.read(ports, call.id)


def shown(ports: Ports) -> list[RegisterNotice]:
    with ports.database.reading() as session:
        return list(session.scalars(select(RegisterNotice).order_by(RegisterNotice.id)))


def facts(row: RegisterNotice) -> dict[str, str]:
    return {fact["name"]: fact["value"] for each in row.content["sections"] for fact in each["facts"]}


def releases(ports: Ports) -> list[dict[str, object]]:
    with ports.database.reading() as session:
        return [json.loads(each.content) for each in session.scalars(select(Release).order_by(Release.moment))]


def kinds(ports: Ports) -> set[Kind]:
    with ports.database.reading() as session:
        return {each.kind for each in work_queries.tasks(session, ports.clock.now())}


def test_a_notice_that_came_first_appears_with_its_call_and_in_its_first_release(
    ports: Ports, clock: StandingClock
) -> None:
    call = calls.reviewed(ports, calls.drafted(ports, opens_in=timedelta(days=2)))
    assert Kind.DRAFT_TENDER_NOTICE in kinds(ports)
    notice = drafted(ports, call)
    assert drafted(ports, call).id == notice.id
    assert Kind.PUBLISH_TENDER_NOTICE in kinds(ports)
    with pytest.raises(Refusal, match="Nothing of the call may be published here"):
        published(ports, call)
    notice = outcomes.publish(ports, notice)
    assert shown(ports) == []  # of a call that nobody may know of yet
    clock.set(clock.now() + timedelta(hours=1))
    call = published(ports, call)
    (row,) = shown(ports)
    assert (row.public_id, row.kind, row.title) == (notice.ref, "UK4", f"Tender notice: {call.title}")
    said = facts(row)
    assert said["Legal basis"] == "Procurement Act 2023, section 21"
    assert said["Procedure"].startswith("An open procedure")
    assert said["Procurement identifier (OCID)"] == call.open_data_id
    assert said["Estimated value, with VAT, options included"] == "£120,000"
    (first,) = releases(ports)
    assert first["tag"] == ["tender"]
    (document,) = first["tender"]["documents"]  # type: ignore[index]
    assert (document["noticeType"], document["documentType"]) == ("UK4", "tenderNotice")
    with ports.database.reading() as session:
        (asked,) = session.scalars(select(Document).where(Document.kind == "statutory_notice")).all()
    assert asked.public
    assert asked.content["heading"] == "UK4: Tender notice"
    assert broken(ports) == []


def test_a_call_that_says_otherwise_than_its_notice_is_not_published(ports: Ports, clock: StandingClock) -> None:
    call = calls.drafted(ports)
    noticed(ports, call)
    clock.set(clock.now() + timedelta(minutes=5))
    ports.database.write(lambda session: setattr(session.get_one(Call, call.id), "terms", "Other terms."))
    call = calls.reviewed(ports, call)
    with pytest.raises(Refusal, match=r"says something else of this\. Conditions: Terms of the contract"):
        published(ports, call)
    again = noticed(ports, call)
    assert again.number == 2
    published(ports, call)
    assert [row.public_id for row in shown(ports)] == [f"{again.ref[:-1]}1", again.ref]


def test_a_notice_beside_a_published_call_is_a_release_of_its_own(ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    clock.set(clock.now() + timedelta(hours=2))
    noticed(ports, call)
    before, after = releases(ports)
    assert "documents" not in before["tender"]  # type: ignore[operator]
    assert after["tag"] == ["tenderUpdate"]
    assert [each["noticeType"] for each in after["tender"]["documents"]] == ["UK4"]  # type: ignore[index]
    clock.set(clock.now() + timedelta(days=90))
    with pytest.raises(Refusal, match="Nobody can tender any more"):
        drafted(ports, call)


def test_below_the_threshold_it_is_the_form_of_its_own_and_only_from_the_value_on(ports: Ports) -> None:
    small = calls.drafted(ports, "challenge_small", budget=24_000)
    with pytest.raises(Refusal, match="No tender notice is needed"):
        drafted(ports, small)
    call = calls.drafted(ports, "challenge_small", budget=Decimal(25_000))
    noticed(ports, call)
    published(ports, calls.reviewed(ports, call))
    (row,) = shown(ports)
    assert row.title.startswith("Below-threshold tender notice: ")
    assert facts(row)["Legal basis"] == "Procurement Act 2023, section 87(1)"
    assert "Procedure" not in facts(row)
    with pytest.raises(Refusal, match="No tender notice is needed"):
        drafted(ports, calls.drafted(ports, "small_grant"))


def test_what_the_call_or_the_authority_lacks_is_said_one_by_one(ports: Ports) -> None:
    call = calls.drafted(ports, terms="", contact="")
    operator = calls.staff(ports, "operator@example.org", "operator")
    day = ports.clock.now().date()
    perform(ports, operator, ports.clock.now(), installation.set_value, "authority_street", "", day)
    with pytest.raises(Refusal) as refused:
        drafted(ports, call)
    said = [str(each) for each in refused.value.reasons]
    assert "The authority has no complete postal address. An operator enters it in the settings." in said
    assert "Say on which terms the work is done or the money is given." in said
    assert "Give an email address for questions." in said
