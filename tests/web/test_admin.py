"""The operator's pages: what runs, what failed, who may do what; and no trace of a bid before the opening."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from procurement.config import Config
from procurement.models.messages import Message
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import installation, messages
from procurement.services.act import Act
from tests.parts.clock import StandingClock
from tests.parts.pages import read
from tests.parts.people import PASSWORD, person, principal, signed_in
from tests.parts.visitors import Visitor

PAGES = (
    "/admin",
    "/admin/outbox",
    "/admin/jobs",
    "/admin/users",
    "/admin/users/new",
    "/admin/settings",
)


@pytest.fixture
def operator(app: Flask, ports: Ports) -> Visitor:
    return signed_in(app, ports, person(ports, "op@city.example", "operator"))


def test_only_operators_are_let_in(app: Flask, ports: Ports, operator: Visitor) -> None:
    others = [signed_in(app, ports, person(ports, f"{role}@city.example", role)) for role in ("officer", "auditor")]
    others.append(signed_in(app, ports, person(ports, "ana@firm.example")))
    for page in PAGES:
        assert operator.get(page).status_code == 200, page
        assert [browser.get(page).status_code for browser in others] == [403] * 3, page
        assert Visitor(app).get(page).location == f"/sign-in?next={page}"
    assert operator.get("/admin/settings/hold_minutes").status_code == 200
    assert [browser.get("/admin/settings/hold_minutes").status_code for browser in others] == [404] * 3


def test_the_chain_is_checked_by_operators_and_auditors_only(app: Flask, ports: Ports, operator: Visitor) -> None:
    auditor, officer = (
        signed_in(app, ports, person(ports, f"{role}@city.example", role)) for role in ("auditor", "officer")
    )
    seen = [browser.get("/admin/chain").status_code for browser in (operator, auditor, officer)]
    assert seen == [200, 200, 403]
    assert Visitor(app).get("/admin/chain").location == "/sign-in?next=/admin/chain"


def test_health_says_what_is_missing(operator: Visitor) -> None:
    page = operator.get("/admin").text
    assert "None was heard of lately" in page  # no worker runs beside this test
    assert "It has never run" in page
    assert "MAIL_URL is not set" in page
    assert "It answers." in page


def test_the_proofs_are_recomputed(operator: Visitor, ports: Ports) -> None:
    from procurement.models.history import Event

    assert "Everything holds" in operator.get("/admin/chain").text
    ports.database.write(lambda session: session.execute(update(Event).where(Event.position == 1).values(tag="other")))
    page = operator.get("/admin/chain").text
    assert "Something was changed outside the service" in page
    assert "op@city.example" not in page.split("<main")[1]


@pytest.mark.both_databases
def test_a_person_is_added_given_a_role_and_closed(operator: Visitor, ports: Ports) -> None:
    added = operator.send("/admin/users/new", {"name": "Otto Orr", "email": "otto@city.example", "roles": ["officer"]})
    assert added.status_code == 303
    where = added.location
    assert "Otto Orr" in operator.get("/admin/users?q=OTTO").text
    assert "Nobody matches" in operator.get("/admin/users?q=otto&role=approver").text
    assert operator.send(where, {"give": "approver"}, to=f"{where}/roles").status_code == 303
    assert operator.send(where, {"take": "officer"}, to=f"{where}/roles").status_code == 303
    with ports.database.reading() as session:
        found = people_queries.find_by_email(session, "otto@city.example")
    assert found is not None
    assert principal(ports, found.id).roles == {"approver"}
    assert operator.send(where, to=f"{where}/disable").status_code == 303
    assert "Closed since" in operator.get(where).text
    assert operator.send(where, {"give": "king"}, to=f"{where}/roles").status_code == 409
    twice = operator.send("/admin/users/new", {"name": "Otto", "email": "otto@city.example"})
    assert (twice.status_code, "has an account already" in twice.text) == (422, True)
    assert operator.get("/admin/users/999").status_code == 404


def test_an_operator_does_not_change_their_own_roles(operator: Visitor, ports: Ports) -> None:
    with ports.database.reading() as session:
        found = people_queries.find_by_email(session, "op@city.example")
    assert found is not None
    where = f"/admin/users/{found.id}"
    assert "This is you" in operator.get(where).text
    assert operator.send(where, {"give": "officer"}, to=f"{where}/roles").status_code == 409
    assert operator.send(where, to=f"{where}/disable").status_code == 409


def test_changing_roles_asks_for_the_password_again(operator: Visitor, ports: Ports, clock: StandingClock) -> None:
    other = person(ports, "otto@city.example")
    where = f"/admin/users/{other.id}"
    clock.forward(minutes=11)
    answer = operator.send(where, {"give": "officer"}, to=f"{where}/roles")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in/again?next=")
    assert other.id is not None
    assert principal(ports, other.id).roles == frozenset()
    next_page = re.search(r'name="next" value="([^"]+)"', operator.get(answer.location).text)
    assert next_page is not None
    answer = operator.send("/sign-in/again", {"password": PASSWORD, "next": next_page[1]})
    kept = operator.get(answer.location).text
    again = re.search(r'action="(/admin/users/\d+/roles\?kept=\d+)"', kept)
    assert again is not None
    assert operator.send("/kept", {"give": "officer"}, to=again[1]).status_code == 303
    assert principal(ports, other.id).roles == {"officer"}


def failed_message(ports: Ports, *, sealed: bool) -> int:
    now = ports.clock.now()

    def make(session: Session) -> int:
        fields = {"link": "/password/a-secret-that-lets-in", "expires": "tomorrow"}
        address, key = "ana@firm.example", f"key-{sealed}"
        row = messages.stage(
            Act(session, ports, SYSTEM, now), "password_reset", key, fields, address=address, sealed=sealed
        )
        row.state, row.error, row.attempts = "failed", "The mail server refused it.", 5
        return row.id

    return ports.database.write(make)


@pytest.mark.both_databases
def test_a_failed_message_is_shown_with_its_reason_and_tried_again(operator: Visitor, ports: Ports) -> None:
    key = failed_message(ports, sealed=False)
    assert "1 failed." in operator.get("/admin").text
    page = operator.get(f"/admin/outbox/{key}").text
    assert "The mail server refused it." in page
    assert "a-secret-that-lets-in" not in page
    assert operator.send(f"/admin/outbox/{key}", to=f"/admin/outbox/{key}/retry").status_code == 303
    with ports.database.reading() as session:
        assert session.get_one(Message, key).state == "approved"
    assert operator.send("/admin/outbox", to=f"/admin/outbox/{key}/retry").status_code == 409


def test_sealed_messages_are_counted_and_never_shown(operator: Visitor, ports: Ports) -> None:
    key = failed_message(ports, sealed=True)
    page = operator.get("/admin/outbox").text
    assert "numbers only" in page
    assert "ana@firm.example" not in page
    assert operator.get(f"/admin/outbox/{key}").status_code == 404
    assert operator.send("/admin/outbox", to=f"/admin/outbox/{key}/retry").status_code == 404
    assert operator.send("/admin/outbox", to="/admin/outbox/retry-all").status_code == 303
    with ports.database.reading() as session:
        assert session.get_one(Message, key).state == "approved"


@pytest.mark.both_databases
def test_a_setting_holds_from_its_day_on(operator: Visitor, ports: Ports, clock: StandingClock) -> None:
    where = "/admin/settings/hold_minutes"
    day = {"holds_from-day": "2", "holds_from-month": "3", "holds_from-year": "2027"}
    assert "whole number" in operator.send(where, {"value": "soon", **day}).text
    past = {"holds_from-day": "1", "holds_from-month": "2", "holds_from-year": "2027"}
    assert operator.send(where, {"value": "30", **past}).status_code == 422
    assert operator.send(where, {"value": "30", **day}).status_code == 303
    with ports.database.reading() as session:
        assert installation_queries.settings(session, clock.now().date())["hold_minutes"] == 60
        assert installation_queries.settings(session, clock.now().date() + timedelta(days=1))["hold_minutes"] == 30
    assert operator.get("/admin/settings/nothing").status_code == 404
    assert operator.send("/admin/settings/standstill_days", {"value": "7", **day}).status_code == 422


def test_the_clock_is_only_a_demonstrations(operator: Visitor) -> None:
    assert operator.get("/admin/clock").status_code == 404


@pytest.fixture
def demonstration(serve: Callable[[Config, Ports], Flask], config: Config, ports: Ports) -> Flask:
    """The service on a database that is a demonstration's."""

    def set_up(session: Session) -> None:
        row = installation_queries.find(session)
        if row is None:
            installation.set_up(session, demonstration=True, now=ports.clock.now())
        else:
            row.demonstration = True

    ports.database.write(set_up)
    return serve(replace(config, demo=True), ports)


