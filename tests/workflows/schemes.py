"""Schemes and bids for the scoring tests, each as short as it can be."""
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
