"""A day, between an earliest and a latest where the officer wants them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from procurement.rules.dates import LONG_AGO, day_in_words, read_day, read_iso
from procurement.rules.questions.bases import Typed
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Measure, Part, Question, Setting, register
from procurement.rules.questions.shown_if import Comparison
from workflows.facts import Sentence

INPUTS = ("day", "month", "year")


@register
class Date(Typed):
    """`typed` joins its three inputs (`<name>-day`, `-month`, `-year`), where the page has them, by strokes."""

    key = "date"
    title = Sentence("Date")
    hint = Sentence("A day, a month and a year")
    place = 42
    settings = (
        Setting("earliest", Sentence("Earliest day"), Measure.DAY),
        Setting("latest", Sentence("Latest day"), Measure.DAY),
    )
    several = True
    demand = Demand.DAY
    comparisons: ClassVar[tuple[Comparison, ...]] = (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ANSWERED)

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        earliest, latest = question.earliest, question.latest
        if earliest is None or latest is None or earliest <= latest:
            return ()
        return (Sentence("The earliest day of “%(question)s” is after the latest.", question=question.name),)

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        if name in sent:
            return sent[name]
        parts = [sent.get(f"{name}-{each}", "").replace("/", " ").strip() for each in INPUTS]
        return "/".join(parts) if any(parts) else ""

    def read(self, question: Question, text: str) -> Checked:
        found = _day(text)
        if not isinstance(found, date):
            return Checked(text, 0, (self._no_day(question, found),), False)
        problem = None
        if question.earliest is not None and found < question.earliest:
            day = day_in_words(question.earliest)
            problem = Sentence("“%(question)s” must be %(day)s or later.", question=question.text, day=day)
        elif question.latest is not None and found > question.latest:
            day = day_in_words(question.latest)
            problem = Sentence("“%(question)s” must be %(day)s or earlier.", question=question.text, day=day)
        return Checked(found.isoformat(), 0, () if problem is None else (problem,), problem is None)

    def _no_day(self, question: Question, why: Sentence) -> Sentence:
        return Sentence("“%(question)s” has no day yet. %(why)s", question=question.text, why=str(why))

    def inputs(self, value: Any) -> Mapping[str, str]:
        """What the three inputs are filled with."""
        text = "" if value is None else str(value)
        day = read_iso(text)
        if day is not None:
            return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
        return dict(zip(INPUTS, _parts(text), strict=False))

    def number(self, question: Question, value: Any) -> Decimal | None:
        """The day as the number of days since the first one, by which days are compared."""
        day = None if value is None else read_iso(str(value))
        return None if day is None else Decimal(day.toordinal())

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        day = None if value is None else read_iso(str(value))
        return super().parts(question, value) if day is None else (day_in_words(day),)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Enter a day for “%(question)s”, like 12 3 2027.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("a date")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        said = [Sentence("A date")]
        if question.earliest is not None:
            said.append(Sentence("%(day)s or later", day=day_in_words(question.earliest)))
        if question.latest is not None:
            said.append(Sentence("%(day)s or earlier", day=day_in_words(question.latest)))
        return tuple(said)


def _parts(text: str) -> list[str]:
    """The three parts of a day as it was typed: by strokes, or as people write one in a line."""
    separated = text.split("/", 2) if "/" in text else text.replace(".", " ").replace("-", " ").split(None, 2)
    return [*separated, "", "", ""][: len(INPUTS)]


def _day(text: str) -> date | Sentence:
    if (stored := read_iso(text)) is not None:
        return stored
    return read_day(*_parts(text), first_year=LONG_AGO)
