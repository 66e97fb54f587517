"""Who goes on from a lot of a stage by the published rule, which decisions leave that rule, and what other numbers of
seats would mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from workflows.scoring.budget import NOTHING, Decision, beyond, decided, departures, funded, seated
from workflows.scoring.ranking import Row


@dataclass(frozen=True, slots=True)
class LotRule:
    """What limits how many go on from a lot. Where both do, whoever is within both."""

    number: int
    seats: int | None = None  # None: whoever passes; where the stage awards, how many contracts or grants at most
    budget: Decimal | None = None  # in pounds, where the stage awards
    whole: Decimal | None = None  # what the lot has in all: who asks for more is passed over; None: nobody is


def by_rule(lot: Sequence[Row], rule: LotRule, reserves: int | None = None) -> dict[str, Decision]:
    """Every bid of one lot, in rank order, decided by nothing but the rule.

    Those who pass go on within the seats, and all who share the last place go on; where there is a budget, from the top
    for as long as the money lasts. Then come `reserves` (None: everybody else who passes; whoever shares the last place
    of them too), and the rest is declined. In a stage that awards a procurement no places are shared (`ties`); where
    they are, a fund chooses with a reason, and `departures` names those who share. Who asks for more than the lot has
    in all (`whole`) can never be paid: they are passed over, and declined.
    """
    if rule.budget is None:
        return decided(lot, seated(lot, rule.seats), "advance", reserves)
    passed_over = beyond(lot, rule.whole)
    going = min(funded(lot, rule.budget, passed_over), seated(lot, rule.seats, passed_over))
    return decided(lot, going, "fund", reserves, passed_over)


def by_rule_beside(
    lot: Sequence[Row], rule: LotRule, reserves: int, stands: Mapping[str, Decision], committed: Decimal
) -> dict[str, Decision]:
    """What the rule gives the bids of one lot, in rank order, that have no decision yet, in a stage that awards: beside
    the decisions that stand, which have `committed` so many pounds. As `by_rule` where none does.

    Money and contracts that are given away by then are gone, and whoever is kept in reserve already is one of the
    `reserves`; nobody is awarded anything below one of them.
    """
    assert rule.budget is not None  # noqa: S101  (the stage awards)
    passed_over = beyond(lot, rule.whole)
    left = [row for row in lot if row.ref not in stands]
    kept = [row.place for row in lot if stands.get(row.ref) == "reserve"]
    passing = [row for row in left if row.passes and row.ref not in passed_over]
    going = min(
        funded(left, max(NOTHING, rule.budget - committed), passed_over),
        sum(1 for row in passing if not kept or row.place < min(kept)),
    )
    if rule.seats is not None:
        taken = sum(1 for decision in stands.values() if decision == "fund")
        going = min(going, max(0, rule.seats - taken))  # no more than were published, also between equals
    return decided(left, going, "fund", max(0, reserves - len(kept)), passed_over)


def breaches(lot: Sequence[Row], rule: LotRule, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """The references of one lot, in rank order, whose decision is not one that the rule gives: the order of the places,
    the thresholds, the seats. Empty for whatever `by_rule` says, with any number of reserves.

    Where money is given, the order and the thresholds bind, and the seats where there are any: how far the money goes
    is asked by the budget, an award may be smaller than what was asked for, and who shares the place at which the money
    ends may be told apart, since the rule must end there too. A bid without a decision is not looked at yet.
    """
    known = {row.ref: decisions[row.ref] for row in lot if row.ref in decisions}
    passed_over = beyond(lot, rule.whole)
    found = set(departures(lot, known, equals=rule.budget is None, passed_over=passed_over))
    passing = [row.ref for row in lot if row.passes and row.ref not in passed_over]
    within = set(passing[: seated(lot, rule.seats, passed_over)])
    goes_on = {ref for ref, decision in known.items() if decision in ("advance", "fund")}
    found |= goes_on - within
    if rule.budget is None:
        found |= (within & set(known)) - goes_on
    return tuple(row.ref for row in lot if row.ref in found)


@dataclass(frozen=True, slots=True)
class AtSeats:
    """What a number of seats would mean: how many go on, down to which place and total, and who shares that place where
    more go on than there are seats."""

    seats: int
    going: int
    place: int
    total: Decimal
    tied: tuple[str, ...]  # empty: the seats cut no tie

    @property
    def more(self) -> int:
        """How many more go on than there are seats."""
        return self.going - self.seats


def scenario(lot: Iterable[Row]) -> tuple[AtSeats, ...]:
    """For 1, 2, 3 … seats, up to one for each bid that passes: who would go on. The lot is in rank order."""
    found: list[AtSeats] = []
    for _, sharing in groupby((row for row in lot if row.passes), key=lambda row: row.place):
        group = list(sharing)
        refs = tuple(row.ref for row in group)
        first, going = len(found) + 1, len(found) + len(group)
        found += (
            AtSeats(seats, going, group[0].place, group[0].total, refs if seats < going else ())
            for seats in range(first, going + 1)
        )
    return tuple(found)
