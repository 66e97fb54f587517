"""What tests may ask for. Everything is real: no part of the house is replaced by a pretence.

Databases
    database_url    a fresh, migrated database; a test that asks for it runs twice, on SQLite and on PostgreSQL
    sqlite_url      the same on SQLite only, for what cannot differ between databases (say so in the test)
    new_database    a function that makes another fresh one beside it, of the same kind
    cities          `cities.make("sqlite", folder)` is the seeded demonstration city, as (config, ports), for whoever
                    only looks at it: seeding takes a processor ten seconds, a copy milliseconds. Such tests stand in a
                    group (parts/scheduling.py), so that one process makes it for all of them

    Which of them a test runs on. Services, queries, jobs, commands, migrations and journeys run on both: what they do
    depends on SQL, on locks and on how a value is stored. Pages (tests/web) and walks (tests/browser) run on SQLite:
    what they show depends on the services and queries that are tested on both, and tests/rights asks every page of
    the demonstration city on both and compares them to the letter. A test of pages is marked `both_databases` if SQL
    itself makes its outcome (a search, a filter, an order, a race), or if it alone calls a service that writes.

The house
    config          settings on a fresh database, a private Valkey and a folder of its own; no demonstration, no mail
    ports           everything outside, built as the service builds it; its clock is `clock`
    database        the database of `ports`: `reading()` and `write(fn)`, chain and bell as in the service
    app             the service; `visitor` is a browser in it in which nobody is signed in. One app serves all tests of
                    a process; who wants to change it makes one with `procurement.app.create_app`
    serve           the service with other settings: `serve(replace(config, demo=True), ports)`
                    (people, calls, bids, marks and awards are made by the functions of tests/parts, all through the
                    services: `people.signed_in(app, ports, calls.officer(ports))` is a browser with `.get(...)` and
                    `.send(page, fields)`; what many tests begin with is made once and copied, see parts/scenes.py)
    work            runs what was rung for, as a worker does, until the queue is empty; returns how many jobs; an
                    exception that escapes from a job fails the test

Beside the house
    redis_url       a private Valkey, empty
    smtp            a mail server: `.url` for MAIL_URL, `.postbox.messages`, `.postbox.to(address)`, `.postbox.refused`
    clock           a clock that stands still until the test moves it: `.forward(hours=3)`, `.set(instant)`

Browser
    chromium        the path of Chromium or Chrome
    browser         a Playwright browser, one for each test process; `browser.new_context(...)` gives pages of your own

No test reaches the network (tests/parts/network.py). What cannot run here is skipped with a reason, listed at the end,
and fails with REQUIRE_ALL=1 (tests/parts/reporting.py).
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from hypothesis import settings
from redis import Redis

import assets
from procurement import wiring
from procurement.adapters.database import Database
from procurement.adapters.pdf import PdfRenderer
from procurement.adapters.queue import connect
from procurement.adapters.redis_server import RedisServer
from procurement.config import Config
from procurement.jobs.bound import bind
from procurement.rules.ports import Ports
from tests.parts.city import Cities
from tests.parts.clock import StandingClock
from tests.parts.compiled import share_compiled
from tests.parts.databases import BOTH, Databases
from tests.parts.network import refuse_network
from tests.parts.postgres import NoPostgres
from tests.parts.scenes import Scenes
from tests.parts.serving import OneApp
from tests.parts.smtp import Catcher
from tests.parts.visitors import Visitor
from tests.parts.working import Worker

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["tests.parts.reporting", "tests.parts.scheduling"]
settings.register_profile("house", deadline=None, print_blob=True)  # a busy machine is no reason to fail
settings.load_profile("house")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium as it runs on a machine without a screen and without a network
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
ALONE = {"benchmarks", "crash", "load", "long"}
PAGES = {"web", "browser"}


def pytest_configure(config: pytest.Config) -> None:
    """Dress the pages before the first one is asked for; one process does it for all."""
    refuse_network()
    if not hasattr(config, "workerinput"):
        try:
            assets.build()
        except assets.AssetsMissing as missing:
            raise pytest.UsageError(str(missing)) from missing


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What wants the machine to itself has targets of its own, and is run only when it is named."""
    named = any(Path(argument.partition("::")[0]).name == collection_path.name for argument in config.args)
    if collection_path.parent == Path(__file__).parent and collection_path.name in ALONE and not named:
        return True
    return None


