"""What the letters and assessment summaries of a call say, from its ranking and the decisions that stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries.decisions import LotTable, Ranked, Table
from procurement.rules.dates import uk_day
from procurement.rules.documents import (
    AssessedTender,
    AssessmentSummary,
    AwardLetter,
    Content,
    DeclinedLetter,
    ExplainedMark,
    Fact,
    MarkLine,
    ReserveLetter,
    ScaleWord,
)
from procurement.rules.money import format_pounds
from procurement.rules.statuses import Outcome
from workflows.facts import day_in_words
from workflows.scoring.schemes import Criterion

STANDSTILL_SENTENCE = (
    "The contract can be entered into only after a standstill of {days} working days, which begins on the day on which "
    "the contract award notice is published. The page of your application shows when it ends."
)
METHOD = (
    "Each assessor marked each criterion alone. The mark of a criterion is the mean of their marks, and the total is "
    "the sum of these means, each as a share of the highest mark, times the weight of the criterion."
)


@dataclass(frozen=True)
class Author:
    """Writes for one call. `standstill`: whether its awards wait for one."""

    call: Call
    table: Table
    settings: Mapping[str, Any]
    base_url: str
    approver: str
    now: datetime
    standstill: bool

    def letter(self, entry: Ranked) -> Content:
        """The letter that the decision asks for."""
        decision = entry.decision
        assert decision is not None  # noqa: S101  (letters follow decisions)
        common = self._common(entry)
        if decision.outcome == Outcome.FUND:
            return AwardLetter(
                **common,
                amount=format_pounds(decision.amount or 0),
                conditions=tuple(line for line in (self.call.terms.strip(), decision.reason) if line),
            )
        if decision.outcome == Outcome.RESERVE:
            return ReserveLetter(
                **common, meaning=self._meaning(decision.reason), until="the awards of this call are all answered"
            )
        return DeclinedLetter(
            **common,
            reasons=(decision.reason, *self._below(entry)),
            review=f"Write to {self._contact()} and say what you think was overlooked. Somebody who has not dealt with "
            "your application will look at how it was decided.",
        )

    def summary(self, entry: Ranked) -> AssessmentSummary:
        """Procurement Regulations 2024 reg. 31: the own tender, and every successful one of the lot."""
        decision = entry.decision
        assert decision is not None  # noqa: S101  (summaries follow decisions)
        won = decision.outcome == Outcome.FUND
        lot = self._lot(entry)
        winners = [each for each in lot.entries if each.decision is not None and each.decision.outcome == Outcome.FUND]
        return AssessmentSummary(
            call=self._call(),
            lot=self._lot_title(entry),
            application=entry.application.ref,
            dated=day_in_words(uk_day(self.now)),
            own=self._tender(entry, named=won),
            why_not=() if won else (decision.reason, *self._below(entry), self._place(entry)),
            winners=tuple(self._tender(each, named=True) for each in winners if each is not entry),
            scale=self._scale(),
            method=METHOD,
            where=f"The criteria and the whole scheme are published at {self.base_url}/calls/{self.call.ref}.",
            scheme=self.call.scheme_fingerprint or "",
            standstill=self._standstill(),
            withheld="The names of the assessors and the names and marks of other unsuccessful tenders are left out.",
            contact=f"Ask {self._contact()} about this summary.",
        )

    def _common(self, entry: Ranked) -> dict[str, Any]:
        row = entry.row
        assert row is not None  # noqa: S101  (what is decided is in the ranking)
        firm = entry.organisation
        return {
            "organisation": firm.name,
            "address": _address(firm),
            "application": entry.application.ref,
            "project": entry.application.title,
            "call": self._call(),
            "lot": self._lot_title(entry),
            "dated": day_in_words(uk_day(self.now)),
            "contact": self._contact(),
            "signed_by": self.approver,
            "signed_role": "Approver",
            "marks": tuple(self._mark(entry, criterion) for criterion in self.table.scheme.criteria),
            "total": str(row.total),
            "total_top": "100",
            "total_threshold": str(self.table.scheme.minimum_total) if self.table.scheme.minimum_total else "",
            "place": self._place(entry),
            "scheme": self.call.scheme_fingerprint or "",
            "next_steps": self._next(entry),
            **({"standstill": self._standstill()} if self.standstill else {}),
        }

    def _mark(self, entry: Ranked, criterion: Criterion) -> MarkLine:
        assert entry.row is not None  # noqa: S101  (as above)
        lowest, highest = self._ranges[entry.lot.number, criterion.key]
        mean = entry.row.means[criterion.key]
        return MarkLine(
            criterion=criterion.name,
            weight=f"{criterion.weight}%",
            mark=str(mean),
            top=str(criterion.top),
            word=word_for(criterion, mean),
            threshold=str(criterion.minimum) if criterion.minimum else "",
            range=f"{lowest} to {highest}",
        )

    @cached_property
    def _ranges(self) -> dict[tuple[int, str], tuple[int, int]]:
        """The lowest and the highest mark that any assessor gave, by lot and criterion."""
        found: dict[tuple[int, str], tuple[int, int]] = {}
        for entry in self.table.entries:
            for card in entry.cards:
                for criterion, mark in card.by_criterion.items():
                    lowest, highest = found.get((entry.lot.number, criterion), (mark, mark))
                    found[entry.lot.number, criterion] = (min(lowest, mark), max(highest, mark))
        return found

    def _place(self, entry: Ranked) -> str:
        assert entry.row is not None  # noqa: S101  (as above)
        return place_in_words(self._lot(entry), entry)

    def _below(self, entry: Ranked) -> tuple[str, ...]:
        return tuple(str(sentence) for sentence in entry.row.below) if entry.row is not None else ()

    def _scale(self) -> tuple[ScaleWord, ...]:
        """What each mark means; said once where every criterion has the same scale, as most calls do."""
        criteria = self.table.scheme.criteria
        shared = len({criterion.words for criterion in criteria}) == 1
        return tuple(
            ScaleWord(mark=str(mark), words=word if shared else f"{criterion.name}: {word}")
            for criterion in (criteria[:1] if shared else criteria)
            for mark, word in enumerate(criterion.words)
        )

    def _tender(self, entry: Ranked, *, named: bool) -> AssessedTender:
        assert entry.row is not None  # noqa: S101  (as above)
        firm, decision = entry.organisation, entry.decision
        numbers = (("Company number", firm.company_number), ("Charity number", firm.charity_number))
        return AssessedTender(
            organisation=firm.name,
            address=_address(firm) if named else (),
            email=firm.email if named else "",
            identifiers=tuple(Fact(name=name, value=number) for name, number in numbers if number) if named else (),
            amount=format_pounds(decision.amount) if named and decision is not None and decision.amount else "",
            marks=tuple(
                ExplainedMark(
                    criterion=criterion.name,
                    weight=f"{criterion.weight}%",
                    mark=str(entry.row.means[criterion.key]),
                    top=str(criterion.top),
                    word=word_for(criterion, entry.row.means[criterion.key]),
                    explanation="\n\n".join(explanations(entry, criterion.key)),
                )
                for criterion in self.table.scheme.criteria
            ),
            total=str(entry.row.total),
            total_top="100",
        )

    def _next(self, entry: Ranked) -> tuple[Fact, ...]:
        decision = entry.decision
        assert decision is not None  # noqa: S101  (as above)
        page = f"{self.base_url}/applications/{entry.application.ref}/outcome"
        if decision.outcome != Outcome.FUND:
            return (Fact(name="Now", value=f"Read the marks and the reasons at {page}."),)
        when = "After the standstill" if self.standstill else "Now"
        return (Fact(name=when, value=f"The lead of your organisation accepts or refuses the award at {page}."),)

    def _meaning(self, reason: str) -> str:
        return f"We can fund your application only if one that is ranked higher is not taken up. {reason}"

    def _standstill(self) -> str:
        return STANDSTILL_SENTENCE.format(days=self.settings["standstill_days"])

    def _call(self) -> str:
        return f"{self.call.title} ({self.call.ref})"

    def _lot(self, entry: Ranked) -> LotTable:
        return next(each for each in self.table.lots if each.lot.id == entry.lot.id)

    def _lot_title(self, entry: Ranked) -> str:
        return f"Lot {entry.lot.number}: {entry.lot.title}" if len(self.table.lots) > 1 else ""

    def _contact(self) -> str:
        return self.call.contact or str(self.settings["help_email"])


def word_for(criterion: Criterion, mean: Decimal) -> str:
    """What the scale says of a mean mark: one of its words, or between which two it lies."""
    low = int(mean)
    if mean == low:
        return criterion.words[low]
    return f"between “{criterion.words[low]}” and “{criterion.words[low + 1]}”"


def explanations(entry: Ranked, criterion: str) -> list[str]:
    """The assessors' comments to the applicant on one criterion, in their order and without their names."""
    return numbered(mark.comment for card in entry.cards for mark in card.marks if mark.criterion == criterion)


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


def _address(firm: Organisation) -> tuple[str, ...]:
    return tuple(line for line in (firm.street, firm.town, firm.postcode) if line)
