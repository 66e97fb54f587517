"""Bring the database to the tables that this code expects."""

import argparse

from procurement.cli.console import configuration, say
from procurement.cli.first_start import prepare
from procurement.cli.migrations import revisions

EXAMPLES = """\
  procurement migrate           up to the newest migration; does nothing when it is there already
  procurement migrate --check   only say whether the database is current (exit code 1 when it is not)
"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing, only say")


def run(given: argparse.Namespace) -> int:
    config = configuration()
    url = config.database_url
    if given.check:
        now, newest = revisions(url)
        say(f"The database is at {now or 'nothing'}; the newest migration is {newest}.")
        return 0 if now == newest else 1
    before, newest = revisions(url)
    prepare(config, demonstration=config.demo)
    moved = f"The database went from {before or 'nothing'} to {newest}."
    say("The database is current." if before == newest else moved)
    return 0
