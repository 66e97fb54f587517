"""The ranking of a stage as it is read: places, what the budget buys or who has a seat, and what was decided."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from procurement.models.applications import Entry
from procurement.models.calls import Lot
from procurement.models.decisions import Decision
from procurement.models.moderation import AgreedMark
from procurement.models.people import Organisation
from procurement.models.reasons import Redaction
from procurement.models.stages import Stage
from procurement.queries.decisions.reasons import Written
from procurement.rules.money import format_pounds
from procurement.rules.reasons import paragraph_key
from procurement.rules.statuses import Outcome
from workflows.facts import Sentence
from workflows.scoring.budget import BudgetLine, beyond, in_seats
from workflows.scoring.carried import Carried
from workflows.scoring.ranking import Ranking, Row
from workflows.scoring.schemes import Criterion, Scheme
from workflows.scoring.seats import LotRule, by_rule_beside

OUTCOMES = (Outcome.FUND, Outcome.ADVANCE, Outcome.RESERVE, Outcome.DECLINE)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class GivenMark:
    """One assessor's mark for one criterion, with the comment to the applicant where comments were read."""

    criterion: str
    mark: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard that is in, without a name; `assignment_id` says which."""

    marks: tuple[GivenMark, ...]
    assignment_id: int

    @property
    def by_criterion(self) -> dict[str, int]:
        return {given.criterion: given.mark for given in self.marks if given.mark is not None}


@dataclass(frozen=True)
class Ranked:
    """One assessed entry with its place (None while marks are missing) and the decision that stands. It is loaded
    with its application."""

    entry: Entry
    organisation: Organisation
    lot: Lot
    cards: tuple[Card, ...]
    row: Row | None
    decision: Decision | None
    agreed: Mapping[str, AgreedMark]  # by criterion; one without a mark left them as they are
    missed: bool = False  # its team did not come to its time: it is not ranked, and can only be declined
    written: Mapping[str, Written] = field(default_factory=dict)  # by criterion: what an officer wrote or took over
    redactions: tuple[Redaction, ...] = ()  # what is taken out of what others read of it

    @property
    def taken(self) -> dict[str, str]:
        """What is taken out of what others read, with the ground: {words: ground}."""
        return {each.words: each.ground for each in self.redactions}

    def agreed_about(self, criterion: str) -> AgreedMark | None:
        """The mark that a panel agreed on and that counts for a criterion."""
        agreed = self.agreed.get(criterion)
        return agreed if agreed is not None and agreed.mark is not None else None

    def reason(self, criterion: str) -> str | None:
        """The one text that the applicant reads of a criterion: what was written for it, or the panel's reason for the
        mark that it agreed on. None where there are only the assessors' comments. What was written about a mark stands
        no longer than the mark does."""
        agreed, written = self.agreed_about(criterion), self.written.get(criterion)
        if written is not None and written.agreed_id == (None if agreed is None else agreed.id):
            return written.text
        return None if agreed is None else agreed.reason

    @property
    def explains(self) -> bool:
        """Whether anything was written about a criterion, and not only for the letter."""
        return not set(self.written) <= set(map(paragraph_key, OUTCOMES))

    @property
    def paragraph(self) -> str:
        """The paragraph that an officer added to the letter of the decision that stands; empty where none is."""
        found = None if self.decision is None else self.written.get(paragraph_key(self.decision.outcome))
        return "" if found is None else found.text

    def explained(self, criterion: str) -> list[str]:
        """What is said to the applicant about a criterion: its one reason, or the assessors' comments."""
        reason = self.reason(criterion)
        if reason is not None:
            return [reason]
        return self.comments(criterion)

    def comments(self, criterion: str) -> list[str]:
        """The assessors' comments on a criterion, in the order of their cards."""
        return [mark.comment for card in self.cards for mark in card.marks if mark.criterion == criterion]

    @property
    def ref(self) -> str:
        return self.entry.application.ref

    @property
    def title(self) -> str:
        """What the pages call it: its title, or its reference where it has none."""
        return self.entry.title or self.ref

    @property
    def asks(self) -> Decimal:
        return self.entry.amount or NOTHING


@dataclass(frozen=True)
class LotTable:
    """One lot in rank order with its budget line; `line` is None while marks are missing, and where the stage does
    not award. `seats`: how many go on (none: everybody who passes), or how many awards it makes at most, where the
    stage awards (none: as many as the money lasts for). `published`: what the
    awards of the lot may cost together, in all or in this window."""

    lot: Lot
    seats: int | None
    entries: tuple[Ranked, ...]
    line: BudgetLine | None
    committed: Decimal  # by the decisions that stand; once they are approved, by the awards that stand
    before: Decimal = NOTHING  # what earlier stages of the window awarded in this lot, where those awards stand
    published: Decimal = NOTHING

    @cached_property
    def totals(self) -> tuple[Decimal, ...]:
        """What was reached in the lot, from the lowest to the highest: once for all its letters."""
        return tuple(sorted(each.row.total for each in self.entries if each.row is not None))

    @property
    def winners(self) -> list["Ranked"]:
        """Those of the lot that are awarded something."""
        return [each for each in self.entries if each.decision is not None and each.decision.outcome == Outcome.FUND]

    @property
    def decided(self) -> Decimal:
        """What its decisions award, whatever became of the awards since."""
        return sum((each.decision.amount or NOTHING for each in self.entries if each.decision is not None), NOTHING)

    @property
    def budget(self) -> Decimal:
        """What the stage can award: what is published less what earlier stages awarded."""
        return self.left_of(self.published)

    @property
    def over(self) -> Decimal:
        return max(NOTHING, self.committed - self.budget)

    @property
    def beyond(self) -> frozenset[str]:
        """The references of those that ask for more than the lot has, so that they can never be paid in full."""
        rows = [entry.row for entry in self.entries if entry.row is not None]
        return beyond(rows, self.published or None)

    @property
    def rule(self) -> LotRule:
        """What limits its awards, where the stage awards: the money, and how many there are at most."""
        return LotRule(self.lot.number, self.seats, self.budget, self.published or None)

    @property
    def standing(self) -> dict[str, Any]:
        """The outcomes that are decided or proposed, by reference."""
        return {each.ref: each.decision.outcome for each in self.entries if each.decision is not None}

    def left_of(self, budget: Decimal) -> Decimal:
        """What is left of a budget of the lot, the published one or another, after the earlier stages."""
        return max(NOTHING, budget - self.before)


