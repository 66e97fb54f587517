"""The marks of one bid to its total: integers over a common denominator, rounded once, half up.

With weights w in percent, highest marks t and n assessors the total is the sum of w × mean ÷ t. Over the least common
multiple L of all t it is a whole number of n·L-ths: no fraction is built, and nothing is lost before the last line.
Where there are sub-criteria, whose weights are shares of shares, everything is counted in hundredths of a per cent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import lcm
from operator import itemgetter, mul
from typing import Any

from workflows.facts import Sentence
from workflows.scoring.schemes import Scheme

Card = Mapping[str, int]
NOTHING_AGREED: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class MissingMark:
    """A mark that is not there: which criterion, on which card (its index; None: there is no card at all)."""

    criterion: str
    card: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bid came to; every figure is rounded as it is published."""

    total: Decimal  # percent
    means: Mapping[str, Decimal]  # by criterion: the mean of the marks, or the agreed mark
    spread: Decimal  # between the highest and the lowest assessor's own total
    below: tuple[Sentence, ...]  # the thresholds that it misses; empty: it passes
    readers: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A bid that cannot be reckoned, since marks are missing. It is never reckoned without them."""

    missing: tuple[MissingMark, ...]


def outcome(scheme: Scheme, cards: Sequence[Card], agreed: Mapping[str, int] = NOTHING_AGREED) -> Outcome | Incomplete:
    """The outcome of one bid by its assessors' cards (marks by criterion) and the marks that a panel agreed.

    An agreed mark takes the place of the mean; the assessors' own marks stay, and give the spread. ValueError for a
    mark that the scale does not have or a criterion that the scheme does not have.
    """
    return Reckoning(scheme).outcome(cards, agreed)


class Reckoning:
    """A scheme made ready to reckon many bids: its common denominator and the units of each criterion.

    A bid with `readers` cards whose marks add up to `sums`, criterion by criterion, has the total Σ units × sums over
    readers × denominator, in percent.
    """

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.keys = tuple(criterion.key for criterion in scheme.criteria)
        self.tops = tuple(criterion.top for criterion in scheme.criteria)
        common, hundredths = lcm(*self.tops), 100 if any(c.within for c in scheme.criteria) else 1
        self.denominator = common * hundredths
        self.units = tuple(int(c.weight * hundredths) * common // c.top for c in scheme.criteria)
        self._row = _row_reader(self.keys)
        self._published: dict[tuple[int, int], Decimal] = {}  # most means are alike
        self.thresholds = tuple((c, c.minimum) for c in scheme.criteria if c.minimum)
        self.minimum_total = round(scheme.minimum_total, scheme.decimals)

    def outcome(self, cards: Sequence[Card], agreed: Mapping[str, int] = NOTHING_AGREED) -> Outcome | Incomplete:
        """As the function of that name."""
        try:
            rows = [self._row(card) for card in cards]
        except KeyError:
            rows = []
        if not rows:
            return Incomplete(self._missing(cards))
        sums = self._sums(cards, rows)
        readers = len(rows)
        for key, mark in agreed.items():
            sums[self._agreed_index(key, mark)] = mark * readers
        own = [sum(map(mul, self.units, row)) for row in rows]
        total = self.figure(sum(map(mul, self.units, sums)), readers * self.denominator)
        means = dict(zip(self.keys, [self.figure(marks, readers) for marks in sums], strict=True))
        spread = self.figure(max(own) - min(own), self.denominator)
        return Outcome(total, means, spread, self._below(total, means), readers)

    def _sums(self, cards: Sequence[Card], rows: list[tuple[int, ...]]) -> list[int]:
        if any(len(card) != len(self.keys) for card in cards):
            strange = sorted(set[str]().union(*cards) - set(self.keys))
            raise ValueError(f"a card has marks for {strange}, unknown to the scheme")
        columns = list(zip(*rows, strict=True))
        sums = list(map(sum, columns))
        for key, top, column, marks in zip(self.keys, self.tops, columns, sums, strict=True):
            if min(column) < 0 or max(column) > top or type(marks) is not int:
                raise ValueError(f"{key}: {column} are not all whole marks from 0 to {top}")
        return sums

    def _agreed_index(self, key: str, mark: int) -> int:
        if key not in self.keys:
            raise ValueError(f"a mark is agreed for {key!r}, unknown to the scheme")
        index = self.keys.index(key)
        if type(mark) is not int or not 0 <= mark <= self.tops[index]:
            raise ValueError(f"{key}: the agreed {mark!r} is no whole mark from 0 to {self.tops[index]}")
        return index

    def _missing(self, cards: Sequence[Card]) -> tuple[MissingMark, ...]:
        if not cards:
            return tuple(MissingMark(key, None) for key in self.keys)
        return tuple(MissingMark(key, at) for at, card in enumerate(cards) for key in self.keys if key not in card)

    def _below(self, total: Decimal, means: Mapping[str, Decimal]) -> tuple[Sentence, ...]:
        reasons = [
            Sentence(
                "%(criterion)s: the mean mark is %(mean)s. At least %(minimum)s of %(top)s is needed.",
                criterion=c.name,
                mean=means[c.key],
                minimum=least,
                top=c.top,
            )
            for c, least in self.thresholds
            if means[c.key] < least
        ]
        if total < self.minimum_total:
            reasons.append(
                Sentence(
                    "The total is %(total)s. At least %(minimum)s is needed.", total=total, minimum=self.minimum_total
                )
            )
        return tuple(reasons)

    def figure(self, numerator: int, denominator: int) -> Decimal:
        """What is published of a fraction that is not below 0."""
        if (published := self._published.get((numerator, denominator))) is None:
            published = self._published[numerator, denominator] = half_up(numerator, denominator, self.scheme.decimals)
        return published


def half_up(numerator: int, denominator: int, decimals: int) -> Decimal:
    """A fraction with so many decimals: rounded half up, floor(x + 1/2), without leaving the integers.

    `denominator` is above 0.
    """
    units: int = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    return Decimal(units).scaleb(-decimals)


def _row_reader(keys: tuple[str, ...]) -> Callable[[Card], tuple[int, ...]]:
    """From a card to its marks in the scheme's order; KeyError when one is missing."""
    if len(keys) == 1:
        return lambda card: (card[keys[0]],)
    reader: Callable[[Any], tuple[int, ...]] = itemgetter(*keys)
    return reader
