"""Where assessors differ so much that a panel should talk about it: by spread, by signs, by what hangs on
it in the ranking. Work grows with bids × criteria × the logarithm of the bids."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from workflows.scoring.carried import Carried
from workflows.scoring.ranking import Bid
from workflows.scoring.schemes import Scheme
from workflows.scoring.seats import LotRule
from workflows.scoring.ties import draw
from workflows.scoring.totals import Outcome, Reckoning

Key = tuple[Decimal | str, ...]  # the better place has the lower key; equal keys share a place
NO_RULES: Mapping[str | int, LotRule] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bid stands, or would stand: its place among all of its lot as they are."""

    place: int
    total: Decimal  # what it is ranked by, in percent
    passes: bool
    goes_on: bool | None  # within the seats and the budget of its lot; None where neither is given


@dataclass(frozen=True, slots=True)
class Difference:
    """The marks of several assessors for one criterion of one bid, in marks of its scale."""

    ref: str
    lot: str | int
    criterion: str
    lowest: int
    highest: int
    agreed: int | None  # what a panel agreed since
    crosses: bool  # the criterion's minimum lies between them: one would fail the bid, one would not
    now: Standing | None  # None while marks are missing in its lot: then there are no places
    at_lowest: Standing | None  # with the lowest mark in the place of what counts now, all else equal
    at_highest: Standing | None

    @property
    def spread(self) -> int:
        return self.highest - self.lowest

    @property
    def changes(self) -> bool:
        """Whether the bid's place, whether it passes, or whether it goes on hangs on whose mark is right."""
        return any(_matters(self.now) != _matters(other) for other in (self.at_lowest, self.at_highest))


@dataclass(frozen=True, slots=True)
class Item:
    """A bid to talk about, with the criteria in which its assessors differ, the worst first."""

    ref: str
    lot: str | int
    differences: tuple[Difference, ...]

    @property
    def crosses(self) -> bool:
        return any(each.crosses for each in self.differences)

    @property
    def changes(self) -> bool:
        return any(each.changes for each in self.differences)

    @property
    def spread(self) -> int:
        """The largest, in marks; 0 where nobody differs."""
        return max((each.spread for each in self.differences), default=0)


def differences(
    scheme: Scheme,
    bids: Iterable[Bid],
    *,
    rules: Mapping[str | int, LotRule] = NO_RULES,
    carried: Carried | None = None,
    seed: str = "",
) -> tuple[Difference, ...]:
    """Every criterion of every bid that several assessors marked, in the order of the bids and of the scheme.

    `rules` by lot, `carried` and `seed` as for `rank` and `by_rule`. ValueError as `rank`.
    """
    every = list(bids)
    reckoning = Reckoning(scheme)
    outcomes = {bid.ref: reckoning.outcome(bid.cards, bid.agreed) for bid in every}
    if len(outcomes) < len(every):
        raise ValueError("a reference comes twice")
    blocked = {bid.lot for bid in every if not isinstance(outcomes[bid.ref], Outcome)}
    lots: dict[str | int, list[_Reckoned]] = {}
    places: dict[str, _Reckoned] = {}
    for bid in every:
        came_to = outcomes[bid.ref]
        if isinstance(came_to, Outcome) and bid.lot not in blocked:
            places[bid.ref] = _Reckoned(reckoning, bid, came_to, carried, seed)
            lots.setdefault(bid.lot, []).append(places[bid.ref])
    ladders = {lot: _Ladder(given, rules.get(lot)) for lot, given in lots.items()}
    return tuple(
        each for bid in every for each in _differences_of(scheme, bid, places.get(bid.ref), ladders.get(bid.lot))
    )


def queue(bids: Iterable[Bid], found: Iterable[Difference], moderate_from: int | None) -> tuple[Item, ...]:
    """What is put before a panel: the bids with a difference of at least `moderate_from` marks, each with those
    differences; None: every bid that was marked, each with all of its own.

    In the order: the minimum lies between two marks, something hangs on it, the largest spread, the reference.
    """
    least = 0 if moderate_from is None else moderate_from
    by_bid: dict[str, list[Difference]] = {bid.ref: [] for bid in bids if any(bid.cards)}
    lots = {bid.ref: bid.lot for bid in bids}
    for each in found:
        if each.spread >= least:
            by_bid[each.ref].append(each)
    items = [
        Item(ref, lots[ref], tuple(sorted(differing, key=_worst_first)))
        for ref, differing in by_bid.items()
        if differing or moderate_from is None
    ]
    return tuple(sorted(items, key=lambda item: (*_worst_first(item), item.ref)))


def _worst_first(each: Difference | Item) -> tuple[bool, bool, int]:
    return not each.crosses, not each.changes, -each.spread


