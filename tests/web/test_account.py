"""One's account, organisations and teams, and what is kept when a session or a form expires."""

import re
from typing import Any

import pytest
from flask import Flask

from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import perform
from tests.parts.clock import StandingClock
from tests.parts.pages import token_in
from tests.parts.people import PASSWORD, firm, link_in, member, newest_message, person, signed_in
from tests.parts.visitors import Visitor

PROFILE = {"name": "Aston Sensors", "kind": "company", "size": "small", "town": "Birmingham", "postcode": "b1 1aa"}


def token_of(browser: Visitor, page: str) -> str:
    return token_in(browser.get(page).text)


@pytest.mark.both_databases
def test_the_account_lists_its_sign_ins_and_ends_them(app: Flask, ports: Ports) -> None:
    ana = person(ports, "ana@firm.example")
    here, phone = signed_in(app, ports, ana), signed_in(app, ports, ana)
    page = here.get("/account")
    assert page.status_code == 200
    ends = re.findall(r'action="(/account/sign-ins/\d+/end)"', page.text)
    assert len(ends) == 2
    assert here.send("/account", to="/account/sign-ins/end-others").status_code == 303
    assert phone.get("/account").location == "/sign-in?next=/account"
    assert here.get("/account").status_code == 200
    stranger = signed_in(app, ports, person(ports, "eve@other.example"))
    assert [stranger.send("/account", to=end).status_code for end in ends] == [404, 404]


@pytest.mark.both_databases
def test_name_and_password_are_changed(app: Flask, ports: Ports) -> None:
    ana = person(ports, "ana@firm.example")
    here, phone = signed_in(app, ports, ana), signed_in(app, ports, ana)
    assert here.send("/account/name", {"name": "  "}).status_code == 422
    assert here.send("/account/name", {"name": "Ana Bell"}).status_code == 303
    assert "Ana Bell" in here.get("/account").text
    wrong = {"old_password": "wrong password", "new_password": "a new long password"}
    assert here.send("/account/password", wrong).status_code == 422
    same = {"old_password": PASSWORD, "new_password": "ana@firm.example"}
    assert "must not be your email address" in here.send("/account/password", same).text
    right = {"old_password": PASSWORD, "new_password": "a new long password"}
    assert here.send("/account/password", right).status_code == 303
    assert here.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303


def test_an_organisation_is_registered_changed_and_hidden_from_others(app: Flask, ports: Ports) -> None:
    lead = signed_in(app, ports, person(ports, "ana@firm.example"))
    answer = lead.send("/account/organisations/new", {**PROFILE, "company_number": "12-X"})
    assert answer.status_code == 422
    assert "Companies House" in answer.text
    assert 'value="Aston Sensors"' in answer.text
    answer = lead.send("/account/organisations/new", {**PROFILE, "company_number": "1234567"})
    assert answer.status_code == 303
    where = answer.location
    assert "01234567" in lead.get(where).text
    edit = {**PROFILE, "company_number": "01234567", "town": "Solihull", "version": "1"}
    assert lead.send(f"{where}/edit", edit).status_code == 303
    stale = lead.send(f"{where}/edit", {**edit, "town": "Walsall"})
    assert stale.status_code == 409
    assert "Solihull" in stale.text
    assert "Walsall" in stale.text
    other = signed_in(app, ports, person(ports, "eve@other.example"))
    pages = (where, f"{where}/edit", f"{where}/people", "/account/organisations/nothing")
    assert [other.get(page).status_code for page in pages] == [404] * 4
    twin = other.send("/account/organisations/new", {**PROFILE, "company_number": "01234567"})
    assert twin.status_code == 422
    assert "registered already" in twin.text
    assert "Ana" not in twin.text
    assert "ana@firm.example" not in twin.text
    officer = signed_in(app, ports, person(ports, "otto@city.example", "officer"))
    assert officer.get("/account/organisations/new").status_code == 403


def test_only_a_lead_looks_after_the_team(app: Flask, ports: Ports) -> None:
    ana, made = firm(ports, "Aston Sensors", "ana@firm.example")
    bo = member(ports, made.id, "bo@firm.example", "viewer")
    where = f"/account/organisations/{made.ref}/people"
    viewer = signed_in(app, ports, bo)
    assert viewer.get(where).status_code == 200
    assert viewer.send("/account", {"email": "cy@firm.example", "role": "lead"}, to=where).status_code == 403
    assert viewer.get(f"{where}/{bo.id}").status_code == 403
    lead = signed_in(app, ports, ana)
    assert "needs a lead" in lead.send(f"{where}/{ana.id}", {"role": "viewer"}).text
    assert lead.send(f"{where}/{bo.id}", {"role": "lead"}).status_code == 303
    assert lead.send(where, to=f"{where}/{ana.id}/remove").location == "/account"
    assert lead.get(where).status_code == 404


