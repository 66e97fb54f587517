"""What commands say, and how they stop with a sentence."""

import sys

from procurement.config import Config


class CannotGoOn(Exception):
    """The command cannot do what was asked; the sentence says why and what to do."""


def say(sentence: str) -> None:
    """A line for whoever watches; flushed, since it may be the last one before a long wait."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """A line that must not be lost in what a command prints for another program."""
    print(sentence, file=sys.stderr, flush=True)


def configuration() -> Config:
    """The settings from the environment. Raises CannotGoOn where one makes no sense."""
    try:
        return Config.from_environment()
    except ValueError as error:
        raise CannotGoOn(f"A setting makes no sense: {error}.") from error
    except OSError as error:
        raise CannotGoOn(f"The data directory cannot be used: {error}.") from error
