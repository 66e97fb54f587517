"""What a panel's agreement goes by: how it is explained, and what its commitment is made of."""

from collections.abc import Sequence

from procurement.rules.assessment import explained
from procurement.rules.ledger import canonical
from workflows.facts import Sentence

MOST_REASON, MOST_MINUTES = 300, 1_000  # words
LARGEST_DISTANCE = 10  # marks: no scale is longer
LONGEST = 20_000  # characters of any text; the word limits are far below


def canonical_agreement(
    agreed_id: int, entry_id: int, criterion: str, mark: int | None, reason: str, present: Sequence[int]
) -> bytes:
    """An agreed mark, or a difference that was left as it is (without a mark), as its commitment sees it."""
    return canonical(
        {
            "agreed": agreed_id,
            "entry": entry_id,
            "criterion": criterion,
            "mark": mark,
            "reason": reason,
            "present": sorted(present),
        }
    )


def unexplained(reason: str, *, agreed: bool) -> Sentence | None:
    """Why a reason does not do: the applicant reads that of an agreed mark in the place of the assessors' comments."""
    if len(reason) > LONGEST:
        return Sentence("A text is longer than %(most)s characters. Shorten it.", most=LONGEST)
    if not reason.strip():
        return Sentence("Give a reason.")
    if agreed and not explained(reason):
        return Sentence("Explain the mark to the applicant in at least ten words.")
    return None
