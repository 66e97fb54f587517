"""Show a demonstration's clock, or move it forward."""
import argparse
import re
from datetime import timedelta

from procurement.cli.words import CannotGoOn, configuration, say
from procurement.rules.permissions import Principal
from procurement.services.installation import forward
from procurement.services.refusal import Refusal
from procurement.wiring import build
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
    ports = build(config)
    if given.act == "forward":
        how_far = length(given.by)
        now = ports.clock.now()
        try:
            ports.database.write(
                lambda session: forward(session, ports, how_far, by=Principal(name="the command line"), now=now)
            )
        except Refusal as refusal:
            raise CannotGoOn(str(refusal)) from refusal
        ports = build(config)
    say(f"It is {in_words(ports.clock.now())} in this service.")
    return 0


def length(text: str) -> timedelta:
    """`9d` as nine days. Raises CannotGoOn."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.strip())
    if not found:
        raise CannotGoOn("Say how far, like 90m, 3h or 9d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
