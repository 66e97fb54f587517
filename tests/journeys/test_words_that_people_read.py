"""No page, file, message or document of the demonstration shows a key: people read words (docs/glossary.md)."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from procurement.app import create_app
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Person
from procurement.models.register import RegisterAward
from procurement.models.stages import Stage
from procurement.rules.ports import Ports
from procurement.web.manage.history import what
from tests.parts import people
from tests.parts.city import Cities
from tests.parts.pages import parse
from tests.parts.visitors import Visitor

pytestmark = pytest.mark.timeout(600)  # a city is made
KEY = re.compile(r"(?<![\w/.@-])[a-z]+(?:_[a-z0-9]+)+(?![\w/@(-]|\.\w)")  # no file, address or command
CODE = re.compile(r"<code>.*?</code>", re.S)  # where a page says what a table calls it
# Pages that are about the data say what its columns are called.
OF_A_CALL = ("", "/history", "/notices")
OF_A_STAGE = (
    "/opening",
    "/applications",
    "/progress",
    "/ranking",
    "/decisions",
    "/reasons",
    "/outcomes",
    "/reserve",
    "/documents",
    "/moderation",
    "/checks",
    "/assign",
)


@pytest.fixture(scope="module")
def city(cities: Cities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Ports]]:
    config, ports = cities.make("sqlite", tmp_path_factory.mktemp("city"))
    yield create_app(config, ports), ports
    ports.database.close()  # type: ignore[attr-defined]


def somebody(app: Flask, ports: Ports, name: str) -> Visitor:
    with ports.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == f"{name}@demo.example")).one()
    return people.signed_in(app, ports, person)


def keys(text: str) -> list[str]:
    return sorted(set(KEY.findall(text)))


def seen(visitor: Visitor, address: str) -> list[str]:
    """The keys that a page shows; none where its reader may not see it."""
    answer = visitor.get(address)
    assert answer.status_code in (200, 403, 404), address
    if answer.status_code != 200:
        return []
    return [f"{address}: {key}" for key in keys(parse(CODE.sub(" ", answer.text)).text)]


def test_a_history_says_everything_in_words(city: tuple[Flask, Ports]) -> None:
    """The page, the file of the whole, and its table but for the column of codes."""
    app, ports = city
    with ports.database.reading() as session:
        refs = session.scalars(select(Call.ref)).all()
    found: list[str] = []
    for who in ("officer", "auditor"):
        visitor = somebody(app, ports, who)
        for ref in refs:
            found += seen(visitor, f"/manage/calls/{ref}/history") + seen(visitor, f"/manage/calls/{ref}/history.html")
    assert found == []


def test_every_kind_of_event_has_words_of_its_own(city: tuple[Flask, Ports]) -> None:
    app, ports = city
    with app.test_request_context(), ports.database.reading() as session:
        newest = select(func.max(Event.id)).where(Event.call_id.is_not(None)).group_by(Event.tag)
        events = session.scalars(select(Event).where(Event.id.in_(newest))).all()
        bare = [each.tag for each in events if what(each) == each.tag.replace(".", ": ").replace("_", " ").capitalize()]
    assert bare == []
    assert len(events) > 60


def test_pages_of_officers_and_the_auditor_show_no_key(city: tuple[Flask, Ports]) -> None:
    app, ports = city
    with ports.database.reading() as session:
        calls = session.scalars(select(Call.ref)).all()
        stages = session.execute(select(Call.ref, Stage.key).join(Stage, Stage.call_id == Call.id)).all()
    officer = somebody(app, ports, "officer")
    found = seen(somebody(app, ports, "auditor"), "/manage/audit") + seen(officer, "/my-work")
    found += [key for ref in calls for page in OF_A_CALL for key in seen(officer, f"/manage/calls/{ref}{page}")]
    found += [
        key
        for ref, stage in stages
        for page in OF_A_STAGE
        for key in seen(officer, f"/manage/calls/{ref}/stages/{stage}{page}")
    ]
    assert found == []


def test_public_pages_and_the_workbook_show_no_key(city: tuple[Flask, Ports]) -> None:
    app, ports = city
    with ports.database.reading() as session:
        calls = session.scalars(select(Call.ref).where(Call.published_at.is_not(None))).all()
        awards = session.scalars(select(RegisterAward.public_id)).all()
    visitor = Visitor(app, app.response_class)
    pages = ["/", "/calls", "/awards", "/notices", "/how-we-decide"]
    pages += [f"/calls/{ref}{page}" for ref in calls for page in ("", "/questions", "/changes", "/procedure")]
    pages += [f"/awards/{award}" for award in awards]
    found = [key for page in pages for key in seen(visitor, page)]
    found += [f"workbook: {key}" for key in keys(" ".join(in_first_sheet(visitor.get("/awards.xlsx").data)))]
    assert found == []


def in_first_sheet(book: bytes) -> list[str]:
    """The texts of the sheet of awards; the next one says what its columns are called in data."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts = re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", parts.read("xl/worksheets/sheet1.xml").decode())
    assert len(texts) > 100
    return texts


def test_messages_and_documents_hold_no_key(city: tuple[Flask, Ports]) -> None:
    _app, ports = city
    with ports.database.reading() as session:
        messages = session.execute(select(Message.kind, Message.subject, Message.body)).all()
        documents = session.execute(select(Document.kind, Document.content)).all()
    found = {f"{kind}: {key}" for kind, subject, body in messages for key in keys(f"{subject} {body}")}
    found |= {f"{kind}: {key}" for kind, content in documents for text in texts(content) for key in keys(text)}
    assert found == set()


def texts(value: object) -> Iterator[str]:
    """Every text in what a document says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
