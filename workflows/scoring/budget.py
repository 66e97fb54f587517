"""What the budget buys in rank order, and which decisions leave that order and therefore need a reason."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Literal

from workflows.scoring.ranking import Row

Decision = Literal["fund", "advance", "reserve", "decline"]
NOTHING = Decimal(0)
BEST_FIRST: Mapping[str, int] = {"fund": 0, "advance": 0, "reserve": 1, "decline": 2}


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


def beyond(lot: Iterable[Row], whole: Decimal | None) -> frozenset[str]:
    """The references of the bids that ask for more than there is in all (None: nobody says how much): whatever becomes
    of the others, they can never be paid, so they are passed over and end nothing."""
    return frozenset() if whole is None else frozenset(row.ref for row in lot if row.amount > whole)


def in_rank_order(
    lot: Sequence[Row], budget: Decimal, reserves: int | None, whole: Decimal | None = None
) -> dict[str, Decision]:
    """Every bid of one lot decided by nothing but its place: funded from the top for as long as the money lasts, then
    so many kept in reserve (None: all), then declined. What misses a threshold, or asks for more than the lot has
    (`whole`), is declined wherever it stands."""
    passed_over = beyond(lot, whole)
    return decided(lot, funded(lot, budget, passed_over), "fund", reserves, passed_over)


def in_seats(lot: Sequence[Row], seats: int | None, reserves: int | None) -> dict[str, Decision]:
    """Every bid of one lot, in rank order, decided by nothing but its place where no money is: the first go on, as many
    as there are seats and whoever shares the place of the last of them (without seats everybody who passes), then so
    many are kept in reserve (None: all), the rest declined. What misses a threshold is declined wherever it stands."""
    return decided(lot, seated(lot, seats), "advance", reserves)


def funded(lot: Sequence[Row], budget: Decimal, passed_over: Collection[str] = ()) -> int:
    """How many of those that pass the money lasts for, from the top."""
    passing = [(row.ref, row.amount) for row in lot if row.passes and row.ref not in passed_over]
    return budget_line(passing, budget).index


def seated(lot: Sequence[Row], seats: int | None, passed_over: Collection[str] = ()) -> int:
    """How many of those that pass go on: so many as there are seats, and whoever shares the place of the last of them;
    all where the seats are not counted (None)."""
    passing = [row.place for row in lot if row.passes and row.ref not in passed_over]
    if seats is None or seats >= len(passing):
        return len(passing)
    return bisect_right(passing, passing[seats - 1]) if seats else 0


def decided(
    lot: Sequence[Row], going: int, chosen: Decision, reserves: int | None, passed_over: Collection[str] = ()
) -> dict[str, Decision]:
    """Every bid of one lot, in rank order: the first `going` of those that pass are `chosen`, then so many are kept in
    reserve (None: all) and whoever shares the place of the last of them, the rest and who is passed over declined."""
    passing = [row for row in lot if row.passes and row.ref not in passed_over]
    kept = len(passing) if reserves is None else min(len(passing), going + reserves)
    while going < kept < len(passing) and passing[kept].place == passing[kept - 1].place:
        kept += 1
    outcomes: dict[str, Decision] = {row.ref: "decline" for row in lot}
    for at, row in enumerate(passing[:kept]):
        outcomes[row.ref] = chosen if at < going else "reserve"
    return outcomes


def departures(
    rows: Iterable[Row],
    decisions: Mapping[str, Decision],
    *,
    equals: bool = True,
    passed_over: Collection[str] = (),
) -> tuple[str, ...]:
    """The references whose decision leaves rank order, in the order of the rows; each needs a reason.

    Within a lot, among the bids that pass, whoever ranks higher is decided no worse than whoever ranks lower: where it
    is otherwise, both depart. To decide differently about bids that share a place is a choice, so all of them depart
    (not where `equals` is False).
    So does whatever is not declined although it misses a threshold or is `passed_over` (`beyond`). A bid without a
    decision is not looked at yet. ValueError for a decision about a bid that is not in the rows.
    """
    every = list(rows)
    if strangers := sorted(set(decisions) - {row.ref for row in every}):
        raise ValueError(f"{', '.join(strangers)}: decided, but not in the ranking")
    looked_at = sorted((row for row in every if row.ref in decisions), key=lambda row: (row.lot, row.place))
    ranks = {ref: BEST_FIRST[decision] for ref, decision in decisions.items()}
    leaving: set[str] = set()
    for _, lot in groupby(looked_at, key=lambda row: row.lot):
        whole_lot = list(lot)
        out = {row.ref for row in whole_lot if row.below or row.ref in passed_over}
        leaving |= {ref for ref in out if ranks[ref] != BEST_FIRST["decline"]}
        in_lot = [row for row in whole_lot if row.ref not in passed_over]
        leaving.update(_overtaking(in_lot, ranks))
        leaving.update(_overtaken(in_lot, ranks))
        leaving.update(_chosen_between_equals(in_lot, ranks) if equals else ())
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
