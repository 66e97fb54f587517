"""Who asks for more than there is, or answers No to a condition, is told so where it is typed and before it is sent."""

from dataclasses import replace
from decimal import Decimal

from procurement.rules.asking import Room, asks_too_much, warnings
from procurement.rules.questions import Condition, Effect, Purpose, Question
from procurement.rules.questions.kinds.money import Money
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
