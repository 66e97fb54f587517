"""Every route × method × person × state of its target, against the reviewed table beside this file.

The targets are those of the seeded demonstration city, which has a call in every state; nothing that a request changes
is kept, so that no answer depends on the one before. A row of the table is a method, an endpoint and a target, then one
status for each person. After a change on purpose: REWRITE_RIGHTS=1 writes the table anew, and its difference is
reviewed.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.adapters.database import Database
from procurement.app import create_app
from procurement.models.applications import Application, Attachment, Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.people import Organisation, Person
from procurement.models.register import RegisterAward, RegisterNotice, Release
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from tests.parts import people
from tests.parts.city import NOW, Cities
from tests.parts.postgres import NoPostgres
from workflows.catalogue import states
from workflows.engine import phase

# a city is made and asked several thousand questions
pytestmark = pytest.mark.timeout(600)
TABLE = Path(__file__).parent / "expected.tsv"
WHO = (
    "nobody",
    "newcomer",
    "sme",
    "sme2",
    "viewer",
    "assessor",
    "assessor2",
    "assessor3",
    "officer",
    "approver",
    "auditor",
    "operator",
)
# they count attempts, and are tested by themselves (tests/web/test_sign_in.py)
COUNTED = {"account_sign_in.sign_in", "account_sign_up.create", "account_passwords.ask", "account_sign_in.enter_again"}
APPLICATION_TARGETS = ("aston", "digbeth")
PLAIN = {
    "key": "summary",
    "field": "mark",
    "criterion": "impact",
    "link": "nothing",
    "filename": "nothing",
    "number": 1,
    "kind": "csv",
    "procedure": "challenge",
    "form_id": 1,
    "after": 0,
}


class KeepingNothing(Database):
    """The real database, whose every change is taken back where it would be committed."""

    def _commit(self, session: Session) -> None:
        session.expunge_all()  # what a view goes on to read stays readable, as after a commit
        session.rollback()


@dataclass
class House:
    """The seeded city behind an app that keeps nothing, and a browser for each person."""

    app: Flask
    browsers: dict[str, FlaskClient]
    ports: Ports


def house(cities: Cities, kind: str, folder: Path) -> House:
    config, ports = cities.make(kind, folder)
    with ports.database.reading() as session:
        aston = session.scalars(select(Organisation.id).where(Organisation.name == "Aston Sensors Ltd")).one()
    people.person(ports, "newcomer@demo.example")
    people.member(ports, aston, "viewer@demo.example", "viewer")
    app = create_app(config, ports)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    # two of three answers are refusals: their number is what counts here, the pages are read by tests/web
    short = DictLoader({f"errors/{number}.html": str(number) for number in (403, 404)})
    app.jinja_loader = ChoiceLoader([short, app.jinja_loader])
    browsers = {"nobody": app.test_client()}
    for name in WHO[1:]:
        with ports.database.reading() as session:
            person = session.scalars(select(Person).where(Person.email == f"{name}@demo.example")).one()
        browsers[name] = people.signed_in(app, ports, person)
    url, real = config.database_url, ports.database
    dry = replace(ports, database=KeepingNothing(url, before_commit=real.before_commit))  # type: ignore[attr-defined]
    ports.database.close()  # type: ignore[attr-defined]
    whole = app.extensions["app_state"]
    # nothing is kept, so who somebody is stays the same from one request to the next
    app.extensions["app_state"] = replace(whole, ports=dry, load_principal=remembering(whole.load_principal))
    return House(app, browsers, dry)


def remembering(load: Callable[[Session, str, datetime], Principal]) -> Callable[[Session, str, datetime], Principal]:
    known: dict[tuple[str, datetime], Principal] = {}

    def load_once(session: Session, digest: str, at: datetime) -> Principal:
        if (digest, at) not in known:
            known[digest, at] = load(session, digest, at)
        return known[digest, at]

    return load_once


@pytest.fixture(scope="module")
def city(cities: Cities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = house(cities, "sqlite", tmp_path_factory.mktemp("city"))
    yield made
    made.ports.database.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def city_on_postgresql(cities: Cities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    try:
        made = house(cities, "postgresql", tmp_path_factory.mktemp("city"))
    except NoPostgres as missing:
        pytest.skip(str(missing))
    yield made
    made.ports.database.close()  # type: ignore[attr-defined]


def call_state(call: Call, stage: Stage) -> str:
    """Where a call is: while it is published, where the stage is that it has come to."""
    if call.state not in states.call.published:
        return call.state
    if stage.state not in states.stage.collecting:
        return f"{stage.key}-{stage.state}"
    return f"{stage.key}-{phase(stage.opens_at, stage.closes_at, NOW)}"


def targets(session: Session) -> dict[str, dict[str, dict[str, Any]]]:
    """For each kind of thing: what a state is called, and the address's parts that lead to one thing in it."""
    found: dict[str, dict[str, dict[str, Any]]] = {
        name: {}
        for name in (
            "call",
            "application",
            "assignment",
            "document",
            "award",
            "notice",
            "organisation",
            "person",
            "message",
            "none",
        )
    }
    for call in session.scalars(select(Call).order_by(Call.id)):
        stage = stages_queries.find(session, call.ref)
        assert stage is not None
        found["call"].setdefault(call_state(call, stage), {"ref": call.ref, "stage": stage.key})
    rows = session.scalars(
        select(Application)
        .options(
            joinedload(Application.call),
            joinedload(Application.organisation),
            joinedload(Application.entry).joinedload(Entry.stage),
        )
        .order_by(Application.id)
    )
    for application in rows:
        firm = application.organisation.name.partition(" ")[0].lower()
        if firm not in APPLICATION_TARGETS:
            continue
        attachment = session.scalars(select(Attachment.ref).where(Attachment.entry_id == application.entry.id)).first()
        entry = application.entry
        label = f"{firm}:{entry.state}:{call_state(application.call, entry.stage)}"
        parts = {
            "ref": application.ref,
            "application": application.ref,
            "file": attachment or "nothing",
            "call_ref": application.call.ref,
            "stage": entry.stage.key,
            "bid": application.ref,
        }
        found["application"].setdefault(label, parts)
    people_of = dict(session.execute(select(Person.id, Person.email)).all())  # type: ignore[arg-type]
    asked = select(Assignment).options(joinedload(Assignment.entry).joinedload(Entry.stage).joinedload(Stage.call))
    for assignment in session.scalars(asked.order_by(Assignment.id)):
        who, stage = people_of[assignment.person_id].partition("@")[0], assignment.entry.stage
        found["assignment"].setdefault(
            f"{who}:{assignment.state}",
            {
                **{"ref": assignment.ref, "assignment_id": assignment.id, "assignment": assignment.ref},
                **{"call_ref": stage.call.ref, "stage": stage.key},
            },
        )
    for document in session.scalars(select(Document).order_by(Document.id)):
        owner = (
            ""
            if document.application_id is None
            else session.scalars(
                select(Organisation.name)
                .join(Application, Application.organisation_id == Organisation.id)
                .where(Application.id == document.application_id)
            )
            .one()
            .partition(" ")[0]
            .lower()
        )
        if owner in ("", *APPLICATION_TARGETS):
            found["document"].setdefault(
                f"{document.kind}:{owner}", {"code": document.code, "document_id": document.id}
            )
    found["award"] = {
        row.status: {"public_id": row.public_id}
        for row in session.scalars(select(RegisterAward).order_by(RegisterAward.id))
    } | {"missing": {"public_id": "nothing"}}
    found["notice"] = {
        row.kind: {"public_id": row.public_id}
        for row in session.scalars(select(RegisterNotice).order_by(RegisterNotice.id))
    } | {"missing": {"public_id": "nothing"}}
    release = session.scalars(select(Release)).first()
    found["none"][""] = {"ocid": release.ocid if release else "nothing", "code": "nothing"}
    for row in session.scalars(select(Organisation).order_by(Organisation.id)):
        if (firm := row.name.partition(" ")[0].lower()) in APPLICATION_TARGETS:
            found["organisation"][firm] = {"ref": row.ref, "organisation_id": row.id}
    found["person"][""] = {"person_id": next(key for key, email in people_of.items() if email == "sme@demo.example")}
    message = session.scalars(select(Message.id).order_by(Message.id)).first()
    found["message"][""] = {"message_id": message or 1}
    assert session.scalars(select(Award)).all() is not None
    assert session.scalars(select(Notice)).all() is not None
    return found


