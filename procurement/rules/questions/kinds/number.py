"""A number, with a smallest and a largest where the officer wants them."""

from decimal import Decimal
from typing import Any

from procurement.rules.money import doubt_about_number, parse_number, written
from procurement.rules.questions.bases import Quantity
from procurement.rules.questions.kind import Measure, Part, Question, Setting, register
from workflows.facts import Sentence

LARGEST_NUMBER = 1_000_000_000


@register
class Number(Quantity):
    key = "number"
    title = Sentence("Number")
    place = 30
    settings = (
        Setting("minimum", Sentence("Smallest number"), Measure.WHOLE, least=-LARGEST_NUMBER, most=LARGEST_NUMBER),
        Setting("maximum", Sentence("Largest number"), Measure.WHOLE, least=-LARGEST_NUMBER, most=LARGEST_NUMBER),
    )
    asked = Sentence("A number")

    def parse(self, text: str) -> Decimal | None:
        return parse_number(text)

    def stored(self, number: Decimal) -> str:
        return written(number)

    def bound(self, number: Decimal) -> str:
        return written(number)

    def unread(self, question: Question) -> Sentence:
        return Sentence("Enter a number for “%(question)s”, like 12 or 12.5.", question=question.text)

    def doubt(self, question: Question, text: str) -> Sentence | None:
        return doubt_about_number(text, question.text)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        number = None if value is None else parse_number(str(value))
        return super().parts(question, value) if number is None else (self.shown(number),)

    def brief(self, question: Question) -> Sentence:
        return Sentence("a number")