@dataclass(frozen=True)
class Table:
    """The whole ranking of a stage. `leaving`: references whose decision departs from rank order; `outcomes`: what can
    be decided in it; `marked`: the stage whose scheme and scorecards these are; `carried`: what earlier stages carry
    into it, None where its own total alone counts."""

    awards: bool
    outcomes: tuple[Outcome, ...]
    marked: Stage
    scheme: Scheme
    ranking: Ranking
    lots: tuple[LotTable, ...]
    leaving: frozenset[str]
    carried: Carried | None = None
    breaking: tuple[str, ...] = ()  # references whose decision the published rule does not give
    seed: str = ""  # what decides between equals; empty: nothing is drawn

    @property
    def entries(self) -> list[Ranked]:
        return [entry for lot in self.lots for entry in lot.entries]

    @property
    def undecided(self) -> list[Ranked]:
        return [entry for entry in self.entries if entry.decision is None]

    @property
    def knows_amounts(self) -> bool:
        """Whether anything is known of what is asked for: no earlier form need have asked, where nothing is awarded."""
        return self.awards or any(entry.entry.amount is not None for entry in self.entries)

    @property
    def unexplained(self) -> list[Ranked]:
        """Those that depart from rank order without a reason."""
        return [
            entry
            for entry in self.entries
            if entry.ref in self.leaving and entry.decision is not None and not entry.decision.departure
        ]

    def without_reason(self, entry: Ranked) -> list[Criterion]:
        """The criteria of which an entry that was marked has no one reason."""
        return [] if entry.missed else [each for each in self.scheme.criteria if entry.reason(each.key) is None]

    @property
    def reasons_missing(self) -> list[Ranked]:
        return [entry for entry in self.entries if self.without_reason(entry)]

    def in_rank_order(self, reserves: int) -> list[tuple[Ranked, str]]:
        """What plain rank order says of each application that has no decision yet, but the unasked: (application,
        outcome)."""
        return [each for each in self._plainly(reserves) if not _awards_nothing(*each)]

    @property
    def beyond(self) -> frozenset[str]:
        """The references of those that ask for more than their lot has; none where nothing is awarded."""
        return frozenset().union(*(lot.beyond for lot in self.lots)) if self.awards else frozenset()

    def passed_over(self, entry: Ranked) -> Sentence:
        """Why an application can never be paid what it asks for."""
        lot = next(each for each in self.lots if each.lot.id == entry.lot.id)
        about = {"asks": format_pounds(entry.asks), "has": format_pounds(lot.published)}
        return Sentence("It asks for %(asks)s; the lot has %(has)s", **about)

    @property
    def unasked(self) -> list[Ranked]:
        """Those that plain rank order would fund, if it were known what they ask for: somebody must look at them."""
        return [entry for entry, outcome in self._plainly(0) if _awards_nothing(entry, outcome)]

    def _plainly(self, reserves: int) -> list[tuple[Ranked, str]]:
        found: list[tuple[Ranked, str]] = []
        for lot in self.lots:
            ranked = [entry.row for entry in lot.entries if entry.row is not None]
            decided = (
                by_rule_beside(ranked, lot.rule, reserves, lot.standing, lot.committed)
                if self.awards
                else in_seats(ranked, lot.seats, reserves)
            )
            found += [
                (entry, decided[entry.ref]) for entry in lot.entries if entry.decision is None and entry.row is not None
            ]
        return found

    @property
    def over(self) -> Decimal:
        """Pounds above the budgets, lot by lot, together."""
        return sum((lot.over for lot in self.lots), NOTHING)

    @property
    def counts(self) -> dict[str, int]:
        """How many are decided how."""
        found: dict[str, int] = dict.fromkeys(self.outcomes, 0)
        for entry in self.entries:
            if entry.decision is not None:
                found[entry.decision.outcome] += 1
        return found

    @property
    def funding(self) -> Decimal:
        """What the decisions that stand award, whatever became of the awards since."""
        return sum((each.decision.amount or NOTHING for each in self.entries if each.decision is not None), NOTHING)

    @property
    def committed(self) -> Decimal:
        return sum((lot.committed for lot in self.lots), NOTHING)

    @property
    def seen(self) -> str:
        """What an approver has read: changes with every decision that stands, with every place and total, and with
        every reason and redaction."""
        said = "|".join(
            f"{e.ref}:{e.decision.id if e.decision else 0}:{(e.row.place, str(e.row.total)) if e.row else ''}"
            f":{sorted(each.id for each in e.written.values())}:{[each.id for each in e.redactions]}"
            for e in self.entries
        )
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def entry(self, ref: str) -> Ranked | None:
        return self._by_ref.get(ref)

    @cached_property
    def _by_ref(self) -> dict[str, Ranked]:
        return {entry.ref: entry for entry in self.entries}


def _awards_nothing(entry: Ranked, outcome: str) -> bool:
    return outcome == Outcome.FUND and not entry.asks
