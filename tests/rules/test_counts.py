"""How many applications there were: counted once for each stage that awards, and added up by lot."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.counts import PublishedCounts, kept, of_award, of_lots

ONE = PublishedCounts(
    lot="L1", received=3, eligible=3, assessed=3, assessed_sme=2, assessed_vcse=1, window=1, stage="application"
)
TWO = replace(ONE, received=1, eligible=1, assessed=1, assessed_sme=1, assessed_vcse=0, window=2, stage="application-2")


def test_what_was_counted_stays_whatever_is_counted_now() -> None:
    """Somebody was disqualified since, and the next in rank gets an award of the same stage."""
    assert kept([ONE], [replace(ONE, eligible=2, assessed=2)]) == (ONE,)


def test_a_stage_that_was_told_since_comes_after_what_was_known() -> None:
    assert kept([ONE], [replace(ONE, received=9), TWO]) == (ONE, TWO)
    assert kept([], [ONE, TWO]) == (ONE, TWO)


def test_a_line_of_before_is_of_the_one_stage_of_its_lot() -> None:
    before = replace(ONE, stage="")
    assert kept([before], [replace(ONE, assessed=2)]) == (before,)
    assert of_award((before,), "L1", "application") == before


def test_a_line_of_before_gives_way_where_its_lot_has_several_stages() -> None:
    assert kept([replace(ONE, stage="")], [ONE, TWO]) == (ONE, TWO)


def test_an_award_has_the_counts_of_its_own_window_so_that_a_single_bid_is_one() -> None:
    found = of_award((ONE, TWO), "L1", "application-2")
    assert found is not None
    assert (found.received, found.assessed) == (1, 1)
    assert of_award((ONE, TWO), "L2", "application") is None


def test_a_later_stage_of_the_same_window_is_no_other_applications() -> None:
    """Phase 2 awards too: the lot had three applications, and not six."""
    phase = replace(ONE, assessed=2, stage="phase-2")
    (lot,) = of_lots((ONE, phase))
    assert (lot.received, lot.assessed) == (3, 2)
    first = of_award((ONE, phase), "L1", "application")
    assert first is not None
    assert first.assessed == 3


@given(some.lists(some.tuples(some.sampled_from("ABC"), some.integers(1, 4), some.integers(0, 50)), max_size=12))
def test_each_lot_is_the_sum_of_its_windows(drawn: list[tuple[str, int, int]]) -> None:
    lines = {(lot, window): count for lot, window, count in drawn}
    counts = [
        replace(ONE, lot=lot, window=window, received=count, stage=f"s{window}")
        for (lot, window), count in lines.items()
    ]
    added = {each.lot: each.received for each in of_lots(counts)}
    assert added == {
        lot: sum(count for (other, _), count in lines.items() if other == lot) for lot in {lot for lot, _ in lines}
    }
    assert kept(counts, counts) == tuple(counts)
