"""One of several options that the officer writes."""

from procurement.rules.questions.bases import OPTIONS, Choice
from procurement.rules.questions.kind import Part, Question, register
from workflows.facts import Sentence


@register
class OneOf(Choice):
    key = "one_of"
    title = Sentence("One of several")
    hint = Sentence("You write the options")
    place = 60
    settings = (OPTIONS,)

    def choices(self, question: Question) -> tuple[tuple[str, Part], ...]:
        return tuple((each, each) for each in question.options)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Choose one of the options for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("a choice")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("One of: %(options)s", options="; ".join(question.options)),)