def _matters(standing: Standing | None) -> tuple[int, bool, bool | None] | None:
    return None if standing is None else (standing.place, standing.passes, standing.goes_on)


class _Reckoned:
    """A bid as it counts now, made ready to ask what another mark would do: each answer takes the same few steps."""

    def __init__(self, reckoning: Reckoning, bid: Bid, now: Outcome, carried: Carried | None, seed: str) -> None:
        self.bid = bid
        self._reckoning, self._means, self._carried = reckoning, now.means, carried
        self._sums = [
            bid.agreed[key] * now.readers if key in bid.agreed else sum(card[key] for card in bid.cards)
            for key in reckoning.keys
        ]
        self._readers = now.readers
        self._units = sum(unit * marks for unit, marks in zip(reckoning.units, self._sums, strict=True))
        self._failing = {c.key for c, least in reckoning.thresholds if now.means[c.key] < least}
        self._drawn = (draw(seed, bid.ref),) if seed else ()
        self.total = self._total(now.total)
        self.key = self._key(self.total, {})
        self.passes = not now.below

    def with_mark(self, at: int, mark: int) -> tuple[Key, Decimal, bool]:
        """Its key, its total and whether it passes with this mark as the mean of a criterion, by the index of it."""
        reckoning = self._reckoning
        criterion = reckoning.scheme.criteria[at]
        units = self._units + reckoning.units[at] * (mark * self._readers - self._sums[at])
        own = reckoning.figure(units, self._readers * reckoning.denominator)
        total = self._total(own)
        passes = (
            own >= reckoning.minimum_total and mark >= (criterion.minimum or 0) and not self._failing - {criterion.key}
        )
        return self._key(total, {criterion.key: Decimal(mark)}), total, passes

    def _total(self, own: Decimal) -> Decimal:
        if self._carried is None:
            return own
        return self._carried.total(self._carried.parts(self.bid.ref, own), self._reckoning.scheme.decimals)

    def _key(self, total: Decimal, instead: Mapping[str, Decimal]) -> Key:
        breakers = self._reckoning.scheme.tie_breakers
        return (-total, *(-instead.get(key, self._means[key]) for key in breakers), *self._drawn)


class _Ladder:
    """One lot in order, to look up where a bid would stand if it alone were moved."""

    def __init__(self, bids: list[_Reckoned], rule: LotRule | None) -> None:
        self._keys = sorted(each.key for each in bids)
        most = None if rule is None else rule.whole
        competing = [each for each in bids if each.passes and (most is None or each.bid.amount <= most)]
        passing = sorted((each.key, each.bid.ref, each.bid.amount) for each in competing)
        self._passing = [(key, ref) for key, ref, _ in passing]
        self._spent = list(accumulate((amount for _, _, amount in passing), initial=Decimal(0)))
        self._rule = rule

    def standing(self, of: _Reckoned, key: Key, total: Decimal, *, passes: bool) -> Standing:
        better = bisect_left(self._keys, key) - (of.key < key)
        return Standing(1 + better, total, passes, self._goes_on(of, key, passes=passes))

    def _goes_on(self, of: _Reckoned, key: Key, *, passes: bool) -> bool | None:
        """As `by_rule`: a seat that better ones leave, and the money that is left when those before have theirs."""
        rule = self._rule
        if rule is None or (rule.seats is None and rule.budget is None):
            return None
        if not passes or (rule.whole is not None and of.bid.amount > rule.whole):
            return False
        if rule.seats is not None:
            better = bisect_left(self._passing, (key, "")) - (of.passes and of.key < key)
            if better >= rule.seats:
                return False
        if rule.budget is None:
            return True
        before = self._spent[bisect_left(self._passing, (key, of.bid.ref))]
        if of.passes and of.key < key:
            before -= of.bid.amount
        return before + of.bid.amount <= rule.budget


def _differences_of(
    scheme: Scheme, bid: Bid, reckoned: _Reckoned | None, ladder: _Ladder | None
) -> Iterator[Difference]:
    now = None
    if reckoned is not None and ladder is not None:
        now = ladder.standing(reckoned, reckoned.key, reckoned.total, passes=reckoned.passes)

    def would(at: int, mark: int) -> Standing | None:
        if reckoned is None or ladder is None:
            return None
        key, total, passes = reckoned.with_mark(at, mark)
        return ladder.standing(reckoned, key, total, passes=passes)

    for at, criterion in enumerate(scheme.criteria):
        marks = [card[criterion.key] for card in bid.cards if criterion.key in card]
        if len(marks) > 1:
            lowest, highest = min(marks), max(marks)
            yield Difference(
                bid.ref,
                bid.lot,
                criterion.key,
                lowest,
                highest,
                bid.agreed.get(criterion.key),
                lowest < (criterion.minimum or 0) <= highest,
                now,
                would(at, lowest),
                would(at, highest),
            )
