"""What the budget buys in rank order, and which decisions leave that order and therefore need a reason."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Literal

from workflows.scoring.ranking import Row

Decision = Literal["fund", "reserve", "decline"]
NOTHING = Decimal(0)
BEST_FIRST: Mapping[str, int] = {"fund": 0, "reserve": 1, "decline": 2}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Where the money ends, in pounds."""

    cumulative: tuple[Decimal, ...]  # row by row, what is committed down to it
    index: int  # the line is drawn before this row: below the last one chosen
    committed: Decimal
    left: Decimal  # below 0 when more is committed than there is
    next_ref: str | None  # the highest in rank that is not chosen
    next_amount: Decimal | None

    @property
    def over(self) -> Decimal:
        """Pounds above the budget; 0 when within it."""
        return max(NOTHING, -self.left)


def budget_line(
    rows_in_order: Sequence[tuple[str, Decimal]],
    budget: Decimal,
    chosen: Collection[str] | None = None,
) -> BudgetLine:
    """The line under what is chosen, in rank order; without a choice, from the top for as long as the money lasts.

    Rows are (reference, amount) in rank order. The first that does not fit ends the plain order: to go on below it
    would pass it over. ValueError for an amount or a budget below 0, or a choice that is not among the rows.
    """
    if budget < 0 or any(amount < 0 for _, amount in rows_in_order):
        raise ValueError("an amount of money is below 0")
    if chosen is None:
        sums = accumulate(amount for _, amount in rows_in_order)
        picked = {ref for (ref, _), spent in zip(rows_in_order, sums, strict=True) if spent <= budget}
    else:
        picked = set(chosen)
    if unknown := sorted(picked - {ref for ref, _ in rows_in_order}):
        raise ValueError(f"{', '.join(unknown)}: chosen, but not in the ranking")
    cumulative = tuple(accumulate(amount if ref in picked else NOTHING for ref, amount in rows_in_order))
    committed = cumulative[-1] if cumulative else NOTHING
    index = max((at for at, (ref, _) in enumerate(rows_in_order, 1) if ref in picked), default=0)
    next_ref, next_amount = next(((ref, asks) for ref, asks in rows_in_order if ref not in picked), (None, None))
    return BudgetLine(cumulative, index, committed, budget - committed, next_ref, next_amount)


def in_rank_order(lot: Sequence[Row], budget: Decimal, reserves: int) -> dict[str, Decision]:
    """Every bid of one lot decided by nothing but its place: funded from the top for as long as the money lasts, then
    so many kept in reserve, then declined. What misses a threshold is declined wherever it stands."""
    passing = [(row.ref, row.amount) for row in lot if row.passes]
    funded = budget_line(passing, budget).index
    decided: dict[str, Decision] = {row.ref: "decline" for row in lot}
    for at, (ref, _) in enumerate(passing[: funded + reserves]):
        decided[ref] = "fund" if at < funded else "reserve"
    return decided


def departures(rows: Iterable[Row], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """The references whose decision leaves rank order, in the order of the rows; each needs a reason.

    Within a lot, among the bids that pass, whoever ranks higher is decided no worse than whoever ranks lower: where it
    is otherwise, both depart. To decide differently about bids that share a place is a choice, so all of them depart.
    So does whatever is not declined although it misses a threshold. A bid without a decision is not looked at yet.
    ValueError for a decision about a bid that is not in the rows.
    """
    every = list(rows)
    if strangers := sorted(set(decisions) - {row.ref for row in every}):
        raise ValueError(f"{', '.join(strangers)}: decided, but not in the ranking")
    decided = sorted((row for row in every if row.ref in decisions), key=lambda row: (row.lot, row.place))
    ranks = {ref: BEST_FIRST[decision] for ref, decision in decisions.items()}
    leaving: set[str] = set()
    for _, lot in groupby(decided, key=lambda row: row.lot):
        in_lot = list(lot)
        leaving |= {row.ref for row in in_lot if row.below and ranks[row.ref] != BEST_FIRST["decline"]}
        leaving.update(_overtaking(in_lot, ranks))
        leaving.update(_overtaken(in_lot, ranks))
        leaving.update(_chosen_between_equals(in_lot, ranks))
    return tuple(row.ref for row in every if row.ref in leaving)


def _overtaking(lot: list[Row], ranks: Mapping[str, int]) -> Iterator[str]:
    """Decided better than a passing bid that ranks higher."""
    worst = BEST_FIRST["fund"]
    for _, sharing in groupby(lot, key=lambda row: row.place):
        group = list(sharing)
        yield from (row.ref for row in group if ranks[row.ref] < worst)
        worst = max([worst, *(ranks[row.ref] for row in group if row.passes)])


def _overtaken(lot: list[Row], ranks: Mapping[str, int]) -> Iterator[str]:
    """Passing, and decided worse than a bid that ranks lower."""
    best = BEST_FIRST["decline"]
    for _, sharing in groupby(reversed(lot), key=lambda row: row.place):
        group = list(sharing)
        yield from (row.ref for row in group if row.passes and ranks[row.ref] > best)
        best = min([best, *(ranks[row.ref] for row in group)])


def _chosen_between_equals(lot: list[Row], ranks: Mapping[str, int]) -> Iterator[str]:
    for _, sharing in groupby((row for row in lot if row.passes), key=lambda row: row.place):
        group = list(sharing)
        if len({ranks[row.ref] for row in group}) > 1:
            yield from (row.ref for row in group)
