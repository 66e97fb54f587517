"""What the service costs, as ratios to the bare parts, in one run: the table of `make bench`.

Presses go through the services and the database as they are set up for real (fsync on, on the disk); pages through
gunicorn with our own settings and four connections that are kept open, the client on the same cores; documents in a
limited child. Figures of a busy machine drift; the ratios, measured in alternation, much less. The ranking is timed by
the processor, since nothing else takes part in it.
"""

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from time import process_time
from urllib.parse import urlsplit

import jinja2
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from procurement import wiring
from procurement.adapters.queue import connect
from procurement.adapters.rendering_child import Press
from procurement.app import create_app
from procurement.cli import first_start
from procurement.config import PROJECT_ROOT, Config
from procurement.models.applications import Application, Submission
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.people import Person
from procurement.models.register import RegisterAward
from procurement.rules.documents import DOCUMENT_KINDS
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.seeding.city import seed
from procurement.services import applications as services
from procurement.services import rendering
from procurement.services.act import Act, perform
from tests.benchmarks.measuring import Table, alternating, timed
from tests.benchmarks.serving import pages_a_second, served
from tests.parts import applications, assessment, calls, people, postgres
from tests.parts.clock import StandingClock
from tests.parts.statements import statements
from tests.parts.visitors import Visitor
from tests.workflows.schemes import large_call
from workflows.scoring.ranking import rank

