"""Milestones, price schedules and repeating groups: exact sums, each cell read by its kind, nothing typed ever lost."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procurement.rules.money import to_pennies
from procurement.rules.questions import Grid, Question, check, form_problems, read_question, to_plain
from procurement.rules.questions.kinds.milestones_table import MilestonesTable
from procurement.rules.questions.kinds.price_schedule import PriceSchedule
from procurement.rules.questions.kinds.repeating_group import RepeatingGroup
from procurement.rules.questions.samples import sample
from tests.parts.growth import first_that_grows_too_fast
from tests.rules.test_costs_table import COSTS, OWN

STEPS = Question("steps", "Plan", "What are your milestones?", MilestonesTable())
PAID = replace(STEPS, layout=(("payments", "amounts"), ("price", "1000")))
SHARED = replace(STEPS, layout=(("fewest", 2), ("most", 3), ("payments", "shares")))
PRICES = Question(
    "prices",
    "Price",
    "What do you charge?",
    PriceSchedule(),
    layout=(
        ("items", ("Sensor | each | 120", "Energy | kWh | 1500.5 | VAT 5%", "Training | day | 5 | optional")),
        ("vat", 20),
    ),
)
FIELDS = (
    "Name",
    "Role | one of | Lead; Supplier",
    "Company number | company number | optional",
    "Share in per cent | number",
    "Fee | money | optional",
    "Since | date | optional",
    "Insured | yes or no | optional",
)
GROUP = Question(
    "partners", "You", "Who are your partners?", RepeatingGroup(), layout=(("fields", FIELDS), ("noun", "Partner"))
)
ALL = (STEPS, PAID, SHARED, PRICES, GROUP)


def told(question: Question, text: str) -> list[str]:
    return [str(each) for each in check(question, text).problems]


def read(question: Question, text: str) -> str:
    return "\n".join(map(str, question.kind.parts(question, check(question, text).value)))


# milestones


def test_milestones_are_read_and_their_payments_add_up() -> None:
    text = "Kick-off\t3 2027\tA plan\tMinutes\t250\nDone\t12 March 2028\tA report\tThe report\t£750.00"
    found = check(PAID, text)
    assert found.value == ("Kick-off\t2027-03\tA plan\tMinutes\t250.00\nDone\t2028-03-12\tA report\tThe report\t750.00")
    assert (found.complete, PAID.kind.number(PAID, found.value)) == (True, Decimal(1000))
    assert read(PAID, text) == (
        "What are your milestones?\n"
        "1: title Kick-off; month or date March 2027; what is delivered A plan; what shows that it is done Minutes; "
        "payment in pounds £250\n"
        "2: title Done; month or date Sunday 12 March 2028; what is delivered A report; what shows that it is done The "
        "report; payment in pounds £750\n"
        "All payments: title £1,000"
    )
    assert told(PAID, text.replace("250", "249.99")) == [
        "The payments of “What are your milestones?” add up to £999.99 and must add up to £1,000."
    ]
    assert told(SHARED, "A\t3 2027\tB\tC\t60\nD\t4 2027\tE\tF\t39.5") == [
        "The shares of “What are your milestones?” add up to 99.5% and must add up to 100%."
    ]
    assert told(SHARED, "A\t3 2027\tB\tC\t100") == ["“What are your milestones?” needs at least 2 rows."]
    assert told(SHARED, "\n".join(["A\t3 2027\tB\tC\t25"] * 4)) == ["“What are your milestones?” takes at most 3 rows."]
    assert SHARED.kind.number(SHARED, text) is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "A\tsoon\tB\tC\t1000",
            "Enter a month or a date for “Milestone 1, month or date”, like March 2027 or 12 3 2027.",
        ),
        ("\t3 2027\tB\tC\t1000", "Answer “Milestone 1, title”."),
        (
            "A\t3 2027\tB\tC\tone",
            "Enter an amount in pounds for “Milestone 1, payment in pounds”, like 25,000 or 25,000.50.",
        ),
        (
            "A\t3 2027\tB\tC\t1e999",
            "Enter an amount in pounds for “Milestone 1, payment in pounds”, like 25,000 or 25,000.50.",
        ),
        ("A\t3 2027\tB\tC\t1000\tmore", "“Milestone 1” has more cells than the table has columns."),
        (
            "A\t31 2 2027\tB\tC\t1000",
            "Enter a month or a date for “Milestone 1, month or date”, like March 2027 or 12 3 2027.",
        ),
    ],
)
def test_each_cell_of_a_milestone_says_what_is_wrong_with_it(row: str, said: str) -> None:
    assert told(PAID, row) == [said]


# prices


@given(
    st.tuples(*[st.decimals(min_value=0, max_value=99_999, places=4, allow_nan=False)] * 3),
)
def test_a_schedule_adds_up_to_the_penny(prices: tuple[Decimal, ...]) -> None:
    kind = PriceSchedule()
    names = ("Sensor", "Energy", "Training")
    sent = {f"a-l{n}-item": name for n, name in enumerate(names, 1)}
    sent |= {f"a-l{n}-price": f"{price:f}" for n, price in enumerate(prices, 1)}
    found = check(PRICES, kind.typed(sent, "a"))
    assert (found.complete, check(PRICES, found.value)) == (True, found)
    lines = [
        to_pennies(Fraction(quantity) * Fraction(price))
        for quantity, price in zip((Decimal(120), Decimal("1500.5"), Decimal(5)), prices, strict=True)
    ]
    schedule = kind.schedule(PRICES, found.value)
    vat = {Decimal(20): to_pennies(Fraction(lines[0]) / 5), Decimal(5): to_pennies(Fraction(lines[1]) / 20)}
    assert [each.net for each in schedule.lines] == lines
    assert (schedule.net, schedule.options, schedule.by_rate) == (lines[0] + lines[1], lines[2], vat)
    assert schedule.gross == lines[0] + lines[1] + sum(vat.values())
    assert kind.number(PRICES, found.value) == lines[0] + lines[1]


def test_a_schedule_is_read_with_its_units_and_what_is_missing_is_named() -> None:
    assert read(PRICES, "Sensor\t10.50\nEnergy\t0.1425") == (
        "What do you charge?\n"
        "Sensor: Unit each; Quantity 120; Unit price £10.50; Net £1,260\n"
        "Energy: Unit kWh; Quantity 1,500.5; Unit price £0.1425; Net £213.82\n"
        "Training (optional): Unit day; Quantity 5\n"
        "Total, net of VAT: Net £1,473.82\n"
        "VAT at 20%: Net £252\n"
        "VAT at 5%: Net £10.69\n"
        "Total with VAT: Net £1,736.51\n"
        "Options, net of VAT, not in the total: Net £0"
    )
    assert told(PRICES, "Sensor\t10") == ["Answer “Energy, price of one unit”."]
    assert told(PRICES, "Sensor\t25.000\nEnergy\t1") == [
        "“Sensor, price of one unit”: do you mean 25 or 25,000? Enter 25 or 25,000."
    ]
    assert told(PRICES, "Sensor\t-1\nEnergy\t1") == ["“Sensor, price of one unit” must be £0 or more."]
    assert told(PRICES, "Sensor\t1e999\nEnergy\t1") == [
        "Enter a price in pounds for “Sensor, price of one unit”, like 25 or 0.1425."
    ]
    assert told(PRICES, "Sensor\t1\nEnergy\t1\nBoat\t3") == [
        "“Boat” is not a line of this schedule, or is there twice. Remove it."
    ]
    assert told(replace(PRICES, maximum=Decimal(100)), "Sensor\t1\nEnergy\t1") == [
        "“What do you charge?” comes to £1,620.50 and must be £100 or less."
    ]
    assert told(PRICES, "Sensor\t999999999999\nEnergy\t1") == [
        "“What do you charge?” comes to £120,000,000,001,380.50 and must be £999,999,999,999.99 or less."
    ]


# repeating groups


def test_a_group_is_read_by_the_kinds_of_its_fields() -> None:
    text = "Aston Ltd\tlead\t1234567\t60\t£1,500\t12/3/2020\tyes\nBrum CIC\tSupplier\t\t40"
    found = check(GROUP, text)
    assert found.value == ("Aston Ltd\tLead\t01234567\t60\t1500.00\t2020-03-12\tyes\nBrum CIC\tSupplier\t\t40")
    assert found.complete
    grid = GROUP.kind.parts(GROUP, found.value)[0]
    assert isinstance(grid, Grid)
    assert grid.head == ("Partner", "Name", "Role", "Company number", "Share in per cent", "Fee", "Since", "Insured")
    assert tuple(map(str, grid.rows[0])) == (
        "1", "Aston Ltd", "Lead", "01234567", "60", "£1,500", "Thursday 12 March 2020", "Yes"
    )  # fmt: skip
    assert told(GROUP, "Aston Ltd\tking\tx\ty\tz\tw\tmaybe") == [
        "Choose one of the options for “Partner 1, Role”.",
        "Enter the company number of “Partner 1, Company number” as Companies House has it, like 01234567.",
        "Enter a number for “Partner 1, Share in per cent”, like 12 or 12.5.",
        "Enter an amount in pounds for “Partner 1, Fee”, like 25,000 or 25,000.50.",
        "Enter a date for “Partner 1, Since”, like 12 3 2027.",
        "Choose yes or no for “Partner 1, Insured”.",
    ]


def test_rows_keep_their_order_and_go_only_when_that_is_saved() -> None:
    kind = RepeatingGroup()
    sent = {
        "a-r1-c1": "One",
        "a-r2-c1": "Two",
        "a-r3-c1": "Three",
        "a-r4-c1": "",
        "a-r10-c1": "Ten",
        "a-r10-c3": "|\n9",
    }
    assert kind.typed(sent, "a") == "One\nTwo\nThree\nTen\t\t| 9"
    assert kind.typed({**sent, "a-r2-gone": "y"}, "a") == "One\nThree\nTen\t\t| 9"
    assert kind.typed({"a": "as it is", **sent}, "a") == "as it is"


# all of them


@pytest.mark.parametrize("question", ALL)
@given(text=st.text(max_size=300) | st.text(alphabet="01\t\n\r |£.-aB", max_size=80))
@example(text="\t£0.000")  # one way to write it, however many noughts were typed
@example(text="9" * 100_000)
@example(text="\t" * 100_000)
@example(text="a\n" * 50_000)
def test_any_text_is_kept_in_one_way_and_said_to_be_wrong_or_right(question: Question, text: str) -> None:
    once = check(question, text)
    assert check(question, once.value) == once
    assert once.complete or once.problems
    question.kind.parts(question, once.value)
    typed = "".join(text.split())
    shown = "" if once.value is None else "".join(once.value.split())
    if typed.isascii() and typed.isalpha():
        assert shown == typed


@pytest.mark.parametrize("question", [PAID, PRICES, GROUP])
def test_the_work_grows_no_faster_than_what_is_sent(question: Question) -> None:
    assert first_that_grows_too_fast(lambda text: check(question, text)) == ""


@pytest.mark.parametrize(
    ("question", "settings", "said"),
    [
        (STEPS, {"fewest": 4, "most": 3}, "“What are your milestones?” needs more rows than it takes."),
        (
            STEPS,
            {"price": "5"},
            "“What are your milestones?” names what its payments add up to, so it must ask for payments",
        ),
        (PRICES, {"items": ()}, "Say what “What do you charge?” asks a price for."),
        (PRICES, {"items": ("Sensor | each",)}, "“Sensor | each” of “What do you charge?” cannot be read."),
        (PRICES, {"items": ("A | each | 1", "a | each | 2")}, "asks for the price of one item twice."),
        (PRICES, {"items": ("A | each | 1 | optional",)}, "needs an item that is not optional."),
        (PRICES, {"items": ("A | each | 1 | VAT x",)}, "cannot be read."),
        (PRICES, {"items": tuple(f"A{n} | each | 1" for n in range(101))}, "can have at most 100 items."),
        (GROUP, {"fields": ()}, "Say what “Who are your partners?” asks of each row."),
        (
            GROUP,
            {"fields": ("Role | one of | Lead",)},
            "“Role | one of | Lead” of “Who are your partners?” cannot be read.",
        ),
        (GROUP, {"fields": ("Name | video",)}, "cannot be read."),
        (GROUP, {"fields": ("Name", "name | number")}, "asks for the same thing twice."),
        (GROUP, {"fields": tuple(f"A{n}" for n in range(9))}, "can ask for at most 8 things."),
    ],
)
def test_what_an_officer_sets_is_looked_at_before_it_is_published(
    question: Question, settings: dict[str, Any], said: str
) -> None:
    layout = {**dict(question.layout), **settings}
    wrong = replace(question, layout=tuple(sorted((name, value) for name, value in layout.items() if value != ())))
    found = [str(each.sentence) for each in form_problems([wrong], wanted=()) if each.key == question.key]
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("question", ALL)
def test_a_frozen_form_keeps_what_was_set(question: Question) -> None:
    assert form_problems([question], wanted=()) == ()
    assert read_question(to_plain(question)) == question


@pytest.mark.parametrize(
    "question",
    [
        *ALL,
        replace(PRICES, minimum=Decimal(5000), maximum=Decimal("5000.01")),
        replace(PRICES, maximum=Decimal(10)),
        replace(GROUP, layout=(("fewest", 3), ("fields", FIELDS))),
        COSTS,
        OWN,
        replace(COSTS, layout=(*COSTS.layout, ("match", 40))),
        replace(COSTS, minimum=Decimal(5000), maximum=Decimal(5000)),
    ],
)
def test_each_form_that_is_tried_has_a_sample_that_is_right(question: Question) -> None:
    assert check(question, sample(question)).problems == ()


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        (PAID, "Title; Month or date; What is delivered; What shows that it is done; Payment in pounds"),
        (PRICES, "Item; Unit; Quantity; Unit price; Net"),
        (GROUP, "Name; Role; Company number; Share in per cent; Fee; Since; Insured"),
        (COSTS, "Partner; Cost; Quarter 1; Quarter 2; Quarter 3; Total"),
        (OWN, "Cost; Costs"),
        (replace(OWN, layout=(("periods", tuple(f"Month {n}" for n in range(1, 13))),)), "Cost; Period; Amount"),
    ],
)
def test_a_table_on_paper_has_the_columns_of_the_one_on_the_page(question: Question, columns: str) -> None:
    assert "; ".join(question.kind.printed_columns(question)) == columns


@pytest.mark.parametrize(
    ("question", "takes"),
    [
        (
            SHARED,
            "Milestones, each with: title; month or date; what is delivered; what shows that it is done; share of the "
            "price in per cent, at least 2 rows, at most 3 rows, shares that add up to 100%",
        ),
        (
            PRICES,
            "The price of one unit, net of VAT, of: Sensor: 120 each; Energy: 1,500.5 kWh; Training (optional): 5 day",
        ),
        (
            replace(GROUP, layout=(("fields", FIELDS[:3]),)),
            "A list, each with: Name; Role (one of: Lead; Supplier); Company number (a company number)",
        ),
    ],
)
def test_what_is_asked_for_is_said_with_its_settings(question: Question, takes: str) -> None:
    assert ", ".join(map(str, question.kind.takes(question))) == takes
