"""Schemes and bids for the scoring tests, each as short as it can be."""

import random
from decimal import Decimal

from workflows.scoring.ranking import Bid
from workflows.scoring.schemes import Criterion, Scheme

WORDS = ("Nothing", "Poor", "Fair", "Good", "Very good", "Excellent")


def criterion(key, weight, top=5, minimum=None):
    return Criterion(key, key.title(), weight, top, minimum, tuple(f"Mark {mark}" for mark in range(top + 1)))


def scheme(*criteria, minimum_total="0", decimals=2, tie_breakers=()):
    return Scheme(tuple(criteria), Decimal(minimum_total), decimals, tie_breakers)


def bid(ref, *cards, lot=1, amount="1000", agreed=None):
    return Bid(ref, lot, cards, Decimal(amount), agreed or {})


QUALITY_AND_PLAN = scheme(criterion("quality", 70, top=10), criterion("plan", 30, top=3))
ONE = scheme(criterion("quality", 100, top=100))


def large_call(bids, readers, criteria):
    """A call for the benchmarks, always the same: its scheme and its bids."""
    chance = random.Random(3)
    marks = scheme(
        *(criterion(f"c{at}", 100 // criteria, top=10, minimum=4) for at in range(criteria)), minimum_total="60"
    )
    return marks, [
        bid(f"A-{number}", *({c.key: chance.randint(3, 10) for c in marks.criteria} for _ in range(readers)))
        for number in range(bids)
    ]


def random_call(chance, *, most=8, breaking=False):
    """A scheme and its bids, small scales so that ties and near misses of thresholds are common."""
    count = chance.randint(1, 4)
    cuts = sorted(chance.sample(range(1, 100), count - 1))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    tops = [chance.choice((1, 3, 4, 5, 7, 10)) for _ in weights]
    criteria = [
        criterion(f"c{at}", weight, top, chance.choice((None, chance.randint(0, top))))
        for at, (weight, top) in enumerate(zip(weights, tops, strict=True))
    ]
    decimals = chance.choice((0, 1, 2, 2, 3))
    breakers = tuple(c.key for c in chance.sample(criteria, chance.randint(1, count))) if breaking else ()
    marks = scheme(*criteria, minimum_total=str(chance.randint(0, 80)), decimals=decimals, tie_breakers=breakers)
    bids = []
    for number in range(chance.randint(1, most)):
        cards = [{c.key: chance.randint(0, c.top) for c in criteria} for _ in range(chance.randint(1, 4))]
        agreed = {c.key: chance.randint(0, c.top) for c in criteria if chance.random() < 0.2}
        bids.append(bid(f"A-{number}", *cards, lot=chance.randint(1, 2), agreed=agreed))
    return marks, bids
