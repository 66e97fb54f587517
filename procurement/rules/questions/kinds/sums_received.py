"""Sums that somebody received: from whom, on which day, how much; as many as there are, each typed in a row."""

from collections.abc import Mapping
from typing import Any

from procurement.rules.dates import day_in_words
from procurement.rules.money import format_pounds
from procurement.rules.questions.bases import Typed
from procurement.rules.questions.kind import Checked, Part, Question, register
from procurement.rules.questions.sums import BETWEEN, COLUMNS, Row, rows_of
from procurement.rules.questions.texts import normalise
from workflows.facts import Sentence

MOST_ROWS = 40
SPARE_ROWS = 3  # that a page shows beyond those that are filled in


@register
class Received(Typed):
    """`typed` joins the inputs of its rows (`<name>-<row>-<column>`), where the page has them, to one text."""

    key = "sums_received"
    title = Sentence("Sums received")
    hint = Sentence("One row for each: who gave it, when, how much")
    place = 48
    keeps_lines = True
    several = True

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        if name in sent:
            return sent[name]
        rows = (
            [sent.get(f"{name}-{row}-{column}", "").replace("|", "/").replace("\n", " ") for column in COLUMNS]
            for row in range(1, MOST_ROWS + SPARE_ROWS + 1)
        )
        return "\n".join(BETWEEN.join(row) for row in rows if any(map(str.strip, row)))

    def check(self, question: Question, value: Any) -> Checked:
        text = normalise("" if value is None else str(value))
        return self.read(question, text) if rows_of(text) else self.unanswered(question)

    def read(self, question: Question, text: str) -> Checked:
        rows = rows_of(text)
        faults = [row.fault for row in rows if row.fault is not None]
        if len(rows) > MOST_ROWS:
            faults.insert(
                0, Sentence("List at most %(most)s sums. Put small ones of one giver together.", most=MOST_ROWS)
            )
        return Checked("\n".join(row.stored for row in rows), 0, tuple(faults), not faults)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        return tuple(
            Sentence(
                "%(giver)s: %(amount)s, received on %(day)s",
                giver=row.giver,
                amount=format_pounds(row.sum.amount),
                day=day_in_words(row.sum.day),
            )
            if row.sum is not None
            else ", ".join(filter(None, (row.giver, row.day, row.amount)))
            for row in rows_of("" if value is None else str(value))
        )

    def rows(self, value: Any) -> tuple[Row, ...]:
        """What a page fills its rows with, and some empty ones."""
        filled = rows_of("" if value is None else str(value))
        spare = SPARE_ROWS if len(filled) < MOST_ROWS else 0
        return (*filled, *(Row("", "", "", None, None) for _ in range(spare)))

    def printed_columns(self, question: Question) -> tuple[str, ...]:
        return "Who gave it", "Received on", "Amount in pounds"

    def brief(self, question: Question) -> Sentence:
        return Sentence("sums with their giver and day")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("A list of sums: who gave each, on which day, how much in pounds"),)