@pytest.mark.both_databases
def test_a_demonstration_moves_forward_and_never_back(demonstration: Flask, ports: Ports) -> None:
    operator = signed_in(demonstration, ports, person(ports, "op@city.example", "operator"))
    assert operator.get("/admin/clock").status_code == 200
    assert operator.send("/admin/clock", {"step": "days"}).status_code == 303
    with ports.database.reading() as session:
        assert installation_queries.clock_offset(session) == 9 * 24 * 3600
    page = read(operator.get("/admin/clock"))
    told = page.one(".govuk-notification-banner__heading").words.partition("It is ")[2].removesuffix(" here now.")
    assert f"It is {told} here." in page.one("main").words  # the page is not a step behind what it says it did
    back = {"until-day": "1", "until-month": "1", "until-year": "2027", "until-time": "12 noon"}
    answer = operator.send("/admin/clock", back, to="/admin/clock/until")
    assert (answer.status_code, "only goes forward" in answer.text) == (422, True)
    ahead = {"until-day": "2", "until-month": "3", "until-year": "2027", "until-time": "9am"}
    assert operator.send("/admin/clock", ahead, to="/admin/clock/until").status_code == 303
    with ports.database.reading() as session:
        assert installation_queries.clock_offset(session) == 10 * 24 * 3600


