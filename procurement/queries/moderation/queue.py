"""Reading what a stage's assessors differ in, what of it is settled, and what the agreed marks change."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.moderation import AgreedMark
from procurement.models.stages import Stage
from procurement.queries.decisions import GivenMark, Ranked, Table, marks_in, table_of
from workflows.scoring import differences as scoring
from workflows.scoring.ranking import Bid, rank
from workflows.scoring.schemes import Criterion
from workflows.scoring.seats import LotRule
from workflows.scoring.totals import half_up


@dataclass(frozen=True)
class Difference:
    """The marks for one criterion of one bid, and what stands about them. `found` is None where one assessor marked it
    alone; `queued`: whether it must be settled before the moderation is closed."""

    entry: Ranked
    criterion: Criterion
    found: scoring.Difference | None
    settled: AgreedMark | None
    queued: bool
    decimals: int  # of every published figure

    @property
    def open(self) -> bool:
        return self.queued and self.settled is None

    @property
    def marks(self) -> list[GivenMark | None]:
        """What each assessor gave, in the order of the scorecards; None where one gave nothing."""
        return [
            next((mark for mark in card.marks if mark.criterion == self.criterion.key), None)
            for card in self.entry.cards
        ]

    @property
    def mean(self) -> Decimal | None:
        """The mean of the marks, whatever was agreed, as it is published; None where a mark is missing."""
        given = [mark.mark for mark in self.marks if mark is not None and mark.mark is not None]
        if not given or len(given) < len(self.entry.cards):
            return None
        return half_up(sum(given), len(given), self.decimals)

    @property
    def counts(self) -> Decimal | None:
        """What counts now: the agreed mark, or the mean; None while marks are missing in the lot."""
        return self.entry.row.means[self.criterion.key] if self.entry.row is not None else None


@dataclass(frozen=True)
class Moved:
    """What the agreed marks of one bid change: its place and its total, by the marks alone and now."""

    entry: Ranked
    place_before: int | None
    total_before: Decimal | None
    agreed: tuple[Difference, ...]


@dataclass(frozen=True)
class Queue:
    """Everything that a stage's marks differ in, the worst first, and whatever else was agreed."""

    table: Table
    differences: tuple[Difference, ...]

    def seen_without(self, organisations: Collection[int]) -> "Queue":
        """The same for somebody who must know nothing of some organisations' bids."""
        kept = tuple(each for each in self.differences if each.entry.organisation.id not in organisations)
        return replace(self, differences=kept)

    @property
    def queued(self) -> list[Difference]:
        return [each for each in self.differences if each.queued]

    @property
    def open(self) -> list[Difference]:
        return [each for each in self.differences if each.open]

    @property
    def settled(self) -> list[Difference]:
        """Those about which something stands, also where nothing had to be settled."""
        return [each for each in self.differences if each.settled is not None]

    def of(self, ref: str, criterion: str) -> Difference | None:
        return next(
            (each for each in self.differences if (each.entry.ref, each.criterion.key) == (ref, criterion)), None
        )

    def following(self, one: Difference) -> Difference | None:
        """The next one that is open, after one or from the top again."""
        place = next((at for at, each in enumerate(self.differences) if each is one), -1)
        turned = (*self.differences[place + 1 :], *self.differences[: max(place, 0)])
        return next((each for each in turned if each.open and each is not one), None)

    def moved(self) -> list[Moved]:
        """What is different by the agreed marks, in rank order; bids without one are left out although their place may
        have changed with others'."""
        alone = {
            row.ref: row
            for row in rank(
                self.table.scheme,
                (replace(each, agreed={}) for each in bids_of(self.table)),
                carried=self.table.carried,
            ).rows
        }
        found = []
        for entry in self.table.entries:
            agreed = tuple(
                each
                for each in self.differences
                if each.entry is entry and each.settled is not None and each.settled.mark is not None
            )
            if agreed:
                row = alone.get(entry.ref)
                found.append(Moved(entry, row.place if row else None, row.total if row else None, agreed))
        return found


def queue_of(session: Session, call: Call, stage: Stage, *, comments: bool = False) -> Queue:
    """What the marks of a stage differ in: the statements of its ranking, and no other. The marks are locked.

    What must be settled is not what the agreed marks leave: a difference stays in the queue once it is settled.
    """
    table = table_of(session, call, stage, comments=comments)
    bids = bids_of(table)
    found = scoring.differences(table.scheme, bids, rules=_rules(table), carried=table.carried)
    queued = [each for item in scoring.queue(bids, found, stage.moderate_from) for each in item.differences]
    places = {(each.ref, each.criterion): place for place, each in enumerate(queued)}
    known = {(each.ref, each.criterion): each for each in found}
    every = [
        Difference(
            entry, criterion, known.get(key), entry.agreed.get(criterion.key), key in places, table.scheme.decimals
        )
        for entry in table.entries
        for criterion in table.scheme.criteria
        if (key := (entry.ref, criterion.key)) and entry.cards and not entry.missed
    ]
    last = len(places)
    every.sort(key=lambda each: places.get((each.entry.ref, each.criterion.key), last))
    return Queue(table, tuple(every))


def bids_of(table: Table) -> list[Bid]:
    """The bids of a ranking as the scoring takes them."""
    return [
        Bid(
            each.ref,
            each.lot.number,
            tuple(card.by_criterion for card in each.cards),
            each.asks,
            marks_in(each.agreed),
        )
        for each in table.entries
        if not each.missed
    ]


def _rules(table: Table) -> dict[str | int, LotRule]:
    """What hangs on a difference: who goes on within the seats, or within the budget where the stage awards."""
    return dict(_of_lots(table))


def _of_lots(table: Table) -> Iterator[tuple[int, LotRule]]:
    for lot in table.lots:
        money = (lot.budget, lot.published or None) if table.awards else (None, None)
        yield lot.lot.number, LotRule(lot.lot.number, lot.seats, *money)
