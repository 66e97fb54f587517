"""Who asks for more than there is, or answers No to a condition, is told so where it is typed and before it is sent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.rules.asking import Own, Room, asks_too_much, warnings
from procurement.rules.questions import Condition, Effect, Purpose, Question
from procurement.rules.questions.kinds.costs_table import CostsTable
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo
from procurement.rules.vat import Basis, Vat

AMOUNT = Question("amount", "Price", "What is your price?", Money(), purpose=Purpose.AMOUNT)
CONDITION = Condition(Effect.EXCLUDE, accepts=("yes",), why="It is law.")
INSURED = Question("insured", "You", "Are you insured?", YesNo(), condition=CONDITION)
ROOM = Room(Decimal(75_000), Vat(Basis.NET, Decimal(20)))
THERE_IS = "£75,000 net of VAT (£90,000 including VAT at 20%)"


def test_an_amount_above_what_there_is_is_warned_about() -> None:
    (found,) = warnings([AMOUNT], {"amount": "99999999"}, "bid", ROOM)
    assert (found.key, found.refuses) == ("amount", False)
    assert str(found.sentence) == (
        f"You ask for £99,999,999. That is more than there is: {THERE_IS}. It cannot be awarded in full."
    )
    refusing = asks_too_much(AMOUNT, "75000.01", replace(ROOM, refuses=True))
    assert refusing is not None
    assert refusing.refuses
    assert str(refusing.sentence).endswith("Ask for less, or you cannot submit.")


def test_what_there_is_or_less_is_not_nor_what_is_no_amount_asked_for() -> None:
    for value in ("75000", "1", "", "much", None):
        assert warnings([AMOUNT], {"amount": value}, "bid", ROOM) == ()
    cost = replace(AMOUNT, key="cost", purpose=Purpose.NONE)
    assert warnings([cost], {"cost": "99999999"}, "bid", ROOM) == ()
    assert warnings([AMOUNT], {"amount": "99999999"}, "bid") == ()  # nobody says how much there is


def test_no_to_a_condition_is_warned_about_beside_it() -> None:
    found = warnings([INSURED, AMOUNT], {"insured": "no", "amount": "80000"}, "bid", ROOM)
    assert [(each.key, each.refuses) for each in found] == [("amount", False), ("insured", False)]
    assert "Are you insured?" in str(found[1].sentence)
    assert warnings([INSURED], {"insured": "yes"}, "bid", ROOM) == ()


def test_what_there_is_is_said_before_anything_is_typed() -> None:
    assert str(ROOM.words()) == f"There is {THERE_IS} for your lot."
    assert str(replace(ROOM, in_window=True).words()) == f"There is {THERE_IS} for your lot in this window."


FIRM = Own(
    people=("Mina Patel",),
    marks=("Clean Air Makers Ltd", "12 Example Street", "B3 1JJ", "01234567"),
    addresses=("hello@clean-air.example", "mina@gmail.com"),
)
ESSAY = Question("plan", "You", "What is your plan?", LongText(), word_limit=500)
TITLE = Question("title", "You", "What is it called?", ShortText(), word_limit=15)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("At Clean Air Makers we measure the air.", "Clean Air Makers Ltd"),
        ("CLEAN AIR MAKERS LTD. measures the air.", "Clean Air Makers Ltd"),
        ("Mina Patel leads it.", "Mina Patel"),
        ("Ms Patel leads it.", "Mina Patel"),
        ("Write to mina@elsewhere.example", "mina@elsewhere.example"),
        ("See www.clean-air.example/plan", "clean-air.example"),
        ("We work at 12 Example Street.", "12 Example Street"),
        ("We are in B31JJ.", "B3 1JJ"),
        ("We are in b3 1jj", "B3 1JJ"),
        ("Company number 01234567", "01234567"),
        ("We give air sensors to makers, so that the air gets clean.", ""),
        ("We use gmail.com for our mail.", ""),
        ("", ""),
    ],
)
def test_an_answer_that_is_read_without_names_and_says_whose_it_is_is_warned_about(text: str, named: str) -> None:
    found = warnings([ESSAY], {"plan": text}, "proposal", None, FIRM)
    assert [(each.key, each.refuses, str(each.sentence)) for each in found] == (
        [
            (
                "plan",
                False,
                f"Your answer to “What is your plan?” names {named}. It is read without names: leave that out, or "
                "write “we”, unless the question asks for it.",
            )
        ]
        if named
        else []
    )
    assert warnings([ESSAY], {"plan": text}, "proposal", None, None) == ()  # read with names


def test_a_title_is_no_letter_and_its_words_are_no_signature() -> None:
    assert warnings([TITLE], {"title": "A mina for air"}, "proposal", None, FIRM) == ()
    assert len(warnings([TITLE], {"title": "Mina Patel’s air"}, "proposal", None, FIRM)) == 1


def test_a_table_that_names_its_firm_in_a_cell_is_warned_about_as_a_text_is() -> None:
    costs = Question("costs", "Money", "What does it cost?", CostsTable())
    row = "applicant\ncost\t{}\t500.00"
    assert warnings([costs], {"costs": row.format("Labour")}, "proposal", None, FIRM) == ()
    (found,) = warnings([costs], {"costs": row.format("Clean Air Makers Ltd, labour")}, "proposal", None, FIRM)
    assert "names Clean Air Makers Ltd." in str(found.sentence)
