"""Some of several options that the officer writes, between a least and a most; one of them may exclude the rest."""

from collections.abc import Mapping
from typing import Any, ClassVar

from procurement.rules.questions.bases import MOST_OPTIONS, OPTIONS, Typed
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Measure, Part, Question, Setting, register
from procurement.rules.questions.shown_if import Comparison
from procurement.rules.questions.texts import normalise
from workflows.facts import Sentence


class Exclusive(Setting):
    """An option that is chosen alone, as "None of these"."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if question.exclusive.casefold() in {normalise(each).casefold() for each in question.options}:
            return (
                Sentence(
                    "“%(option)s” is among the options of “%(question)s” already.",
                    option=question.exclusive,
                    question=question.name,
                ),
            )
        return ()


@register
class ManyOf(Typed):
    """The choices that were made, one on each line, in the order of the form. `typed` joins the boxes (`<name>-1`,
    `-2`, …), where the page has them."""

    key = "many_of"
    title = Sentence("Several of several")
    hint = Sentence("You write the options")
    place = 65
    settings = (
        OPTIONS,
        Exclusive(
            "exclusive",
            Sentence("An option that is chosen alone"),
            Measure.LINE,
            hint=Sentence("For example “None of these”. It is shown last."),
        ),
        Setting("minimum", Sentence("How many at least?"), Measure.WHOLE, least=1, most=MOST_OPTIONS),
        Setting("maximum", Sentence("How many at most?"), Measure.WHOLE, least=1, most=MOST_OPTIONS),
    )
    keeps_lines = True
    several = True
    demand = Demand.INCLUDES
    comparisons: ClassVar[tuple[Comparison, ...]] = (Comparison.INCLUDES, Comparison.ANSWERED)

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if question.minimum is None or question.minimum <= len(question.options):
            return ()
        return (Sentence("“%(question)s” asks for more choices than it has options.", question=question.name),)

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        if name in sent:
            return sent[name]
        boxes = (sent.get(f"{name}-{place}", "") for place in range(1, MOST_OPTIONS + 2))
        return "\n".join(each.replace("\n", " ") for each in boxes if each)

    def choices(self, question: Question) -> tuple[tuple[str, Part], ...]:
        alone = (question.exclusive,) if question.exclusive else ()
        return tuple((each, each) for each in (*question.options, *alone))

    def read(self, question: Question, text: str) -> Checked:
        known = {value.casefold(): value for value, _ in self.choices(question)}
        lines = [each.strip() for each in text.split("\n") if each.strip()]
        chosen = {known.get(each.casefold(), each) for each in lines}
        stored = "\n".join(
            [*(value for value in known.values() if value in chosen), *sorted(chosen - set(known.values()))]
        )
        problem = self._problem(question, chosen)
        return Checked(stored, 0, () if problem is None else (problem,), problem is None)

    def _problem(self, question: Question, chosen: set[str]) -> Sentence | None:
        about: dict[str, Any] = {"question": question.text}
        if not chosen <= {value for value, _ in self.choices(question)}:
            return self.ask(question)
        if question.exclusive and question.exclusive in chosen:
            if len(chosen) == 1:
                return None
            return Sentence(
                "“%(question)s”: choose either “%(option)s” or others, not both.", option=question.exclusive, **about
            )
        if question.minimum is not None and len(chosen) < question.minimum:
            least = int(question.minimum)
            return Sentence("Choose at least %(least)s for “%(question)s”.", least=least, **about)
        if question.maximum is not None and len(chosen) > question.maximum:
            most = int(question.maximum)
            return Sentence("Choose at most %(most)s for “%(question)s”.", most=most, **about)
        return None

    def values(self, value: Any) -> tuple[str, ...]:
        return tuple(each for each in ("" if value is None else str(value)).split("\n") if each)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        return self.values(value)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Choose from the options for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("one or more choices")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        said = [Sentence("One or more of: %(options)s", options="; ".join(question.options))]
        if question.exclusive:
            said.append(Sentence("or “%(option)s” alone", option=question.exclusive))
        if question.minimum is not None:
            said.append(Sentence("at least %(least)s", least=int(question.minimum)))
        if question.maximum is not None:
            said.append(Sentence("at most %(most)s", most=int(question.maximum)))
        return tuple(said)