def kind_of(rule: str) -> str:
    """Which kind of thing an address is about."""
    starts = (
        ("/calls/", "call"),
        ("/manage/calls/", "call"),
        ("/applications/", "application"),
        ("/assess/", "assignment"),
        ("/documents/", "document"),
        ("/awards/", "award"),
        ("/notices/", "notice"),
        ("/organisations/", "organisation"),
        ("/account/organisations/", "organisation"),
        ("/admin/users/", "person"),
        ("/admin/outbox/", "message"),
        ("/admin/jobs/", "document"),
    )
    return next((kind for start, kind in starts if rule.startswith(start) and "<" in rule), "none")


def status(browser: FlaskClient, address: str, method: str) -> int:
    """The answer's status; the browser keeps its own cookie, also where the answer would sign it out."""
    cookie = browser.get_cookie("session")
    found = browser.open(address, method=method).status_code
    browser.delete_cookie("session")
    if cookie is not None:
        browser.set_cookie("session", cookie.value)
    return found


def addresses(city: House) -> Iterator[tuple[str, str, str]]:
    """Every method, row of the table, and address that is asked for it."""
    with city.ports.database.reading() as session:
        known = targets(session)
    for rule in sorted(city.app.url_map.iter_rules(), key=lambda each: (each.endpoint, str(each))):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if method == "POST" and rule.endpoint in COUNTED:
                continue
            of_kind = known[kind_of(rule.rule)] or {"none": {}}
            if kind_of(rule.rule) == "call" and {"bid", "application"} & rule.arguments:
                of_kind = {label: {**parts, "ref": parts["call_ref"]} for label, parts in known["application"].items()}
            for label, parts in of_kind.items():
                values = {name: parts.get(name, PLAIN.get(name, 1)) for name in rule.arguments}
                for name, converter in rule._converters.items():
                    if name not in parts and converter.__class__.__name__ == "AnyConverter":
                        values[name] = sorted(converter.items)[0]
                address = city.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
                yield method, f"{method}\t{rule.endpoint}\t{label}", address


