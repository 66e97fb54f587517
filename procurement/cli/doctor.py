"""Look whether everything is there that the service needs, and say what to do where it is not."""

import argparse
import json
import smtplib
import sys
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from redis.exceptions import RedisError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from procurement.adapters import queue
from procurement.adapters.clock import SystemClock
from procurement.adapters.redis_server import NoServer, program
from procurement.cli.console import CannotGoOn, configuration, say
from procurement.cli.migrations import revisions, unreachable
from procurement.cli.open_ports import open_ports
from procurement.config import PROJECT_ROOT, Config
from procurement.queries import installation as installation_queries
from procurement.queries import outages as outages_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import FileMissing
from procurement.rules.settings import PLACEHOLDERS, placeholders
from workflows.facts import in_words

EXAMPLES = """\
  procurement doctor            one line for each thing; exit code 1 when one is missing
"""
CLOCKS_APART = 1.0  # seconds: a press is compared with the machine's clock, what it writes with the database's
CHECK_TIMEOUT = 5.0


class Missing(Exception):
    """One thing is not as it must be; the sentence says what to do."""


def options(parser: argparse.ArgumentParser) -> None:
    """None: it looks at the same settings as the service."""


def run(given: argparse.Namespace) -> int:
    config = configuration()
    healthy = True
    for what, look in CHECKS.items():
        try:
            say(f"ok       {what}: {look(config)}")
        except (Missing, CannotGoOn, NoServer) as reason:
            healthy = False
            say(f"MISSING  {what}: {reason}")
    return 0 if healthy else 1


def settings(config: Config) -> str:
    """What is not secret of the settings."""
    kind = "a demonstration" if config.demo else "no demonstration"
    return f"data in {config.data_dir}, address {config.base_url}, {kind}, Python {sys.version.split()[0]}"


def pages(config: Config) -> str:
    """The dress of the pages and the fonts of the documents."""
    build_folder = PROJECT_ROOT / "static" / "build"
    try:
        names = json.loads((build_folder / "manifest.json").read_text())
    except FileNotFoundError:
        raise Missing("static/build is not there: run `make venv`.") from None
    lost = sorted(name for name in names.values() if not (build_folder / name).exists())
    if lost:
        raise Missing(f"static/build lacks {', '.join(lost)}: run `python3 assets.py --force`.")
    return f"{len(names)} files"


def documents(config: Config) -> str:
    """WeasyPrint with its system libraries."""
    try:
        import weasyprint
    except OSError as error:
        wanted = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise Missing(f"Pango is not there: run `apt-get install {wanted}` ({error}).") from error
    return f"WeasyPrint {weasyprint.__version__}"


def database(config: Config) -> str:
    """Reachable, current, and with a clock like this machine's."""
    now, newest = revisions(config.database_url)
    if now != newest:
        raise Missing(f"it is at migration {now or 'none'}, and {newest} is the newest: run `procurement migrate`.")
    engine = create_engine(config.database_url)
    try:
        with engine.connect() as connection:
            # SQLite has no clock but this machine's
            apart = 0.0 if engine.dialect.name == "sqlite" else _seconds_apart(connection)
    except OperationalError as error:
        raise Missing(unreachable(config.database_url, error)) from error
    finally:
        engine.dispose()
    if apart > CLOCKS_APART:
        raise Missing(f"its clock and this machine's are {apart:.1f} s apart: set both by the same time server.")
    return f"{engine.dialect.name}, migration {now}, clocks {apart:.2f} s apart"


def _seconds_apart(connection: Connection) -> float:
    before = SystemClock().now()
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = SystemClock().now()
    return max(0.0, (before - theirs).total_seconds(), (theirs - after).total_seconds())


def redis(config: Config) -> str:
    """The Redis that was named, with live workers; or a program for a private one."""
    if not config.redis_url:
        return f"none is named; `procurement up` starts {program()}"
    connection = queue.connect(config.redis_url, patience=CHECK_TIMEOUT)
    try:
        workers = queue.working(connection, SystemClock().now())
    except (RedisError, OSError) as error:
        raise Missing(f"the one that REDIS_URL names does not answer: {error}") from error
    finally:
        connection.close()
    if not workers:
        raise Missing("no worker was heard of lately: run `procurement worker`.")
    return f"answers; {workers} {'worker' if workers == 1 else 'workers'}"


def web(config: Config) -> str:
    """How many web processes say that they are there; none is nothing that is missing before the service is started."""
    try:
        with open_ports(config, must_be_ready=False) as ports, ports.database.reading() as session:
            at = ports.clock.unshifted()
            heard, last = outages_queries.heard_of(session, at), outages_queries.last_heard(session)
    except DBAPIError as error:
        raise Missing("what they say is in the database, which is not ready.") from error
    if heard:
        return f"{heard} {'process says that it is' if heard == 1 else 'processes say that they are'} there"
    if last is None:
        return "none has said yet that it is there"
    return f"none is there; the last one was on {in_words(last)}"


def files(config: Config) -> str:
    """A file is kept and found again."""
    try:
        with open_ports(config, must_be_ready=False) as ports:
            ports.files.get(ports.files.put(b"procurement doctor\n"))
    except (OSError, FileMissing) as error:
        raise Missing(f"{config.storage_url} does not keep files: {error}") from error
    return f"{config.storage_url} keeps files"


def prefixes(config: Config) -> str:
    """Under which names open data goes out, where anything may be published."""
    if config.demo:
        return "the standards' own examples, as it is a demonstration"
    try:
        with open_ports(config, must_be_ready=False) as ports, ports.database.reading() as session:
            values = installation_queries.settings(session, uk_day(ports.clock.now()))
    except DBAPIError as error:
        raise Missing("they are in the database, which is not ready.") from error
    if missing := placeholders(values):
        raise Missing(" ".join(str(sentence) for sentence in missing))
    return ", ".join(str(values[key]) for key in PLACEHOLDERS)


def mail(config: Config) -> str:
    """The mail server greets, where one is named."""
    if not config.mail_url:
        if config.demo:
            return "none; messages stay in the operator's outbox, as it is a demonstration"
        raise Missing(
            "MAIL_URL is not set, so no message leaves: set it, as in smtp://user:password@host:587?starttls=1"
        )
    parts = urlsplit(config.mail_url)
    kind, port = (smtplib.SMTP_SSL, 465) if parts.scheme == "smtps" else (smtplib.SMTP, 25)
    try:
        with kind(parts.hostname or "", parts.port or port, timeout=CHECK_TIMEOUT) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Missing(f"the server that MAIL_URL names does not answer: {error}") from error
    return f"{parts.hostname} answers"


CHECKS: dict[str, Callable[[Config], str]] = {
    "settings": settings,
    "pages": pages,
    "documents": documents,
    "database": database,
    "redis": redis,
    "web": web,
    "files": files,
    "mail": mail,
    "open data": prefixes,
}
