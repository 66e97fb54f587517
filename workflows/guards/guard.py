"""What a guard is, and how it asks for a fact."""

from collections.abc import Callable
from typing import TypeVar

from workflows.facts import FactMissing, Facts, Sentence

Guard = Callable[[Facts], Sentence | None]
Fact = TypeVar("Fact")
MOST_NAMED = 10


def known(fact: Fact | None, name: str) -> Fact:
    """A fact that the guard needs; FactMissing where nobody gathered it."""
    if fact is None:
        raise FactMissing(f"the fact {name!r} was not gathered")
    return fact


def named(refs: tuple[str, ...]) -> str:
    """References as a sentence lists them: the first ones, and how many more there are."""
    more = len(refs) - MOST_NAMED
    return ", ".join(refs[:MOST_NAMED]) + (f" (+ {more})" if more > 0 else "")


def counted(n: int | None, name: str, one: str, many: str) -> Sentence | None:
    """The sentence for so many of something, or none for none; FactMissing where nobody counted."""
    return Sentence.plural(one, many, n) if (n := known(n, name)) else None
