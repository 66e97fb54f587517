"""A process that renders documents and sends messages."""

import argparse

from procurement import worker
from procurement.adapters import logs
from procurement.cli.console import CannotGoOn
from procurement.wiring import NotReady

EXAMPLES = """\
  procurement worker            one process; start several for more at once
  REDIS_URL=redis://queue.internal:6379/0 procurement worker
"""


def options(parser: argparse.ArgumentParser) -> None:
    """None: what a worker needs is in the environment."""


def run(given: argparse.Namespace) -> int:
    logs.configure()
    try:
        worker.main()
    except NotReady as reason:
        raise CannotGoOn(str(reason)) from reason
    return 0