def test_every_answer_is_the_one_in_the_reviewed_table(city: House) -> None:
    found = {}
    for method, name, address in addresses(city):
        statuses = [status(city.browsers[who], address, method) for who in WHO]
        found[name] = "\t".join(map(str, statuses))
    if os.environ.get("REWRITE_RIGHTS"):
        lines = ["\t".join(("method", "endpoint", "target", *WHO)), *(f"{name}\t{row}" for name, row in found.items())]
        TABLE.write_text("\n".join((*lines, "")))
    expected = reviewed()
    assert {name: row for name, row in found.items() if expected.get(name) != row} == {}
    assert sorted(set(expected) - set(found)) == []
    assert [name for name, row in found.items() if "500" in row.split("\t")] == []


def reviewed() -> dict[str, str]:
    """The table: for each method, endpoint and target, what each person is answered."""
    rows = [line.split("\t") for line in TABLE.read_text().splitlines()]
    assert tuple(rows[0][3:]) == WHO
    return {"\t".join(row[:3]): "\t".join(row[3:]) for row in rows[1:]}


@pytest.mark.postgresql
def test_every_page_says_the_same_on_both_databases(city: House, city_on_postgresql: House) -> None:
    expected, different, asked = reviewed(), [], 0
    theirs = {name: address for method, name, address in addresses(city_on_postgresql) if method == "GET"}
    for name, address in ((name, address) for method, name, address in addresses(city) if method == "GET"):
        statuses = expected[name].split("\t")
        who = next((who for who, found in zip(WHO, statuses, strict=True) if found == "200"), None)
        if who is None:
            continue
        asked += 1
        pages = [said(city.browsers[who], address), said(city_on_postgresql.browsers[who], theirs[name])]
        if pages[0] != pages[1]:
            different.append((name, who, address, *pages))
    assert different == []
    assert asked > 400


def said(browser: FlaskClient, address: str) -> Any:
    """What a page says, without what is drawn anew for each browser and press; JSON by its values.

    PostgreSQL keeps the names of stored JSON in an order of its own.
    """
    answer = browser.get(address)
    if answer.is_json:
        return answer.json
    return re.sub(rb'(name="(?:csrf_token|press)"[^>]*value|data-csrf)="[^"]*"', b"", answer.data)