@pytest.mark.both_databases
def test_an_invitation_speaks_to_whoever_opens_it(app: Flask, ports: Ports, clock: StandingClock) -> None:
    ana, made = firm(ports, "Aston Sensors", "ana@firm.example")
    lead = signed_in(app, ports, ana)
    where = f"/account/organisations/{made.ref}/people"
    assert lead.send(where, {"email": "bo@firm.example", "role": "editor"}).status_code == 303
    with ports.database.reading() as session:
        page = f"/invitations/{link_in(newest_message(session, 'bo@firm.example').body)}"
    visitor = Visitor(app)
    assert f"/sign-in?next={page}" in visitor.get(page).text
    assert "Create the account and join" in visitor.get(page).text
    somebody = signed_in(app, ports, person(ports, "eve@other.example"))
    answer = somebody.get(page)
    assert (answer.status_code, "this address is yours too" in answer.text) == (200, True)
    assert somebody.send(page, to=f"{page}/other-account").location == f"/sign-in?next={page}"
    bo = signed_in(app, ports, person(ports, "bo@firm.example"))
    assert "Create the account and join" not in visitor.get(page).text  # the address has one now
    assert bo.send(page).location == f"/account/organisations/{made.ref}"
    assert bo.get(page).status_code == 410
    assert lead.send(where, {"email": "bo@firm.example", "role": "editor"}).status_code == 422
    lead.send(where, {"email": "cy@firm.example", "role": "editor"})
    with ports.database.reading() as session:
        late = f"/invitations/{link_in(newest_message(session, 'cy@firm.example').body)}"
    clock.forward(days=7)
    assert visitor.get(late).status_code == 410


TEXT = "Twelve lines that took an hour.\nThe second of them."


def send_late(browser: Visitor, page: str, fields: dict[str, Any]) -> Any:
    return browser.post(page, data=fields, headers={"Referer": f"http://localhost{page}"})


@pytest.mark.both_databases
def test_what_an_expired_session_had_sent_comes_back(app: Flask, ports: Ports, clock: StandingClock) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    token = token_of(browser, "/account/name")
    clock.forward(minutes=60)
    answer = send_late(browser, "/account/name", {"csrf_token": token, "name": "Ana Late"})
    assert answer.location == "/sign-in?next=/account/name"
    assert "get it back after signing in" in browser.get(answer.location).text
    answer = browser.send("/sign-in", {"email": "ana@firm.example", "password": PASSWORD, "next": "/account/name"})
    assert answer.location == "/kept?next=/account/name"
    page = browser.get(answer.location).text
    assert "We kept what you typed" in page
    again = re.search(r'action="(/account/name\?kept=\d+)"', page)
    assert again is not None
    assert browser.send("/kept", {"name": "Ana Late"}, to=again[1]).status_code == 303
    assert "Ana Late" in browser.get("/account").text
    assert "Nothing is waiting" in browser.get("/kept").text


def test_an_expired_form_of_somebody_signed_in_comes_back(app: Flask, ports: Ports) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    answer = send_late(browser, "/account/name", {"csrf_token": "of another session", "name": TEXT})
    assert answer.location == "/kept"
    assert TEXT in browser.get("/kept").text


def test_a_form_without_any_token_is_never_done(app: Flask, ports: Ports) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    assert send_late(browser, "/account/name", {"name": "Somebody Else"}).location == "/kept"
    assert "<dd" in browser.get("/account").text
    assert "Somebody Else" not in browser.get("/account").text


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_sites_form_is_refused_and_not_kept(app: Flask, ports: Ports, header: dict[str, str]) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    answer = browser.post("/account/name", data={"name": "Evil"}, headers=header)
    assert answer.status_code == 400
    assert "Nothing is waiting" in browser.get("/kept").text
    assert Visitor(app).post("/account/name", data={"name": "Evil"}, headers=header).status_code == 400


def test_what_was_typed_is_shown_to_nobody_else(app: Flask, ports: Ports, clock: StandingClock) -> None:
    person(ports, "eve@other.example")
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    token = token_of(browser, "/account/name")
    clock.forward(minutes=60)
    send_late(browser, "/account/name", {"csrf_token": token, "name": TEXT})
    answer = browser.send("/sign-in", {"email": "eve@other.example", "password": PASSWORD})
    assert answer.location == "/dashboard"
    assert TEXT not in browser.get("/kept").text
    browser.send("/kept", to="/sign-out")
    answer = browser.send("/sign-in", {"email": "ana@firm.example", "password": PASSWORD})
    assert answer.location == "/kept"
    assert TEXT in browser.get("/kept").text
    clock.forward(hours=11)
    clock.forward(hours=14)
    browser.send("/sign-in", {"email": "ana@firm.example", "password": PASSWORD})
    assert TEXT not in browser.get("/kept").text


def test_passwords_and_files_are_never_kept(app: Flask, ports: Ports, clock: StandingClock) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    fields = {"old_password": PASSWORD, "new_password": "a new long password", "note": TEXT}
    assert send_late(browser, "/account/password", fields).location == "/kept"
    page = browser.get("/kept").text
    assert TEXT in page
    assert PASSWORD not in page
    assert "a new long password" not in page
    assert 'name="old_password"' in page


def test_a_visitors_expired_form_is_given_back_at_once(app: Flask, ports: Ports) -> None:
    fields = {"name": "Ana Baran", "email": "ana@firm.example", "password": "x" * 9}
    answer = Visitor(app).post("/register", data=fields)
    assert answer.status_code == 400
    assert "ana@firm.example" in answer.text
    assert "xxxxxxxxx" not in answer.text


def test_a_script_is_told_to_sign_in(app: Flask) -> None:
    answer = Visitor(app).post("/account/name", data={"name": "x"}, headers={"X-Requested-With": "autosave"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_person_whose_account_is_closed_is_out_with_the_next_page(app: Flask, ports: Ports) -> None:
    ana, op = person(ports, "ana@firm.example"), person(ports, "op@city.example", "operator")
    browser = signed_in(app, ports, ana)
    assert browser.get("/account").status_code == 200
    assert ana.id is not None
    ana_id, now = ana.id, ports.clock.now()
    perform(ports, op, now, people.disable, ana_id)
    assert browser.get("/account").status_code == 303
