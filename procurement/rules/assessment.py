"""What assessing goes by: why somebody declines, how long a comment is and whom it names, what a locked scorecard
commits to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from procurement.rules.ledger import canonical
from procurement.rules.questions import word_count
from procurement.rules.search import folded
from workflows.facts import Sentence
from workflows.scoring.schemes import Scheme
from workflows.scoring.totals import Outcome, outcome

LEAST_WORDS = 10  # of a comment to the applicant: a mark that is not explained cannot be defended
MOST_COMMENT, MOST_NOTE = 300, 300  # words
SHORTEST_NAME = 3  # letters of a family name that is looked for by itself
LONGEST_SIGNATURE = 4  # words of a last line that is a signature
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CAPITAL = re.compile(r"[^\W\d_a-z][\w’'-]*")

DECLINE_REASONS: dict[str, Sentence] = {
    "no_time": Sentence("I do not have the time"),
    "no_expertise": Sentence("I do not know this field well enough"),
    "other": Sentence("Another reason"),
}


def explained(comment: str) -> bool:
    """Whether a comment says enough to be sent to the applicant."""
    return word_count(comment) >= LEAST_WORDS


def addresses_in(text: str) -> list[str]:
    """The email addresses that stand in a text, in their order."""
    return _ADDRESS.findall(text)


def named_in(comment: str, names: Iterable[str]) -> tuple[str, ...]:
    """Whom a comment names, so that its reader would know who wrote it: email addresses, and those of the names that
    stand in it: whole, by the family name with a capital letter, or by any part of it as the last line."""
    found = dict.fromkeys(addresses_in(comment))
    words = f" {folded(comment)} "
    capitals = {folded(each) for each in _CAPITAL.findall(comment)}
    lines = [each for each in comment.split("\n") if each.strip()]
    last = folded(lines[-1]).split() if lines else []
    for name in names:
        parts = folded(name).split()
        if not parts:
            continue
        family = parts[-1] if len(parts[-1]) >= SHORTEST_NAME else ""
        signed = (
            bool(last)
            and len(last) <= LONGEST_SIGNATURE
            and bool(set(last) & {each for each in parts if len(each) > 1})
        )
        if f" {' '.join(parts)} " in words or (family and family in capitals) or signed:
            found[name] = None
    return tuple(found)


def own_total(scheme: Scheme, marks: Mapping[str, int | None]) -> Decimal | None:
    """What one assessor's marks (by criterion) come to by themselves, in percent, rounded as the scheme publishes;
    None while a mark is missing."""
    given = {key: mark for key, mark in marks.items() if mark is not None}
    reckoned = outcome(scheme, [given])
    return reckoned.total if isinstance(reckoned, Outcome) else None


def canonical_card(assignment_id: int, entry_id: int, marks: Sequence[Mapping[str, Any]]) -> bytes:
    """A scorecard as its commitment sees it: every criterion's mark and comment, in the order of their keys.

    Private notes are left out: they are no reason that anybody is given. What it was given for stands under the name
    from before there were stages; those entries have the ids of their applications, so what is committed to holds.
    """
    lines = sorted((mark["criterion"], mark["mark"], mark["comment"]) for mark in marks)
    return canonical({"assignment": assignment_id, "application": entry_id, "marks": lines})
