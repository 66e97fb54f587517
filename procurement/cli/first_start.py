"""From an empty or older database to one that the service can start on."""

from procurement.adapters.clock import SystemClock
from procurement.adapters.database import Database
from procurement.cli.console import CannotGoOn, say
from procurement.cli.migrations import upgrade
from procurement.config import Config
from procurement.models.installation import Installation
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.permissions import SYSTEM
from procurement.services import changeover, commitments
from procurement.services.act import perform
from procurement.services.installation import set_up
from procurement.wiring import build, database_of


def prepare(config: Config, *, demonstration: bool) -> bool:
    """Migrate, and note in a new database whether it is a demonstration; returns whether it runs as one.

    Raises CannotGoOn where DEMO is set for a database that holds real data, or missing for one whose clock was moved.
    """
    upgrade(config.database_url)
    database = database_of(config)
    try:
        row = found_or_made(database, demonstration=demonstration)
        with database.reading() as session:
            due = changeover.list_due(session) or commitments.is_due(session)
    finally:
        database.close()
    if config.demo and not row.demonstration:
        raise CannotGoOn("This database was not made as a demonstration, and must not become one: leave DEMO out.")
    if row.clock_offset and not demonstration:
        raise CannotGoOn("The clock of this database was moved forward for a demonstration: start it with DEMO=1.")
    if due:
        ports = build(config)
        try:
            perform(ports, SYSTEM, ports.clock.now(), changeover.take_up)
        finally:
            ports.database.close()
    return demonstration and row.demonstration


def found_or_made(database: Database, *, demonstration: bool) -> Installation:
    """The one row that says what this installation is; written when the database is new."""
    with database.reading() as session:
        row = installation_queries.find(session)
    if row is not None:
        return row
    now = SystemClock().now()
    return database.write(lambda session: set_up(session, demonstration=demonstration, now=now))


def tell_accounts(config: Config, *, demonstration: bool) -> None:
    """Where to sign in as whom, in a demonstration."""
    if not demonstration:
        return
    database = database_of(config)
    with database.reading() as session:
        emails = [person.email for person in people_queries.list_demonstration(session)]
    database.close()
    if emails:
        say(f"Sign in on {config.base_url}/sign-in with the password {config.demo_password} as:")
        for at in range(0, len(emails), 4):
            say(f"  {'  '.join(emails[at : at + 4])}")
