"""A question to be answered: one field for every kind. It asks the kind, and the kind's own macro draws it."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from markupsafe import Markup

from procurement.rules.numbers import whole_number
from procurement.rules.questions import Question
from procurement.web.filters import sentence

DRAWN_BY = "_components/questions.html"


@dataclass(frozen=True)
class AnswerField:
    """A question as an input called `name`, as it stands on a page: `{{ field }}` draws label, hint, errors and input.

    `alone`: the question is the heading of its page, and its guidance stands there; otherwise it is one of several.
    `words`: how many `value` has, where they were counted. `accept`: the endings of the files that can be chosen.
    `found`: what the service knows like that, as it would be stored and in words; None where nobody asked.
    `drawn`: how many rows of which part of a table are drawn at least: "r-4".
    """

    question: Question
    name: str
    label: str
    hint: str = ""
    value: str = ""
    words: int | None = None
    errors: list[str] = field(default_factory=list)
    alone: bool = False
    accept: str = ""
    found: list[tuple[str, str]] | None = None
    drawn: str = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, sentence(words)) for value, words in self.question.kind.choices(self.question)]

    def rows(self, part: str, filled: int, most: int, spare: int = 1) -> int:
        """How many rows of a part of a table are drawn: the filled ones and some to spare, or as many as were asked
        for by pressing for one more; never above the most that there may be, unless more are filled."""
        asked, _, count = self.drawn.rpartition("-")
        wanted = (whole_number(count) or 0) if asked == part else 0
        return max(filled, min(most, max(filled + spare, wanted)))

    def __html__(self) -> Markup:
        macros = current_app.jinja_env.get_template(DRAWN_BY).module
        return cast(Markup, getattr(macros, self.question.kind.key)(self))
