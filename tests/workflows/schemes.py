"""Schemes and bids for the scoring tests, each as short as it can be."""

import random
from decimal import Decimal

from workflows.scoring.ranking import Bid
from workflows.scoring.schemes import Criterion, Scheme

WORDS = ("Nothing", "Poor", "Fair", "Good", "Very good", "Excellent")


def criterion(key, weight, top=5, minimum=None):
    return Criterion(key, key.title(), weight, top, minimum, tuple(f"Mark {mark}" for mark in range(top + 1)))


def scheme(*criteria, minimum_total="0", decimals=2):
    return Scheme(tuple(criteria), Decimal(minimum_total), decimals)


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
