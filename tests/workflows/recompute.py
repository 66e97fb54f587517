"""Rank a call again from what it published. Needs Python and nothing else: python recompute.py < published.json

published.json: {"call", "stages": [{"key", "window", "lots": [{"number", "seats", "budget"}], "scheme": {...},
"ranks_by": {stage: percent}, "marks_of", "seed", "bids": [{"ref", "lot", "asks", "cards": [{criterion: mark}],
"agreed": {criterion: mark}}]}]}. Prints {stage: rows in rank order}, each row {"ref", "lot", "place", "total", "own",
"means", "spread", "passes", "told_apart", "goes_on"}; "told_apart": what broke each tie that it was in, a criterion or
"drawn". An older document, {"scheme", "bids"}, is one stage: a list of rows is printed, without "own", "told_apart" and
"goes_on". Written against the published rules, with fractions, and without a line of the service's
own arithmetic, which it is there to check.
"""

import json
import sys
from bisect import bisect_left
from fractions import Fraction
from hashlib import sha256
from math import floor


def rounded(value, decimals):
    """Half up, once, as a text with that many decimals."""
    units = floor(value * 10**decimals + Fraction(1, 2))
    digits = str(units).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def reckoned(scheme, bid):
    """One bid without its place: published figures as texts. A mark that was agreed replaces the mean."""
    decimals, cards = scheme["decimals"], bid["cards"]
    means, total, passes = {}, Fraction(0), True
    for criterion in scheme["criteria"]:
        key = criterion["key"]
        mean = Fraction(sum(card[key] for card in cards), len(cards))
        mean = Fraction(bid.get("agreed", {}).get(key, mean))
        means[key] = rounded(mean, decimals)
        total += Fraction(criterion["weight"]) * mean / criterion["top"]
        if criterion["minimum"] is not None and Fraction(means[key]) < criterion["minimum"]:
            passes = False
    own = [
        sum(Fraction(c["weight"]) * Fraction(card[c["key"]], c["top"]) for c in scheme["criteria"]) for card in cards
    ]
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


def order(scheme, row, seed):
    """Higher totals first; of equals what the scheme says breaks a tie; of those whatever the published seed draws."""
    breakers = [-Fraction(row["means"][key]) for key in scheme.get("tie_breakers", [])]
    drawn = sha256(f"{seed}\n{row['ref']}".encode()).hexdigest() if seed else ""
    return -Fraction(row["total"]), breakers, drawn


def told_apart(scheme, equals, row, seed):
    """What stands between this row and others with its total: the criteria that the scheme names, then the draw."""
    found = []
    for key in scheme.get("tie_breakers", []):
        same = [other for other in equals if Fraction(other["means"][key]) == Fraction(row["means"][key])]
        if len(same) < len(equals):
            found.append(key)
        equals = same
    return [*found, "drawn"] if seed and len(equals) > 1 else found


def placed(scheme, rows, seed=""):
    """Every lot in its order; whoever is still equal shares a place: 1, 2, 2, 4."""
    for lot in {row["lot"] for row in rows}:
        in_lot = [row for row in rows if row["lot"] == lot]
        orders = sorted(order(scheme, row, seed) for row in in_lot)
        for row in in_lot:
            row["place"] = 1 + bisect_left(orders, order(scheme, row, seed))
    return sorted(rows, key=lambda row: (row["lot"], row["place"], row["ref"]))


def ranked(scheme, bids):
    """One stage by its own marks. A lot in which a mark is missing is not ranked."""
    keys = [criterion["key"] for criterion in scheme["criteria"]]
    missing = {b["lot"] for b in bids if not b["cards"] or any(key not in c for c in b["cards"] for key in keys)}
    return placed(scheme, [reckoned(scheme, bid) for bid in bids if bid["lot"] not in missing])


def who_goes_on(stage, rows):
    """Those who pass: within the seats, with all who share the last place; and for as long as the money lasts."""
    asks = {bid["ref"]: Fraction(bid["asks"]) for bid in stage["bids"]}
    rules = {rule["number"]: rule for rule in stage["lots"]}
    for lot, rule in rules.items():
        in_lot = [row for row in rows if row["lot"] == lot]
        seats, budget, spent = rule["seats"], rule["budget"], Fraction(0)
        places = [row["place"] for row in in_lot if row["passes"]]
        last = places[seats - 1] if seats is not None and seats < len(places) else len(in_lot)
        for row in in_lot:
            spent += asks[row["ref"]] if row["passes"] else 0
            paid = budget is None or spent <= Fraction(budget)
            row["goes_on"] = row["passes"] and row["place"] <= last and paid


def ranked_stages(published):
    """Every stage by what it and earlier ones carry: whole percents of their own published totals, rounded once."""
    rankings, cards, own = {}, {}, {}
    for stage in published["stages"]:
        key, scheme, bids = stage["key"], stage["scheme"], stage["bids"]
        if stage["marks_of"]:
            bids = [{**bid, "cards": cards[stage["marks_of"]][bid["ref"]]} for bid in bids]
        cards[key] = {bid["ref"]: bid["cards"] for bid in bids}
        rows = ranked(scheme, bids)
        own[key] = {row["ref"]: Fraction(row["total"]) for row in rows}
        for row in rows:
            row["own"] = row["total"]
            carried = sum(percent * own[carries][row["ref"]] for carries, percent in stage["ranks_by"].items())
            row["total"] = rounded(carried / 100, scheme["decimals"]) if stage["ranks_by"] else row["own"]
        rankings[key] = placed(scheme, rows, stage["seed"])
        for row in rows:
            equals = [other for other in rows if (other["lot"], other["total"]) == (row["lot"], row["total"])]
            row["told_apart"] = told_apart(scheme, equals, row, stage["seed"])
        who_goes_on(stage, rankings[key])
    return rankings


if __name__ == "__main__":
    given = json.load(sys.stdin)
    answer = ranked_stages(given) if "stages" in given else ranked(given["scheme"], given["bids"])
    json.dump(answer, sys.stdout)
