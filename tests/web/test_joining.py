"""Who was invited, or came to apply, is where they wanted to be: the link proves the address, in whatever browser."""

import pytest
from flask import Flask

from procurement.queries import people as people_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import people as services
from procurement.services.act import perform
from tests.parts import applications, calls
from tests.parts.people import PASSWORD, firm, link_in, newest_message, person, signed_in
from tests.parts.visitors import Visitor

NEW = {"name": "Bo Chen", "password": PASSWORD, "terms": "y"}


def invited(ports: Ports, email: str, *, drafts: int = 1) -> tuple[str, str]:
    """The page of an invitation to a firm with so many drafts, and the reference of the last draft."""
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example")
    ref = ""
    for _ in range(drafts):
        ref = applications.started(ports, calls.published(ports), lead, made).ref
    perform(ports, lead, ports.clock.now(), services.invite, made.id, email, "editor")
    with ports.database.reading() as session:
        return f"/invitations/{link_in(newest_message(session, email).body)}", ref


@pytest.mark.both_databases
def test_an_invitation_proves_its_address_and_leads_to_the_application(app: Flask, ports: Ports) -> None:
    page, ref = invited(ports, "bo@firm.example")
    visitor = Visitor(app)
    assert visitor.send(page, {**NEW, "terms": ""}, to=f"{page}/account").status_code == 422
    assert visitor.send(page, {**NEW, "password": "short"}, to=f"{page}/account").status_code == 422
    joined = visitor.send(page, NEW, to=f"{page}/account")
    assert (joined.status_code, joined.location) == (303, f"/applications/{ref}")
    assert visitor.get(f"/applications/{ref}").status_code == 200
    with ports.database.reading() as session:
        kinds = newest_message(session, "bo@firm.example").kind
    assert kinds == "invited_to_team"  # no second message asks for what the first has shown
    assert visitor.get(page).status_code == 410
    assert Visitor(app).send("/sign-in", {"email": "bo@firm.example", "password": PASSWORD}).status_code == 303


def test_an_account_is_never_made_twice_by_an_invitation(app: Flask, ports: Ports) -> None:
    page, _ref = invited(ports, "bo@firm.example")
    person(ports, "bo@firm.example")
    visitor = Visitor(app)
    answer = visitor.send("/register", NEW, to=f"{page}/account")
    assert answer.status_code == 409
    assert "has an account" in answer.text
    assert visitor.get("/account").status_code == 303


def test_an_invitation_to_another_address_is_accepted_with_the_account_that_is_signed_in(
    app: Flask, ports: Ports
) -> None:
    page, ref = invited(ports, "eve@work.example")
    eve = person(ports, "eve@home.example")
    browser = signed_in(app, ports, eve)
    assert browser.send(page).location == f"/applications/{ref}"
    with ports.database.reading() as session:
        said = " ".join(newest_message(session, "eve@work.example").body.split())
        assert "or with the account that you have, also under another address" in said  # what the page does
        assert "for your address only" not in said
        assert people_queries.find_by_email(session, "eve@work.example") is None


def test_several_drafts_lead_to_all_of_them(app: Flask, ports: Ports) -> None:
    page, _ref = invited(ports, "bo@firm.example", drafts=2)
    assert Visitor(app).send(page, NEW, to=f"{page}/account").location == "/dashboard"


def test_an_address_that_is_confirmed_in_another_browser_leads_to_the_call(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    wanted = f"/calls/{call.ref}/apply"
    laptop, phone = Visitor(app), Visitor(app)
    typed = {"name": "Cy Dee", "email": "cy@firm.example", "password": PASSWORD, "terms": "y", "next": wanted}
    assert laptop.send(f"/register?next={wanted}", typed, to="/register").status_code == 303
    with ports.database.reading() as session:
        link = f"/register/confirm/{link_in(newest_message(session, 'cy@firm.example').body)}"
    there = phone.send(link, {"name": "Cy Dee", "password": PASSWORD})
    assert (there.status_code, there.location) == (303, wanted)
    assert phone.get("/account").status_code == 200  # and is signed in


def test_confirming_signs_in_nobody_who_holds_a_role(app: Flask, ports: Ports) -> None:
    operator = person(ports, "op@city.example", "operator")
    perform(ports, operator, ports.clock.now(), services.add_person, "Of Ficer", "officer@city.example", ["officer"])
    perform(ports, SYSTEM, ports.clock.now(), services.request_password, "officer@city.example")
    with ports.database.reading() as session:
        link = f"/register/confirm/{link_in(newest_message(session, 'officer@city.example').body)}"
    browser = Visitor(app)
    answer = browser.send(link, {"password": PASSWORD})
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
    assert browser.get("/account").status_code == 303
