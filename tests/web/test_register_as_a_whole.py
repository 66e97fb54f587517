"""The organisations of the register and what changed in it: as pages and as data."""

from typing import Any

from flask import Flask

from procurement.rules.dictionary import SECTIONS
from procurement.rules.ports import Ports
from tests.parts import calls
from tests.parts.clock import StandingClock
from tests.services.test_abandoning import REASON, approve, propose
from tests.services.test_claims import award_of, claim, in_standstill
from tests.services.test_publishing import awarded, changed, published_challenge


def columns(name: str) -> set[str]:
    return {column.name for section in SECTIONS if section.key == name for column in section.columns}


def test_every_organisation_is_listed_with_what_stands_of_its_awards(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    _, (stands, ends) = published_challenge(ports, clock, "Aston Sensors", "Digbeth Air")
    client = app.test_client()
    clock.forward(days=15)
    changed(ports, stands, "confirmed")
    changed(ports, ends, "refused")
    listed = {each["id"]: each for each in client.get("/organisations.json").get_json()["organisations"]}
    assert set(listed["aston-sensors"]) == columns("organisations")
    assert [listed["aston-sensors"][name] for name in ("listed", "awards", "amount", "single_bids")] == [
        1,
        1,
        10_000,
        0,
    ]
    assert [listed["digbeth-air"][name] for name in ("listed", "awards", "amount")] == [1, 0, 0]
    page = client.get("/organisations").text
    assert page.index("Aston Sensors") < page.index("Digbeth Air")
    assert "2 organisations have an award or a grant here." in page
    found = client.get("/organisations.json?q=digbeth").get_json()
    assert (found["count"], found["organisations"][0]["name"]) == (1, "Digbeth Air")
    assert "None fits this search." in client.get("/organisations?q=nothing").text
    assert client.get("/organisations.json?colour=red").status_code == 400


def test_one_organisation_as_data_has_its_awards_in_the_words_of_their_table(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    published_challenge(ports, clock, "Aston Sensors")
    client = app.test_client()
    found = client.get("/organisations/aston-sensors.json").get_json()
    assert found["organisation"]["name"] == "Aston Sensors"
    assert found["awards"] == client.get("/awards.json").get_json()["awards"]
    assert client.get("/organisations/nobody.json").status_code == 404


def test_an_organisation_counts_the_single_bids_among_its_awards_that_stand(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    _, (alone,) = published_challenge(ports, clock, "Aston Sensors")
    assert app.test_client().get("/organisations/aston-sensors.json").get_json()["organisation"]["single_bids"] == 0
    clock.forward(days=15)
    changed(ports, alone, "confirmed")
    assert app.test_client().get("/organisations/aston-sensors.json").get_json()["organisation"]["single_bids"] == 1


def test_changes_and_withdrawals_are_listed_the_newest_first(ports: Ports, clock: StandingClock, app: Flask) -> None:
    call = in_standstill(ports)
    reference, client = award_of(ports, call).ref, app.test_client()
    clock.forward(hours=1)
    claim(ports, call)
    clock.forward(hours=1)
    approve(ports, propose(ports, call))
    page = client.get("/changes").text
    assert f"The call was cancelled: {REASON}" in page
    assert f"The call was abandoned: {REASON}" in page
    assert page.index("The call was abandoned") < page.index("A claim was made in court")
    assert "Ended" in page
    data = client.get("/changes.json").get_json()
    assert all(set(each) == {name.removesuffix("[]") for name in columns("changes")} for each in data["changes"])
    of_award = [each for each in data["changes"] if each["id"] == reference]
    assert [each["ends"] for each in of_award] == [False, True]
    assert [each["ends"] for each in data["changes"] if each["of"] == "call"][-1]
    assert data["links"] == {}
    later = client.get(f"/changes.json?after={data['after']}").get_json()
    assert (later["changes"], later["after"]) == ([], data["after"])
    assert client.get("/changes.json?after=soon").status_code == 400
    first = client.get(of_award[-1]["url"].removeprefix("http://localhost") + ".json")
    assert first.headers["X-Content-SHA256"] == of_award[-1]["sha256"]


def test_a_grant_that_was_taken_out_of_the_data_is_among_the_changes_with_its_id(
    ports: Ports, clock: Any, app: Flask
) -> None:
    fund = calls.published(ports, "small_grant")
    clock.forward(days=40)
    award = awarded(ports, fund, "Digbeth Air", 25_000)
    changed(ports, award, "confirmed")
    client = app.test_client()
    (grant,) = client.get("/data/360giving.json").get_json()["grants"]
    clock.forward(days=1)
    changed(ports, award, "expired")
    ended = [each["grant_id"] for each in client.get("/changes.json").get_json()["changes"] if each["ends"]]
    assert ended == [grant["id"]]


def test_an_empty_register_has_pages_that_say_so(app: Flask) -> None:
    client = app.test_client()
    assert "Nothing has changed" in client.get("/changes").text
    assert "No award has been published yet." in client.get("/organisations").text
    assert client.get("/changes.json").get_json()["changes"] == []
    assert client.get("/organisations.json").get_json()["organisations"] == []
