"""What a panel should talk about: every answer is the same as ranking again with the other mark."""

import random
from dataclasses import replace
from decimal import Decimal
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflows.schemes import ONE, QUALITY_AND_PLAN, bid, criterion, large_call, scheme
from workflows.scoring.carried import Carried
from workflows.scoring.differences import Standing, differences, queue
from workflows.scoring.ranking import rank
from workflows.scoring.seats import LotRule, by_rule

STRICT = scheme(criterion("quality", 70, top=10, minimum=4), criterion("plan", 30, top=10), minimum_total="40")
BIDS = [
    bid("a", {"quality": 9, "plan": 9}, {"quality": 9, "plan": 8}),
    bid("b", {"quality": 3, "plan": 6}, {"quality": 8, "plan": 6}),
    bid("c", {"quality": 5, "plan": 5}, {"quality": 5, "plan": 6}),
    bid("d", {"quality": 2, "plan": 9}, {"quality": 2, "plan": 2}),
]


def of(found, ref, key):
    return next(each for each in found if (each.ref, each.criterion) == (ref, key))


def test_differences_worked_out_by_hand():
    # totals now: a 88.5, b 56.5 (quality 5.5), c 51.5, d 30.5 and under the minimum of quality
    found = differences(STRICT, BIDS, rules={1: LotRule(1, 2)})
    assert [(each.ref, each.criterion) for each in found] == [(r, k) for r in "abcd" for k in ("quality", "plan")]
    b = of(found, "b", "quality")
    assert (b.lowest, b.highest, b.spread, b.crosses, b.changes) == (3, 8, 5, True, True)
    assert b.now == Standing(2, Decimal("56.50"), True, True)
    assert b.at_lowest == Standing(3, Decimal("39.00"), False, False)
    assert b.at_highest == Standing(2, Decimal("74.00"), True, True)
    plan = of(found, "a", "plan")
    assert (plan.spread, plan.crosses, plan.changes) == (1, False, False)
    assert plan.at_lowest == Standing(1, Decimal("87.00"), True, True)  # a lower total, and nothing hangs on it
    d = of(found, "d", "plan")
    assert (d.now.passes, d.at_highest.total, d.at_highest.passes) == (False, Decimal("41.00"), False)
    assert not d.changes


def test_a_seat_or_the_money_can_hang_on_a_mark_where_the_place_does_not():
    bids = [bid("a", {"quality": 60}, {"quality": 40}, amount="100"), bid("b", {"quality": 49}, amount="100")]
    (plain,) = differences(ONE, bids)
    assert (plain.now, plain.at_lowest.place, plain.changes) == (Standing(1, Decimal("50.00"), True, None), 2, True)
    two = [*bids, bid("c", {"quality": 50})]
    (shared,) = differences(ONE, two, rules={1: LotRule(1, 1)})
    assert [s.goes_on for s in (shared.now, shared.at_lowest, shared.at_highest)] == [True, False, True]
    (costly,) = differences(ONE, bids, rules={1: LotRule(1, None, Decimal(150))})
    assert [s.goes_on for s in (costly.now, costly.at_lowest, costly.at_highest)] == [True, False, True]


def test_one_assessor_has_no_difference_and_a_mark_that_was_agreed_counts_as_now():
    assert differences(ONE, [bid("a", {"quality": 60})]) == ()
    (agreed,) = differences(ONE, [bid("a", {"quality": 60}, {"quality": 40}, agreed={"quality": 45})])
    assert (agreed.agreed, agreed.now.total, agreed.spread) == (45, Decimal(45), 20)


def test_while_marks_are_missing_there_are_differences_and_no_places():
    found = differences(QUALITY_AND_PLAN, [bid("a", {"quality": 9, "plan": 1}, {"quality": 4}), bid("b", lot=2)])
    (only,) = found
    assert (only.criterion, only.spread, only.now, only.at_lowest, only.changes) == ("quality", 5, None, None, False)


def test_a_reference_comes_once():
    with pytest.raises(ValueError, match="a reference comes twice"):
        differences(ONE, [bid("a", {"quality": 60}), bid("a", {"quality": 60})])


def test_the_queue_begins_with_what_crosses_a_minimum_then_what_hangs_on_it():
    found = differences(STRICT, BIDS)
    assert [(i.ref, i.crosses, i.changes, i.spread) for i in queue(BIDS, found, None)] == [
        ("b", True, True, 5),
        ("d", False, False, 7),
        ("a", False, False, 1),
        ("c", False, False, 1),
    ]
    assert [(i.ref, [d.criterion for d in i.differences]) for i in queue(BIDS, found, 5)] == [
        ("b", ["quality"]),
        ("d", ["plan"]),
    ]
    assert [i.ref for i in queue(BIDS, found, 6)] == ["d"]
    assert queue(BIDS, found, 8) == ()


