"""A table of milestones: what is delivered when, how it is seen to be done, and what is paid for it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from procurement.rules.money import format_pounds, written
from procurement.rules.questions.grid import Words
from procurement.rules.questions.kind import Measure, Question, Setting, get_kind, register
from procurement.rules.questions.tables.cells import joined, total
from procurement.rules.questions.tables.columns import WHEN
from procurement.rules.questions.tables.rows import FEWEST, MOST, Row, Rows, count_words
from workflows.facts import Sentence

AMOUNTS, SHARES = "amounts", "shares"
PAYMENT = "payment"
ALL = Decimal(100)  # per cent
A_THOUSAND = Decimal(1000)
MOST_WORDS = 100  # of what is delivered, and of what shows it


class Price(Setting):
    """What the payments must add up to; only amounts can."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if self.of(question) is not None and PAYMENTS.of(question) != AMOUNTS:
            return (
                Sentence(
                    "“%(question)s” names what its payments add up to, so it must ask for payments in pounds.",
                    question=question.name,
                ),
            )
        return super().faults(question)


PAYMENTS = Setting(
    "payments",
    Sentence("What is paid at each milestone?"),
    Measure.CHOICE,
    laid=True,
    offered=(
        ("", Sentence("It is not asked")),
        (AMOUNTS, Sentence("An amount in pounds")),
        (SHARES, Sentence("A share of the price in per cent: all shares add up to 100%")),
    ),
)
PRICE = Price(
    "price",
    Sentence("What must the payments add up to?"),
    Measure.POUNDS,
    laid=True,
    hint=Sentence("Leave it empty where they may add up to anything."),
)


@register
class MilestonesTable(Rows):
    key = "milestones_table"
    title = Sentence("Table of milestones")
    hint = Sentence("What is delivered when, what shows it, and what is paid for it")
    place = 82
    settings = (FEWEST, MOST, PAYMENTS, PRICE)

    def columns(self, question: Question) -> tuple[Question, ...]:
        text = get_kind("short_text")
        asked = (
            Question("title", "", str(Sentence("title")), text),
            Question("due", "", str(Sentence("month or date")), WHEN, str(Sentence("Like March 2027 or 12 3 2027"))),
            Question("deliverable", "", str(Sentence("what is delivered")), text, word_limit=MOST_WORDS),
            Question("evidence", "", str(Sentence("what shows that it is done")), text, word_limit=MOST_WORDS),
        )
        if PAYMENTS.of(question) == AMOUNTS:
            return (*asked, Question(PAYMENT, "", str(Sentence("payment in pounds")), get_kind("money")))
        if PAYMENTS.of(question) == SHARES:
            share = Question(
                "share",
                "",
                str(Sentence("share of the price in per cent")),
                get_kind("number"),
                minimum=Decimal(0),
                maximum=ALL,
            )
            return (*asked, share)
        return asked

    def noun(self, question: Question) -> str:
        return str(Sentence("Milestone"))

    def sample(self, question: Question) -> str:
        payments, price = PAYMENTS.of(question), PRICE.of(question)
        first = written(A_THOUSAND if price is None else price) if payments == AMOUNTS else "100"
        told = joined("Test milestone", "April 2030", "A test", "A test report")
        rows = [
            joined(told, first if place == 0 else "0") if payments else told for place in range(self._least(question))
        ]
        return "\n".join(rows)

    def number(self, question: Question, value: Any) -> Decimal | None:
        return None if value is None else self._paid(question, self.rows_in(question, value))

    def shown(self, number: Decimal) -> str:
        return format_pounds(number)

    def adds(self, question: Question) -> str:
        return PAYMENT if PAYMENTS.of(question) == AMOUNTS else ""

    def whole(self, question: Question, rows: tuple[Row, ...]) -> Iterator[Sentence]:
        paid, price = self._paid(question, rows), PRICE.of(question)
        if paid is not None and price is not None and paid != price:
            yield Sentence(
                "The payments of “%(question)s” add up to %(paid)s and must add up to %(price)s.",
                question=question.text,
                paid=format_pounds(paid),
                price=format_pounds(price),
            )
        shares = self._shares(question, rows)
        if shares is not None and shares != ALL:
            yield Sentence(
                "The shares of “%(question)s” add up to %(shares)s%% and must add up to 100%%.",
                question=question.text,
                shares=written(shares),
            )

    def sums(self, question: Question, rows: tuple[Row, ...]) -> tuple[tuple[Words, Words], ...]:
        payments = PAYMENTS.of(question)
        if not payments:
            return ()
        paid, shares = self._paid(question, rows), self._shares(question, rows)
        if payments == SHARES:
            return ((Sentence("All shares"), "–" if shares is None else f"{written(shares)}%"),)
        return ((Sentence("All payments"), "–" if paid is None else format_pounds(paid)),)

    def _paid(self, question: Question, rows: tuple[Row, ...]) -> Decimal | None:
        """What all payments come to; None where none are asked for, or one cannot be read."""
        return total(tuple(row.cells[-1] for row in rows)) if PAYMENTS.of(question) == AMOUNTS else None

    def _shares(self, question: Question, rows: tuple[Row, ...]) -> Decimal | None:
        return total(tuple(row.cells[-1] for row in rows)) if PAYMENTS.of(question) == SHARES else None

    def brief(self, question: Question) -> Sentence:
        return Sentence("a table of milestones")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        columns = "; ".join(each.text for each in self.columns(question))
        said = [Sentence("Milestones, each with: %(columns)s", columns=columns), *count_words(question)]
        if (price := PRICE.of(question)) is not None:
            said.append(Sentence("payments that add up to %(price)s", price=format_pounds(price)))
        if PAYMENTS.of(question) == SHARES:
            said.append(Sentence("shares that add up to 100%"))
        return tuple(said)
