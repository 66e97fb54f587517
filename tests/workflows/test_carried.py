"""Totals by `ranks_by`: whole percents of published totals, exact, rounded once, half up."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflows.schemes import ONE, bid, criterion, scheme
from workflows.scoring.carried import Carried
from workflows.scoring.ranking import own_totals, rank

TOTALS = {"proposal": {"a": Decimal("70.00"), "b": Decimal("80.05")}, "interest": {"a": Decimal(9), "b": Decimal(1)}}


def carried(percents, earlier=None):
    return Carried("demonstration", percents, TOTALS if earlier is None else earlier)


def ranked(percents, *bids, marks=ONE):
    return rank(marks, bids, carried=carried(percents))


def test_a_total_worked_out_by_hand():
    # a: 60 % of 70 and 40 % of 90 are 78; b: 60 % of 80.05 and 40 % of 75 are 78.03
    a, b = bid("a", {"quality": 90}), bid("b", {"quality": 75})
    ranking = ranked({"proposal": 60, "demonstration": 40}, a, b)
    assert [(row.ref, row.place, str(row.total), str(row.own)) for row in ranking.rows] == [
        ("b", 1, "78.03", "75.00"),
        ("a", 2, "78.00", "90.00"),
    ]
    assert ranking.rows[0].parts == {"proposal": Decimal("80.05"), "demonstration": Decimal("75.00")}
    assert [row.ref for row in rank(ONE, [a, b]).rows] == ["a", "b"]  # its own marks alone say otherwise


def test_unsaid_a_stage_ranks_by_its_own_total_alone():
    bids = [bid("a", {"quality": 90}), bid("b", {"quality": 75}), bid("c", {"quality": 75})]
    plain = rank(ONE, bids)
    for percents in ({}, {"demonstration": 100}):
        rows = ranked(percents, *bids).rows
        assert [(r.ref, r.place, r.total, r.own, r.tied_with) for r in rows] == [
            (r.ref, r.place, r.total, r.own, r.tied_with) for r in plain.rows
        ]
        assert rows[0].parts == {"demonstration": Decimal("90.00")}
    assert plain.rows[0].parts == {}


def test_a_stage_may_rank_by_earlier_ones_alone():
    rows = ranked({"interest": 50, "proposal": 50}, bid("a", {"quality": 1}), bid("b", {"quality": 99})).rows
    assert [(row.ref, str(row.total), str(row.own)) for row in rows] == [
        ("b", "40.53", "99.00"),
        ("a", "39.50", "1.00"),
    ]


def test_thresholds_stay_those_of_the_stage():
    strict = scheme(criterion("quality", 100, top=100, minimum=50), minimum_total="60")
    rows = ranked(
        {"proposal": 99, "demonstration": 1}, bid("a", {"quality": 55}), bid("b", {"quality": 60}), marks=strict
    )
    found = {row.ref: [str(reason) for reason in row.below] for row in rows.rows}
    assert found == {"a": ["The total is 55.00. At least 60.00 is needed."], "b": []}
    assert rows.rows[1].total == Decimal("69.85")  # what it ranks by would have been enough


def test_what_is_equal_after_adding_up_is_a_tie():
    ranking = ranked({"interest": 50, "demonstration": 50}, bid("a", {"quality": 40}), bid("b", {"quality": 48}))
    assert ranking.ties == (("a", "b"),)
    assert [row.place for row in ranking.rows] == [1, 1]


def test_a_bid_that_is_out_takes_nothing_from_the_others():
    percents = {"proposal": 60, "demonstration": 40}
    both = ranked(percents, bid("a", {"quality": 90}), bid("b", {"quality": 75})).rows
    alone = ranked(percents, bid("a", {"quality": 90})).rows
    assert {row.ref: row.total for row in both}["a"] == alone[0].total


def test_what_is_carried_is_the_total_of_its_own_marks():
    bids = [bid("a", {"quality": 90}), bid("b", {"quality": 75}, agreed={"quality": 80}), bid("c", {})]
    assert own_totals(ONE, bids) == {"a": Decimal("90.00"), "b": Decimal("80.00")}  # and c has no total yet


def test_a_bid_without_a_total_that_counts_is_not_ranked():
    with pytest.raises(ValueError, match="z: there is no total of proposal, which demonstration ranks by"):
        ranked({"proposal": 60, "demonstration": 40}, bid("z", {"quality": 50}))
    assert ranked({}, bid("z", {"quality": 50})).rows[0].place == 1


@pytest.mark.parametrize(
    ("percents", "problem"),
    [
        ({"proposal": 60, "demonstration": 30}, "demonstration: what it ranks by adds up to 90, not 100"),
        ({"award": 60, "demonstration": 40}, "demonstration: ranks by award, which is not before it"),
        ({"proposal": 110, "demonstration": -10}, r"demonstration: \[110, -10\] are not all whole percents"),
        ({"proposal": 100, "demonstration": 0}, r"\[100, 0\] are not all whole percents"),
        ({"proposal": 49.5, "demonstration": 50.5}, "are not all whole percents"),
    ],
)
def test_percents_that_are_none_are_an_error(percents, problem):
    with pytest.raises(ValueError, match=problem):
        carried(percents)


def test_a_total_finer_than_any_scheme_publishes_is_an_error():
    with pytest.raises(ValueError, match="has more than 4 decimals"):
        rank(ONE, [bid("a", {"quality": 5})], carried=carried({"x": 100}, {"x": {"a": Decimal("1.00001")}}))


@some.composite
def sums(draw):
    """Percents of up to five stages, a total of each with its own decimals, and the decimals of the result."""
    count = draw(some.integers(1, 5))
    cuts = sorted(draw(some.sets(some.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    percents = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    totals = [
        Decimal(draw(some.integers(0, 100 * 10**places))).scaleb(-places)
        for places in draw(some.lists(some.integers(0, 4), min_size=count, max_size=count))
    ]
    return percents, totals, draw(some.integers(0, 4))


@given(sums())
def test_the_sum_is_exact_and_rounded_once_half_up(case):
    percents, totals, decimals = case
    keys = [f"s{at}" for at in range(len(totals))]
    earlier = {key: {"a": total} for key, total in zip(keys, totals, strict=True)}
    weights = Carried(keys[-1], dict(zip(keys, percents, strict=True)), earlier)
    came_to = weights.total(weights.parts("a", totals[-1]), decimals)
    exact = sum(Fraction(p, 100) * Fraction(t) for p, t in zip(percents, totals, strict=True))
    assert Fraction(came_to) == Fraction(floor(exact * 10**decimals + Fraction(1, 2)), 10**decimals)
    assert -came_to.as_tuple().exponent == decimals  # as it is published: 78.00, not 78
    half = Fraction(1, 2 * 10**decimals)
    assert Fraction(min(totals)) - half <= Fraction(came_to) <= Fraction(max(totals)) + half


@pytest.mark.parametrize(
    ("first", "second", "decimals", "total"),
    [
        ("50.01", "50.02", 2, "50.02"),  # 50.015
        ("50.02", "50.03", 2, "50.03"),  # 50.025: up, whether the figure before it is odd or even
        ("50", "51", 0, "51"),
        ("49", "50", 0, "50"),
        ("50.4949", "50.5050", 1, "50.5"),  # 50.49995
        ("50.4999", "50.5000", 0, "50"),  # 50.49995: rounding it first to four decimals would give 51
        ("0", "0.0001", 4, "0.0001"),
    ],
)
def test_a_half_is_rounded_up(first, second, decimals, total):
    halves = Carried("b", {"a": 50, "b": 50}, {"a": {"x": Decimal(first)}})
    assert str(halves.total(halves.parts("x", Decimal(second)), decimals)) == total
