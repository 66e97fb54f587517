"""The demonstration's open data under the quality checks of those who read it, by the names of the checks."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from procurement.app import create_app
from tests.parts import giving_quality, pelican
from tests.parts.city import Cities

pytestmark = pytest.mark.timeout(600)  # a city is made


@pytest.fixture(scope="module")
def client(cities: Cities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    config, ports = cities.make("sqlite", tmp_path_factory.mktemp("quality"))
    yield create_app(config, ports).test_client()
    ports.database.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def compiled(client: FlaskClient) -> list[pelican.Item]:
    releases = client.get("/ocds/releases.json").get_json()["releases"]
    ocids = sorted({release["ocid"] for release in releases})
    return [client.get(f"/ocds/records/{each}.json").get_json()["records"][0]["compiledRelease"] for each in ocids]


def test_no_check_of_pelican_fails(compiled: list[pelican.Item]) -> None:
    assert [sentence for item in compiled for sentence in pelican.failures(item)] == []


def test_the_city_has_what_those_checks_look_at(compiled: list[pelican.Item]) -> None:
    assert len(compiled) > 5
    assert {each["status"] for item in compiled for each in pelican.at(item, "awards")} >= {"active", "pending"}
    assert any("contracts" in item for item in compiled)
    assert {item["tender"]["status"] for item in compiled} >= {"active", "complete", "cancelled"}
    assert all(item["tender"]["procurementMethodDetails"].endswith(".") for item in compiled)


def test_no_check_of_360giving_fails(client: FlaskClient) -> None:
    grants = client.get("/data/360giving.json").get_json()["grants"]
    assert len(grants) > 5
    assert [sentence for grant in grants for sentence in giving_quality.failures(grant)] == []


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        (
            "reference.parties and consistent.parties_role",
            {"parties": [{"id": "a", "name": "A", "roles": ["tenderer"]}]},
        ),
        ("coherent.tender_status", {"tender": {"status": "active"}, "awards": [{"id": "1", "status": "active"}]}),
        ("coherent.awards_status", {"awards": [{"id": "1", "status": "cancelled"}], "contracts": [{"awardID": "1"}]}),
        ("reference.contract_in_awards", {"contracts": [{"id": "c", "awardID": "1"}]}),
        ("coherent.milestones_dates", {"date": "2026-01-01", "tender": {"milestones": [{"dateMet": "2026-02-01"}]}}),
    ],
)
def test_each_check_can_fail(name: str, broken: pelican.Item) -> None:
    assert list(pelican.CHECKS[name](broken)) != []
