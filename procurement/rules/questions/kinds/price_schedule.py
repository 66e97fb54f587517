"""A schedule of prices: items with unit and quantity from the officer, the price of one unit from the tenderer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from procurement.rules.columns import Column, Row, Type
from procurement.rules.money import LARGEST_AMOUNT, format_pounds, written
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Purpose, Question, Setting, register
from procurement.rules.questions.tables.cells import joined, too_much
from procurement.rules.questions.tables.prices import (
    HEAD,
    Item,
    Schedule,
    faults,
    named,
    read_item,
    schedule_of,
    stored,
    typed_prices,
)
from procurement.rules.questions.texts import is_blank, normalise
from workflows.facts import Sentence

MOST_ITEMS = 100
LONGEST = 150  # characters of an item


class Items(Setting):
    """What is to be priced: a line for each item."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        lines = self.of(question)
        if not lines:
            return (Sentence("Say what “%(question)s” asks a price for.", question=question.name),)
        if len(lines) > MOST_ITEMS:
            return (
                Sentence("“%(question)s” can have at most %(most)s items.", question=question.name, most=MOST_ITEMS),
            )
        items = [read_item(line) for line in lines]
        for line, item in zip(lines, items, strict=True):
            if item is None or len(item.name) > LONGEST:
                return (
                    Sentence(
                        "“%(line)s” of “%(question)s” cannot be read. Write item, unit and quantity, then what is so "
                        "of it: “Sensor | each | 120”, “Training | day | 5 | VAT 5%% | optional”.",
                        line=line[:LONGEST],
                        question=question.name,
                    ),
                )
        if len({each.name.casefold() for each in items if each is not None}) < len(items):
            return (Sentence("“%(question)s” asks for the price of one item twice.", question=question.name),)
        if all(each.optional for each in items if each is not None):
            return (Sentence("“%(question)s” needs an item that is not optional.", question=question.name),)
        return ()


ITEMS = Items(
    "items",
    Sentence("Items"),
    Measure.LINES,
    laid=True,
    needed=True,
    missing=Sentence("Write at least one item"),
    hint=Sentence(
        "One on each line: item, unit and quantity, then its own rate of VAT and whether it is optional, where that is "
        "so. “Sensor | each | 120”, “Training | day | 5 | VAT 5% | optional”."
    ),
)
VAT = Setting(
    "vat",
    Sentence("Rate of VAT, in per cent"),
    Measure.WHOLE,
    most=100,
    laid=True,
    hint=Sentence("Prices are typed and compared net. Leave it empty where the total with VAT is not to be shown."),
)


RECORD = (
    Column(name="item", title="Item", about="As the schedule names it.", example="Sensor"),
    Column(name="unit", title="Unit", about="What one of it is.", example="each"),
    Column(name="quantity", title="Quantity", about="How many units are priced.", example="120"),
    Column(
        name="optional",
        title="Optional",
        about="Whether the item is left out of the total.",
        example="false",
        type=Type.YES_NO,
    ),
    Column(
        name="unit_price",
        title="Unit price",
        about="The price of one unit, net of VAT; to the millionth of a pound, so it is a text.",
        example="0.1425",
        unit="GBP",
    ),
    Column(
        name="net",
        title="Net",
        about="Quantity × unit price, rounded half up to a penny; empty where the price cannot be read.",
        example="17.10",
        type=Type.NUMBER,
        unit="GBP",
        required=False,
    ),
    Column(
        name="vat_rate",
        title="Rate of VAT",
        about="Of the item, or of the schedule; empty where none is set.",
        example="20",
        type=Type.NUMBER,
        unit="per cent",
        required=False,
    ),
)


@dataclass(frozen=True)
class PricesSheet:
    """A schedule as it is filled in, with what is wrong with it."""

    schedule: Schedule
    faults: tuple[tuple[Sentence, str], ...]


