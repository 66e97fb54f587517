"""The sentences of letters and assessment summaries that are made from their values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries.decisions import LotTable, Ranked
from workflows.facts import in_words
from workflows.scoring.ranking import Row
from workflows.scoring.schemes import Criterion

COURT = (
    "A review stops no standstill. Only a claim in court does, of which the authority has notice before the standstill "
    "ends (Procurement Act 2023 section 101). Any claim must be begun within 30 days of when you knew, or should have "
    "known, its ground (section 106)."
)
CLAIMED = (
    "A claim in court of which the authority has notice before the standstill ends suspends the award until that is "
    "lifted (Procurement Act 2023 section 101). We would write to you."
)
STANDSTILL_SENTENCE = (
    "The contract can be entered into only after a standstill of {days} working days, which begins on the day on which "
    "the contract award notice is published on Find a Tender. We write to you then, and say when it ends."
)
WITHHELD = "The names of the assessors and the names and marks of other unsuccessful tenders are left out."
TAKEN_OUT = (
    " What was taken out of the words about a successful tender is marked, with its ground "
    "(Procurement Act 2023 s. 94)."
)
METHOD = (
    "Each assessor marked each criterion alone. The mark of a criterion is the mean of their marks, and the total is "
    "the sum of these means, each as a share of the highest mark, times the weight of the criterion."
)
MODERATED = (
    "Each assessor marked each criterion alone, and a panel looked at marks that lay apart. The mark of a criterion is "
    "the one that the panel agreed on, with its reason, and otherwise the mean of the assessors’ marks, which stay on "
    "record. The total is the sum of these, each as a share of the highest mark, times the weight of the criterion."
)
HOW_MODERATED = (
    "The mark for each criterion is the one that a panel agreed on where it looked at marks that lay apart, and "
    "otherwise the mean of the assessors’ marks. The last column shows the lowest and the highest mark that any "
    "assessor gave for this lot, without names."
)


@dataclass(frozen=True)
class Words:
    """What was decided, in sentences for a contract or for a grant."""

    authority: str
    contract: bool

    @property
    def award(self) -> str:
        return "contract" if self.contract else "grant"

    @property
    def answers(self) -> str:
        """What the lead of a team does with an award."""
        return f"accepts or refuses the {'award' if self.contract else 'grant'}"

    def offered(self, amount: str, *, standstill: bool, assists: bool) -> str:
        """`standstill`: no contract yet, so that the authority can only intend it; `assists`: proposed until the
        enterprise has confirmed."""
        if self.contract and standstill:
            return f"{self.authority} intends to award you the contract, for {amount}."
        if self.contract:
            return f"{self.authority} has decided to award you the contract, for {amount}."
        if assists:
            return f"{self.authority} proposes to give you a grant of {amount}."
        return f"{self.authority} has decided to award you a grant of {amount}."

    def declined(self, stage: Stage) -> str:
        noun = stage.decided_noun
        return f"Your {noun} was not successful" if stage.awards else f"Your {noun} does not go on to the next stage"

    def why_declined(self, stage: Stage) -> str:
        if stage.awards:
            return f"Thank you for taking part. {self.authority} has decided not to award you a {self.award}."
        return (
            f"Thank you for taking part. {self.authority} has decided at the stage “{stage.title}” that your "
            f"{stage.decided_noun} does not go on."
        )

    def reserved(self, stage: Stage) -> str:
        noun = stage.decided_noun
        if not stage.awards:
            return f"Your {noun} is on the reserve list of the stage “{stage.title}”"
        return f"Your {noun} is on the reserve list"

    def reserve(self, reason: str) -> str:
        """What it means, in a stage that awards."""
        return f"We can award you the {self.award} only if one that is ranked higher is not taken up. {reason}"


def reserved_until(stage: Stage, after: Stage | None) -> str:
    """How long somebody is on the reserve list of a stage, before which comes the stage `after` it."""
    if stage.awards or after is None:
        return "the awards of this call are all answered"
    if after.collects:
        return f"the next stage, {after.title}, closes"
    return f"the assessment of the next stage, {after.title}, ends"


def until_when(days: int) -> str:
    """Until when an award is answered that is confirmed."""
    return (
        f"It must be answered within {days} working days of its confirmation. If nobody answers, it ends. The page "
        "shows the date."
    )


def confirms(page: str, days: int) -> str:
    """What is done before a grant that is minimal financial assistance is firm."""
    return (
        f"Confirm at {page} that you keep within the limit of minimal financial assistance, within {days} working days "
        "of the day on which you are told. If nothing comes, the award ends. When we have looked at it, the award is "
        "firm, and we write to you."
    )


def comes_next(after: Stage | None, page: str = "") -> str:
    """What somebody who goes on has to do in the next stage, until when, and at which address (`page`)."""
    if after is None:
        return "Nothing has to be handed in now."
    said = [*(_handed_in(after) if after.collects else ()), *(_presented(after, page) if after.presents else ())]
    if not said:
        return "You do not have to hand in anything. We write to you when there is a date or a decision."
    return " ".join(said)


def _handed_in(after: Stage) -> Iterator[str]:
    if after.opens_at is None or after.closes_at is None:
        yield f"Next, you submit your {after.noun}. Its form and its dates are on the page of your application."
        return
    dates = f"It opens on {in_words(after.opens_at)} and closes on {in_words(after.closes_at)}."
    if after.required:
        yield f"Next, you submit your {after.noun}. {dates}"
    else:
        yield f"Next, you can submit your {after.noun}. {dates} If you send nothing, you go on all the same."
    yield (
        "Nobody reads it before it is opened after that."
        if after.sealed
        else "It is read from its closing on, with no holding time, and without two people who open it."
    )


def _presented(after: Stage, page: str) -> Iterator[str]:
    where = f" at {page}" if page else " on the page of your application"
    until = f" until {in_words(after.choose_by)}" if after.choose_by is not None else ""
    first = "Then" if after.collects else "Next,"
    yield f"{first} you choose a time for “{after.title}”{until}{where}. Who does not come cannot go on."


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


def place_in_words(lot: LotTable, entry: Ranked, noun: str) -> str:
    """ "Your proposal has place 2 of 5 in this lot. The totals go from 41.25 to 88.50." """
    assert entry.row is not None  # noqa: S101  (what is decided is in the ranking)
    totals = lot.totals
    shared = " (shared)" if entry.row.tied_with else ""
    if len(totals) == 1:
        return f"Yours was the only {noun} that was assessed for this lot."
    return (
        f"Your {noun} has place {entry.row.place}{shared} of {len(totals)} in this lot. "
        f"The totals go from {totals[0]} to {totals[-1]}."
    )


def counted_in_words(stage: Stage, stages: Sequence[Stage], row: Row | None = None) -> str:
    """What adds up to a total where a stage ranks by what earlier ones carry into it; empty where it does not.

    "The total is made of: Proposal 72.50 × 60% + Demonstration 80.00 × 40% = 75.50." Without a row, the shares alone.
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
    return f"The total is made of: {sum_in_words(stage, stages, row)}."


def sum_in_words(stage: Stage, stages: Sequence[Stage], row: Row) -> str:
    """ "Proposal 72.50 × 60% + Demonstration 80.00 × 40% = 75.50" """
    parts = (
        f"{each.title} {row.parts[each.key]} × {stage.ranks_by[each.key]}%"
        for each in stages
        if each.key in stage.ranks_by
    )
    return f"{' + '.join(parts)} = {row.total}"


def address_of(firm: Organisation) -> tuple[str, ...]:
    return tuple(line for line in (firm.street, firm.town, firm.postcode) if line)
