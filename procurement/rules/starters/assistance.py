"""What an enterprise is asked before a grant is given to it as minimal financial assistance."""

from collections.abc import Mapping
from typing import Any

from procurement.rules.assistance import Assistance
from procurement.rules.dates import day_in_words
from procurement.rules.money import format_pounds
from procurement.rules.questions import Question
from procurement.rules.questions.kinds.sums_received import Received
from procurement.rules.questions.kinds.yes_no import YesNo
from procurement.rules.questions.sums import Sum, sums_of
from procurement.rules.requests import SECTION, prefix

KEPT = "yes"  # as the second question stores it


def assistance_questions(assistance: Assistance, number: int) -> tuple[Question, ...]:
    """The sums that it received, which may be none, and whether the total keeps within the ceiling (Subsidy Control Act
    2022 s. 37(2)(c); what counts: ss. 36(1), 42)."""
    what = "minimal financial assistance, or assistance for services of public economic interest,"
    return (
        Question(
            key=f"{prefix(number)}1",
            section=SECTION,
            text=f"What {what} has your enterprise received since {day_in_words(assistance.since)}?",
            kind=Received(),
            guidance="From all public authorities, and to enterprises under the same control. Count in small amounts "
            "of financial assistance and de minimis aid that were given under earlier rules. Do not list this grant.",
            required=False,
        ),
        Question(
            key=f"{prefix(number)}2",
            section=SECTION,
            text=f"Is that everything, and does your enterprise keep within {format_pounds(assistance.ceiling)} with "
            f"this grant of {format_pounds(assistance.amount)}?",
            kind=YesNo(),
        ),
    )


def answered(number: int, answers: Mapping[str, Any]) -> tuple[tuple[Sum, ...], bool]:
    """What an answer to these questions says: the sums, and whether the enterprise keeps within the ceiling."""
    return sums_of(answers.get(f"{prefix(number)}1")), answers.get(f"{prefix(number)}2") == KEPT
