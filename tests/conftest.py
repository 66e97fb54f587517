"""What tests may ask for. Everything is real: no part of the house is replaced by a pretence.

Databases
    database_url    a fresh, migrated database; a test that asks for it runs twice, on SQLite and on PostgreSQL
    sqlite_url      the same on SQLite only, for what cannot differ between databases (say so in the test)
    database        a `Database` on `database_url`, without a bell
    new_database    a function that makes another fresh one beside it, of the same kind

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
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from redis import Redis

import assets
from procurement.adapters.database import Database
from procurement.adapters.redis_server import RedisServer
from tests.parts.clock import StandingClock
from tests.parts.databases import PostgresCopies, SqliteCopies
from tests.parts.network import refuse_network
from tests.parts.postgres import NoPostgres, ThrowawayPostgres
from tests.parts.smtp import Catcher

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["tests.parts.reporting"]
settings.register_profile("house", deadline=None, print_blob=True)  # a busy machine is no reason to fail
settings.load_profile("house")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium as it runs on a machine without a screen and without a network
CHROMIUM_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)
BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_configure(config: pytest.Config) -> None:
    """Dress the pages before the first one is asked for; one process does it for all."""
    refuse_network()
    if not hasattr(config, "workerinput"):
        try:
            assets.build()
        except assets.AssetsMissing as missing:
            raise pytest.UsageError(str(missing)) from missing


# databases


@pytest.fixture(scope="session")
def _sqlite_copies() -> Iterator[SqliteCopies]:
    copies = SqliteCopies()
    yield copies
    copies.close()


@pytest.fixture(scope="session")
def _postgres_copies() -> Iterator[PostgresCopies]:
    server = ThrowawayPostgres()
    try:
        server.start()
    except NoPostgres as missing:
        pytest.skip(str(missing))
    yield PostgresCopies(server)
    server.stop()


@pytest.fixture(params=BOTH)
def new_database(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    copies = request.getfixturevalue({"sqlite": "_sqlite_copies", "postgresql": "_postgres_copies"}[request.param])
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
def sqlite_url(_sqlite_copies: SqliteCopies) -> Iterator[str]:
    url = _sqlite_copies.make()
    yield url
    _sqlite_copies.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()
