"""What the budget buys, and which decisions leave rank order."""

from decimal import Decimal
from itertools import product

import pytest

from tests.workflows.schemes import bid, criterion, scheme
from workflows.facts import Sentence
from workflows.scoring.budget import BudgetLine, budget_line, departures, in_rank_order, in_seats
from workflows.scoring.ranking import Row, rank

ROWS = [("a", Decimal(500)), ("b", Decimal(300)), ("c", Decimal("400.50")), ("d", Decimal(100))]


def amounts(*pounds):
    return tuple(Decimal(p) for p in pounds)


def test_the_line_comes_before_the_first_that_does_not_fit():
    assert budget_line(ROWS, Decimal(1000)) == BudgetLine(
        amounts(500, 800, 800, 800), 2, Decimal(800), Decimal(200), "c", Decimal("400.50")
    )


def test_a_budget_can_be_used_up_to_the_penny():
    line = budget_line(ROWS, Decimal("1300.50"))
    assert line == BudgetLine(
        amounts(500, 800, "1200.50", "1300.50"), 4, Decimal("1300.50"), Decimal("0.00"), None, None
    )
    assert line.over == 0
    assert budget_line(ROWS, Decimal("1300.49")).index == 3


@pytest.mark.parametrize(("budget", "index", "next_ref"), [(0, 0, "a"), (499, 0, "a"), (500, 1, "b")])
def test_a_small_budget_buys_little(budget, index, next_ref):
    line = budget_line(ROWS, Decimal(budget))
    assert (line.index, line.next_ref) == (index, next_ref)


def test_what_is_chosen_is_what_counts():
    assert budget_line(ROWS, Decimal(1000), chosen={"a", "d"}) == BudgetLine(
        amounts(500, 500, 500, 600), 4, Decimal(600), Decimal(400), "b", Decimal(300)
    )


def test_a_choice_may_go_over_the_budget_and_says_by_how_much():
    line = budget_line(ROWS, Decimal(700), chosen=["a", "b"])
    assert (line.index, line.committed, line.left, line.over) == (2, Decimal(800), Decimal(-100), Decimal(100))


def test_nothing_chosen_commits_nothing():
    assert budget_line(ROWS, Decimal(700), chosen=()) == BudgetLine(
        amounts(0, 0, 0, 0), 0, Decimal(0), Decimal(700), "a", Decimal(500)
    )
    assert budget_line([], Decimal(700)) == BudgetLine((), 0, Decimal(0), Decimal(700), None, None)


@pytest.mark.parametrize(
    ("rows", "budget", "chosen", "problem"),
    [
        (ROWS, -1, None, "an amount of money is below 0"),
        ([("a", Decimal(-1))], 10, None, "an amount of money is below 0"),
        (ROWS, 10, {"z", "a", "y"}, "y, z: chosen, but not in the ranking"),
    ],
)
def test_nonsense_is_an_error(rows, budget, chosen, problem):
    with pytest.raises(ValueError, match=problem):
        budget_line(rows, Decimal(budget), chosen)


PASS = scheme(criterion("mark", 100, top=100), minimum_total="50")


def rows(*marks, lot=1):
    """Rows named a, b, c … with these totals; below 50 fails."""
    return rank(PASS, [bid("abcdefgh"[at], {"mark": mark}, lot=lot) for at, mark in enumerate(marks)]).rows


F, R, D = "fund", "reserve", "decline"


@pytest.mark.parametrize(
    ("totals", "decisions", "leaving"),
    [
        ((90, 80, 70, 40), (F, F, R, D), ""),  # rank order
        ((90, 80, 70, 40), (F, R, R, D), ""),
        ((90, 80, 70, 40), (D, D, D, D), ""),  # nobody below them is better off
        ((90, 80, 70, 40), (F, F, F, F), "d"),  # funded under the threshold
        ((90, 80, 70, 40), (F, F, F, R), "d"),  # in reserve under the threshold
        ((90, 80, 70, 40), (F, D, F, D), "bc"),  # one passed over, one put before it
        ((90, 80, 70, 40), (F, R, F, D), "bc"),
        ((90, 80, 70, 40), (F, D, R, D), "bc"),  # a reserve list leaves rank order too
        ((90, 80, 70, 40), (R, F, F, D), "abc"),
        ((90, 80, 70, 40), (D, D, D, F), "abcd"),
        ((90, 80, 80, 70), (F, F, F, F), ""),  # equals, treated alike
        ((90, 80, 80, 70), (F, R, R, D), ""),
        ((90, 80, 80, 70), (F, F, R, D), "bc"),  # a choice between equals
        ((90, 80, 80, 70), (F, F, D, R), "bcd"),
        ((90, 40, 40, 30), (F, D, D, D), ""),  # equals that fail are no choice
        ((90, 40, 40, 30), (F, F, D, D), "b"),
    ],
)
def test_what_leaves_rank_order(totals, decisions, leaving):
    ranked = rows(*totals)
    assert departures(ranked, dict(zip("abcd", decisions, strict=True))) == tuple(leaving)


