"""People, organisations and sign-ins made through the services, as the service itself makes them."""

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from procurement.models.people import Organisation, Person
from procurement.queries import people as people_queries
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import Act, perform
from procurement.web import login
from tests.parts.visitors import Visitor

PASSWORD = "a long enough password"
OPERATOR = replace(SYSTEM, roles=frozenset({"operator"}))


def person(ports: Ports, email: str, *roles: str, name: str | None = None, password: str = PASSWORD) -> Principal:
    """A confirmed account with some roles (officer, approver, assessor, auditor, operator), as a principal."""
    hashed, now = hashed_once(ports, password), ports.clock.now()
    shown = name or email.partition("@")[0].replace(".", " ").title()

    def make(session: Session) -> int:
        return people.add_person(Act(session, ports, OPERATOR, now), shown, email, roles, hashed=hashed).id

    return principal(ports, ports.database.write(make))


_hashed: dict[str, str] = {}


def hashed_once(ports: Ports, password: str) -> str:
    """A password's hash; most people here have the same password, and one hash of it is as good as another."""
    if password not in _hashed:
        _hashed[password] = ports.passwords.hash(password)
    return _hashed[password]


def principal(ports: Ports, person_id: int) -> Principal:
    """A person as they are now, with their roles and teams."""
    with ports.database.reading() as session:
        return people_queries.as_principal(session, person_id)


def organisation(ports: Ports, name: str, lead: Principal, **profile: Any) -> Organisation:
    """An organisation with this person as its lead; read the person again (`principal`) to act for it."""
    values = {"kind": "company", "size": "small", **profile}
    return perform(ports, lead, ports.clock.now(), people.create_organisation, people.Profile(name=name, **values))


def firm(ports: Ports, name: str, email: str, **profile: Any) -> tuple[Principal, Organisation]:
    """An organisation and its lead, who may act for it."""
    lead = person(ports, email)
    made = organisation(ports, name, lead, **profile)
    assert lead.id is not None
    return principal(ports, lead.id), made


def member(ports: Ports, organisation_id: int, email: str, role: str) -> Principal:
    """Somebody else of an organisation: invited and accepted, as people are."""
    joining = person(ports, email)
    now = ports.clock.now()

    def join(session: Session) -> None:
        people.invite(Act(session, ports, OPERATOR, now), organisation_id, email, role)
        link = invitation_link(session, email)
        people.accept(Act(session, ports, joining, now), link)

    ports.database.write(join)
    assert joining.id is not None
    return principal(ports, joining.id)


def invitation_link(session: Session, email: str) -> str:
    """The secret of the newest message to an address: what stands after the last slash of its link."""
    return link_in(newest_message(session, email).body)


def newest_message(session: Session, email: str) -> Any:
    from sqlalchemy import select

    from procurement.models.messages import Message

    return session.scalars(select(Message).where(Message.address == email).order_by(Message.id.desc()).limit(1)).one()


def link_in(body: str) -> str:
    """The secret in a message's one link."""
    line = next(line.strip() for line in body.splitlines() if line.strip().startswith("http"))
    return line.rpartition("/")[2]


def signed_in(app: Flask, ports: Ports, who: Principal | Person) -> Visitor:
    """A browser in which this person has just signed in, by the service that the sign-in page calls."""
    browser = Visitor(app, app.response_class, use_cookies=True)
    assert who.id is not None
    person_id = who.id
    secret = perform(ports, SYSTEM, ports.clock.now(), people.begin_sign_in, person_id)
    with browser.session_transaction() as session:
        session.clear()
        session[login.SECRET] = secret
    return browser
