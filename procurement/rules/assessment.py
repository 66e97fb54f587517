"""What assessing goes by: why somebody declines, how long a comment is, what a locked scorecard commits to."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from procurement.rules.ledger import canonical
from procurement.rules.questions import word_count
from workflows.facts import Sentence
from workflows.scoring.schemes import Scheme
from workflows.scoring.totals import Outcome, outcome

LEAST_WORDS = 10  # of a comment to the applicant: a mark that is not explained cannot be defended
MOST_COMMENT, MOST_NOTE = 300, 300  # words

DECLINE_REASONS: dict[str, Sentence] = {
    "no_time": Sentence("I do not have the time"),
    "no_expertise": Sentence("I do not know this field well enough"),
    "other": Sentence("Another reason"),
}


def explained(comment: str) -> bool:
    """Whether a comment says enough to be sent to the applicant."""
    return word_count(comment) >= LEAST_WORDS


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
