"""The process that makes what has fallen due and rings again for what was asked for and is not done."""

import argparse

from procurement import worker
from procurement.adapters import logs
from procurement.cli.console import CannotGoOn
from procurement.wiring import NotReady

EXAMPLES = """\
  procurement sweep          one process; a second one waits until the first is gone
  procurement sweep --once   one round, then end; as for a timer of the machine's own
"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="one round, then end")


def run(given: argparse.Namespace) -> int:
    logs.configure()
    try:
        worker.sweep(once=given.once)
    except NotReady as reason:
        raise CannotGoOn(str(reason)) from reason
    return 0
