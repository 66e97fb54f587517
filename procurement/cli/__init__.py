"""The command `procurement`: what an operator does from a terminal. Thin: each module reads its options and asks."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from procurement.cli.console import CannotGoOn

# name -> what it does; the module of the same name is loaded when it is asked for, so that `--help` answers at once
COMMANDS = {
    "up": "start everything on this machine and keep it running; Ctrl-C stops it all",
    "migrate": "bring the database to the tables that this code expects",
    "doctor": "look whether everything is there that the service needs, and say what to do where it is not",
    "user": "list accounts, add one, give and take roles, close one",
    "worker": "run a process that renders documents and sends messages, until it is stopped",
    "sweep": "make what has fallen due and start again what was left undone, until it is stopped",
    "seed": "fill an empty database with a demonstration city",
    "clock": "show a demonstration's clock, or move it forward",
    "verify": "check the chain, the register, the submissions and the documents against each other",
}
EPILOG = """\
examples:
  procurement up                                 everything on this machine, on http://localhost:8000
  DATABASE_URL=postgresql://… procurement up     the same on a PostgreSQL database
  procurement COMMAND --help                     what a command takes, with examples

Settings come from the environment: DATABASE_URL, REDIS_URL, STORAGE_URL, MAIL_URL, SECRET_KEY, BASE_URL, DATA_DIR,
PORT, DEMO, DEMO_PASSWORD. With none of them, everything lies in ./var.
"""


class Command(Protocol):
    """What each module of this package that is named after a command offers."""

    EXAMPLES: str

    def options(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, given: argparse.Namespace) -> int:
        """Do it; returns the exit code. Raises CannotGoOn."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the answer is the exit code. A foreseen trouble is one sentence, never a traceback."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name not in COMMANDS:
        overview().parse_args([name])
        return 0
    command: Command = import_module(f"procurement.cli.{name}")
    given = reader(name, command).parse_args(rest)
    try:
        return command.run(given)
    except CannotGoOn as reason:
        print(f"procurement {name}: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def overview() -> argparse.ArgumentParser:
    """What answers `procurement --help` and a command that there is not."""
    lines = "\n".join(f"  {name:<10}{summary}" for name, summary in COMMANDS.items())
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "procurement",
        usage="procurement COMMAND [options]",
        formatter_class=plain,
        description=f"What an operator does from a terminal.\n\ncommands:\n{lines}",
        epilog=EPILOG,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    return parser


def reader(name: str, command: Command) -> argparse.ArgumentParser:
    """What reads the options of one command."""
    summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        f"procurement {name}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{command.EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.options(parser)
    return parser
