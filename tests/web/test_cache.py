"""Public pages kept in memory: quick, and never out of date."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from procurement import wiring
from procurement.app import CACHED_ENDPOINTS
from procurement.config import Config
from procurement.rules.permissions import PUBLIC
from procurement.rules.ports import Ports
from procurement.services import installation
from procurement.services.act import perform
from tests.parts import calls as made
from tests.parts.clock import StandingClock
from tests.parts.pages import token_in
from tests.parts.people import OPERATOR, signed_in
from tests.parts.statements import statements


def test_only_what_everybody_may_read_is_kept(app: Flask) -> None:
    assert {app.view_functions[name].permission for name in CACHED_ENDPOINTS} <= PUBLIC  # type: ignore[attr-defined]


def test_a_page_that_was_made_before_asks_the_database_nothing(ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports)
    for path in ("/", "/calls", f"/calls/{call.ref}", f"/calls/{call.ref}/form", "/awards", "/notices", "/data"):
        assert statements(ports, visitor.get, path) > 0
        first = visitor.get(path)
        assert statements(ports, visitor.get, path) == 0
        assert visitor.get(path).data == first.data
        assert visitor.get(path).headers["Content-Security-Policy"]
        assert visitor.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_what_is_packed_and_what_is_not_are_kept_apart(ports: Ports, visitor: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    assert visitor.get("/calls", headers=packed).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in visitor.get("/calls").headers
    assert visitor.get("/calls", headers=packed).headers["Content-Encoding"] == "gzip"
    assert "<h1" in visitor.get("/calls").text


def test_what_is_published_is_there_at_once(ports: Ports, visitor: FlaskClient) -> None:
    made.published(ports, title="The first")
    assert "The second" not in visitor.get("/calls").text
    made.published(ports, title="The second")
    assert "The second" in visitor.get("/calls").text


def test_a_call_closes_on_its_page_to_the_instant(ports: Ports, visitor: FlaskClient, clock: StandingClock) -> None:
    call = made.published(ports, open_for=timedelta(days=30, seconds=30))
    path, closes_at = f"/calls/{call.ref}", made.stage_of(ports, call).closes_at
    clock.set(closes_at - timedelta(seconds=1))
    assert f"{path}/apply" in visitor.get(path).text
    clock.set(closes_at - timedelta(microseconds=1))
    assert statements(ports, visitor.get, path) == 0
    clock.set(closes_at)
    assert f"{path}/apply" not in visitor.get(path).text


def test_a_page_says_how_much_time_is_left_by_the_minute(
    ports: Ports, visitor: FlaskClient, clock: StandingClock
) -> None:
    call = made.published(ports)
    clock.set(made.stage_of(ports, call).closes_at - timedelta(minutes=10))
    assert "10 minutes left" in visitor.get(f"/calls/{call.ref}").text
    clock.forward(minutes=1)
    assert "9 minutes left" in visitor.get(f"/calls/{call.ref}").text


def test_a_setting_changes_every_page(ports: Ports, visitor: FlaskClient, clock: StandingClock) -> None:
    assert "Exampleton" not in visitor.get("/calls").text
    now = clock.now()
    perform(ports, OPERATOR, now, installation.set_value, "authority_name", "Exampleton", now.date())
    assert "Exampleton" in visitor.get("/calls").text


@pytest.mark.both_databases
def test_what_another_process_publishes_is_there_within_a_second(
    config: Config, ports: Ports, visitor: FlaskClient, clock: StandingClock
) -> None:
    call = made.published(ports)
    path = f"/calls/{call.ref}"
    assert "cancelled" not in visitor.get(path).text
    other = wiring.database_of(config)
    with other.writer.begin() as connection:
        position = connection.execute(text("SELECT max(position) FROM events")).scalar_one()
        connection.execute(text("UPDATE calls SET state = 'cancelled'"))
        connection.execute(
            text(
                "INSERT INTO events (position, tag, subject, subject_id, call_id, recorded_at, effective_at, data,"
                " hashed, previous, digest) SELECT position + 1, 'call.cancel', 'call', subject_id, call_id,"
                " recorded_at, effective_at, data, hashed, digest, 'x' FROM events WHERE position = :position"
            ),
            {"position": position},
        )
    other.close()
    clock.forward(seconds=0.9)
    assert "cancelled" not in visitor.get(path).text
    clock.forward(seconds=0.2)
    assert "cancelled" in visitor.get(path).text


def test_who_is_signed_in_neither_gets_nor_leaves_a_kept_page(app: Flask, ports: Ports, visitor: FlaskClient) -> None:
    made.published(ports)
    officer = signed_in(app, ports, made.officer(ports))
    assert "Manage calls" in officer.get("/calls").text
    assert "Manage calls" not in visitor.get("/calls").text
    assert "Manage calls" in officer.get("/calls").text
    assert officer.get("/calls").headers["Cache-Control"] == "no-store"


def test_a_page_that_begins_a_session_is_not_kept(app: Flask, visitor: FlaskClient) -> None:
    app.extensions["page_cache"].endpoints |= {"account_sign_in.show"}  # a form with a token of the visitor's own
    first, second = app.test_client(), app.test_client()
    assert token_in(first.get("/sign-in").text) != token_in(second.get("/sign-in").text)


def test_a_page_that_is_not_there_is_not_kept(ports: Ports, visitor: FlaskClient) -> None:
    assert visitor.get("/awards/none").status_code == 404
    assert "ETag" not in visitor.get("/awards/none").headers