def test_a_bid_that_fails_on_a_criterion_may_be_passed_over():
    two = scheme(criterion("a", 50, top=10, minimum=5), criterion("b", 50, top=10))
    ranked = rank(two, [bid("x", {"a": 4, "b": 10}), bid("y", {"a": 6, "b": 6}), bid("z", {"a": 5, "b": 9})]).rows
    assert [(row.ref, row.place, row.passes) for row in ranked] == [("x", 1, False), ("z", 1, True), ("y", 3, True)]
    assert departures(ranked, {"x": D, "y": F, "z": F}) == ()
    assert departures(ranked, {"x": F, "y": F, "z": F}) == ("x",)


def test_lots_are_decided_each_for_itself():
    ranked = rank(PASS, [bid("a", {"mark": 90}, lot=1), bid("b", {"mark": 60}, lot=2)]).rows
    assert departures(ranked, {"a": D, "b": F}) == ()


def test_a_bid_without_a_decision_is_not_looked_at_yet():
    assert departures(rows(90, 80, 70), {"a": F, "c": F}) == ()
    assert departures(rows(90, 80, 70), {}) == ()


def test_a_decision_about_a_stranger_is_an_error():
    with pytest.raises(ValueError, match="z: decided, but not in the ranking"):
        departures(rows(90), {"a": F, "z": F})


def test_every_decision_about_three_bids_agrees_with_the_rule_said_plainly():
    """Higher and passing is never worse off than lower; equals that pass are alike; what fails is declined."""
    order = {F: 0, R: 1, D: 2}
    for totals in product((90, 80, 40), repeat=3):
        ranked = rows(*totals)
        row = {r.ref: r for r in ranked}
        for decisions in product((F, R, D), repeat=3):
            given = dict(zip("abc", decisions, strict=True))
            leaving = {ref for ref in "abc" if not row[ref].passes and given[ref] != D}
            for one, other in product("abc", repeat=2):
                higher = row[one].passes and row[one].place < row[other].place
                if higher and order[given[one]] > order[given[other]]:
                    leaving |= {one, other}
                if row[one].passes and row[one].place == row[other].place and given[one] != given[other]:
                    leaving |= {one, other}
            assert set(departures(ranked, given)) == leaving, (totals, decisions)


def row(ref, place, amount, *, passes=True):
    below = () if passes else (Sentence("It is below the threshold."),)
    return Row(ref, 1, place, Decimal(100 - place), {}, Decimal(0), Decimal(amount), 2, (), below)


def test_rank_order_decides_by_nothing_but_place_and_so_leaves_nothing_to_explain():
    rows = [row("a", 1, 40), row("b", 2, 50), row("c", 3, 30), row("d", 4, 5), row("e", 5, 5, passes=False)]
    assert in_rank_order(rows, Decimal(90), 1) == {
        "a": "fund",
        "b": "fund",
        "c": "reserve",
        "d": "decline",
        "e": "decline",
    }
    assert in_rank_order(rows, Decimal(0), 9) == {ref: "reserve" for ref in "abcd"} | {"e": "decline"}
    for budget, reserves in product((0, 40, 89, 90, 1000), range(6)):
        assert departures(rows, in_rank_order(rows, Decimal(budget), reserves)) == ()


def test_whoever_shares_the_last_seat_goes_on_too():
    table = rows(90, 80, 80, 70, 60, 10)  # a to f; the last misses the threshold
    assert in_seats(table, 2, 1) == dict.fromkeys("abc", "advance") | {"d": "reserve"} | dict.fromkeys("ef", "decline")
    assert in_seats(table, 1, 0) == {"a": "advance"} | dict.fromkeys("bcdef", "decline")
    assert in_seats(table, None, 3) == dict.fromkeys("abcde", "advance") | {"f": "decline"}
    assert in_seats(table, 9, 3) == in_seats(table, None, 0)
    assert in_seats([], 2, 1) == {}
    for seats, reserves in product((1, 2, 3, 4, 5, None), range(4)):  # rank order leaves nothing to explain
        assert departures(table, in_seats(table, seats, reserves)) == ()
