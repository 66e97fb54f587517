"""Yes or no."""

from procurement.rules.questions.bases import Choice
from procurement.rules.questions.kind import Part, Purpose, Question, register
from workflows.facts import Sentence


@register
class YesNo(Choice):
    key = "yes_no"
    title = Sentence("Yes or no")
    place = 50
    purposes = frozenset({Purpose.VAT, Purpose.ASSISTANCE})

    def choices(self, question: Question) -> tuple[tuple[str, Part], ...]:
        return ("yes", Sentence("Yes")), ("no", Sentence("No"))

    def ask(self, question: Question) -> Sentence:
        return Sentence("Choose yes or no for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("yes or no")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("Yes or no"),)