PRESSES, PAGES, DOCUMENTS, RANKINGS = 15, 20, 6, 3
FIRMS_RANKED, ASSESSORS = 200, 3
MOST_PAGES = 80  # looked at for each role when statements are counted
HEAVIEST = 10
ROLES = ("officer", "approver", "auditor", "operator", "assessor", "sme")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    table = Table()
    yield table
    print(f"\n\n{table.text()}\n", flush=True)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, _valkey: object) -> Iterator[tuple[str, Config, Ports]]:
    """The demonstration city on a database whose commits reach the disk."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        if request.param == "postgresql":
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            patch.setattr(postgres, "CARELESS", ("max_connections=300",))  # commits are to reach the disk here
            server = postgres.ThrowawayPostgres()
            try:
                server.start()
            except postgres.NoPostgres as missing:
                pytest.skip(str(missing))
            stack.callback(server.stop)
            server.make("bench")
            url = server.url("bench")
        config = Config.from_environment(
            {"DATABASE_URL": url, "REDIS_URL": _valkey.url, "DATA_DIR": str(folder), "DEMO": "1"}  # type: ignore[attr-defined]
        )
        with connect(config.redis_url) as redis:
            redis.flushall()
        first_start.prepare(config, demonstration=True)
        ports = wiring.build(config)
        stack.callback(ports.database.close)
        seed(ports, config.demo_password, ports.clock.now())
        yield request.param, config, ports


def test_presses(city: tuple[str, Config, Ports], table: Table) -> None:
    """A press of Submit, snapshot, chain, receipt and messages asked for, beside one row inserted and committed."""
    name, _, ports = city
    call = calls.published(ports)
    drafts = []
    for number in range(PRESSES):
        lead, firm = people.firm(ports, f"Bench {number}", f"bench{number}@{name}.example")
        drafts.append((applications.written(ports, call, lead, firm), lead))
    content = os.urandom(2_000)
    with ports.database.writer.begin() as connection:
        connection.execute(text("CREATE TABLE bare (id INTEGER, at VARCHAR, content VARCHAR)"))
        connection.execute(text("CREATE TABLE bare_head (id INTEGER, digest VARCHAR)"))
        connection.execute(text("INSERT INTO bare_head VALUES (1, '')"))

    def presses() -> float:
        acts, now = [], ports.clock.now()
        for draft, lead in drafts:
            seen = applications.read(ports, draft.ref)
            if seen.entry.state not in {"draft", "reopened"}:
                ports.database.write(lambda s, d=draft, w=lead: services.reopen(Act(s, ports, w, now), d.id))
            version, key, at = applications.read(ports, draft.ref).version, os.urandom(16).hex(), ports.clock.now()
            acts.append(
                lambda d=draft, w=lead, v=version, k=key, at=at: perform(
                    ports, w, at, services.submit, d.id, press=k, version=v, declared=True
                )
            )
        return timed(acts)

    def insert(chained: bool) -> None:
        with ports.database.writer.begin() as connection:
            if chained:
                lock = "" if ports.database.sqlite else " FOR UPDATE"
                connection.execute(text(f"SELECT digest FROM bare_head WHERE id = 1{lock}")).one()  # noqa: S608
                connection.execute(text("UPDATE bare_head SET digest = :d WHERE id = 1"), {"d": content.hex()[:64]})
            row = {"at": str(datetime.now(UTC)), "content": content.hex()}
            connection.execute(text("INSERT INTO bare VALUES (1, :at, :content)"), row)

    for what, chained in (("insert and commit", False), ("insert, chain row and commit", True)):
        found = alternating(presses, lambda c=chained: timed([lambda: insert(c)] * PRESSES))
        table.add(f"submissions, {name}", what, found)
        assert found.ratio > 0
    with ports.database.reading() as session:
        assert session.scalars(select(Submission).where(Submission.application_id == drafts[0][0].id)).all()


def test_pages(city: tuple[str, Config, Ports], table: Table) -> None:
    """The register and a call page for somebody who is not signed in, beside a bare Flask page."""
    name, config, ports = city
    with ports.database.reading() as session:
        ref = session.scalars(select(Call.ref).where(Call.state == "published").order_by(Call.id)).first()
        awards = len(session.scalars(select(RegisterAward.id)).all())
    environment = {
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "DATA_DIR": str(config.data_dir),
        "DEMO": "1",
        "SECRET_KEY": config.secret_key,
    }
    with served("wsgi:app", environment) as ours, served("tests.benchmarks.serving:hello()", {}) as bare:
        for what, path in ((f"register page, {awards} awards", "/awards"), ("call page", f"/calls/{ref}")):
            found = alternating(
                lambda p=path: pages_a_second(ours, p, PAGES), lambda: pages_a_second(bare, "/", PAGES * 5)
            )
            table.add(f"{what}, {name}", "a Flask page that says hello", found)
            assert found.ratio > 0


def test_documents(city: tuple[str, Config, Ports], table: Table) -> None:
    """A document claimed, laid out in a limited child, stored and written down, beside WeasyPrint on the same HTML."""
    name, _, ports = city
    folder = PROJECT_ROOT / "templates" / "documents"
    press = Press(folder, PROJECT_ROOT / "static" / "build" / "fonts")
    for kind in ("receipt", "assessment_summary"):
        with ports.database.reading() as session:
            row = session.scalars(select(Document).where(Document.kind == kind).order_by(Document.id)).first()
        if row is None:
            continue
        request = {
            "folder": DOCUMENT_KINDS[kind].folder(str(row.content["template"])),
            "variant": DOCUMENT_KINDS[kind].variant,
            "content": row.content,
            "identifier": "0" * 32,
            "attachment": None,
        }

        def asked_again(row: Document = row) -> int:
            def change(session: Session) -> None:
                again = session.get_one(Document, row.id)
                again.state, again.digest, again.lease_until, again.error = "requested", None, None, ""

            ports.database.write(change)
            return row.id

        def job(row: Document = row) -> None:
            at = ports.clock.unshifted()
            claim = ports.database.write(lambda s: rendering.claim(s, row.id, at=at))
            assert claim is not None
            made = rendering.work(ports, claim)
            assert made.digest, made.error
            assert perform(ports, SYSTEM, ports.clock.now(), rendering.finish, claim, made)

        def jobs() -> float:
            rates = []
            for _ in range(DOCUMENTS):
                asked_again()
                rates.append(1 / timed([job]))
            return len(rates) / sum(rates)

        found = alternating(jobs, lambda r=request: timed([lambda: press.make(r)] * DOCUMENTS))
        table.add(f"documents ({kind.replace('_', ' ')}), {name}", "WeasyPrint alone", found)
        assert found.ratio > 0


def test_ranking_arithmetic(table: Table) -> None:
    """Exact totals and places, beside integers added up in a loop over the same marks."""
    for bids, readers, criteria in ((200, 3, 4), (2_000, 5, 10)):
        scheme, given = large_call(bids, readers, criteria)
        weights = {each.key: each.weight for each in scheme.criteria}

        def bare(given: list = given, weights: dict = weights) -> list:
            return sorted(sum(card[key] * weights[key] for card in bid.cards for key in weights) for bid in given)

        found = alternating(
            lambda s=scheme, g=given: timed([lambda: rank(s, g)] * RANKINGS, process_time),
            lambda b=bare: timed([b] * RANKINGS, process_time),
        )
        table.add(f"ranking, {bids:,} × {readers} × {criteria}", "weighted sums of integers, sorted", found)
        assert len(rank(scheme, given).rows) == bids


def disagreeing(application: Application, person: Person, criterion: str) -> int:
    """Marks as people give them: few applications are tied."""
    return 1 + zlib.crc32(f"{application.id}-{person.id}-{criterion}".encode()) % 5


BARE_PAGE = jinja2.Environment(autoescape=True).from_string(
    "<!doctype html><title>r</title><table>{% for r in rows %}<tr><td>{{ loop.index }}</td><td>{{ r.ref }}</td>"
    "<td>{{ r.name }}</td><td>{{ r.amount }}</td><td>{{ r.total }}</td></tr>{% endfor %}</table>"
)


def test_ranking_page(config: Config, ports: Ports, clock: StandingClock, table: Table) -> None:
    """The officer's ranking of 200 applications with three scorecards each, beside two sums in SQL and a table."""
    if not ports.database.sqlite:
        pytest.skip("one database is enough for the page: making the call takes long")
    call = assessment.locked(
        ports, firms=FIRMS_RANKED, readers=assessment.assessors(ports, ASSESSORS), mark=disagreeing
    )
    app = create_app(config, ports)
    app.testing, app.test_client_class = True, Visitor
    path = f"/manage/calls/{call.ref}/ranking"
    if not any(str(rule) == "/manage/calls/<ref>/ranking" for rule in app.url_map.iter_rules()):
        pytest.skip("there is no ranking page")
    visitor = people.signed_in(app, ports, calls.officer(ports))
    sums = text(
        "SELECT a.ref, o.name, a.amount, SUM(m.mark) AS total FROM applications a "
        "JOIN organisations o ON o.id = a.organisation_id JOIN assignments s ON s.application_id = a.id "
        "JOIN marks m ON m.assignment_id = s.id WHERE a.call_id = :call "
        "GROUP BY a.ref, o.name, a.amount ORDER BY 4 DESC"
    )

    def page() -> None:
        assert visitor.get(path).status_code == 200

    def bare() -> None:
        with ports.database.reading() as session:
            BARE_PAGE.render(rows=session.execute(sums, {"call": call.id}).all())

    counted = statements(ports, page)
    found = alternating(lambda: timed([page] * 3, process_time), lambda: timed([bare] * 3, process_time))
    table.add(f"ranking page, {FIRMS_RANKED} × {ASSESSORS}, {counted} statements", "two sums in SQL and a table", found)
    assert found.ratio > 0


