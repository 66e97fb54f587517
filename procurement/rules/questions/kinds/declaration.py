"""A text that must be agreed; who agreed, and when, is a part of what is sent."""

from typing import ClassVar

from procurement.rules.questions.bases import Choice
from procurement.rules.questions.kind import Measure, Part, Question, Setting, register
from procurement.rules.questions.shown_if import Comparison
from workflows.facts import Sentence

AGREED = "agreed"


class Statement(Setting):
    """What is agreed to."""

    def unset(self, question: Question) -> Sentence:
        return Sentence("Write the text that is agreed to in “%(question)s”.", question=question.name)


@register
class Declaration(Choice):
    key = "declaration"
    title = Sentence("Declaration")
    hint = Sentence("A text to agree to")
    place = 90
    settings = (
        Statement(
            "statement",
            Sentence("What is agreed to?"),
            Measure.WORDS,
            hint=Sentence("It begins with “I” or “We”, and says one thing."),
            missing=Sentence("Write the text that is agreed to"),
            needed=True,
        ),
    )
    several = True  # a box that nobody ticks says nothing to a script
    signed = True
    demand = None  # whoever does not agree cannot submit

    comparisons: ClassVar[tuple[Comparison, ...]] = (Comparison.ANSWERED,)

    def choices(self, question: Question) -> tuple[tuple[str, Part], ...]:
        return ((AGREED, Sentence("Agreed")),)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Agree to the declaration “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("a declaration")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("To agree to: %(statement)s", statement=question.statement),)

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        return Sentence("Agreed") if answered else Sentence("Not agreed")