def test_a_minimum_between_two_marks_comes_before_a_place_that_hangs_on_them():
    bids = [
        bid("a", {"quality": 9, "plan": 4}, {"quality": 9, "plan": 8}),  # first or second
        bid("b", {"quality": 8, "plan": 8}),
        bid("c", {"quality": 3, "plan": 0}, {"quality": 4, "plan": 0}),  # last and below the lowest total, either way
        bid("d", {"quality": 5, "plan": 4}, {"quality": 5, "plan": 4}),
    ]
    items = queue(bids, differences(STRICT, bids), None)
    assert [(i.ref, i.crosses, i.changes, i.spread) for i in items] == [
        ("c", True, False, 1),
        ("a", False, True, 4),
        ("b", False, False, 0),
        ("d", False, False, 0),
    ]


def test_nothing_said_every_bid_that_was_marked_is_in_the_queue():
    bids = [bid("a", {"quality": 60}), bid("b", {"quality": 50}, {"quality": 50}), bid("c"), bid("d", {})]
    found = differences(ONE, bids)
    assert [(item.ref, item.spread) for item in queue(bids, found, None)] == [("a", 0), ("b", 0)]
    assert queue(bids, found, 1) == ()


@some.composite
def calls(pick):
    """Small scales and few totals, so that ties, thresholds and lines are close to every mark."""
    tops = pick(some.lists(some.sampled_from((1, 2, 3, 5)), min_size=1, max_size=3))
    weights = {1: [100], 2: [50, 50], 3: [50, 30, 20]}[len(tops)]
    criteria = [
        criterion(f"c{at}", weight, top, pick(some.none() | some.integers(0, top)))
        for at, (weight, top) in enumerate(zip(weights, tops, strict=True))
    ]
    breakers = pick(some.sampled_from([(), ("c0",)]))
    marks = scheme(
        *criteria,
        minimum_total=str(pick(some.sampled_from((0, 40, 60)))),
        tie_breakers=breakers,
        decimals=pick(some.sampled_from((0, 2))),
    )
    bids = []
    for number in range(pick(some.integers(1, 6))):
        cards = [{c.key: pick(some.integers(0, c.top)) for c in criteria} for _ in range(pick(some.integers(1, 3)))]
        agreed = {c.key: pick(some.integers(0, c.top)) for c in criteria if pick(some.integers(0, 4)) == 0}
        asks = str(pick(some.integers(0, 3)))
        bids.append(bid(f"r{number}", *cards, lot=pick(some.integers(1, 2)), agreed=agreed, amount=asks))
    rules = {
        number: LotRule(
            number, pick(some.none() | some.integers(1, 3)), pick(some.none() | some.integers(0, 6).map(Decimal))
        )
        for number in (1, 2)
    }
    carried = None
    if pick(some.booleans()):
        totals = {one.ref: Decimal(pick(some.integers(0, 4)) * 25) for one in bids}
        carried = Carried("second", {"first": 50, "second": 50}, {"first": totals})
    return marks, bids, rules, carried, pick(some.sampled_from(("", "seed")))


def ranked_again(call, ref):
    """Where a bid stands by ranking everything, without the code that is tested."""
    marks, bids, rules, carried, seed = call
    ranking = rank(marks, bids, carried=carried, seed=seed)
    row = next(row for row in ranking.rows if row.ref == ref)
    rule = rules[row.lot]
    goes_on = by_rule(ranking.lot(row.lot), rule)[ref] in ("advance", "fund")
    return Standing(row.place, row.total, row.passes, None if (rule.seats, rule.budget) == (None, None) else goes_on)


@given(calls())
def test_every_answer_is_what_ranking_again_with_the_other_mark_gives(call):
    marks, bids, rules, carried, seed = call
    found = differences(marks, bids, rules=rules, carried=carried, seed=seed)
    assert len(found) == sum(len(one.cards) > 1 for one in bids) * len(marks.criteria)
    for each in found:
        at = next(index for index, one in enumerate(bids) if one.ref == each.ref)
        given_ = [card[each.criterion] for card in bids[at].cards]
        assert (each.lowest, each.highest) == (min(given_), max(given_))
        minimum = marks.criterion(each.criterion).minimum or 0
        assert each.crosses == (any(m < minimum for m in given_) and any(m >= minimum for m in given_))
        assert each.now == ranked_again(call, each.ref)
        would = []
        for mark in (each.lowest, each.highest):
            moved = replace(bids[at], agreed={**bids[at].agreed, each.criterion: mark})
            would.append(ranked_again((marks, [*bids[:at], moved, *bids[at + 1 :]], rules, carried, seed), each.ref))
        assert (each.at_lowest, each.at_highest) == tuple(would)
        assert each.changes == any(
            (w.place, w.passes, w.goes_on) != (each.now.place, each.now.passes, each.now.goes_on) for w in would
        )


def test_work_grows_with_the_bids_not_with_their_square():
    """Processor time of 8 × as many bids, best of three: 8 × log(8 n) ÷ log(n) is below 11; a square would be 64."""
    times = []
    for count in (250, 2000):
        marks, bids = large_call(count, 3, 5)
        random.Random(count).shuffle(bids)
        rules = {1: LotRule(1, count // 2, Decimal(count * 400))}
        best = []
        for _ in range(3):
            start = thread_time()
            differences(marks, bids, rules=rules)
            best.append(thread_time() - start)
        times.append(min(best))
    assert times[1] < 20 * times[0]