@register
class PriceSchedule(Kind):
    """What it comes to is its net total, without optional items."""

    key = "price_schedule"
    title = Sentence("Price schedule")
    hint = Sentence("Your items with unit and quantity, priced by the tenderer")
    place = 84
    settings = (
        ITEMS,
        VAT,
        Setting("minimum", Sentence("Smallest total, net"), Measure.POUNDS),
        Setting("maximum", Sentence("Largest total, net"), Measure.POUNDS),
    )
    purposes = frozenset({Purpose.AMOUNT})
    several = True
    demand = Demand.BOUND

    def sample(self, question: Question) -> str:
        """A price of each item; where the total is bounded, of the first so much that it lies within."""
        items = [each for each in items_of(question) if not each.optional]
        bound = question.minimum if question.minimum is not None else question.maximum
        if bound is None or not items:
            return "\n".join(joined(each.name, "100") for each in items_of(question))
        first = Fraction(bound) / Fraction(items[0].quantity)
        price = Decimal(first.numerator) / Decimal(first.denominator)
        return "\n".join(joined(each.name, written(round(price, 6)) if each is items[0] else "0") for each in items)

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        return sent[name] if name in sent else typed_prices(sent, name)

    def check(self, question: Question, value: Any) -> Checked:
        text = normalise("" if value is None else str(value))
        if is_blank(text):
            return self.unanswered(question)
        if (fault := too_much(question, text)) is not None:
            return Checked(text, 0, (fault,), False)
        schedule = self.schedule(question, text)
        if not (kept := stored(schedule)):
            return self.unanswered(question)
        told = tuple(sentence for sentence, _ in faults(question, schedule))
        return Checked(kept, 0, told, not told)

    def schedule(self, question: Question, value: Any) -> Schedule:
        """An answer as its lines and sums; what is too much for a table is an empty one."""
        text = normalise("" if value is None else str(value))
        vat = VAT.of(question)
        return schedule_of(
            items_of(question), None if vat is None else Decimal(vat), "" if too_much(question, text) else text
        )

    def sheet(self, question: Question, value: Any) -> PricesSheet:
        schedule = self.schedule(question, value)
        answered = self.check(question, value).value is not None
        return PricesSheet(schedule, tuple(faults(question, schedule)) if answered else ())

    def beyond(self, question: Question, value: Any) -> bool:
        """Whether a text is too much to be laid out as a table, so that it is shown as it is."""
        return too_much(question, normalise("" if value is None else str(value))) is not None

    def number(self, question: Question, value: Any) -> Decimal | None:
        net = None if value is None or value == "" else self.schedule(question, value).net
        return None if net is None or net > LARGEST_AMOUNT else net

    def shown(self, number: Decimal) -> str:
        return format_pounds(number)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        if value is None or value == "":
            return ()
        return (str(value),) if self.beyond(question, value) else (self.schedule(question, value).grid(question.text),)

    def record_columns(self, question: Question) -> tuple[Column, ...]:
        return RECORD

    def printed_columns(self, question: Question) -> tuple[str, ...]:
        return tuple(map(str, HEAD))

    def records(self, question: Question, value: Any) -> tuple[Row, ...]:
        schedule = self.schedule(question, value)
        return tuple(
            {
                "item": line.name,
                "unit": line.item.unit,
                "quantity": written(line.item.quantity),
                "optional": line.item.optional,
                "unit_price": line.price.stored,
                "net": line.net,
                "vat_rate": schedule.rate(line),
            }
            for line in schedule.lines
            if line.item is not None and line.price.stored
        )

    def brief(self, question: Question) -> Sentence:
        return Sentence("a schedule of prices")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        items = "; ".join(f"{named(each)}: {each.quantity:,f} {each.unit}".strip() for each in items_of(question))
        said = [Sentence("The price of one unit, net of VAT, of: %(items)s", items=items)]
        if question.minimum is not None:
            said.append(Sentence("at least %(least)s", least=self.shown(question.minimum)))
        if question.maximum is not None:
            said.append(Sentence("at most %(most)s", most=self.shown(question.maximum)))
        return tuple(said)


def items_of(question: Question) -> tuple[Item, ...]:
    """The items of a schedule. What cannot be read is left out: its setting says so before publication."""
    return tuple(each for each in map(read_item, ITEMS.of(question)) if each is not None)
