"""Fill an empty database with a demonstration city."""

import argparse

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.cli.console import CannotGoOn, configuration, say
from procurement.cli.first_start import prepare
from procurement.cli.open_ports import open_ports
from procurement.config import Config
from procurement.models.people import Person
from procurement.rules.ports import Ports
from procurement.seeding.city import SCALES, seed

FIRST = "city"  # what a first start makes

EXAMPLES = """\
  DEMO=1 procurement seed                three years of a city: 37 calls, over 80 awards, an account for each role
  DEMO=1 procurement seed --scale small  half a year of it, in a third of the time
"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", choices=sorted(SCALES), default=FIRST, help=f"how large it is (default: {FIRST})")


def run(given: argparse.Namespace) -> int:
    config = configuration()
    if not prepare(config, demonstration=config.demo):
        raise CannotGoOn("Only a demonstration is filled with made-up data: set DEMO=1 with a new database.")
    with open_ports(config) as ports:
        if not is_empty(ports):
            raise CannotGoOn("There is data in this database already, and nothing was changed.")
        fill(ports, config, given.scale)
    return 0


def is_empty(ports: Ports) -> bool:
    """Whether nobody has an account yet."""

    def count(session: Session) -> int:
        return session.scalar(select(func.count(Person.id))) or 0

    with ports.database.reading() as session:
        return count(session) == 0


def when_new(config: Config) -> None:
    """Fill the database if nobody has an account in it; a second start finds everything as it was."""
    with open_ports(config) as ports:
        if is_empty(ports):
            fill(ports, config, FIRST)


def fill(ports: Ports, config: Config, scale: str) -> None:
    """Make the city, and say so: it takes some seconds. What is left to the workers of the service they find there."""
    say("Making the demonstration city …")
    try:
        seed(ports, config.demo_password, ports.clock.now(), scale)
    except BaseException:
        say("The demonstration city is not whole: begin a new one, with `make run ARGS=--new`.")
        raise
    say("The demonstration city is there.")
