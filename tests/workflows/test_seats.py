"""Who goes on within the seats and the budget of a lot, who is kept in reserve, and what leaves that rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflows.schemes import bid, criterion, scheme
from workflows.scoring.budget import departures, in_rank_order, in_seats
from workflows.scoring.ranking import rank
from workflows.scoring.seats import AtSeats, LotRule, breaches, by_rule, scenario

PASS = scheme(criterion("mark", 100, top=100), minimum_total="50")
A, R, D, F = "advance", "reserve", "decline", "fund"


def lot(*marks, asks=()):
    """Rows named a, b, c … with these totals, in rank order; below 50 fails."""
    amounts = asks or ("1000",) * len(marks)
    return rank(
        PASS,
        [
            bid(chr(97 + at), {"mark": mark}, amount=asked)
            for at, (mark, asked) in enumerate(zip(marks, amounts, strict=True))
        ],
    ).rows


def outcomes(decided):
    return " ".join(f"{ref}:{outcome[0]}" for ref, outcome in sorted(decided.items()))


@pytest.mark.parametrize(
    ("totals", "seats", "reserves", "expected"),
    [
        ((90, 80, 70, 60, 40), 2, 1, "a:a b:a c:r d:d e:d"),
        ((90, 80, 70, 60, 40), 2, None, "a:a b:a c:r d:r e:d"),
        ((90, 80, 70, 60, 40), 2, 0, "a:a b:a c:d d:d e:d"),
        ((90, 80, 70, 60, 40), None, 0, "a:a b:a c:a d:a e:d"),  # whoever passes
        ((90, 80, 70, 60, 40), 9, 9, "a:a b:a c:a d:a e:d"),  # never whoever fails, however many seats are left
        ((90, 80, 80, 80, 40), 2, 0, "a:a b:a c:a d:a e:d"),  # all who share the last place go on
        ((90, 80, 80, 80, 40), 1, 0, "a:a b:d c:d d:d e:d"),
        ((90, 90, 80, 70, 70), 1, 0, "a:a b:a c:d d:d e:d"),
        ((90, 80, 70, 70, 60), 2, 1, "a:a b:a c:r d:r e:d"),  # and all who share the last place of the reserve
        ((90, 80, 70, 70, 60), 2, 0, "a:a b:a c:d d:d e:d"),
        ((40, 30), 2, 2, "a:d b:d"),
        ((), 2, 2, ""),
    ],
)
def test_in_rank_order_within_the_seats(totals, seats, reserves, expected):
    assert outcomes(by_rule(lot(*totals), LotRule(1, seats), reserves)) == expected
    assert outcomes(in_seats(lot(*totals), seats, reserves)) == expected


def test_what_fails_keeps_its_place_and_takes_no_seat():
    two = scheme(criterion("a", 50, top=10, minimum=5), criterion("b", 50, top=10))
    rows = rank(two, [bid("x", {"a": 4, "b": 10}), bid("y", {"a": 6, "b": 7}), bid("z", {"a": 6, "b": 6})]).rows
    assert [(row.ref, row.place) for row in rows] == [("x", 1), ("y", 2), ("z", 3)]
    assert outcomes(by_rule(rows, LotRule(1, 1))) == "x:d y:a z:r"


@pytest.mark.parametrize(
    ("asks", "rule", "expected"),
    [
        (("40", "50", "30", "5"), LotRule(1, None, Decimal(90)), "a:f b:f c:r d:r"),
        (("40", "50", "30", "5"), LotRule(1, 1, Decimal(90)), "a:f b:r c:r d:r"),  # one contract
        (("40", "50", "30", "5"), LotRule(1, 3, Decimal(40)), "a:f b:r c:r d:r"),
        (("40", "50", "30", "5"), LotRule(1, None, Decimal(0)), "a:r b:r c:r d:r"),
    ],
)
def test_where_there_is_a_budget_the_money_must_last_too(asks, rule, expected):
    assert outcomes(by_rule(lot(90, 80, 70, 60, asks=asks), rule)) == expected


def test_seats_that_are_shared_are_not_cut_where_a_draw_gave_everybody_a_place():
    bids = [bid(ref, {"mark": 80}) for ref in "abc"]
    assert outcomes(by_rule(rank(PASS, bids).rows, LotRule(1, 1))) == "a:a b:a c:a"
    drawn = rank(PASS, bids, seed="checkpoint").rows
    decided = by_rule(drawn, LotRule(1, 1, Decimal(5000)))
    assert sorted(decided.values()) == [F, R, R]
    assert decided[drawn[0].ref] == F


def test_a_scenario_says_what_each_number_of_seats_would_mean():
    assert scenario(lot(90, 80, 80, 80, 60, 40)) == (
        AtSeats(1, 1, 1, Decimal(90), ()),
        AtSeats(2, 4, 2, Decimal(80), ("b", "c", "d")),
        AtSeats(3, 4, 2, Decimal(80), ("b", "c", "d")),
        AtSeats(4, 4, 2, Decimal(80), ()),
        AtSeats(5, 5, 5, Decimal(60), ()),
    )
    assert [step.more for step in scenario(lot(90, 80, 80, 80, 60, 40))] == [0, 2, 1, 0, 0]
    assert scenario(lot(40)) == ()


MARKS = some.lists(some.integers(45, 55), max_size=12)  # many ties, many that fail


@given(MARKS, some.none() | some.integers(1, 12), some.none() | some.integers(0, 12))
def test_every_outcome_agrees_with_the_rule_said_plainly(marks, seats, reserves):
    rows = lot(*marks)
    decided = by_rule(rows, LotRule(1, seats), reserves)
    for row in rows:
        better = sum(other.passes and other.total > row.total for other in rows)
        goes_on = row.passes and (seats is None or better < seats)
        assert (decided[row.ref] == A) == goes_on
        ahead = sum(decided[other.ref] == A for other in rows)
        kept = row.passes and not goes_on and (reserves is None or better < ahead + reserves)
        assert (decided[row.ref] == R) == kept
    assert departures(rows, decided) == ()  # nobody is passed over, no equals are told apart


@given(MARKS)
def test_a_scenario_agrees_with_the_rule_for_each_number_of_seats(marks):
    rows = lot(*marks)
    steps = scenario(rows)
    assert [step.seats for step in steps] == list(range(1, sum(row.passes for row in rows) + 1))
    for step in steps:
        on = [row for row in rows if by_rule(rows, LotRule(1, step.seats))[row.ref] == A]
        assert (step.going, step.total, step.place) == (len(on), on[-1].total, on[-1].place)
        sharing = tuple(row.ref for row in on if row.total == step.total)
        assert step.tied == (sharing if len(on) > step.seats else ())


@given(MARKS, some.data())
def test_a_budget_is_never_passed_and_equals_of_a_reserve_are_treated_alike(marks, data):
    asks = [str(data.draw(some.integers(0, 40))) for _ in marks]
    rows, budget = lot(*marks, asks=asks), data.draw(some.integers(0, 200))
    reserves, seats = data.draw(some.none() | some.integers(0, 5)), data.draw(some.none() | some.integers(1, 5))
    decided = by_rule(rows, LotRule(1, seats, Decimal(budget)), reserves)
    funded = [row for row in rows if decided[row.ref] == F]
    assert sum(row.amount for row in funded) <= budget
    assert [row.ref for row in rows if row.passes][: len(funded)] == [row.ref for row in funded]
    assert reserves != 0 or R not in decided.values()
    for row in rows:
        alike = {decided[other.ref] for other in rows if other.passes and other.place == row.place}
        assert not alike >= {R, D}
    if seats is None:
        assert decided == in_rank_order(rows, Decimal(budget), reserves)


MONEY = LotRule(1, None, Decimal(2500))


@pytest.mark.parametrize(
    ("totals", "rule", "decisions", "broken"),
    [
        ((90, 80, 70, 60, 40), LotRule(1, 2), (A, A, R, D, D), ""),
        ((90, 80, 70, 60, 40), LotRule(1, 2), (A, A, R, R, R), "e"),  # it misses a threshold
        ((90, 80, 70, 60, 40), LotRule(1, 2), (A, A, A, D, D), "c"),  # a seat that is not there
        ((90, 80, 70, 60, 40), LotRule(1, 2), (A, R, D, D, D), "b"),  # a seat that is left empty
        ((90, 80, 70, 60, 40), LotRule(1, 2), (A, A, D, R, D), "c d"),
        ((90, 80, 80, 60), LotRule(1, 2), (A, A, A, R), ""),  # all who share the last place go on
        ((90, 80, 80, 60), LotRule(1, 2), (A, A, R, R), "b c"),
        ((90, 80, 80, 60), LotRule(1, 1), (A, R, D, D), "b c"),  # equals are kept in reserve together
        ((90, 80, 70, 40), LotRule(1), (A, A, A, D), ""),  # whoever passes
        ((90, 80, 70, 40), LotRule(1), (A, A, D, D), "c"),
        ((90, 80, 70, 40), MONEY, (F, F, R, D), ""),
        ((90, 80, 70, 40), MONEY, (F, R, D, D), ""),  # how far the money goes is the budget's
        ((90, 80, 70, 40), MONEY, (F, R, F, D), "b c"),  # but nobody is passed over
        ((90, 80, 70, 40), MONEY, (F, D, R, D), "b c"),
        ((90, 80, 70, 40), MONEY, (F, F, R, R), "d"),
        ((90, 80, 80, 40), MONEY, (F, F, R, D), ""),  # the money ends between equals that nothing told apart
        ((90, 80, 70, 40), LotRule(1, 1, Decimal(2500)), (F, F, R, D), "b"),
        ((90, 80, 70, 40), MONEY, (F, None, None, D), ""),  # not looked at yet
        ((90, 80, 70, 40), MONEY, (None, F, None, None), ""),
    ],
)
def test_what_the_published_rule_does_not_give(totals, rule, decisions, broken):
    rows = lot(*totals)
    chosen = {row.ref: decision for row, decision in zip(rows, decisions, strict=True) if decision is not None}
    assert " ".join(breaches(rows, rule, chosen)) == broken


RANKED = some.lists(some.tuples(some.integers(30, 70), some.integers(1, 9)), min_size=2, max_size=7)


@given(RANKED, some.integers(0, 5), some.none() | some.integers(1, 4), some.booleans())
def test_what_rank_order_says_is_what_the_rule_gives_and_any_swap_is_not(bids, reserves, seats, awards):
    """`in_rank_order` and `in_seats` are what the button proposes. Equals are drawn where contracts are given."""
    marked = [bid(f"b{at}", {"mark": mark}, amount=asked * 1000) for at, (mark, asked) in enumerate(bids)]
    rows = rank(PASS, marked, seed="the lock" if awards else "").rows
    budget = Decimal(9000)
    rule = LotRule(1, None, budget) if awards else LotRule(1, seats)
    decided = in_rank_order(rows, budget, reserves) if awards else in_seats(rows, seats, reserves)
    assert breaches(rows, rule, decided) == ()
    assert departures(rows, decided) == ()
    for first in rows:
        for second in rows:
            if decided[first.ref] != decided[second.ref]:
                swapped = {**decided, first.ref: decided[second.ref], second.ref: decided[first.ref]}
                assert {first.ref, second.ref} & set(breaches(rows, rule, swapped)), swapped


@given(RANKED, some.integers(0, 5))
def test_less_than_was_asked_for_and_fewer_than_the_money_buys_is_within_the_rule(bids, fewer):
    """Partial awards let the money go further, and nobody must spend all of it: the order alone binds."""
    marked = [bid(f"b{at}", {"mark": mark}, amount=asked * 1000) for at, (mark, asked) in enumerate(bids)]
    rows = rank(PASS, marked, seed="the lock").rows
    passing = [row.ref for row in rows if row.passes]
    decided = {row.ref: "decline" for row in rows} | dict.fromkeys(passing[:fewer], "fund")
    assert breaches(rows, LotRule(1, None, Decimal(1)), decided) == ()
