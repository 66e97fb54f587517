"""A table of costs as it is filled in: which rows are drawn, and what a page adds up while somebody types.

Sums have names: `p2-l1` of a line of a partner, `p2-k1` of its periods, `p2` of the partner, `all` of everything. An
input `adds` to some of them, a grant is a share of one, and takes its part from match.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from procurement.rules.money import written
from procurement.rules.questions.grid import Words
from procurement.rules.questions.tables.adding_up import Costs, Fault, pounds
from procurement.rules.questions.tables.costs import MOST_OWN_LINES, SPARE, CostLine, Spender, blank_spender, own_line
from workflows.facts import Sentence

Keys = dict[str, str]  # attributes of the page


class Drawn(Protocol):
    """A field that knows how many rows of which part are to be drawn."""

    def rows(self, part: str, filled: int, most: int, spare: int = 1) -> int: ...


@dataclass(frozen=True)
class Sheet:
    """A table of costs with what is wrong with it, for a page."""

    costs: Costs
    faults: tuple[Fault, ...]

    @property
    def periods(self) -> tuple[Words, ...]:
        return self.costs.plan.periods or (Sentence("Costs"),)

    @property
    def sizes(self) -> list[tuple[str, str]]:
        return [(size, size) for size in self.costs.plan.rates]

    def spenders(self, field: Drawn) -> tuple[Spender, ...]:
        """The partners that are drawn: those that are filled in, and as many more as were asked for."""
        filled = self.costs.spenders
        count = field.rows("p", len(filled), 1 + self.costs.plan.partners, spare=0)
        more = range(len(filled) + 1, count + 1)
        return (*filled, *(blank_spender(self.costs.plan, number) for number in more))

    def lines(self, spender: Spender, field: Drawn) -> tuple[CostLine, ...]:
        """The lines of a partner: those of the form, or its own and some to spare."""
        plan, filled = self.costs.plan, spender.lines
        if plan.lines:
            return filled
        count = field.rows(f"{spender.place}-l", len(filled), MOST_OWN_LINES, spare=1 if filled else SPARE)
        return (*filled, *(own_line(plan, spender, number) for number in range(len(filled) + 1, count + 1)))

    def most(self, spender: Spender) -> Sentence:
        """What a partner may ask for, where the grant is a part of the costs."""
        plan = self.costs.plan
        if plan.sized:
            rates = "; ".join(f"{size} {written(rate)}%" for size, rate in plan.rates.items())
            return Sentence("At most, by size: %(rates)s. Leave it empty to ask for the most.", rates=rates)
        rate = written(plan.rate("") or Decimal(0))
        return Sentence("At most %(rate)s%%. Leave it empty to ask for the most.", rate=rate)

    def share(self, spender: Spender, at: str) -> Keys:
        """What a page needs to work out a partner's grant: its costs × what is typed, or the rate of its size."""
        plan = self.costs.plan
        rates = {size if plan.sized else "": written(rate) for size, rate in plan.rates.items()}
        return {
            "data-share": spender.place,
            "data-percent": f"{at}-share",
            "data-size": f"{at}-size",
            "data-rates": json.dumps(rates, ensure_ascii=False),
            "data-adds": "grant",
            "data-takes": f"match-{spender.place} match",
        }

    def altogether(self) -> list[tuple[Words, Words, Keys]]:
        """The sums of the whole table, each with its name on the page."""
        costs, plan = self.costs, self.costs.plan
        told: list[tuple[Words, Words, Keys]] = []
        if plan.partners and plan.lines:
            spent = costs.lines
            for place, line in enumerate(plan.lines, 1):
                told.append((line, pounds(spent.get(line, Decimal(0))), {"data-total": f"all-l{place}"}))
        if plan.partners and plan.width > 1:
            for place, period in enumerate(plan.periods):
                told.append((period, pounds(costs.in_period(place)), {"data-total": f"k{place + 1}"}))
        told.append((Sentence("All costs"), pounds(costs.total), {"data-total": "all"}))
        if plan.rates:
            told.append((Sentence("Grant asked for"), pounds(costs.grant), {"data-total": "grant"}))
            told.append((Sentence("Match funding"), pounds(costs.match), {"data-total": "match"}))
        return told

    @staticmethod
    def pounds(amount: Decimal | None) -> Any:
        return pounds(amount)
