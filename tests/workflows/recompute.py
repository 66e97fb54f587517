"""Rank a call again from what it published. Needs Python and nothing else: python recompute.py < published.json

published.json: {"scheme": {...}, "bids": [{"ref", "lot", "cards": [{criterion: mark}], "agreed": {criterion: mark}}]}
Prints, in rank order, [{"ref", "lot", "place", "total", "means", "spread", "passes"}]. Written against the published
rules, with fractions, and without a line of the service's own arithmetic, which it is there to check.
"""

import json
import sys
from fractions import Fraction
from math import floor


def rounded(value, decimals):
    """Half up, once, as a text with that many decimals."""
    units = floor(value * 10**decimals + Fraction(1, 2))
    digits = str(units).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def reckoned(scheme, bid):
    """One bid without its place: published figures as texts."""
    decimals, cards = scheme["decimals"], bid["cards"]
    means, total, passes = {}, Fraction(0), True
    for criterion in scheme["criteria"]:
        key = criterion["key"]
        mean = Fraction(sum(card[key] for card in cards), len(cards))
        mean = Fraction(bid.get("agreed", {}).get(key, mean))
        means[key] = rounded(mean, decimals)
        total += criterion["weight"] * mean / criterion["top"]
        if criterion["minimum"] is not None and Fraction(means[key]) < criterion["minimum"]:
            passes = False
    own = [sum(Fraction(c["weight"] * card[c["key"]], c["top"]) for c in scheme["criteria"]) for card in cards]
    published = rounded(total, decimals)
    passes = passes and Fraction(published) >= Fraction(scheme["minimum_total"])
    return {
        "ref": bid["ref"],
        "lot": bid["lot"],
        "total": published,
        "means": means,
        "spread": rounded(max(own) - min(own), decimals),
        "passes": passes,
    }


def ranked(scheme, bids):
    """Every lot in its order; equal published totals share a place: 1, 2, 2, 4."""
    rows = [reckoned(scheme, bid) for bid in bids]
    for row in rows:
        better = [r for r in rows if r["lot"] == row["lot"] and Fraction(r["total"]) > Fraction(row["total"])]
        row["place"] = 1 + len(better)
    return sorted(rows, key=lambda row: (row["lot"], row["place"], row["ref"]))


if __name__ == "__main__":
    published = json.load(sys.stdin)
    json.dump(ranked(published["scheme"], published["bids"]), sys.stdout)
