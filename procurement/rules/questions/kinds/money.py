"""An amount in pounds, with a smallest and a largest where the officer wants them."""

from decimal import Decimal
from typing import Any

from procurement.rules.money import LARGEST_AMOUNT, doubt_about_pounds, format_pounds, parse_number, parse_pounds
from procurement.rules.questions.bases import Quantity
from procurement.rules.questions.kind import Measure, Part, Purpose, Question, Setting, register
from workflows.facts import Sentence


@register
class Money(Quantity):
    key = "money"
    title = Sentence("Money")
    hint = Sentence("An amount in pounds")
    place = 40
    settings = (
        Setting("minimum", Sentence("Smallest amount"), Measure.POUNDS),
        Setting("maximum", Sentence("Largest amount"), Measure.POUNDS),
    )
    purposes = frozenset({Purpose.AMOUNT})
    floor = Decimal(0)
    asked = Sentence("An amount in pounds")

    def parse(self, text: str) -> Decimal | None:
        return parse_pounds(text)

    def stored(self, number: Decimal) -> str:
        return format(number, "f")

    def shown(self, number: Decimal) -> str:
        return format_pounds(number)

    def bound(self, number: Decimal) -> str:
        return format_pounds(number)

    def unread(self, question: Question) -> Sentence:
        return Sentence(
            "Enter an amount in pounds for “%(question)s”, like 25,000 or 25,000.50.", question=question.text
        )

    def doubt(self, question: Question, text: str) -> Sentence | None:
        return doubt_about_pounds(text, question.text)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        amount = None if value is None else parse_number(str(value))
        if amount is None or abs(amount) > LARGEST_AMOUNT:  # which no amount is: it is shown as it was typed
            return super().parts(question, value)
        return (self.shown(amount),)

    def brief(self, question: Question) -> Sentence:
        return Sentence("an amount in pounds")
