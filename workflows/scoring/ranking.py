"""Totals to places, lot by lot. What is compared is what is published, so that everybody can compare it again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from workflows.facts import Sentence
from workflows.scoring.carried import Carried
from workflows.scoring.schemes import Scheme
from workflows.scoring.ties import Broken, separated
from workflows.scoring.totals import Card, Incomplete, Outcome, Reckoning

NO_PARTS: Mapping[str, Decimal] = MappingProxyType({})


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
    total: Decimal  # what it is ranked by, in percent
    means: Mapping[str, Decimal]  # by criterion
    spread: Decimal
    amount: Decimal
    readers: int
    tied_with: tuple[str, ...]
    below: tuple[Sentence, ...]
    parts: Mapping[str, Decimal] = field(default_factory=dict)  # by stage: what counts in it, where it says `ranks_by`
    own_total: Decimal | None = None  # of the stage's own marks, where that is not what it is ranked by

    @property
    def passes(self) -> bool:
        return not self.below

    @property
    def own(self) -> Decimal:
        """The total of the stage's own marks: what its threshold compares, and what later stages carry."""
        return self.total if self.own_total is None else self.own_total


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
    broken: tuple[Broken, ...] = ()  # ties that the scheme or a draw broke; its bids have places of their own

    @property
    def complete(self) -> bool:
        return not self.missing

    def lot(self, lot: str | int) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.lot == lot)

    def broken_of(self, ref: str) -> tuple[Broken, ...]:
        """By what this bid was told apart from others with its total, in order; empty if by nothing."""
        return tuple(tie for tie in self.broken if ref in tie.refs)


def rank(scheme: Scheme, bids: Iterable[Bid], *, carried: Carried | None = None, seed: str = "") -> Ranking:
    """The ranking of these bids by this scheme, each lot for itself.

    With `carried` by what this and earlier stages carry; thresholds compare the stage's own figures all the same.
    Ties are broken by the scheme's `tie_breakers`, and drawn where a seed is given (`ties`). ValueError for a reference
    that comes twice, marks that the scheme does not have, or a bid without a total that is carried.
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
    whole = [
        _weighed(bid, o, carried, scheme.decimals)
        for bid, o in reckoned
        if isinstance(o, Outcome) and bid.lot not in blocked
    ]
    whole.sort(key=lambda each: (each.bid.lot, -each.total, each.bid.ref))
    rows: list[Row] = []
    broken: list[Broken] = []
    for _, lot in groupby(whole, key=lambda each: each.bid.lot):
        place = 1
        for group in _groups(lot, scheme, seed, broken):
            rows += _placed(group, place)
            place += len(group)
    ties = tuple((row.ref, *row.tied_with) for row in rows if row.tied_with and row.ref < row.tied_with[0])
    return Ranking(tuple(rows), ties, missing, tuple(broken))


def own_totals(scheme: Scheme, bids: Iterable[Bid]) -> dict[str, Decimal]:
    """The published total of each bid by its own marks, by reference: what a later stage carries. A bid of which marks
    are missing has none."""
    reckoning = Reckoning(scheme)
    reckoned = {bid.ref: reckoning.outcome(bid.cards, bid.agreed) for bid in bids}
    return {ref: o.total for ref, o in reckoned.items() if isinstance(o, Outcome)}


class _Weighed(NamedTuple):
    bid: Bid
    outcome: Outcome
    total: Decimal  # what it is ranked by
    parts: Mapping[str, Decimal]
    own: Decimal | None


def _weighed(bid: Bid, outcome: Outcome, carried: Carried | None, decimals: int) -> _Weighed:
    if carried is None:
        return _Weighed(bid, outcome, outcome.total, NO_PARTS, None)
    parts = carried.parts(bid.ref, outcome.total)
    return _Weighed(bid, outcome, carried.total(parts, decimals), parts, outcome.total)


def _groups(lot: Iterable[_Weighed], scheme: Scheme, seed: str, broken: list[Broken]) -> Iterator[list[_Weighed]]:
    """A lot, sorted, as the groups that share a place, the best first; what broke a tie is added to `broken`."""
    for _, same in groupby(lot, key=attrgetter("total")):
        group = list(same)
        if len(group) == 1 or not (scheme.tie_breakers or seed):
            yield group
            continue
        by_ref = {each.bid.ref: each for each in group}
        means = {ref: each.outcome.means for ref, each in by_ref.items()}
        parted, why = separated(group[0].bid.lot, means, scheme.tie_breakers, seed)
        broken += why
        yield from ([by_ref[ref] for ref in refs] for refs in parted)


def _placed(group: list[_Weighed], place: int) -> Iterator[Row]:
    refs = tuple(each.bid.ref for each in group)
    for at, (bid, o, total, parts, own) in enumerate(group):
        tied = refs[:at] + refs[at + 1 :]
        yield Row(bid.ref, bid.lot, place, total, o.means, o.spread, bid.amount, o.readers, tied, o.below, parts, own)