# databases


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    databases = Databases()
    yield databases
    databases.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a database gets both, a test of pages SQLite: see the top of this file."""
    if "database_kind" in metafunc.fixturenames:
        pages = metafunc.definition.path.parent.name in PAGES
        marked = metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("database_kind", BOTH if marked or not pages else BOTH[:1])


@pytest.fixture
def new_database(databases: Databases, database_kind: str) -> Iterator[Callable[[], str]]:
    try:
        copies = databases.of(database_kind)
    except NoPostgres as missing:
        pytest.skip(str(missing))
    made: list[str] = []

    def make() -> str:
        made.append(copies.make())
        return made[-1]

    yield make
    for url in made:
        copies.drop(url)


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def sqlite_url(databases: Databases) -> Iterator[str]:
    url = databases.sqlite.make()
    yield url
    databases.sqlite.drop(url)


@pytest.fixture(scope="session")
def cities(databases: Databases, tmp_path_factory: pytest.TempPathFactory, _renderer: PdfRenderer) -> Cities:
    return Cities(databases, tmp_path_factory.mktemp("cities"), _renderer)


# the house


@pytest.fixture
def config(database_url: str, redis_url: str, tmp_path: Path) -> Config:
    return Config(
        database_url=database_url,
        redis_url=redis_url,
        storage_url=f"file://{tmp_path / 'files'}",
        mail_url="",
        secret_key="a secret of the tests",
        base_url="http://localhost",
        data_dir=tmp_path,
        password_cost=1,
    )


@pytest.fixture
def ports(config: Config, clock: StandingClock, _renderer: PdfRenderer, scenes: Scenes) -> Iterator[Ports]:
    # the clock stands still, and the renderer's children, which take a second to start, serve every test
    ports = replace(wiring.build(config), clock=clock, renderer=_renderer)
    share_compiled(ports.database)
    with scenes.stage(ports, config):
        yield ports
    ports.database.close()


@pytest.fixture(scope="session")
def scenes(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    return Scenes(databases, tmp_path_factory.mktemp("scenes"))


@pytest.fixture(scope="session")
def _renderer() -> Iterator[PdfRenderer]:
    renderer = PdfRenderer()
    yield renderer
    renderer.close()


@pytest.fixture
def database(ports: Ports) -> Database:
    return ports.database


@pytest.fixture(scope="session")
def _one_app() -> OneApp:
    return OneApp()


@pytest.fixture
def serve(_one_app: OneApp) -> Iterator[Callable[[Config, Ports], Flask]]:
    yield _one_app.lend
    _one_app.give_back()


@pytest.fixture
def app(serve: Callable[[Config, Ports], Flask], config: Config, ports: Ports) -> Flask:
    return serve(config, ports)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app, app.response_class, use_cookies=True)


@pytest.fixture
def work(config: Config, ports: Ports) -> Callable[[], int]:
    def work() -> int:
        bind(ports)
        with connect(config.redis_url) as connection:
            return Worker(connection).work_off()

    return work


# beside the house


@pytest.fixture(scope="session")
def _valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("valkey"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(_valkey: RedisServer) -> str:
    with Redis.from_url(_valkey.url) as client:
        client.flushall()
    return _valkey.url


@pytest.fixture
def smtp() -> Iterator[Catcher]:
    catcher = Catcher()
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))


# browser


@pytest.fixture(scope="session")
def chromium() -> Path:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no browser is here: run `apt-get install chromium libatomic1`")
    return Path(found)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator["Browser"]:
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    if subprocess.run([compute_driver_executable()[0], "--version"], check=False, capture_output=True).returncode:
        pytest.skip("the browser's driver does not start: run `apt-get install libatomic1`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()
