"""Several questions, criteria or lots in lines: what is read, what is refused by its line, and that it stays quick."""

from decimal import Decimal

import pytest

from procurement.rules import set_lines
from procurement.rules.questions import list_kinds

CRITERIA = {"quality": "Quality of the solution", "value": "Value"}


def test_each_line_is_a_question_with_its_parts_in_any_order() -> None:
    taken = set_lines.questions_in(
        "# Your plan\n"
        "How will you deliver it? | 500 words | marked by quality OF the solution | help: Steps, with dates.\n"
        "\n"
        "Where? | one of several | options: North; South ; | optional\n"
        "# Money\n"
        "What does it cost?\tmoney\tat least 1\tat most £5,000.50\n"
        "A name | 12 words\n"
        "And else?",
        CRITERIA,
    )
    assert taken.problems == ()
    assert [(each.section, each.text, each.kind.key, each.required, each.word_limit) for each in taken.found] == [
        ("Your plan", "How will you deliver it?", "long_text", True, 500),
        ("Your plan", "Where?", "one_of", False, None),
        ("Money", "What does it cost?", "money", True, None),
        ("Money", "A name", "short_text", True, 12),
        ("Money", "And else?", "long_text", True, set_lines.USUAL_WORDS),
    ]
    first, where, cost, *_ = taken.found
    assert (first.criterion, first.guidance, where.options) == ("quality", "Steps, with dates.", ("North", "South"))
    assert (cost.minimum, cost.maximum) == (Decimal(1), Decimal("5000.50"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Why? | purple", "Line 2: “purple” is none of the parts that a question has."),
        ("Why? | marked by Beauty", "Line 2: there is no criterion “Beauty”. Add the criteria first."),
        ("Why? | at least some", "Line 2: “at least some” needs a number."),
        ("Why? | yes or no | 50 words", "Line 2: “words” cannot be said of “Yes or no”."),
        ("Why? | money | options: a; b", "Line 2: “options:” cannot be said of “Money”."),
        (" | 50 words", "Line 2: begin the line with the text of the question."),
        ("x" * 201, f"Line 2: “{'x' * 40}…” has more than 200 characters."),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_taken(line: str, said: str) -> None:
    taken = set_lines.questions_in(f"What? | 50 words\n{line}", CRITERIA)
    assert [str(each) for each in taken.problems] == [said]


def test_every_kind_can_be_written_by_its_title_and_by_its_key() -> None:
    for kind in list_kinds():
        for name in (kind.key, str(kind.title).upper()):
            (found,) = set_lines.questions_in(f"What? | {name}", {}).found
            assert found.kind is kind


def test_criteria_and_lots_have_their_number_second() -> None:
    assert set_lines.criteria_in("Quality | 60% | How good it is.\nValue\t40").found == (
        set_lines.CriterionLine("Quality", 60, "How good it is."),
        set_lines.CriterionLine("Value", 40),
    )
    assert set_lines.lots_in("North | £70,000 | Twelve schools.\nSouth | 50k").found == (
        set_lines.LotLine("North", Decimal(70_000), "Twelve schools."),
        set_lines.LotLine("South", Decimal(50_000)),
    )
    for read, line in ((set_lines.criteria_in, "Quality | 101"), (set_lines.lots_in, "North | 25.000,50")):
        assert [str(each)[:7] for each in read(line).problems] == ["Line 1:"]
        assert len(read("").problems) == len(read("\n \n").problems) == 1


def test_too_much_at_once_is_refused() -> None:
    assert "at most 100 lines" in str(set_lines.questions_in("Why?\n" * 101, {}).problems[0])
    assert "at most 60,000 characters" in str(set_lines.lots_in("x" * 60_001).problems[0])
