"""What tells equal totals apart: the criteria that the scheme names, then a draw that anybody can do again."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflows.schemes import ONE, bid, criterion, scheme
from workflows.scoring.carried import Carried
from workflows.scoring.ranking import rank
from workflows.scoring.ties import Broken, draw

HALVES = (criterion("quality", 40, top=10), criterion("plan", 40, top=10), criterion("price", 20, top=10))
NAMED = scheme(*HALVES, tie_breakers=("quality", "price"))
CHECKPOINT = "thousand-trades.example/log\n4711\nq83vEjRWeJCrze8="


def marked(ref, quality, plan, price, lot=1):
    return bid(ref, {"quality": quality, "plan": plan, "price": price}, lot=lot)


def places(ranking):
    return [(row.place, row.ref, row.tied_with) for row in ranking.rows]


EQUALS = [marked("a", 5, 5, 6), marked("b", 6, 5, 4), marked("c", 4, 6, 6), marked("d", 6, 4, 6), marked("e", 6, 4, 6)]


def test_without_a_rule_equals_share_their_place():
    ranking = rank(scheme(*HALVES), EQUALS)
    assert {row.place for row in ranking.rows} == {1}
    assert ranking.ties == (("a", "b", "c", "d", "e"),)
    assert ranking.broken == ()


def test_the_criteria_of_the_scheme_in_their_order_and_who_is_equal_then_stays_equal():
    ranking = rank(NAMED, EQUALS)
    assert places(ranking) == [(1, "d", ("e",)), (1, "e", ("d",)), (3, "b", ()), (4, "a", ()), (5, "c", ())]
    assert ranking.ties == (("d", "e"),)
    assert ranking.broken == (
        Broken(1, ("a", "b", "c", "d", "e"), "quality"),
        Broken(1, ("b", "d", "e"), "price"),
    )
    assert [tie.by for tie in ranking.broken_of("b")] == ["quality", "price"]
    assert [tie.by for tie in ranking.broken_of("c")] == ["quality"]


def test_who_is_equal_still_is_drawn_by_the_published_seed():
    ranking = rank(NAMED, EQUALS, seed=CHECKPOINT)
    first, second = sorted("de", key=lambda ref: hashlib.sha256(f"{CHECKPOINT}\n{ref}".encode()).hexdigest())
    assert [(row.place, row.ref) for row in ranking.rows] == [(1, first), (2, second), (3, "b"), (4, "a"), (5, "c")]
    assert ranking.ties == ()
    assert ranking.broken[-1] == Broken(1, ("d", "e"), None)


def test_only_equal_totals_are_touched():
    ranking = rank(ONE, [bid("a", {"quality": 5}), bid("b", {"quality": 6})], seed=CHECKPOINT)
    assert places(ranking) == [(1, "b", ()), (2, "a", ())]
    assert ranking.broken == ()


def test_lots_are_told_apart_each_for_itself():
    ranking = rank(
        ONE, [bid(ref, {"quality": 5}, lot=lot) for ref, lot in zip("abcd", (1, 2, 1, 2), strict=True)], seed="x"
    )
    assert [(tie.lot, tie.refs) for tie in ranking.broken] == [(1, ("a", "c")), (2, ("b", "d"))]
    assert [row.place for row in ranking.rows] == [1, 2, 1, 2]


def test_a_tie_of_what_is_carried_is_broken_by_the_marks_of_the_stage():
    by_quality = scheme(criterion("quality", 100, top=10), tie_breakers=("quality",))
    carried = Carried("second", {"first": 50, "second": 50}, {"first": {"a": 60, "b": 40}})
    ranking = rank(by_quality, [bid("a", {"quality": 4}), bid("b", {"quality": 6})], carried=carried)
    assert [(row.ref, row.place, str(row.total)) for row in ranking.rows] == [("b", 1, "50.00"), ("a", 2, "50.00")]
    assert ranking.broken == (Broken(1, ("a", "b"), "quality"),)


def test_a_draw_is_worked_out_with_a_shell():
    # printf 'seed\nTT-1' | sha256sum
    assert draw("seed", "TT-1") == "7b1e92981708125a82184953daf09dbc89df78d38aaaa4dc7f999d482b77ceba"


@given(
    some.lists(some.tuples(*[some.integers(0, 2)] * 3), min_size=1, max_size=12), some.text(max_size=8), some.randoms()
)
def test_places_follow_the_rule_said_plainly_in_whatever_order_the_bids_come(marks, seed, chance):
    bids = [marked(f"r{at}", *each) for at, each in enumerate(marks)]
    chance.shuffle(bids)
    ranking = rank(NAMED, bids, seed=seed)

    def key(one):
        card = one.cards[0]
        drawn = hashlib.sha256(f"{seed}\n{one.ref}".encode()).hexdigest() if seed else ""
        return (-4 * card["quality"] - 4 * card["plan"] - 2 * card["price"], -card["quality"], -card["price"], drawn)

    keys = {one.ref: key(one) for one in bids}
    assert {row.ref: row.place for row in ranking.rows} == {
        ref: 1 + sum(other < keys[ref] for other in keys.values()) for ref in keys
    }
    for row in ranking.rows:
        assert set(row.tied_with) == {ref for ref in keys if keys[ref] == keys[row.ref]} - {row.ref}
        told_apart = any(keys[ref][0] == keys[row.ref][0] and keys[ref] != keys[row.ref] for ref in keys)
        assert bool(ranking.broken_of(row.ref)) == told_apart


def test_nobody_is_favoured_by_the_draw():
    firsts = Counter(min("abcd", key=lambda ref: draw(f"checkpoint {number}", ref)) for number in range(4000))
    assert all(900 < firsts[ref] < 1100 for ref in "abcd")


@pytest.mark.parametrize("seed", ["", "x"])
def test_no_bids_have_no_ties(seed):
    assert rank(NAMED, [], seed=seed).broken == ()
