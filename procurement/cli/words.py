"""What commands say, and how they stop with a sentence."""
import sys


class CannotGoOn(Exception):
    """The command cannot do what was asked; the sentence says why and what to do."""


def say(sentence: str) -> None:
    """A line for whoever watches; flushed, since it may be the last one before a long wait."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """A line that must not be lost in what a command prints for another program."""
    print(sentence, file=sys.stderr, flush=True)