def test_statements(city: tuple[str, Config, Ports], table: Table) -> None:
    """How many statements the heaviest pages need, over every page that each role reaches by links."""
    name, config, ports = city
    app = create_app(config, ports)
    app.testing, app.test_client_class = True, Visitor
    worst: dict[str, tuple[int, str]] = {}
    for role in ROLES:
        visitor = people.signed_in(app, ports, calls.staff(ports, f"{role}@demo.example"))
        waiting, seen = ["/", "/dashboard", "/manage/calls", "/assess", "/admin", "/awards"], set()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            with app.test_request_context(path) as context, suppress(Exception):
                endpoint = context.request.endpoint
            answers = []
            count = statements(ports, lambda p: answers.append(visitor.get(p)), path)  # noqa: B023
            assert answers[0].status_code < 500, f"{path} as {role}: {answers[0].status}"
            if answers[0].status_code == 200 and endpoint and count > worst.get(endpoint, (0, ""))[0]:
                worst[endpoint] = (count, f"{endpoint} as {role}")
            if answers[0].mimetype == "text/html":
                waiting += [link for link in Links(answers[0].text).found if link not in seen]
    heaviest = sorted(worst.values(), reverse=True)[:HEAVIEST]
    table.statements += [(f"{where}, {name}", str(count)) for count, where in heaviest]
    assert len(heaviest) == HEAVIEST


class Links(HTMLParser):
    """The addresses of our own pages that a page links to, without query."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = urlsplit(dict(attrs).get("href") or "")
        if tag == "a" and not href.netloc and href.path.startswith("/"):
            self.found.append(href.path)
