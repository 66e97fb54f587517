"""What a browser's cookie opens, and from when on it opens nothing: sign-ins by Flask-Login over our own rows."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask_login import user_accessed
from flask_login.utils import encode_cookie
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from procurement.models.history import Event
from procurement.models.people import SignIn
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import perform
from procurement.web import login
from tests.parts import assessment, calls
from tests.parts.clock import StandingClock
from tests.parts.people import PASSWORD, person, signed_in
from tests.parts.visitors import Visitor

TO_SIGN_IN = "/sign-in?next=/account"


@pytest.fixture
def ana(ports: Ports) -> Principal:
    return person(ports, "ana@firm.example")


def cookie(browser: Any) -> dict[str, Any]:
    """What the browser's session holds."""
    with browser.session_transaction() as session:
        return dict(session)


def copied(app: Flask, held: dict[str, Any]) -> Visitor:
    """Another browser with this session, as if somebody had copied the cookie."""
    thief = Visitor(app)
    with thief.session_transaction() as session:
        session.update(held)
    return thief


def rows(ports: Ports) -> list[tuple[int, bool]]:
    """Each sign-in, and whether it goes on."""
    with ports.database.reading() as session:
        found = session.scalars(select(SignIn).order_by(SignIn.id)).all()
        return [(row.id, row.ended_at is None) for row in found]


