"""Minimal financial assistance: confirmed by the enterprise, added up, looked at, then firm, given, on record."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from procurement.jobs import sweep
from procurement.models.applications import Application, Submission
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import work as work_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import assistance, installation, requests, verification
from procurement.services.act import Act, perform
from procurement.services.proposals import Proposal
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, outcomes, slots

LISTED = "Arts Council | 12 3 2026 | 100,000\nBirmingham City Council | 1 Feb 2027 | £25k"


@pytest.fixture
def call(ports: Ports) -> Call:
    """A grant that is minimal financial assistance, of which its applicant was told."""
    return outcomes.told(ports, procedure="small_grant", firms=1, firm=False)


def award_of(ports: Ports, call: Call) -> Award:
    return outcomes.awards_of(ports, call)[0]


def refused(act: object) -> list[str]:
    return slots.refused(act)[1]  # type: ignore[arg-type]


def events(ports: Ports, tag: str) -> list[Event]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.tag == tag)))


def waits_for_officer(ports: Ports) -> bool:
    with ports.database.reading() as session:
        return any(task.kind is Kind.LOOK_AT_ANSWER for task in work_queries.tasks(session, ports.clock.now()))


def test_an_award_is_firm_only_when_its_enterprise_has_confirmed_and_an_officer_looked(
    ports: Ports, call: Call
) -> None:
    award, request = award_of(ports, call), outcomes.asked_of(ports, award_of(ports, call))
    assert request is not None
    assert (award.state, award.confirm_at, request.kind) == ("told", None, "assistance")
    # ten working days, to the last minute
    assert request.closes_at - ports.clock.now() > timedelta(days=13)
    assert slots.messages(ports, "assistance_asked") == ["lead@firma.example"]
    with ports.database.reading() as session:
        asked = session.scalars(select(Message).where(Message.kind == "assistance_asked")).one()
    assert "£" not in asked.body  # a decision is never in a message
    assert refused(lambda: outcomes.agreed(ports, award)) == [str(assistance.NOTHING_WAITS)]
    assert not waits_for_officer(ports)

    made = outcomes.confirmed_in_writing(ports, award, LISTED)
    assert isinstance(made, Submission)
    assert "does not exceed £315,000" in made.declaration
    with ports.database.reading() as session:
        receipt = session.scalars(select(Document).where(Document.kind == "request_receipt")).one()
    assert (receipt.content["digest"], receipt.content["declaration"]) == (made.digest, made.declaration)
    assert award_of(ports, call).state == "told"
    assert waits_for_officer(ports)
    assert slots.messages(ports, "request_answered") == [calls.OFFICER]

    outcomes.agreed(ports, award)
    award = award_of(ports, call)
    assert (award.state, award.confirmed_at, award.accept_by is not None) == ("confirmed", ports.clock.now(), True)
    assert not waits_for_officer(ports)
    (event,) = events(ports, "award.agree_assistance")
    assert (event.data["received"], event.data["total"]) == (12_500_000, 12_500_000 + int(award.amount * 100))
    with ports.database.reading() as session:
        told = session.scalars(select(Message).where(Message.kind == "assistance_agreed")).one()
    assert "Subsidy Control Act" in told.body


def test_the_letter_that_the_law_asks_for_comes_when_the_grant_is_given(ports: Ports, call: Call) -> None:
    award = award_of(ports, call)
    outcomes.confirmed_in_writing(ports, award)
    outcomes.agreed(ports, award)
    with ports.database.reading() as session:
        assert session.scalars(select(Document).where(Document.kind == "assistance_confirmation")).all() == []
    outcomes.accepted(ports, award_of(ports, call))
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "assistance_confirmation")).one().content
    given = {each["name"]: each["value"] for each in letter["given"]}
    assert given["Gross amount"] == f"£{award.amount:,.0f}"
    assert "Minimal financial assistance" in given["Given as"]
    assert given["Date on which it is given"] == letter["dated"]
    (event,) = events(ports, "award.give_assistance")
    assert event.data["assistance"] == award.amount * 100
    assert "needs no entry in the subsidy database" in letter["public"]
    outcomes.made_ready(ports, call)
    with ports.database.reading() as session:
        assert {each.broken for each in verification.verify(session, ports)} == {()}


def test_sums_above_the_ceiling_cannot_be_confirmed_and_an_award_of_them_is_never_firm(
    ports: Ports, call: Call
) -> None:
    award = award_of(ports, call)
    over = "Arts Council | 12 3 2026 | 315,000"
    reasons = refused(lambda: outcomes.confirmed_in_writing(ports, award, over))
    assert "more than the £315,000" in reasons[0]
    assert "answer “No”" in reasons[1]
    made = outcomes.confirmed_in_writing(ports, award, over, keeps="no")
    assert isinstance(made, Submission)
    assert "does not exceed" not in made.declaration
    assert refused(lambda: outcomes.agreed(ports, award))[0] == str(assistance.NOT_KEPT)

    request = outcomes.asked_of(ports, award)
    assert request is not None
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(lambda: perform(ports, officer, now, assistance.turn_down, request.id, " ")) == ["Give a reason."]
    perform(ports, officer, now, assistance.turn_down, request.id, "It would go above the ceiling.")
    award = award_of(ports, call)
    assert (award.state, award.reason) == ("lapsed", "It would go above the ceiling.")
    assert slots.messages(ports, "assistance_turned_down") == ["lead@firma.example"]
    assert refused(lambda: outcomes.accepted(ports, award)) != []


@pytest.mark.parametrize(("sums", "counted"), [("Old | 31 3 2024 | 315,000", 0), ("New | 1 4 2024 | 5", 500)])
def test_only_the_elapsed_year_and_the_two_before_are_added_up(
    ports: Ports, call: Call, sums: str, counted: int
) -> None:
    award = award_of(ports, call)
    outcomes.confirmed_in_writing(ports, award, sums)
    outcomes.agreed(ports, award)
    (event,) = events(ports, "award.agree_assistance")
    assert event.data["received"] == counted


def test_nobody_lists_a_sum_of_a_day_to_come(ports: Ports, call: Call) -> None:
    reasons = refused(lambda: outcomes.confirmed_in_writing(ports, award_of(ports, call), "Later | 1 1 2031 | 5"))
    assert reasons == ["Later: Wednesday 1 January 2031 has not come yet. List only what you have received."]


def test_who_does_not_confirm_is_reminded_once_and_then_the_award_ends(ports: Ports, call: Call) -> None:
    request = outcomes.asked_of(ports, award_of(ports, call))
    assert request is not None
    ports.clock.set(request.closes_at - timedelta(hours=8))  # type: ignore[attr-defined]
    sweep.make_due(ports)
    sweep.make_due(ports)
    assert slots.messages(ports, "assistance_reminder") == ["lead@firma.example"]
    ports.clock.set(request.closes_at)  # type: ignore[attr-defined]
    officer = calls.officer(ports)
    sweep.make_due(ports)
    sweep.make_due(ports)
    award = award_of(ports, call)
    assert (award.state, "Nobody confirmed by" in award.reason) == ("lapsed", True)
    assert slots.messages(ports, "assistance_lapsed") == ["lead@firma.example"]
    assert slots.messages(ports, "assistance_unconfirmed") == [calls.OFFICER]
    reasons = refused(lambda: perform(ports, officer, ports.clock.now(), assistance.agree, request.id))
    assert reasons == [str(assistance.NOTHING_WAITS)]


def test_a_refused_award_waits_for_no_confirmation(ports: Ports, call: Call) -> None:
    award = award_of(ports, call)
    outcomes.refused(ports, award)
    assert refused(lambda: outcomes.confirmed_in_writing(ports, award)) == [
        "The award has ended, so nothing has to be confirmed."
    ]
    request = outcomes.asked_of(ports, award)
    assert request is not None
    ports.clock.set(request.closes_at)  # type: ignore[attr-defined]
    sweep.make_due(ports)
    assert award_of(ports, call).state == "refused"


def test_more_than_the_ceiling_is_not_decided_where_it_is_known(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant", firms=1)
    operator, now = calls.staff(ports, "operator@city.example", "operator"), ports.clock.now()
    perform(ports, operator, now, installation.set_value, "assistance_ceiling", "39999", uk_day(now))
    (entry,) = outcomes.table(ports, call).entries
    reasons = slots.refused(lambda: outcomes.propose(ports, call, {entry.ref: Proposal("fund", Decimal(40_000))}))[1]
    assert reasons == [
        f"{entry.ref}: This grant of £40,000 is more than the £39,999 of minimal financial assistance that the law "
        "allows (Subsidy Control Act 2022 section 36)."
    ]
    outcomes.propose(ports, call, {entry.ref: Proposal("fund", Decimal("39999"))})


def test_what_the_service_gave_before_counts_without_being_listed(ports: Ports, call: Call) -> None:
    outcomes.accepted(ports, award_of(ports, call))
    award = award_of(ports, call)

    def too_much(amount: Decimal) -> list[str]:
        def ask(act: Act) -> list[str]:
            entry = applications_queries.get_entry(act.session, award.entry_id)
            return [str(each) for each in assistance.too_much(act, entry.stage.call, [(entry, amount)])]

        return perform(ports, calls.officer(ports), ports.clock.now(), ask)

    assert too_much(Decimal(315_000) - award.amount) == []
    (reason,) = too_much(Decimal("315000.01") - award.amount)
    assert f"already ({award.ref})" in reason


def test_nobody_else_looks_at_it_and_a_request_of_another_kind_is_none(ports: Ports, call: Call) -> None:
    award = award_of(ports, call)
    outcomes.confirmed_in_writing(ports, award)
    with pytest.raises(Exception, match="officer"):
        outcomes.agreed(ports, award, by=calls.approver(ports))
    request = outcomes.asked_of(ports, award)
    assert request is not None
    assert refused(lambda: perform(ports, calls.officer(ports), ports.clock.now(), requests.look, request.id)) == [
        "There is no answer to look at."
    ]


def test_what_was_within_the_ceiling_when_it_was_sent_and_is_not_any_more_is_not_firm(ports: Ports, call: Call) -> None:
    award = award_of(ports, call)
    outcomes.confirmed_in_writing(ports, award, "Arts Council | 12 3 2026 | 100,000")
    operator, now = calls.staff(ports, "operator@city.example", "operator"), ports.clock.now()
    perform(ports, operator, now, installation.set_value, "assistance_ceiling", "100000", uk_day(now))
    (reason,) = refused(lambda: outcomes.agreed(ports, award))
    assert reason.startswith("£100,000 received before and this grant of")
    assert award_of(ports, call).state == "told"


def test_a_team_that_is_disqualified_or_refuses_has_nothing_to_confirm_and_is_not_reminded(
    ports: Ports, call: Call
) -> None:
    award, request = award_of(ports, call), outcomes.asked_of(ports, award_of(ports, call))
    assert request is not None
    outcomes.refused(ports, award)
    ports.clock.set(request.closes_at - timedelta(hours=8))  # type: ignore[attr-defined]
    sweep.make_due(ports)
    assert slots.messages(ports, "assistance_reminder") == []


def test_a_call_of_older_rules_that_cannot_end_an_award_keeps_the_way_that_it_was_published_with(
    ports: Ports, call: Call
) -> None:
    older = json.loads((Path(__file__).parents[1] / "workflows/released/copies-3.json").read_text())["small_grant"]
    with ports.database.reading() as session:
        row = session.get_one(Call, call.id)
        session.expunge(row)
        assert assistance_queries.is_confirmed_first(session, row)
        row.workflows = older["workflows"]
        assert not assistance_queries.is_confirmed_first(session, row)
        assert awards_queries.assists(session, row)


def two_of_one_enterprise(ports: Ports) -> tuple[Award, Award]:
    """Two grants of £40,000, of two calls, that were told, under a ceiling of £60,000 that is set afterwards."""
    calls_of = []
    for firm in ("Firm A", "Firm B"):
        call = calls.published(ports, "small_grant")
        assessment.bid(ports, call, firm)
        calls_of.append(assessment.locked(ports, call))
    first = select(Application.organisation_id).where(Application.call_id == calls_of[0].id).scalar_subquery()
    theirs = update(Application).where(Application.call_id == calls_of[1].id).values(organisation_id=first)
    ports.database.write(lambda session: session.execute(theirs))
    for call in calls_of:
        outcomes.told(ports, outcomes.decided(ports, call), firm=False)
    operator, now = calls.staff(ports, "operator@city.example", "operator"), ports.clock.now()
    perform(ports, operator, now, installation.set_value, "assistance_ceiling", "60000", uk_day(now))
    one, two = (outcomes.awards_of(ports, call)[0] for call in calls_of)
    return one, two


def test_of_two_grants_that_are_firm_together_above_the_ceiling_one_alone_is_given(ports: Ports) -> None:
    """As two calls of older rules make them, in which awards are firm by the telling alone."""
    two_of_one_enterprise(ports)
    firm = update(Award).values(state="confirmed", confirm_at=ports.clock.now(), confirmed_at=ports.clock.now())
    ports.database.write(lambda session: session.execute(firm))
    with ports.database.reading() as session:
        one, two = session.scalars(select(Award).order_by(Award.id))
    outcomes.accepted(ports, one)
    first, second = refused(lambda: outcomes.accepted(ports, two))
    assert f"already ({one.ref})" in first
    assert second == "So it cannot be accepted. Write to us."


def test_two_grants_of_one_enterprise_are_not_agreed_to_at_once(ports: Ports) -> None:
    one, two = two_of_one_enterprise(ports)
    for each in (one, two):
        outcomes.confirmed_in_writing(ports, each)
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(outcomes.agreed, ports, each) for each in (one, two)]
    assert sorted(isinstance(each.exception(), Refusal) for each in found) == [False, True]
