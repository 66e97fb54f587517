"""Totals to places, lot by lot. What is compared is what is published, so that everybody can compare it again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from workflows.facts import Sentence
from workflows.scoring.schemes import Scheme
from workflows.scoring.totals import Card, Incomplete, Outcome, Reckoning


@dataclass(frozen=True, slots=True)
class Bid:
    ref: str
    lot: str | int
    cards: tuple[Card, ...]  # one for each assessor: marks by criterion
    amount: Decimal  # what it asks for, in pounds
    agreed: Mapping[str, int] = field(default_factory=dict)  # marks that a panel agreed, by criterion


@dataclass(frozen=True, slots=True)
class Row:
    """A bid in its place. One that misses a threshold keeps the place of its total, and says so in `below`."""

    ref: str
    lot: str | int
    place: int  # in its lot; equal totals share one: 1, 2, 2, 4
    total: Decimal
    means: Mapping[str, Decimal]  # by criterion
    spread: Decimal
    amount: Decimal
    readers: int
    tied_with: tuple[str, ...]
    below: tuple[Sentence, ...]

    @property
    def passes(self) -> bool:
        return not self.below


@dataclass(frozen=True, slots=True)
class Missing:
    """A mark without which a lot is not ranked; `card` is the index of the card, None if the bid has none at all."""

    ref: str
    lot: str | int
    criterion: str
    card: int | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every lot in its order. A lot in which a mark is missing has no rows: it is not ranked before all are in."""

    rows: tuple[Row, ...]  # by lot, then place, then reference
    ties: tuple[tuple[str, ...], ...]  # the references that share a place
    missing: tuple[Missing, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    def lot(self, lot: str | int) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.lot == lot)


def rank(scheme: Scheme, bids: Iterable[Bid]) -> Ranking:
    """The ranking of these bids by this scheme, each lot for itself.

    ValueError for a reference that comes twice, or marks that the scheme does not have.
    """
    reckoning = Reckoning(scheme)
    reckoned = [(bid, reckoning.outcome(bid.cards, bid.agreed)) for bid in bids]
    if len({bid.ref for bid, _ in reckoned}) < len(reckoned):
        raise ValueError("a reference comes twice")
    missing = tuple(
        Missing(bid.ref, bid.lot, mark.criterion, mark.card)
        for bid, came_to in reckoned
        if isinstance(came_to, Incomplete)
        for mark in came_to.missing
    )
    blocked = {mark.lot for mark in missing}
    whole = [(bid, o) for bid, o in reckoned if isinstance(o, Outcome) and bid.lot not in blocked]
    whole.sort(key=lambda pair: (pair[0].lot, -pair[1].total, pair[0].ref))
    rows = tuple(row for _, lot in groupby(whole, key=lambda pair: pair[0].lot) for row in _placed(list(lot)))
    ties = tuple((row.ref, *row.tied_with) for row in rows if row.tied_with and row.ref < row.tied_with[0])
    return Ranking(rows, ties, missing)


def _placed(lot: list[tuple[Bid, Outcome]]) -> Iterator[Row]:
    place = 1
    for total, sharing in groupby(lot, key=lambda pair: pair[1].total):
        group = list(sharing)
        refs = tuple(bid.ref for bid, _ in group)
        for at, (bid, o) in enumerate(group):
            others = refs[:at] + refs[at + 1 :]
            yield Row(bid.ref, bid.lot, place, total, o.means, o.spread, bid.amount, o.readers, others, o.below)
        place += len(group)