def test_a_demonstration_lists_its_accounts_and_shows_its_mail(
    demonstration: Flask, config: Config, ports: Ports
) -> None:
    person(ports, "officer@demo.example", "officer", password=config.demo_password)
    browser = Visitor(demonstration)
    assert "officer@demo.example" in browser.get("/sign-in").text
    fields = {"name": "Ana Baran", "email": "ana@firm.example", "password": PASSWORD, "terms": "y"}
    browser.send("/register", fields)
    assert "/register/message" in browser.get("/register/check").text
    link = re.search(r'href="(/register/confirm/[\w-]+)"', browser.get("/register/message").text)
    assert link is not None
    assert browser.send(link[1]).location == "/dashboard"  # confirmed where it was typed: signed in
    assert Visitor(demonstration).get("/register/message").status_code == 404
    credentials = {"email": "officer@demo.example", "password": config.demo_password}
    assert Visitor(demonstration).send("/sign-in", credentials).location == "/manage"


def test_the_settings_say_what_to_do_before_anything_is_published(operator: Visitor, ports: Ports) -> None:
    from procurement.models.installation import Setting

    assert "Before anything is published" not in operator.get("/admin/settings").text
    ports.database.write(lambda session: session.execute(delete(Setting)))
    page = operator.get("/admin/settings").text
    assert "The OCID prefix is still the one of the standard" in page
    assert "data@open-contracting.org" in page
    assert "support@threesixtygiving.org" in page
