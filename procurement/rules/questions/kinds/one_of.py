"""One of several options that the officer writes."""

from procurement.rules.questions.bases import Choice
from procurement.rules.questions.kind import Measure, Part, Question, Setting, register
from procurement.rules.questions.texts import is_blank, normalise
from workflows.facts import Sentence

FEWEST_OPTIONS, MOST_OPTIONS = 2, 30


class Options(Setting):
    """What can be chosen: some texts that differ, whatever the case of their letters."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        different = {normalise(each).casefold() for each in question.options}
        if not FEWEST_OPTIONS <= len(different) <= MOST_OPTIONS:
            return (
                Sentence(
                    "Give “%(question)s” between %(fewest)s and %(options)s different options.",
                    question=question.name,
                    fewest=FEWEST_OPTIONS,
                    options=MOST_OPTIONS,
                ),
            )
        if len(different) != len(question.options) or any(is_blank(each) for each in question.options):
            return (
                Sentence("The options of “%(question)s” must differ, and none may be empty.", question=question.name),
            )
        return ()


@register
class OneOf(Choice):
    key = "one_of"
    title = Sentence("One of several")
    hint = Sentence("You write the options")
    place = 60
    settings = (
        Options(
            "options",
            Sentence("Options"),
            Measure.LINES,
            hint=Sentence("One on each line."),
            missing=Sentence("Write at least two options"),
            needed=True,
        ),
    )

    def choices(self, question: Question) -> tuple[tuple[str, Part], ...]:
        return tuple((each, each) for each in question.options)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Choose one of the options for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("a choice")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("One of: %(options)s", options="; ".join(question.options)),)
