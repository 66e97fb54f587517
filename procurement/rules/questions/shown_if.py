"""When a question is asked at all: a rule about earlier answers of the same form, or about the lot.

The grammar is closed, and one level deep: some clauses, of which all or any must hold. A rule is data, evaluated by
`showing` and by nothing else; it is frozen and hashed with its form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

THE_LOT = ""  # as the subject of a clause, where others have the key of a question
MOST_CLAUSES = 5


class Joined(StrEnum):
    """Whether all clauses of a rule must hold, or one of them."""

    ALL = "all"
    ANY = "any"


class Comparison(StrEnum):
    """What a clause says of an earlier answer. A kind of question says which of these can be said of its answers."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    INCLUDES = "includes"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Clause:
    """One sentence: what it is about (the key of a question, or the lot), what is said of it, and with which values, as
    the answer would be stored. A lot is named by its number."""

    subject: str
    comparison: Comparison
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownIf:
    """A whole rule."""

    joined: Joined
    clauses: tuple[Clause, ...]


def shown_if_to_plain(rule: ShownIf) -> dict[str, Any]:
    """A rule as it is kept, published and frozen, with nothing left out."""
    return {
        "joined": rule.joined.value,
        "clauses": [
            {"subject": each.subject, "comparison": each.comparison.value, "values": list(each.values)}
            for each in rule.clauses
        ],
    }


def read_shown_if(plain: Mapping[str, Any]) -> ShownIf:
    """Plain values -> a rule. Raises ValueError for a word that is not of the grammar, or no clause at all."""
    clauses = plain.get("clauses")
    if not isinstance(clauses, list) or not clauses or not all(isinstance(each, Mapping) for each in clauses):
        raise ValueError("a rule has clauses")
    return ShownIf(Joined(plain.get("joined") or ""), tuple(map(_clause, clauses)))


def _clause(plain: Mapping[str, Any]) -> Clause:
    values = plain.get("values") or []
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise ValueError("the values of a clause are a list of texts")
    return Clause(str(plain.get("subject") or THE_LOT), Comparison(plain.get("comparison") or ""), tuple(values))
