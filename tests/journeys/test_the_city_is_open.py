"""The demonstration city's register and open data, as strangers fetch and check them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from procurement.app import create_app
from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.moderation import AgreedMark, Panel
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.queries.documents import PAPERS
from procurement.rules.ports import Ports
from procurement.services.verification import verify
from tests.parts.city import Cities
from tests.parts.databases import BOTH
from tests.parts.postgres import NoPostgres
from tests.rules.test_standards import grant_errors, ocds_errors, record_errors, schemas_are_there  # noqa: F401
from workflows.catalogue import states
from workflows.scoring.budget import in_seats

pytestmark = pytest.mark.timeout(600)  # a city is made on each database


@pytest.fixture(scope="module", params=BOTH)
def city(
    request: pytest.FixtureRequest, cities: Cities, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Ports, FlaskClient]]:
    try:
        config, ports = cities.make(request.param, tmp_path_factory.mktemp("city"))
    except NoPostgres as missing:
        pytest.skip(str(missing))
    yield ports, create_app(config, ports).test_client()
    ports.database.close()  # type: ignore[attr-defined]


def fetched(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_json()


def test_every_release_is_valid_and_no_field_is_unknown(city: tuple[Ports, FlaskClient]) -> None:
    package = fetched(city[1], "/ocds/releases.json")
    assert ocds_errors(package) == []
    tags = [tag for release in package["releases"] for tag in release["tag"]]
    assert {"tender", "award", "awardUpdate", "tenderCancellation"} <= set(tags)


def test_every_record_is_valid_and_no_field_is_unknown(city: tuple[Ports, FlaskClient]) -> None:
    releases = fetched(city[1], "/ocds/releases.json")["releases"]
    ocids = sorted({release["ocid"] for release in releases})
    assert len(ocids) > 3
    for ocid in ocids:
        assert record_errors(fetched(city[1], f"/ocds/records/{ocid}.json")) == []


def test_every_grant_is_valid_and_a_refused_one_is_not_among_them(city: tuple[Ports, FlaskClient]) -> None:
    package = fetched(city[1], "/data/360giving.json")
    assert grant_errors(package) == []
    names = [each["recipientOrganization"][0]["name"] for each in package["grants"]]
    assert sorted(names) == [
        "Ladywood Learners",
        "Porth Dŵr Cyfyngedig",
        "Porth Dŵr Cyfyngedig",
        "Soho Road Community Energy CIC",
        "جمعية سنا (Sanaa Community Association)",
        "جمعية سنا (Sanaa Community Association)",
    ]


def test_the_proofs_hold_and_nothing_was_left_undone(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        assert [finding.broken for finding in verify(session, city[0])] == [()] * 22
        assert set(session.scalars(select(Document.state).where(Document.kind.not_in(PAPERS)))) == {"ready"}
        assert set(session.scalars(select(Message.state))) == {"sent"}


def test_there_is_a_call_in_every_state_that_the_walks_reach(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        calls, stages = set(session.scalars(select(Call.state))), set(session.scalars(select(Stage.state)))
    assert calls == {"draft", "in_review", "published", "concluded", "cancelled"}
    assert stages == set(states.stage.live) | {"planned"} | set(states.stage.told)


def test_who_goes_on_in_a_procurement_is_what_the_published_seats_give(city: tuple[Ports, FlaskClient]) -> None:
    """Procurement Act 2023: nobody departs from the published rule, and the reserve is who comes after the seats."""
    looked_at = 0
    with city[0].database.reading() as session:
        for call in session.scalars(select(Call).where(Call.kind == "challenge")).all():
            for stage in stages_queries.of_call(session, call.id):
                if stage.awards:
                    continue
                assert [row.seats for row in stage.lots if not row.seats] == [], (call.title, stage.key)
                if stage.state not in states.stage.decided:
                    continue
                looked_at += 1
                table = decisions_queries.table_of(session, call, stage)
                decided = {each.ref: each.decision for each in table.entries if each.decision is not None}
                (lot,) = table.lots
                rows = [each.row for each in lot.entries if each.row is not None]
                kept = [each for each in decided.values() if each.outcome == "reserve"]
                assert {ref: each.outcome for ref, each in decided.items()} == in_seats(rows, lot.seats, len(kept))
                assert (table.leaving, {each.departure for each in decided.values()}) == (frozenset(), {""})
                going = sum(each.outcome == "advance" for each in decided.values())
                assert (going, call.title) == (lot.seats, call.title)
    assert looked_at == 3


def test_the_staged_calls_stand_where_their_plans_say(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        rows = session.execute(
            select(Call.procedure, Call.state, Stage.state)
            .join(Stage, Stage.call_id == Call.id)
            .order_by(Call.id, Stage.number)
        ).all()
        called = session.scalars(select(Panel.stage_id)).all()
        fund = stages_queries.get(session, session.scalars(select(Stage.id).where(Stage.key == "panel")).one())
        agreed = session.scalar(
            select(func.count(AgreedMark.id))
            .join(Entry, Entry.id == AgreedMark.entry_id)
            .where(Entry.stage_id == fund.id, AgreedMark.mark.is_not(None), AgreedMark.superseded_at.is_(None))
        )
        queue = moderation_queries.queue_of(session, fund.call, fund)
        attended = session.scalars(select(Slot.attendance).where(Slot.entry_id.is_not(None))).all()
    ways: dict[str, list[str]] = {}
    for procedure, _, state in rows:
        ways.setdefault(procedure, []).append(state)
    assert ways["challenge"] == ["told"] * 4 + ["moderating", "planned", "checking", "planned", "planned"]
    assert ways["rnd_phased"] == ["told", "collecting"]
    assert ways["innovation_fund"] == ["told", "moderating"]
    assert ways["challenge_small"] == ["decided"]
    assert (fund.id in called, agreed, len(queue.open)) == (True, 1, 1)
    assert attended == ["came"] * 3
