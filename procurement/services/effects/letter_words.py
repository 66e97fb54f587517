"""The sentences of letters and assessment summaries that are made from their values."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from procurement.models.stages import Stage
from procurement.queries.decisions import LotTable, Ranked
from workflows.facts import in_words
from workflows.scoring.ranking import Row
from workflows.scoring.schemes import Criterion

STANDSTILL_SENTENCE = (
    "The contract can be entered into only after a standstill of {days} working days, which begins on the day on which "
    "the contract award notice is published. The page of your application shows when it ends."
)
METHOD = (
    "Each assessor marked each criterion alone. The mark of a criterion is the mean of their marks, and the total is "
    "the sum of these means, each as a share of the highest mark, times the weight of the criterion."
)
MODERATED = (
    " Where their marks lay apart, a panel looked at them together. A mark that it agreed on counts in the place of "
    "the mean, with the panel’s reason; the assessors’ own marks stay on record."
)


def comes_next(after: Stage | None) -> str:
    """What somebody who goes on has to do in the next stage, and until when."""
    if after is None:
        return "Nothing has to be handed in now."
    if not after.collects:
        return "You do not have to hand in anything. We write to you when there is a date or a decision."
    if after.opens_at is None or after.closes_at is None:
        return f"Next, you submit your {after.noun}. Its form and its dates are on the page of your application."
    return (
        f"Next, you submit your {after.noun}. It opens on {in_words(after.opens_at)} and closes on "
        f"{in_words(after.closes_at)}. Nobody reads it before it is opened after that."
    )


def word_for(criterion: Criterion, mean: Decimal) -> str:
    """What the scale says of a mean mark: one of its words, or between which two it lies."""
    low = int(mean)
    if mean == low:
        return criterion.words[low]
    return f"between “{criterion.words[low]}” and “{criterion.words[low + 1]}”"


def explanations(entry: Ranked, criterion: str) -> list[str]:
    """What the applicant reads of one criterion: the panel's reason for a mark that it agreed on, or the assessors'
    comments, in their order and without their names."""
    return numbered(entry.explained(criterion))


def numbered(comments: Iterable[str]) -> list[str]:
    """Comments as an applicant reads them: each with a number in place of a name, where there are several."""
    texts = [text for comment in comments if (text := comment.strip())]
    return texts if len(texts) < 2 else [f"Assessor {number}: {text}" for number, text in enumerate(texts, 1)]  # noqa: PLR2004


def place_in_words(lot: LotTable, entry: Ranked) -> str:
    """ "Your application has place 2 of 5 in this lot. The totals go from 41.25 to 88.50." """
    assert entry.row is not None  # noqa: S101  (what is decided is in the ranking)
    totals = [each.row.total for each in lot.entries if each.row is not None]
    shared = " (shared)" if entry.row.tied_with else ""
    if len(totals) == 1:
        return "Yours was the only application that was assessed for this lot."
    return (
        f"Your application has place {entry.row.place}{shared} of {len(totals)} in this lot. "
        f"The totals go from {min(totals)} to {max(totals)}."
    )


def counted_in_words(stage: Stage, stages: Sequence[Stage], row: Row | None = None) -> str:
    """What adds up to a total where a stage ranks by what earlier ones carry into it; empty where it does not.

    "The total is made of: Proposal 72.50 (60%), Demonstration 80.00 (40%)." Without a row, the shares alone.
    """
    shares = [(each, stage.ranks_by[each.key]) for each in stages if each.key in stage.ranks_by]
    if not shares:
        return ""
    if row is None:
        said = ", ".join(f"{each.title} {percent}%" for each, percent in shares)
        return (
            f"What is ranked is made of what each of these stages came to, each by its own marks: {said}. It is "
            "rounded once, half up."
        )
    said = ", ".join(f"{each.title} {row.parts[each.key]} ({percent}%)" for each, percent in shares)
    return f"The total is made of: {said}."
