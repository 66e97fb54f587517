"""Marks to totals, totals to a ranking, a ranking to what the budget buys. Exact until the last line, rounded once."""
