"""A schedule of prices: items with unit and quantity, the tenderer's price of each, and what it comes to.

Exact: a line is its quantity × its price, rounded once, half up, to a penny; the net total is what the lines add up to,
without those that are optional; VAT is worked out once for each rate, on what is due at that rate, half up to a penny.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procurement.rules.money import LARGEST_AMOUNT, format_pounds, parse_number, to_pennies, written
from procurement.rules.questions.grid import Grid, Words
from procurement.rules.questions.kind import Question
from procurement.rules.questions.tables.cells import Cell, joined, lines_of, one_cell, read_cell
from procurement.rules.questions.tables.columns import UNIT_PRICE
from procurement.rules.questions.tables.costs import added, percent
from workflows.facts import Sentence

BETWEEN, OPTIONAL, VAT = "|", "optional", "vat "
LARGEST_QUANTITY = Decimal(1_000_000_000)
MOST_PLACES = 3  # of a quantity
PARTS = 3  # of a line: item, unit, quantity
HEAD = (Sentence("Item"), Sentence("Unit"), Sentence("Quantity"), Sentence("Unit price"), Sentence("Net"))
_INPUT = re.compile(r"-l(\d{1,3})-(item|price|gone)", re.ASCII)
Keys = dict[str, str]


@dataclass(frozen=True)
class Item:
    """What is to be priced. `vat`: its own rate in per cent, where it is not that of the schedule."""

    name: str
    unit: str
    quantity: Decimal
    vat: Decimal | None
    optional: bool


def read_item(line: str) -> Item | None:
    """`Sensor | each | 120`, with `VAT 5%` and `optional` behind it where they are so; None for anything else."""
    name, *rest = (each.strip() for each in line.split(BETWEEN))
    optional = bool(rest) and rest[-1].casefold() == OPTIONAL
    told = rest[:-1] if optional else rest
    vat = None
    if len(told) == PARTS:
        vat = percent(told[-1][len(VAT) :]) if told[-1].casefold().startswith(VAT) else None
        if vat is None:
            return None
        told = told[:-1]
    quantity = parse_number(told[1]) if len(told) == PARTS - 1 else None
    if not name or quantity is None or not 0 < quantity <= LARGEST_QUANTITY or quantity != round(quantity, MOST_PLACES):
        return None
    return Item(name, told[0], quantity, vat, optional)


@dataclass(frozen=True)
class PricedLine:
    """One item with its price. `item` is None for a line that the schedule does not have (any more)."""

    number: int
    name: str
    item: Item | None
    price: Cell

    @property
    def place(self) -> str:
        return f"l{self.number}"

    @property
    def shown(self) -> Words:
        return _pounds(self.net)

    @property
    def net(self) -> Decimal | None:
        """Its quantity × its price, half up to a penny; 0 where it has no price, None where that cannot be read."""
        if self.price.unread or self.item is None:
            return None
        return to_pennies(Fraction(self.item.quantity) * Fraction(self.price.number or 0))


@dataclass(frozen=True)
class Schedule:
    """An answer with its sums. `vat`: the rate of the schedule in per cent; None where VAT is not worked out."""

    lines: tuple[PricedLine, ...]
    vat: Decimal | None

    def _due(self, *, optional: bool) -> tuple[PricedLine, ...]:
        return tuple(each for each in self.lines if each.item is not None and each.item.optional is optional)

    @property
    def net(self) -> Decimal | None:
        """What all lines that are not optional come to, net of VAT."""
        return added([each.net for each in self._due(optional=False)])

    @property
    def options(self) -> Decimal | None:
        return added([each.net for each in self._due(optional=True)])

    @property
    def has_options(self) -> bool:
        return bool(self._due(optional=True))

    def rate(self, line: PricedLine) -> Decimal | None:
        return self.vat if line.item is None or line.item.vat is None or self.vat is None else line.item.vat

    @property
    def by_rate(self) -> dict[Decimal, Decimal | None]:
        """The VAT that is due at each rate, the highest first."""
        nets: dict[Decimal, list[Decimal | None]] = {}
        for line in self._due(optional=False):
            if (rate := self.rate(line)) is not None:
                nets.setdefault(rate, []).append(line.net)
        due = {rate: added(amounts) for rate, amounts in sorted(nets.items(), reverse=True)}
        return {
            rate: None if net is None else to_pennies(Fraction(net) * Fraction(rate) / 100) for rate, net in due.items()
        }

    @property
    def gross(self) -> Decimal | None:
        return added([self.net, *self.by_rate.values()])

    def sums(self) -> list[tuple[Words, Words, Keys]]:
        """The sums under the lines: what each is called, what it is, and its name on the page."""
        told: list[tuple[Words, Words, Keys]] = [
            (Sentence("Total, net of VAT"), _pounds(self.net), {"data-total": "net"})
        ]
        for rate, due in self.by_rate.items():
            keys = {
                "data-share": f"vat-{written(rate)}",
                "data-rates": f'{{"": "{written(rate)}"}}',
                "data-adds": "gross",
            }
            told.append((Sentence("VAT at %(rate)s%%", rate=written(rate)), _pounds(due), keys))
        if self.vat is not None:
            told.append((Sentence("Total with VAT"), _pounds(self.gross), {"data-total": "gross"}))
        if self.has_options:
            told.append(
                (Sentence("Options, net of VAT, not in the total"), _pounds(self.options), {"data-total": "options"})
            )
        return told

    def keys(self, line: PricedLine) -> Keys:
        """What the price of a line goes into, on the page."""
        if line.item is None:
            return {}
        rate = self.rate(line)
        sums = ["options"] if line.item.optional else ["net", "gross", "" if rate is None else f"vat-{written(rate)}"]
        return {"data-times": written(line.item.quantity), "data-adds": " ".join([line.place, *sums]).strip()}

    def grid(self, caption: str) -> Grid:
        rows = tuple(
            (
                line.name if line.item is None or not line.item.optional else str(named(line.item)),
                line.item.unit if line.item else "",
                f"{line.item.quantity:,f}" if line.item else "",
                line.price.stored if line.price.number is None else UNIT_PRICE.shown(line.price.number),
                _pounds(line.net) if line.price.stored else "",
            )
            for line in self.lines
        )
        foot = tuple((words, "", "", "", amount) for words, amount, _ in self.sums())
        return Grid(caption, HEAD, rows, frozenset({2, 3, 4}), foot)


def named(item: Item) -> Words:
    return Sentence("%(item)s (optional)", item=item.name) if item.optional else item.name


def typed_prices(sent: Mapping[str, str], name: str) -> str:
    """What stands in the inputs of a schedule, as it is stored; lines that are to go are left out."""
    lines: dict[int, dict[str, str]] = {}
    for each, typed in sent.items():
        found = _INPUT.fullmatch(each.removeprefix(name)) if each.startswith(name) else None
        if found is not None:
            lines.setdefault(int(found[1]), {})[found[2]] = one_cell(typed)
    return "\n".join(
        joined(held.get("item", ""), held["price"])
        for _, held in sorted(lines.items())
        if held.get("price") and "gone" not in held
    )


def schedule_of(items: Sequence[Item], vat: Decimal | None, text: str) -> Schedule:
    """A stored answer as its lines: those of the schedule, then what it has besides."""
    given: dict[str, str] = {}
    besides: list[tuple[str, str]] = []
    known = {each.name for each in items}
    for cells in lines_of(text):
        name, price = cells[0], " ".join(cells[1:]).strip()
        if name in known and name not in given:
            given[name] = price
        else:
            besides.append((name, price))
    lines = [_line(number, each.name, each, given.get(each.name, "")) for number, each in enumerate(items, 1)]
    lines += [_line(number, name, None, price) for number, (name, price) in enumerate(besides, len(lines) + 1)]
    return Schedule(tuple(lines), vat)


def _line(number: int, name: str, item: Item | None, price: str) -> PricedLine:
    label = str(Sentence("%(item)s, price of one unit", item=name))
    asked = Question("price", "", label, UNIT_PRICE, required=item is not None and not item.optional)
    return PricedLine(number, name, item, read_cell(asked, label, f"l{number}-price", price))


def stored(schedule: Schedule) -> str:
    return "\n".join(
        joined(each.name, each.price.stored) for each in schedule.lines if each.price.stored or not each.item
    )


def faults(question: Question, schedule: Schedule) -> Iterator[tuple[Sentence, str]]:
    """What is wrong, line by line, then with the whole; each with the place of its input."""
    for line in schedule.lines:
        if line.item is None:
            told = Sentence(
                "“%(line)s” is not a line of this schedule, or is there twice. Remove it.", line=line.name[:100]
            )
            yield told, line.price.place
        yield from ((fault, line.price.place) for fault in line.price.faults)
    net = schedule.net
    if net is None:
        return
    about = {"question": question.text, "net": format_pounds(net)}
    most = LARGEST_AMOUNT if question.maximum is None else question.maximum
    if question.minimum is not None and net < question.minimum:
        least = format_pounds(question.minimum)
        yield Sentence("“%(question)s” comes to %(net)s and must be %(least)s or more.", least=least, **about), ""
    elif net > most:
        told = Sentence(
            "“%(question)s” comes to %(net)s and must be %(most)s or less.", most=format_pounds(most), **about
        )
        yield told, ""


def _pounds(amount: Decimal | None) -> Words:
    return "–" if amount is None else format_pounds(amount)
