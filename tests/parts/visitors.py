"""People for tests, and the browsers in which they are signed in. CSRF and sessions are the real ones."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from procurement.models.people import Membership, Organisation, Person, RoleHeld, SignIn
from procurement.rules.ports import Ports
from procurement.web import login


class Visitor(FlaskClient):
    """A browser without script: it fetches a page and sends the form that it found there."""

    def send(self, page: str, fields: Mapping[str, Any] | None = None, *, to: str | None = None) -> TestResponse:
        """POST as a person would: the page first, for its CSRF token; `to` where the form goes elsewhere."""
        shown = self.get(page)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)
        assert token is not None, f"{page} ({shown.status}) has no form"
        return self.post(to or page, data={"csrf_token": token[1], **(fields or {})})


class People:
    """Makes people and organisations in a database, and signs people in without going through the sign-in page."""

    def __init__(self, ports: Ports, app: Flask | None = None) -> None:
        self._ports = ports
        self._app = app

    def person(self, email: str, *roles: str, name: str | None = None, password: str | None = None) -> int:
        """A confirmed account with some roles (officer, approver, assessor, auditor, operator); its id."""
        now = self._ports.clock.now()
        hashed = self._ports.passwords.hash(password) if password else None

        def make(session: Session) -> int:
            shown = name or email.partition("@")[0].title()
            row = Person(email=email, name=shown, password=hashed, created_at=now, confirmed_at=now, disabled_at=None)
            session.add(row)
            session.flush()
            session.add_all(RoleHeld(person_id=row.id, role=role, granted_at=now, granted_by=None) for role in roles)
            return row.id

        return self._ports.database.write(make)

    def organisation(self, name: str, *, size: str = "small", kind: str = "company", **team: str) -> int:
        """An organisation with people in it, as `lead="ana@firm.example"`, `viewer="bo@firm.example"`; its id."""
        now = self._ports.clock.now()

        def make(session: Session) -> int:
            ref = secrets.token_hex(4)
            row = Organisation(
                ref=ref, name=name, kind=kind, size=size, company_number=None, charity_number=None, created_at=now
            )
            session.add(row)
            session.flush()
            for role, email in team.items():
                person_id = session.scalars(select(Person.id).where(Person.email == email)).one()
                session.add(Membership(person_id=person_id, organisation_id=row.id, role=role, joined_at=now))
            return row.id

        return self._ports.database.write(make)

    def signed_in(self, email: str) -> Visitor:
        """A browser in which this person has just signed in."""
        assert self._app is not None, "this test has no app"
        token, at = secrets.token_urlsafe(32), self._ports.clock.unshifted()
        digest = hashlib.sha256(token.encode()).hexdigest()

        def sign_in(session: Session) -> None:
            person_id = session.scalars(select(Person.id).where(Person.email == email)).one()
            session.add(SignIn(digest=digest, person_id=person_id, made_at=at, seen_at=at, fresh_at=at, ended_at=None))

        self._ports.database.write(sign_in)
        visitor = Visitor(self._app, self._app.response_class, use_cookies=True)
        with visitor.session_transaction() as session:
            session[login.SECRET] = token
        return visitor