def test_the_cookie_holds_a_secret_and_nothing_of_the_person(app: Flask, ana: Principal) -> None:
    browser = Visitor(app)
    answer = browser.send("/sign-in", {"email": ana.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    assert set(cookie(browser)) == {login.SECRET}
    assert len(cookie(browser)[login.SECRET]) == 43
    # the other says that somebody has signed in here before, and signs nobody in
    assert [header.partition("=")[0] for header in answer.headers.getlist("Set-Cookie")] == ["known", "session"]
    assert "ana@firm.example" in browser.get("/account").text


def test_signing_out_ends_the_sign_in_and_empties_the_cookie(app: Flask, ports: Ports, ana: Principal) -> None:
    here, phone = signed_in(app, ports, ana), signed_in(app, ports, ana)
    held = cookie(here)
    answer = here.send("/account", to="/sign-out")
    assert (answer.status_code, answer.location) == (303, "/signed-out")
    assert answer.headers["Cache-Control"] == "no-store"
    assert cookie(here) == {}
    assert [going_on for _, going_on in rows(ports)] == [False, True]
    assert [each.get("/account").location for each in (here, copied(app, held))] == [TO_SIGN_IN] * 2
    assert phone.get("/account").status_code == 200


def test_one_sign_in_is_ended_from_another_browser(app: Flask, ports: Ports, ana: Principal) -> None:
    here, phone, tablet = (signed_in(app, ports, ana) for _ in range(3))
    held = cookie(phone)
    (_, _), (phones, _), (_, _) = rows(ports)
    assert here.send("/account", to=f"/account/sign-ins/{phones}/end").status_code == 303
    assert [each.get("/account").status_code for each in (here, phone, tablet)] == [200, 303, 200]
    assert copied(app, held).get("/account").location == TO_SIGN_IN
    assert "You have been signed out" in phone.get(TO_SIGN_IN).text


def test_ending_the_very_sign_in_that_asks_signs_it_out(app: Flask, ports: Ports, ana: Principal) -> None:
    here = signed_in(app, ports, ana)
    ((own, _),) = rows(ports)
    assert here.send("/account", to=f"/account/sign-ins/{own}/end").status_code == 303
    assert here.get("/account").location == TO_SIGN_IN


def test_all_sign_ins_of_a_person_are_ended_from_the_server(app: Flask, ports: Ports, ana: Principal) -> None:
    browsers = [signed_in(app, ports, ana) for _ in range(2)]
    operator, now = person(ports, "op@city.example", "operator"), ports.clock.now()
    assert ana.id is not None
    ana_id = ana.id
    ended = perform(ports, operator, now, people.sign_out_everywhere, ana_id)
    assert ended == 2
    assert [browser.get("/account").location for browser in browsers] == [TO_SIGN_IN] * 2
    again = Visitor(app).send("/sign-in", {"email": ana.email, "password": PASSWORD})
    assert (again.status_code, again.location) == (303, "/dashboard")


@pytest.mark.parametrize(("roles", "minutes"), [((), 60), (("officer",), 30)], ids=["applicant", "staff"])
def test_an_idle_sign_in_ends_at_its_minute(
    app: Flask, ports: Ports, clock: StandingClock, roles: tuple[str, ...], minutes: int
) -> None:
    browser = signed_in(app, ports, person(ports, "somebody@city.example", *roles))
    clock.forward(minutes=minutes, seconds=-1)
    assert browser.get("/account").status_code == 200  # and from here it is counted anew
    clock.forward(minutes=minutes)
    assert browser.get("/account").location == TO_SIGN_IN


def test_after_entering_the_password_again_the_old_secret_opens_nothing(
    app: Flask, ports: Ports, clock: StandingClock, ana: Principal
) -> None:
    browser = signed_in(app, ports, ana)
    browser.get("/account")
    held = cookie(browser)
    before = rows(ports)
    clock.forward(minutes=11)
    answer = browser.send("/sign-in/again", {"password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert rows(ports) == before  # the same sign-in goes on
    now_held = cookie(browser)
    assert set(now_held) == {login.SECRET}  # the form's token is a new one too
    assert now_held[login.SECRET] != held[login.SECRET]
    assert copied(app, held).get("/account").location == TO_SIGN_IN
    assert copied(app, now_held).get("/account").status_code == 200


def test_a_new_password_changes_the_secret_and_ends_the_others(app: Flask, ports: Ports, ana: Principal) -> None:
    here, phone = signed_in(app, ports, ana), signed_in(app, ports, ana)
    held = cookie(here)
    fields = {"old_password": PASSWORD, "new_password": "another long password"}
    assert here.send("/account/password", fields).status_code == 303
    assert [here.get("/account").status_code, phone.get("/account").status_code] == [200, 303]
    assert copied(app, held).get("/account").location == TO_SIGN_IN


def test_what_needs_a_fresh_sign_in_is_done_for_ten_minutes(app: Flask, ports: Ports, clock: StandingClock) -> None:
    browser = signed_in(app, ports, person(ports, "op@city.example", "operator"))
    clock.forward(minutes=10, seconds=-1)
    assert browser.get("/admin/users/new").status_code == 200
    clock.forward(seconds=1)
    assert browser.get("/admin/users/new").location == "/sign-in/again?next=/admin/users/new"
    assert browser.get("/admin/users").status_code == 200  # what needs none goes on
    answer = browser.send("/sign-in/again", {"password": PASSWORD, "next": "/admin/users/new"})
    assert answer.location == "/admin/users/new"
    assert browser.get("/admin/users/new").status_code == 200


def test_a_sign_in_that_grows_old_on_the_way_is_asked_for_the_password_too(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    """The service asks by its own clock; its answer leads to the same page as the view's."""
    call = assessment.bids_in(ports, firms=1)
    assessment.closed(ports, call)
    officer, address = signed_in(app, ports, calls.officer(ports)), f"/manage/calls/{call.ref}/opening"
    clock.forward(minutes=10, seconds=-2)  # the page is fetched, and a second later the form sent
    with user_accessed.connected_to(lambda _: clock.forward(seconds=1), app):
        answer = officer.send(address, to=f"{address}/ask")
    assert (answer.status_code, answer.location) == (303, f"/sign-in/again?next={address}/ask")
    with ports.database.reading() as session:
        assert session.scalars(select(Event.tag).where(Event.tag == "call.ask_to_open")).all() == []


def test_no_browser_is_remembered(app: Flask, ports: Ports, ana: Principal) -> None:
    """Flask-Login would take this cookie, which only we could have signed, and fall over one that it cannot read."""
    held = cookie(signed_in(app, ports, ana))
    with app.app_context():
        signed = encode_cookie(held[login.SECRET])
    for value in (signed, "nothing|é", "nothing"):
        browser = Visitor(app)
        browser.set_cookie("remember_token", value)
        assert browser.get("/account").location == TO_SIGN_IN
        assert cookie(browser) == {}


def test_a_file_for_everybody_asks_nobodys_name(app: Flask, ports: Ports, ana: Principal) -> None:
    browser = signed_in(app, ports, ana)
    seen: list[str] = []
    note = lambda *given: seen.append(given[2])  # noqa: E731  (an event wants a function that stays)
    with ports.database.reading() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        with browser.get(app.jinja_env.globals["asset"]("app.css")) as answer:
            assert (answer.status_code, seen) == (200, [])
        assert browser.get("/account").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert sum("sign_ins.digest = " in statement for statement in seen) == 1  # once for a page


def test_a_fault_while_somebody_is_looked_up_is_told_once_and_to_nobody(
    app: Flask, ports: Ports, ana: Principal
) -> None:
    browser, asked = signed_in(app, ports, ana), []

    def fail(session: Session, digest: str, at: datetime) -> Principal:
        asked.append(digest)
        raise RuntimeError("the rows cannot be read")

    app.extensions["app_state"] = replace(app.extensions["app_state"], load_principal=fail)
    answer = browser.get("/account")
    assert (answer.status_code, len(asked)) == (500, 1)
    assert ("Sorry, there is a problem" in answer.text, "Sign out" in answer.text) == (True, False)
