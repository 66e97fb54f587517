"""Show a demonstration's clock, or move it forward."""

import argparse
import re
from datetime import timedelta

from procurement.cli.console import CannotGoOn, configuration, say
from procurement.cli.open_ports import open_ports
from procurement.config import Config
from procurement.rules.permissions import Principal
from procurement.services.act import perform
from procurement.services.installation import forward
from procurement.services.refusal import Refusal
from workflows.facts import in_words

EXAMPLES = """\
  procurement clock show
  procurement clock forward 9d      also 90m, 3h; only in a demonstration, never back
"""
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("show", "forward"))
    parser.add_argument("by", nargs="?", default="", help="how far, like 90m, 3h or 9d")


def run(given: argparse.Namespace) -> int:
    config = configuration()
    if given.act == "forward":
        move(config, length(given.by))
    with open_ports(config) as ports:
        say(f"It is {in_words(ports.clock.now())} in this service.")
    return 0


def move(config: Config, how_far: timedelta) -> None:
    """Raises CannotGoOn where the clock is no demonstration's."""
    with open_ports(config) as ports:
        now = ports.clock.now()
        try:
            perform(ports, Principal(name="the command line"), now, forward, how_far)
        except Refusal as refusal:
            raise CannotGoOn(str(refusal)) from refusal


def length(text: str) -> timedelta:
    """`9d` as nine days. Raises CannotGoOn."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.strip())
    if not found:
        raise CannotGoOn("Say how far, like 90m, 3h or 9d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
