"""What is public of an award is so: why it ended, that a claim holds it, and how many applied when it was made."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.register import RegisterAward, RegisterEntry, Release
from procurement.queries import register as register_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.services import claims, verification
from procurement.services.act import perform
from procurement.services.installation import set_value
from tests.parts import calls, windows
from tests.parts.clock import StandingClock
from tests.services.test_abandoning import REASON, approve, propose
from tests.services.test_claims import award_of, by_approver, claim, in_standstill
from tests.services.test_ended_is_told import entry_of
from tests.services.test_publishing import awarded, changed, noticed, published_challenge

WHY = f"The call was abandoned: {REASON}"


def releases_of(ports: Ports) -> list[dict[str, Any]]:
    with ports.database.reading() as session:
        return [json.loads(each) for each in session.scalars(select(Release.content).order_by(Release.id))]


def publications(ports: Ports, reference: str) -> list[dict[str, Any]]:
    with ports.database.reading() as session:
        return [json.loads(each.content) for each in register_queries.entries_of(session, reference)]


def no_fault(ports: Ports) -> None:
    with ports.database.reading() as session:
        assert [each for finding in verification.verify(session, ports) for each in finding.broken] == []


def test_an_abandoned_call_says_of_its_award_that_it_was_abandoned_and_why_in_every_form(
    ports: Ports, app: Flask
) -> None:
    call = in_standstill(ports)
    reference = award_of(ports, call).ref
    approve(ports, propose(ports, call))
    client = app.test_client()
    assert publications(ports, reference)[-1]["abandoned"] == "call"
    for address in (
        f"/awards/{reference}",
        f"/awards/{reference}/publications/2",
        f"/awards/{reference}.json",
        "/awards.json",
        "/awards.csv",
        "/awards.atom",
        f"/notices/{call.ref.lower()}-uk6-1",
    ):
        said = client.get(address).data.decode("utf-8-sig")
        assert WHY in said, address
        assert "disqualified" not in said.casefold(), address
        assert "ruled out" not in said, address
    newest = releases_of(ports)
    (ended,) = [award for each in newest if "awardCancellation" in each["tag"] for award in each["awards"]]
    assert ended["amendments"][0]["rationale"] == WHY
    no_fault(ports)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("refused", "The organisation declined the award."),
        ("expired", "The organisation did not accept the award by the date that it was given."),
        ("disqualified", "The organisation was disqualified after the award."),
    ],
)
def test_each_end_has_its_reason_in_ocds(ports: Ports, clock: Any, change: str, why: str) -> None:
    _, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=1)
    changed(ports, awards[0], change)
    release = releases_of(ports)[-1]
    assert release["tag"] == ["awardCancellation"]
    (amendment,) = release["awards"][0]["amendments"]
    assert amendment["rationale"] == why
    assert amendment["date"] == release["awards"][0]["finalStatusDate"]


def test_a_claim_is_public_from_its_instant_and_names_no_date_on_which_the_award_stands(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    call = in_standstill(ports)
    reference, client = award_of(ports, call).ref, app.test_client()
    assert "It stands from" in client.get(f"/awards/{reference}").text
    clock.forward(hours=2)
    row = claim(ports, call)
    since = clock.now()
    page = client.get(f"/awards/{reference}").text
    assert "This award is suspended since" in page
    assert "It stands from" not in page
    assert "Firm B" not in page  # who claims what is nobody else's business
    data = client.get(f"/awards/{reference}.json").get_json()["award"]
    assert (data["status"], data["suspended_at"]) == ("suspended", since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    entry = entry_of(app, "/awards.atom")
    assert entry["category"] == "suspended"
    assert entry["title"].startswith("Suspended: ")
    assert "Suspended" in client.get(f"/notices/{call.ref.lower()}-uk6-1").text
    assert "suspended by a claim in court" in client.get("/awards").text
    release = releases_of(ports)[-1]
    assert (release["tag"], release["awards"][0]["status"]) == (["awardUpdate"], "pending")
    assert "section 101" in release["awards"][0]["amendments"][0]["rationale"]
    assert len(client.get("/awards.json?status=suspended").get_json()["awards"]) == 1

    clock.forward(days=1)
    by_approver(ports, claims.approve, row)
    by_approver(ports, claims.lift, row, uk_day(clock.now()), "The court ended the suspension.")
    data = client.get(f"/awards/{reference}.json").get_json()["award"]
    assert (data["status"], data["suspended_at"]) == ("pending", None)
    assert [bool(each["suspended_at"]) for each in publications(ports, reference)] == [False, True, True]
    assert "The suspension was lifted on" in client.get(f"/awards/{reference}/publications/3").text
    made = [
        amendment["id"]
        for each in releases_of(ports)[1:]
        for award in each["awards"]
        for amendment in award.get("amendments", ())
    ]
    assert len(set(made)) == 2
    no_fault(ports)


def test_a_second_claim_after_the_first_was_lifted_is_public_too(ports: Ports, clock: StandingClock) -> None:
    call = in_standstill(ports)
    reference = award_of(ports, call).ref
    first = claim(ports, call)
    by_approver(ports, claims.end, first, "It is a letter, and no claim.")
    clock.forward(hours=1)
    claim(ports, call, said="Another one.")
    newest = publications(ports, reference)[-1]
    assert newest["suspended_at"] is not None
    assert newest["resumed_at"] is None
    with ports.database.reading() as session:
        assert session.scalars(select(RegisterAward.status)).one() == "suspended"


def test_the_counts_of_an_award_stay_as_they_were_when_it_was_made(ports: Ports, clock: Any, app: Flask) -> None:
    """Later publications of the call count anew what happened since: another award, somebody disqualified."""
    call, awards = published_challenge(ports, clock, "Aston Sensors", "Digbeth Air")
    reference, client = f"{call.ref.lower()}-a1", app.test_client()
    before = client.get(f"/awards/{reference}.json").get_json()["award"]
    assert (before["applications"], before["applications_assessed"]) == (2, 2)

    def change(session: Any) -> None:
        session.get_one(Entry, session.get_one(Award, awards[1]).entry_id).state = "disqualified"

    ports.database.write(change)
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    after = client.get(f"/awards/{reference}.json").get_json()["award"]
    assert (after["applications"], after["applications_assessed"]) == (2, 2)
    with ports.database.reading() as session:
        sheet = session.scalars(select(Document).where(Document.kind == "award_sheet")).one()
        known = [
            json.loads(each.content)["counts"]
            for each in session.scalars(
                select(RegisterEntry).where(RegisterEntry.subject == "call").order_by(RegisterEntry.id)
            )
        ]
    assert {"name": "Received in this lot", "value": "2"} in sheet.content["numbers"]
    assert [each[0]["assessed"] for each in known if each] == [2] * sum(bool(each) for each in known)


def test_a_single_bid_can_be_found(ports: Ports, clock: Any, app: Flask) -> None:
    published_challenge(ports, clock, "Aston Sensors")
    published_challenge(ports, clock, "Digbeth Air", "Moseley Makers")
    client = app.test_client()
    single = client.get("/awards.json?single_bid=yes").get_json()["awards"]
    assert [(each["organisation"], each["applications"]) for each in single] == [("Aston Sensors", 1)]
    assert len(client.get("/awards.csv?single_bid=no").data.decode().splitlines()) == 3
    page = client.get("/awards").text
    assert "One applicant" in page
    assert "1: nobody else applied" in client.get(f"/awards/{single[0]['id']}").text
    assert client.get("/awards.json?single_bid=perhaps").status_code == 400


def test_what_was_applied_for_stands_in_every_table(ports: Ports, clock: Any, app: Flask) -> None:
    published_challenge(ports, clock, "Aston Sensors")
    row = app.test_client().get("/awards.json").get_json()["awards"][0]
    assert row["applied_for"] == 10_000
    assert "applied_for" in app.test_client().get("/awards.csv").data.decode("utf-8-sig").splitlines()[0].split(",")


@pytest.mark.parametrize("change", ["refused", "expired", "disqualified"])
def test_a_grant_that_ended_says_so_to_search_engines(ports: Ports, clock: Any, app: Flask, change: str) -> None:
    fund = calls.published(ports, "small_grant")
    clock.forward(days=40)
    award = awarded(ports, fund, "Digbeth Air", 25_000)
    changed(ports, award, "confirmed")
    assert "potentialAction" not in linked_data_of(app, f"{fund.ref.lower()}-a1")
    clock.forward(days=1)
    changed(ports, award, change)
    said = linked_data_of(app, f"{fund.ref.lower()}-a1")
    assert said["@type"] == "MonetaryGrant"
    assert said["potentialAction"]["@type"] == "CancelAction"
    assert said["potentialAction"]["actionStatus"] == "https://schema.org/CompletedActionStatus"
    assert said["potentialAction"]["description"] in said["description"]
    assert said["description"].startswith("Cancelled. ")


def test_a_contract_that_ended_says_why_to_search_engines(ports: Ports, clock: Any, app: Flask) -> None:
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=1)
    changed(ports, awards[0], "refused")
    said = linked_data_of(app, f"{call.ref.lower()}-a1")
    assert said["actionStatus"] == "https://schema.org/FailedActionStatus"
    assert said["error"]["description"] == "The organisation declined the award."


def linked_data_of(app: Flask, reference: str) -> dict[str, Any]:
    page = app.test_client().get(f"/awards/{reference}").text
    found: dict[str, Any] = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    return found


def test_an_award_goes_on_under_the_name_that_the_authority_had_then(ports: Ports, clock: Any, app: Flask) -> None:
    call, _ = published_challenge(ports, clock, "Aston Sensors")
    reference, then = f"{call.ref.lower()}-a1", "Birmingham City Council"
    clock.forward(days=3)
    now = ports.clock.now()
    perform(ports, calls.officer(ports), now, set_value, "authority_name", "West Midlands Authority", uk_day(now))
    page = app.test_client().get(f"/awards/{reference}").text
    assert f"Cite this as: {then}, award {reference}" in page
    assert linked_data_of(app, reference)["agent"]["name"] == then

    def as_before(session: Any) -> None:  # publications of before did not say it: the settings of that day do
        row = session.scalars(select(RegisterAward)).one()
        row.more = {name: value for name, value in row.more.items() if name != "authority"}

    ports.database.write(as_before)
    assert linked_data_of(app, reference)["agent"]["name"] == then


def test_the_notice_says_today_what_became_of_its_awards_as_a_page_and_as_data(
    ports: Ports, clock: Any, app: Flask
) -> None:
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    notice, client = f"{call.ref.lower()}-uk6-1", app.test_client()
    clock.forward(days=1)
    changed(ports, awards[0], "refused")
    page = client.get(f"/notices/{notice}").text
    assert "No award of this notice stands any more." in page
    assert "End of standstill, as published" in page
    assert "Ended on " in page
    for found in (
        client.get("/notices.json").get_json()["notices"][0],
        client.get(f"/notices/{notice}.json").get_json()["notice"],
    ):
        (today,) = found["awards_today"]
        assert (today["status"], today["ended_because"]) == ("cancelled", "The organisation declined the award.")
        assert today["ended_at"]


@pytest.mark.parametrize("days", [-400, 400])
def test_no_award_is_published_with_a_first_day_of_work_before_it_can_stand(
    ports: Ports, clock: Any, app: Flask, days: int
) -> None:
    call = calls.published(ports)
    clock.forward(days=40)
    starts_on = uk_day(ports.clock.now()) + timedelta(days=days)
    ports.database.write(lambda session: setattr(session.get_one(Call, call.id), "starts_on", starts_on))
    award = awarded(ports, call, "Aston Sensors", 10_000)
    noticed(ports, call, [award])
    row = app.test_client().get("/awards.json").get_json()["awards"][0]
    assert row["starts_on"] == (starts_on.isoformat() if days > 0 else None)
    period = releases_of(ports)[-1]["awards"][0].get("contractPeriod", {})
    assert ("startDate" in period) == (days > 0)


def test_awards_of_two_windows_each_have_the_counts_of_their_own(ports: Ports, app: Flask) -> None:
    call = windows.published(ports)
    windows.closed(ports, call, 1)
    first, _other = awarded(ports, call, "Aston Sensors", 10_000), awarded(ports, call, "Digbeth Air", 10_000)
    changed(ports, first, "confirmed")
    windows.closed(ports, call, 2)
    changed(ports, awarded(ports, call, "Moseley Makers", 10_000), "confirmed")
    rows = {each["organisation"]: each for each in app.test_client().get("/awards.json").get_json()["awards"]}
    assert [rows["Aston Sensors"][name] for name in ("applications", "applications_assessed")] == [2, 2]
    assert [rows["Moseley Makers"][name] for name in ("applications", "applications_assessed")] == [1, 1]
    single = app.test_client().get("/awards.json?single_bid=yes").get_json()["awards"]
    assert [each["organisation"] for each in single] == ["Moseley Makers"]
