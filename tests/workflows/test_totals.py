"""From marks to a total: exact, rounded once, half up; and nothing missing is passed over."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflows.schemes import ONE, QUALITY_AND_PLAN, criterion, scheme
from workflows.scoring.totals import Incomplete, MissingMark, Outcome, outcome


def test_a_total_worked_out_by_hand():
    # means: quality 19/3, plan 2; total 70 × 19/30 + 30 × 2/3 = 44.333… + 20; own totals 69, 38, 86
    cards = [{"quality": 7, "plan": 2}, {"quality": 4, "plan": 1}, {"quality": 8, "plan": 3}]
    assert outcome(QUALITY_AND_PLAN, cards) == Outcome(
        Decimal("64.33"), {"quality": Decimal("6.33"), "plan": Decimal("2.00")}, Decimal("48.00"), (), 3
    )


def test_a_single_assessor_has_no_spread():
    assert outcome(ONE, [{"quality": 71}]) == Outcome(
        Decimal("71.00"), {"quality": Decimal("71.00")}, Decimal("0.00"), (), 1
    )


def test_nothing_is_rounded_before_the_end():
    # three criteria at 1/3 each of what they can bring: rounding each part first would give 33.33 or 33.34
    thirds = scheme(criterion("a", 33, top=3), criterion("b", 33, top=3), criterion("c", 34, top=3))
    assert outcome(thirds, [{"a": 1, "b": 1, "c": 1}]).total == Decimal("33.33")
    # sevenths that add up to a whole
    sevenths = scheme(criterion("a", 50, top=7), criterion("b", 50, top=7))
    assert outcome(sevenths, [{"a": 3, "b": 4}]).total == Decimal("50.00")


@pytest.mark.parametrize(
    ("decimals", "marks", "total"),
    [
        (2, (1,), "12.50"),
        (1, (1,), "12.5"),
        (0, (1,), "13"),  # a half goes up …
        (0, (3,), "38"),  # … whether the figure before it is odd or even
        (0, (5,), "63"),
        (3, (1,), "12.500"),
        (0, (1, 2), "19"),  # 18.75
        (1, (1, 2), "18.8"),
    ],
)
def test_a_half_is_rounded_up(decimals, marks, total):
    eighths = scheme(criterion("a", 100, top=8), decimals=decimals)
    assert str(outcome(eighths, [{"a": mark} for mark in marks]).total) == total


def test_an_agreed_mark_takes_the_place_of_the_mean_and_leaves_the_spread():
    cards = [{"quality": 7, "plan": 2}, {"quality": 4, "plan": 1}]
    alone, agreed = outcome(QUALITY_AND_PLAN, cards), outcome(QUALITY_AND_PLAN, cards, {"quality": 6})
    assert (alone.total, alone.means) == (Decimal("53.50"), {"quality": Decimal("5.50"), "plan": Decimal("1.50")})
    assert (agreed.total, agreed.means) == (Decimal("57.00"), {"quality": Decimal("6.00"), "plan": Decimal("1.50")})
    assert alone.spread == agreed.spread == Decimal("31.00")


@pytest.mark.parametrize(
    ("cards", "missing"),
    [
        ([], [("quality", None), ("plan", None)]),
        ([{"quality": 7}], [("plan", 0)]),
        ([{"quality": 7, "plan": 1}, {}], [("quality", 1), ("plan", 1)]),
        ([{"plan": 3}, {"quality": 7}], [("quality", 0), ("plan", 1)]),
    ],
)
def test_a_missing_mark_is_said_and_never_left_out(cards, missing):
    expected = Incomplete(tuple(MissingMark(criterion, card) for criterion, card in missing))
    assert outcome(QUALITY_AND_PLAN, cards) == expected
    assert outcome(QUALITY_AND_PLAN, cards, {"plan": 2}) == expected  # agreeing on a mark replaces nobody's card


def test_a_missing_mark_of_a_single_criterion_is_missing_too():
    assert outcome(ONE, [{}]) == Incomplete((MissingMark("quality", 0),))


@pytest.mark.parametrize(
    ("cards", "agreed", "problem"),
    [
        ([{"quality": 11, "plan": 1}], {}, r"quality: \(11,\) are not all whole marks from 0 to 10"),
        ([{"quality": 1, "plan": -1}], {}, r"plan: \(-1,\) are not all whole marks from 0 to 3"),
        ([{"quality": 5, "plan": 1}, {"quality": 5.5, "plan": 1}], {}, r"quality: \(5, 5.5\) are not all whole marks"),
        ([{"quality": Decimal(5), "plan": 1}], {}, "are not all whole marks from 0 to 10"),
        ([{"quality": 1, "plan": 1, "charm": 3}], {}, r"a card has marks for \['charm'\], unknown to the scheme"),
        ([{"quality": 1, "plan": 1}], {"charm": 3}, "a mark is agreed for 'charm', unknown to the scheme"),
        ([{"quality": 1, "plan": 1}], {"plan": 4}, "plan: the agreed 4 is no whole mark from 0 to 3"),
        ([{"quality": 1, "plan": 1}], {"plan": 1.5}, "plan: the agreed 1.5 is no whole mark from 0 to 3"),
    ],
)
def test_a_mark_that_the_scheme_does_not_have_is_an_error(cards, agreed, problem):
    with pytest.raises(ValueError, match=problem):
        outcome(QUALITY_AND_PLAN, cards, agreed)


STRICT = scheme(criterion("a", 50, top=10, minimum=5), criterion("b", 50, top=10), minimum_total="60", decimals=1)


@pytest.mark.parametrize(
    ("cards", "below"),
    [
        ([(5, 7)], []),  # just there
        ([(4, 8)], ["A: the mean mark is 4.0. At least 5 of 10 is needed."]),
        ([(5, 6)], ["The total is 55.0. At least 60.0 is needed."]),
        (
            [(4, 4)],
            ["A: the mean mark is 4.0. At least 5 of 10 is needed.", "The total is 40.0. At least 60.0 is needed."],
        ),
        ([(5, 8), (5, 8), (4, 8)], ["A: the mean mark is 4.7. At least 5 of 10 is needed."]),
        ([(5, 7)] * 20 + [(4, 8)], []),  # 4.952… is published as 5.0, and 5.0 is enough
        ([(6, 6)] * 21 + [(5, 6)], ["The total is 59.8. At least 60.0 is needed."]),
        ([(6, 6)] * 100 + [(5, 6)], []),  # 59.950… is published as 60.0, and that is what is compared
    ],
)
def test_thresholds_compare_what_is_published(cards, below):
    came_to = outcome(STRICT, [{"a": a, "b": b} for a, b in cards])
    assert [str(reason) for reason in came_to.below] == below


def test_a_minimum_of_nought_is_always_met():
    assert outcome(scheme(criterion("a", 100, minimum=0)), [{"a": 0}]).below == ()


@given(some.data())
def test_agreed_marks_replace_their_means_and_the_others_stay_exact(data):
    tops = data.draw(some.lists(some.integers(1, 10), min_size=1, max_size=4))
    criteria = [
        criterion(f"c{at}", weight, top, data.draw(some.none() | some.integers(0, top)))
        for at, (weight, top) in enumerate(zip((*[10] * (len(tops) - 1), 110 - 10 * len(tops)), tops, strict=True))
    ]
    marks = scheme(*criteria, minimum_total="50", decimals=data.draw(some.integers(0, 4)))
    card = some.fixed_dictionaries({c.key: some.integers(0, c.top) for c in criteria})
    cards = data.draw(some.lists(card, min_size=1, max_size=5))
    agreed = data.draw(some.fixed_dictionaries({}, optional={c.key: some.integers(0, c.top) for c in criteria}))

    def rounded(value):
        return Fraction(floor(value * 10**marks.decimals + Fraction(1, 2)), 10**marks.decimals)

    means = {c.key: Fraction(sum(one[c.key] for one in cards), len(cards)) for c in criteria} | agreed
    total = rounded(sum(Fraction(c.weight) * means[c.key] / c.top for c in criteria))
    failing = {c.name for c in criteria if c.minimum is not None and rounded(means[c.key]) < c.minimum}
    came_to = outcome(marks, cards, agreed)
    assert {key: Fraction(mean) for key, mean in came_to.means.items()} == {k: rounded(m) for k, m in means.items()}
    assert came_to.total == total
    assert len(came_to.below) == len(failing) + (total < 50)
    assert came_to.spread == outcome(marks, cards).spread
