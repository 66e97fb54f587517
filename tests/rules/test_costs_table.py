"""A table of costs adds up to the penny, keeps whatever was typed, and names the very cell that is wrong."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procurement.rules.money import to_pennies
from procurement.rules.questions import Question, check, form_problems, get_kind, read_question, to_plain
from procurement.rules.questions.kinds.costs_table import CostsTable
from tests.parts.growth import first_that_grows_too_fast

LINES, PERIODS = ("Labour", "Overheads: at most 20%", "Travel: at most £500"), ("Quarter 1", "Quarter 2", "Quarter 3")
RATES = ("Small: 70%", "Large: 33.33%")
COSTS = Question(
    "costs",
    "Money",
    "What will it cost?",
    CostsTable(),
    layout=(("lines", LINES), ("partners", 3), ("periods", PERIODS), ("rates", RATES)),
)
OWN = replace(COSTS, layout=())
AMOUNTS = st.decimals(min_value=0, max_value=999_999, places=2, allow_nan=False)


def told(question: Question, text: str) -> list[str]:
    return [str(each) for each in check(question, text).problems]


def laid(**settings: Any) -> Question:
    return replace(COSTS, layout=tuple(sorted({**dict(COSTS.layout), **settings}.items())))


def typed(amounts: list[list[list[Decimal]]], sizes: list[str], shares: list[str]) -> dict[str, str]:
    sent = {}
    for p, partner in enumerate(amounts, 1):
        sent |= {
            f"a-p{p}-name": f"Firm {p}" if p > 1 else "",
            f"a-p{p}-size": sizes[p - 1],
            f"a-p{p}-share": shares[p - 1],
        }
        for row, (name, line) in enumerate(zip(("Labour", "Overheads", "Travel"), partner, strict=True), 1):
            sent[f"a-p{p}-l{row}-line"] = name
            sent |= {f"a-p{p}-l{row}-k{k}": f"{amount:,}" for k, amount in enumerate(line, 1)}
    return sent


TABLES = st.integers(1, 4).flatmap(
    lambda partners: st.tuples(
        st.lists(
            st.lists(st.lists(AMOUNTS, min_size=3, max_size=3), min_size=3, max_size=3),
            min_size=partners,
            max_size=partners,
        ),
        st.lists(st.sampled_from(["Small", "Large"]), min_size=partners, max_size=partners),
        st.lists(st.sampled_from(["", "10", "33.33", "0"]), min_size=partners, max_size=partners),
    )
)


@given(TABLES)
def test_totals_are_those_of_exact_fractions_and_what_is_stored_reads_as_it_was_typed(
    table: tuple[list[list[list[Decimal]]], list[str], list[str]],
) -> None:
    amounts, sizes, shares = table
    kind = CostsTable()
    stored = check(COSTS, kind.typed(typed(amounts, sizes, shares), "a")).value
    assert check(COSTS, stored).value == stored
    costs = kind.table(COSTS, stored)
    spent = [sum((Fraction(each) for line in partner for each in line), Fraction(0)) for partner in amounts]
    rates = {"Small": Fraction(70), "Large": Fraction("33.33")}
    asked = [Fraction(share) if share else rates[size] for share, size in zip(shares, sizes, strict=True)]
    grants = [to_pennies(whole * rate / 100) for whole, rate in zip(spent, asked, strict=True)]
    assert (costs.total, costs.grant) == (sum(spent), sum(grants))
    assert costs.match == sum(spent) - sum(map(Fraction, grants))
    assert kind.number(COSTS, stored) == sum(grants)
    for place in range(3):
        assert costs.in_period(place) == sum(line[place] for partner in amounts for line in partner)
    for row, name in enumerate(("Labour", "Overheads", "Travel")):
        assert costs.lines[name] == sum(sum(partner[row]) for partner in amounts)
    shown = {
        f"a-{cell.place}": cell.typed
        for each in costs.spenders
        for line in each.lines
        for cell in line.cells
        if cell.typed
    }
    assert {name: Decimal(value.replace(",", "")) for name, value in shown.items()} == {
        name: Decimal(value.replace(",", "")) for name, value in typed(amounts, sizes, shares).items() if "-k" in name
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "cost\tLabour\tx",
            "Enter an amount in pounds for “Labour, Your organisation, Quarter 1”, like 25,000 or 25,000.50.",
        ),
        ("cost\tLabour\t\t-5", "“Labour, Your organisation, Quarter 2” must be £0 or more."),
        (
            "cost\tLabour\t1e999",
            "Enter an amount in pounds for “Labour, Your organisation, Quarter 1”, like 25,000 or 25,000.50.",
        ),
        (
            "cost\tLabour\t25.000",
            "“Labour, Your organisation, Quarter 1”: do you mean £25 or £25,000? Enter 25 or 25,000.",
        ),
        ("cost\tTravel\t500.01", "“Travel” comes to £500.01. It may come to £500."),
        (
            "cost\tLabour\t100\ncost\tOverheads\t25.01",
            "“Overheads” comes to £25.01. It may come to 20% of all costs, which is £25.",
        ),
        ("cost\tBoats\t5", "“Boats” is not a line of this table, or is there twice. Remove it."),
        ("cost\tLabour\t1\t2\t3\t4", "“Labour” is not a line of this table, or is there twice. Remove it."),
        ("cost\tLabour\t0", "“What will it cost?”: enter at least one cost."),
        ("cost\tLabour\t5\npartner\t\tSmall\ncost\tTravel\t1", "Enter the name of “Partner 2”, or remove it."),
        ("cost\tLabour\t5\npartner\tFirm\ncost\tTravel\t1", "Choose the size of “Partner 2”."),
        (
            "cost\tLabour\t5\npartner\tFirm\tLarge\t40",
            "“Partner 2, grant in per cent of its costs” must be 33.33 or less.",
        ),
        (
            "cost\tLabour\t5\npartner\tFirm\tLarge\t33.333",
            "“Partner 2, grant in per cent of its costs” must be 33.33 or less.",
        ),
        ("cost\tLabour\t5" + "\npartner\tFirm\tLarge" * 4, "At most 3 partners can be named."),
        ("cost\tLabour\t" + "9" * 100_000, None),
    ],
)
def test_what_is_wrong_is_said_of_the_very_cell_and_kept(line: str, said: str | None) -> None:
    text = f"applicant\tSmall\n{line}"
    if said is None:
        assert len(told(COSTS, text)) == 1
        assert check(COSTS, text).value == text
    else:
        assert told(COSTS, text) == [said]
    assert check(COSTS, check(COSTS, text).value) == check(COSTS, text)


def test_digits_of_any_script_are_figures_and_bounds_are_those_of_what_is_asked_for() -> None:
    kind, text = CostsTable(), "applicant\tSmall\ncost\tLabour\t١٠٠٠"
    assert kind.number(COSTS, check(COSTS, text).value) == 700
    assert told(replace(COSTS, maximum=Decimal(600)), text) == [
        "“What will it cost?” comes to £700 and must be £600 or less."
    ]
    assert told(replace(COSTS, minimum=Decimal(800)), text) == [
        "“What will it cost?” comes to £700 and must be £800 or more."
    ]
    assert told(laid(match=40), text) == ["Match funding is £300 and must be £400 or more: 40% of all costs."]
    assert kind.number(replace(COSTS, layout=()), text.replace("Small", "")) == 1000


@pytest.mark.parametrize("blank", ["", "\n\n", "applicant", "cost\tLabour", "partner", "\t\t"])
def test_a_table_with_nothing_in_it_is_no_answer(blank: str) -> None:
    assert check(COSTS, blank).value is None
    assert told(COSTS, blank) == ["Answer “What will it cost?”."]
    assert told(replace(COSTS, required=False), blank) == []


@given(st.text(max_size=300) | st.text(alphabet="01\t\n\rcostparner x", max_size=60))
@example("0\r\t0")
def test_any_text_is_kept_in_one_way_and_never_raises(text: str) -> None:
    for question in (COSTS, OWN):
        once = check(question, text)
        assert check(question, once.value) == once
        question.kind.parts(question, once.value)
        assert (once.complete, question.kind.number(question, once.value) is None) != (True, True) or once.value is None


@given(st.text(alphabet=st.characters(exclude_characters="\n\t"), max_size=60))
@example("1" + "0" * 26)
@example("-" + "9" * 50)
def test_whatever_stands_in_a_cell_stands_there_again(text: str) -> None:
    kind = CostsTable()
    stored = check(OWN, kind.typed({"a-p1-l1-line": "Labour", "a-p1-l1-k1": text}, "a")).value
    again = kind.table(OWN, stored).spenders[0].lines[0].cells[0]
    assert check(OWN, kind.typed({"a-p1-l1-line": "Labour", "a-p1-l1-k1": again.typed}, "a")).value == stored


def test_the_work_grows_no_faster_than_what_is_sent() -> None:
    assert first_that_grows_too_fast(lambda text: check(COSTS, text)) == ""
    assert first_that_grows_too_fast(lambda text: check(OWN, f"cost\tLabour\t{text}")) == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"lines": ("Labour: at most 120%",)}, "“Labour: at most 120%” of “What will it cost?”: write its cap like"),
        (
            {"lines": ("Labour", "labour: at most £5")},
            "“Cost lines” of “What will it cost?”: two lines have the same name.",
        ),
        ({"lines": tuple(f"Line {n}" for n in range(31))}, "“Cost lines” of “What will it cost?”: at most 30 lines."),
        ({"rates": ("70%", "Large: 50%")}, "“What will it cost?” has several grant rates: name the size of partner"),
        ({"rates": ("seventy",)}, "“seventy” of “What will it cost?”: write a rate from 0% to 100%"),
        ({"rates": (), "match": 10}, "“What will it cost?” asks for match funding, so say which part"),
        ({"partners": 10}, "between 0 and 9."),
        (
            {"lines": tuple(f"Line {n}" for n in range(30)), "partners": 9},
            "would have 900 cells: 30 lines × 3 periods × 10 partners. At most 600 fit on a page",
        ),
    ],
)
def test_what_an_officer_sets_is_looked_at_before_it_is_published(settings: dict[str, Any], said: str) -> None:
    found = [str(each.sentence) for each in form_problems([laid(**settings)], wanted=()) if each.key == "costs"]
    assert len(found) == 1
    assert said in found[0]


def test_a_frozen_form_keeps_what_was_set_and_one_from_before_tables_keeps_its_bytes() -> None:
    assert read_question(to_plain(COSTS)) == COSTS
    assert "layout" not in to_plain(replace(COSTS, kind=get_kind("money"), layout=()))
    wrong = [str(each.sentence) for each in form_problems([replace(COSTS, kind=get_kind("money"))], wanted=())]
    assert wrong == ["“What will it cost?” is laid out as a table, but asks for none."]
