"""The demonstration city as a first start makes it: three years of awards, and something to do for whoever tries it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from procurement.app import create_app
from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.people import Membership, Organisation, Person
from procurement.models.register import RegisterAward
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries.documents import LETTERS, PAPERS
from procurement.rules.calls import THEMES
from procurement.rules.dates import is_working_day
from procurement.rules.ports import Ports
from procurement.services import rendering
from procurement.services.verification import verify
from tests.parts.city import NOW, Cities
from tests.rules.test_standards import grant_errors, ocds_errors, schemas_are_there  # noqa: F401
from workflows.catalogue import states

pytestmark = pytest.mark.timeout(900)  # a city is made
LEADS = ("sme@demo.example", "sme2@demo.example")


@pytest.fixture(scope="module")
def city(cities: Cities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ports, FlaskClient]]:
    config, ports = cities.make("sqlite", tmp_path_factory.mktemp("city"), "city")
    yield ports, create_app(config, ports).test_client()
    ports.database.close()  # type: ignore[attr-defined]


def fetched(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_json()


def test_awards_of_every_theme_year_and_status_are_in_the_register(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        rows = session.execute(select(RegisterAward.theme, RegisterAward.year, RegisterAward.status)).all()
        kinds = set(session.scalars(select(RegisterAward.kind)))
        held = set(session.scalars(select(Award.state)))
    assert len(rows) >= 80
    assert {theme for theme, _, _ in rows} == set(THEMES)
    assert {year for _, year, _ in rows} == {2023, 2024, 2025, 2026}
    assert {status for _, _, status in rows} == {"pending", "active", "cancelled"}
    assert kinds == {"contract", "grant"}
    assert held == {"approved", "told", "confirmed", "accepted", "refused"}


def test_nothing_is_decided_on_a_day_that_nobody_works(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        published = session.scalars(select(Stage.decide_by).where(Stage.decide_by.is_not(None))).all()
        awarded = session.scalars(select(RegisterAward.awarded_on)).all()
    assert [day for day in (*published, *awarded) if day is not None and not is_working_day(day)] == []


def test_its_firms_have_real_shapes_and_some_win_twice(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        firms = session.execute(select(Organisation.name, Organisation.size, Organisation.kind)).all()
        wins = session.execute(
            select(RegisterAward.organisation, func.count()).group_by(RegisterAward.organisation)
        ).all()
    small = sum(size != "large" for _, size, _ in firms)
    assert (small / len(firms) >= 0.7, max(len(name) for name, _, _ in firms) > 75) == (True, True)
    assert {"company", "charity", "community interest company", "university"} <= {kind for *_, kind in firms}
    assert sum(count > 1 for _, count in wins) >= 15


def test_calls_of_every_procedure_were_concluded_and_some_were_cancelled(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        rows = {(each.procedure, each.state) for each in session.execute(select(Call.procedure, Call.state))}
        staged = session.scalars(
            select(func.count(Stage.id))
            .join(Call, Call.id == Stage.call_id)
            .where(Call.procedure == "challenge", Call.state == "concluded", Stage.told_at.is_not(None))
            .group_by(Call.id)
        ).all()
    ended = {procedure for procedure, state in rows if state == "concluded"}
    assert ended == {"challenge", "challenge_open", "challenge_small", "rnd_phased", "innovation_fund", "small_grant"}
    assert {state for _, state in rows} == {"draft", "in_review", "published", "concluded", "cancelled"}
    assert staged == [3, 3]


def test_what_was_published_in_three_years_is_valid(city: tuple[Ports, FlaskClient]) -> None:
    address, tags = "/ocds/releases.json", set()
    while address:
        package = fetched(city[1], address)
        if not package["releases"]:
            break  # where a follower has caught up: the schema of a package asks for a release, which there is none of
        assert ocds_errors(package) == []
        tags |= {tag for release in package["releases"] for tag in release["tag"]}
        address = package.get("links", {}).get("next", "")
    assert {"tender", "award", "awardUpdate", "tenderCancellation"} <= tags
    grants = fetched(city[1], "/data/360giving.json")
    assert grant_errors(grants) == []
    assert len(grants["grants"]) >= 55


def test_older_documents_are_left_to_the_workers_the_newest_first(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        left = session.execute(
            select(Document.requested_at, Document.due_at, Document.kind)
            .where(Document.state == "requested")
            .order_by(Document.due_at)
        ).all()
        lately = session.scalars(
            select(Document.state)
            .where(Document.requested_at >= NOW - timedelta(days=60), Document.kind.not_in(PAPERS))
            .distinct()
        ).all()
        unsent = set(session.scalars(select(Message.state)))
        broken = [finding.broken for finding in verify(session, city[0])]
    assert len(left) > 100
    assert not {kind for *_, kind in left} & set(LETTERS)  # nobody is told before they are ready
    assert all(newer.requested_at >= older.requested_at for newer, older in pairwise(left))
    assert all(later.due_at > sooner.due_at for sooner, later in pairwise(left))
    assert (lately, unsent) == (["ready"], {"sent"})
    assert set(broken) == {()}


def test_the_sweep_rings_for_them_a_few_at_a_time(city: tuple[Ports, FlaskClient]) -> None:
    ports = city[0]
    with ports.database.reading() as session:
        due = [rendering.list_due(session, at=NOW + timedelta(seconds=wait), limit=100) for wait in (0, 3)]
        newest = session.scalars(
            select(Document.id)
            .where(Document.state == "requested")
            .order_by(Document.requested_at.desc(), Document.id.desc())
            .limit(1)
        ).one()
    assert [key for key, _ in due[0]] == [newest]
    assert len(due[1]) == 13  # four a second


def test_whoever_tries_it_has_something_to_do_in_each_stage(city: tuple[Ports, FlaskClient]) -> None:
    with city[0].database.reading() as session:
        rows = session.execute(
            select(Person.email, Stage.key, Stage.state, Entry.state, Slot.id, Award.state)
            .join(Membership, Membership.person_id == Person.id)
            .join(Application, Application.organisation_id == Membership.organisation_id)
            .join(Entry, Entry.application_id == Application.id)
            .join(Stage, Stage.id == Entry.stage_id)
            .outerjoin(Slot, Slot.entry_id == Entry.id)
            .outerjoin(Award, Award.entry_id == Entry.id)
            .where(Person.email.in_(LEADS))
        ).all()
        open_ = session.execute(
            select(Stage.key)
            .join(Call, Call.id == Stage.call_id)
            .where(Call.procedure == "challenge", Stage.key == "interest", Stage.closes_at > NOW, Stage.opens_at < NOW)
        ).all()
    assert len(open_) == 1
    for email in LEADS:
        own = [each for each in rows if each.email == email]
        drafted = {key for _, key, _, entry, _, _ in own if entry in states.entry.drafts}
        assert "proposal" in drafted, email
        waits = [entry for _, key, stage, entry, slot, _ in own if (key, stage) == ("demonstration", "assessing")]
        chosen = [slot for _, key, stage, _, slot, _ in own if (key, stage) == ("demonstration", "assessing")]
        assert (len(waits), any(chosen)) == (1, False), email
        assert "confirmed" in {award for *_, award in own}, email
