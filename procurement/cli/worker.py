"""A process that renders documents and sends messages."""
import argparse

EXAMPLES = """\
  procurement worker            one process; start several for more at once
  REDIS_URL=redis://queue.internal:6379/0 procurement worker
"""


def options(parser: argparse.ArgumentParser) -> None:
    """None: what a worker needs is in the environment."""


def run(given: argparse.Namespace) -> int:
    from procurement import worker

    worker.main()
    return 0
