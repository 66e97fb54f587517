"""The day on which a contract is signed: recorded by one, confirmed by another, published, with its notice."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.models.register import RegisterNotice, Release
from procurement.queries import contracts as contracts_queries
from procurement.queries import history as history_queries
from procurement.queries import register as register_queries
from procurement.queries import work as work_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.signing import Terms
from procurement.rules.work import Kind
from procurement.services import notices, signing
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_claims import award_of, claim, in_standstill
from tests.services.test_verification import broken


def accepted(ports: Ports) -> tuple[Call, Award]:
    call = in_standstill(ports)
    outcomes.confirmed(ports, call)
    outcomes.accepted(ports, award_of(ports, call))
    return call, award_of(ports, call)


def terms(ports: Ports, award: Award, signed_on: date | None = None, **other: object) -> Terms:
    day = signed_on or uk_day(ports.clock.now())
    said = {"signed_on": day, "starts_on": day, "ends_on": day + timedelta(days=60), "amount": award.amount, **other}
    return Terms(**said)  # type: ignore[arg-type]


def recorded(ports: Ports, award: Award, said: Terms, reason: str = "", *, by: Principal | None = None) -> Contract:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, signing.record_signing, award.id, said, reason)


def confirmed(ports: Ports, contract: Contract, *, by: Principal | None = None) -> Contract:
    who = assessment.fresh(ports, by or calls.approver(ports))
    return perform(ports, who, ports.clock.now(), signing.confirm, contract.id)


def signed(ports: Ports, award: Award, signed_on: date | None = None) -> Contract:
    return confirmed(ports, recorded(ports, award, terms(ports, award, signed_on)))


def releases(ports: Ports) -> list[dict[str, object]]:
    with ports.database.reading() as session:
        return [json.loads(each.content) for each in session.query(Release).order_by(Release.moment)]


def contract_in(release: dict[str, object]) -> dict[str, object]:
    (found,) = release["contracts"]  # type: ignore[misc]
    return found  # type: ignore[no-any-return]


def tasks(ports: Ports) -> dict[Kind, work_queries.Task]:
    with ports.database.reading() as session:
        return {each.kind: each for each in work_queries.tasks(session, ports.clock.now())}


def test_accepting_signs_nothing_and_the_day_that_two_people_record_is_published(
    ports: Ports, clock: StandingClock
) -> None:
    call, award = accepted(ports)
    told = releases(ports)[-1]
    assert told["tag"] == ["contract"]
    assert contract_in(told)["status"] == "pending"
    assert "dateSigned" not in contract_in(told)
    assert tasks(ports)[Kind.RECORD_SIGNING].ref == award.ref
    clock.set(clock.now() + timedelta(days=3))
    day = uk_day(clock.now()) - timedelta(days=1)
    contract = recorded(ports, award, terms(ports, award, day))
    assert releases(ports)[-1] == told  # nothing is public before somebody else has confirmed it
    assert Kind.RECORD_SIGNING not in tasks(ports)
    confirmed(ports, contract)
    after = releases(ports)[-1]
    assert after["tag"] == ["contractUpdate"]
    assert contract_in(after)["status"] == "active"
    assert str(contract_in(after)["dateSigned"]).startswith(f"{day.isoformat()}T00:00:00")
    assert contract_in(after)["value"] == contract_in(told)["value"]
    with ports.database.reading() as session:
        row = register_queries.find_award(session, award.ref)
        assert row is not None
        assert (row.more["signed_on"], row.more["contract_status"]) == (day.isoformat(), "active")
        events = [each.tag for each in history_queries.list_events(session, session.get_one(Call, call.id))]
    assert broken(ports) == []
    assert events.index("award.confirm_signing") < events.index("award.record_signing")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signed_on": "tomorrow"}, "signed_on"),
        ({"signed_on": "before"}, "signed_on"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"ends_on": "yesterday"}, "ends_on"),
        ({"ends_on": "long"}, "ends_on"),
        ({"amount": Decimal(1)}, "amount"),
    ],
)
def test_what_is_signed_keeps_to_what_was_awarded(ports: Ports, change: dict[str, object], field: str) -> None:
    _call, award = accepted(ports)
    today = uk_day(ports.clock.now())
    assert award.confirmed_at is not None
    days = {
        "tomorrow": today + timedelta(days=1),
        "before": uk_day(award.confirmed_at) - timedelta(days=1),
        "yesterday": today - timedelta(days=1),
        "long": today + timedelta(days=5_000),
    }
    said = terms(ports, award, **{name: days.get(str(value), value) for name, value in change.items()})  # type: ignore[arg-type]
    with pytest.raises(signing.Misdated) as refused:
        recorded(ports, award, said)
    assert set(refused.value.faults) == {field}


def test_who_recorded_it_never_confirms_it_and_a_reason_sends_it_back(ports: Ports) -> None:
    _call, award = accepted(ports)
    officer = calls.officer(ports)
    contract = recorded(ports, award, terms(ports, award))
    with pytest.raises(Refusal, match="Somebody else"):
        confirmed(ports, contract, by=replace(officer, roles=frozenset({"officer", "approver"})))
    perform(
        ports, calls.approver(ports), ports.clock.now(), signing.send_back, contract.id, "The last page says Friday."
    )
    with pytest.raises(Refusal, match="no proposal"):
        confirmed(ports, contract)
    assert tasks(ports)[Kind.RECORD_SIGNING].ref == award.ref


def test_nothing_is_signed_while_a_claim_suspends_the_award(ports: Ports) -> None:
    call, award = accepted(ports)
    contract = recorded(ports, award, terms(ports, award))
    claim(ports, call, days=-1)
    for act in (lambda: recorded(ports, award, terms(ports, award)), lambda: confirmed(ports, contract)):
        with pytest.raises(Refusal, match="suspends"):
            act()


def test_a_correction_says_why_and_is_a_later_release(ports: Ports, clock: StandingClock) -> None:
    _call, award = accepted(ports)
    clock.set(clock.now() + timedelta(days=5))
    today = uk_day(clock.now())
    signed(ports, award, today)
    before = releases(ports)
    with pytest.raises(Refusal, match="Give the reason"):
        recorded(ports, award, terms(ports, award, today - timedelta(days=1)))
    confirmed(
        ports, recorded(ports, award, terms(ports, award, today - timedelta(days=1)), "The seal is dated earlier.")
    )
    after = releases(ports)
    assert after[: len(before)] == before
    assert str(contract_in(after[-1])["dateSigned"]).startswith((today - timedelta(days=1)).isoformat())
    with ports.database.reading() as session:
        standing = contracts_queries.standing(session, award.id)
        assert standing is not None
        assert standing.signed_on == today - timedelta(days=1)


def noticed(ports: Ports, contract: Contract) -> Notice:
    notice = perform(ports, calls.officer(ports), ports.clock.now(), notices.draft_details, contract.id)
    return outcomes.publish(ports, notice)


def test_the_contract_details_notice_is_due_within_thirty_days_and_then_overdue(
    ports: Ports, clock: StandingClock
) -> None:
    _call, award = accepted(ports)
    contract = signed(ports, award)
    last = contract.signed_on + timedelta(days=29)
    assert tasks(ports)[Kind.DRAFT_DETAILS].due_on == last
    clock.set(clock.now() + timedelta(days=29))
    assert Kind.OVERDUE_DETAILS not in tasks(ports)
    clock.set(clock.now() + timedelta(days=1))
    assert tasks(ports)[Kind.OVERDUE_DETAILS].ref == award.ref
    notice = noticed(ports, contract)
    assert {Kind.OVERDUE_DETAILS, Kind.DRAFT_DETAILS, Kind.ENTER_DETAILS}.isdisjoint(tasks(ports))
    with pytest.raises(Refusal, match="cannot be corrected"):
        recorded(ports, award, terms(ports, award), "Another day.")
    with ports.database.reading() as session:
        row = session.query(RegisterNotice).filter_by(public_id=notice.ref).one()
        shown = {
            each["title"]: {fact["name"]: fact["value"] for fact in each["facts"]} for each in row.content["sections"]
        }
    assert shown["Contract"]["Date on which it was signed"].endswith(str(contract.signed_on.year))
    assert shown["Procurement"]["Legal basis"] == "Procurement Act 2023, section 53"
    last_release = releases(ports)[-1]
    (document,) = contract_in(last_release)["documents"]  # type: ignore[misc]
    assert (document["noticeType"], document["documentType"]) == ("UK7", "contractNotice")


def test_an_award_accepted_before_waits_for_nothing_and_can_be_mended(ports: Ports, clock: StandingClock) -> None:
    """As the release before wrote it: the acceptance was published as the signing."""
    _call, award = accepted(ports)
    ports.database.write(lambda session: setattr(session.get_one(Award, award.id), "awaits_signing", False))
    assert Kind.RECORD_SIGNING not in tasks(ports)
    clock.set(clock.now() + timedelta(days=2))
    before = releases(ports)
    signed(ports, award)
    assert releases(ports)[: len(before)] == before


def test_the_agreement_of_a_grant_is_recorded_at_what_was_awarded_or_less_and_has_no_notice(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    award = outcomes.accepted(ports, award_of(ports, call))
    with pytest.raises(signing.Misdated, match="No more can be agreed"):
        recorded(ports, award, terms(ports, award, amount=award.amount + 1))
    contract = confirmed(ports, recorded(ports, award, terms(ports, award, amount=award.amount - 1)))
    with pytest.raises(Refusal, match="No contract details notice"):
        perform(ports, calls.officer(ports), ports.clock.now(), notices.draft_details, contract.id)
    assert {Kind.DRAFT_DETAILS, Kind.RECORD_SIGNING}.isdisjoint(tasks(ports))
