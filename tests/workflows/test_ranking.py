"""From totals to places, lot by lot; and the same ranking by a script that shares no line with ours."""

import json
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from time import thread_time

import pytest

from tests.workflows import recompute
from tests.workflows.schemes import ONE, QUALITY_AND_PLAN, bid, criterion, large_call, random_call, scheme
from workflows.scoring.ranking import Missing, Ranking, Row, rank
from workflows.scoring.schemes import to_plain


def places(ranking):
    return [(row.lot, row.place, row.ref, str(row.total)) for row in ranking.rows]


def test_equal_totals_share_a_place_in_the_order_of_their_references():
    ranking = rank(ONE, [bid(ref, {"quality": mark}) for ref, mark in (("d", 10), ("c", 80), ("b", 90), ("a", 80))])
    assert places(ranking) == [(1, 1, "b", "90.00"), (1, 2, "a", "80.00"), (1, 2, "c", "80.00"), (1, 4, "d", "10.00")]
    assert [row.tied_with for row in ranking.rows] == [(), ("c",), ("a",), ()]
    assert ranking.ties == (("a", "c"),)
    assert ranking.complete


def test_bids_are_ranked_within_their_lot():
    ranking = rank(
        ONE,
        [
            bid("a", {"quality": 50}, lot=2),
            bid("b", {"quality": 50}, lot=1),
            bid("c", {"quality": 60}, lot=2),
            bid("d", {"quality": 50}, lot=1),
        ],
    )
    assert places(ranking) == [(1, 1, "b", "50.00"), (1, 1, "d", "50.00"), (2, 1, "c", "60.00"), (2, 2, "a", "50.00")]
    assert ranking.ties == (("b", "d"),)
    assert [row.ref for row in ranking.lot(2)] == ["c", "a"]


def test_several_ties_are_several_groups():
    ranking = rank(ONE, [bid(ref, {"quality": mark}) for ref, mark in zip("abcdef", (5, 5, 5, 3, 3, 1), strict=True)])
    assert ranking.ties == (("a", "b", "c"), ("d", "e"))
    assert [row.place for row in ranking.rows] == [1, 1, 1, 4, 4, 6]


def test_what_is_compared_is_what_is_published():
    # 66.666… and 66.67 are both published as 66.67: a tie for everybody who checks
    fine = scheme(criterion("a", 100, top=3000))
    ranking = rank(fine, [bid("y", *[{"a": 2000}] * 9, {"a": 2001}), bid("x", {"a": 2000})])
    assert places(ranking) == [(1, 1, "x", "66.67"), (1, 1, "y", "66.67")]
    # and 66.675 is published as 66.68
    assert places(rank(fine, [bid("z", *[{"a": 2000}] * 3, {"a": 2001})])) == [(1, 1, "z", "66.68")]


def test_a_row_says_everything_about_its_bid():
    strict = scheme(criterion("a", 100, top=10, minimum=6), minimum_total="60")
    assert rank(strict, [bid("x", {"a": 5}, {"a": 6}, amount="1500.50")]) == Ranking(
        (
            Row(
                "x",
                1,
                1,
                Decimal("55.00"),
                {"a": Decimal("5.50")},
                Decimal("10.00"),
                Decimal("1500.50"),
                2,
                (),
                rank(strict, [bid("x", {"a": 5}, {"a": 6})]).rows[0].below,
            ),
        ),
        (),
        (),
    )
    row = rank(strict, [bid("x", {"a": 5}, {"a": 6})]).rows[0]
    assert [str(reason) for reason in row.below] == [
        "A: the mean mark is 5.50. At least 6 of 10 is needed.",
        "The total is 55.00. At least 60.00 is needed.",
    ]
    assert not row.passes


def test_a_missing_mark_blocks_its_lot_and_no_other():
    ranking = rank(
        QUALITY_AND_PLAN,
        [
            bid("a", {"quality": 5, "plan": 1}, lot=1),
            bid("b", {"quality": 5}, lot=1),
            bid("c", lot=1),
            bid("d", {"quality": 5, "plan": 1}, lot=2),
        ],
    )
    assert [row.ref for row in ranking.rows] == ["d"]
    assert ranking.missing == (
        Missing("b", 1, "plan", 0),
        Missing("c", 1, "quality", None),
        Missing("c", 1, "plan", None),
    )
    assert not ranking.complete


def test_no_bids_are_no_rows():
    assert rank(ONE, []) == Ranking((), (), ())


def test_a_reference_comes_once():
    with pytest.raises(ValueError, match="a reference comes twice"):
        rank(ONE, [bid("a", {"quality": 5}), bid("a", {"quality": 6})])


def published(marks, bids):
    """As it was published while a call had one stage."""
    return {
        "scheme": to_plain(marks),
        "bids": [{"ref": b.ref, "lot": b.lot, "cards": list(b.cards), "agreed": dict(b.agreed)} for b in bids],
    }


def as_published(ranking):
    return [
        {
            "ref": row.ref,
            "lot": row.lot,
            "total": str(row.total),
            "means": {key: str(mean) for key, mean in row.means.items()},
            "spread": str(row.spread),
            "passes": row.passes,
            "place": row.place,
        }
        for row in ranking.rows
    ]


def test_a_stranger_s_script_gives_the_same_ranking_of_an_older_document():
    chance = random.Random(1)
    ties = failed = 0
    for _ in range(2000):
        marks, bids = random_call(chance)
        ranking = rank(marks, bids)
        ties, failed = ties + len(ranking.ties), failed + sum(not row.passes for row in ranking.rows)
        data = published(marks, bids)
        assert as_published(ranking) == recompute.ranked(data["scheme"], data["bids"])
    assert ties > 200  # the cases are worth something
    assert failed > 1000


def test_the_script_reads_an_older_document_alone():
    marks, bids = random_call(random.Random(2))
    script = Path(recompute.__file__)
    done = subprocess.run(
        [sys.executable, "-I", str(script)],
        input=json.dumps(published(marks, bids)),
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == as_published(rank(marks, bids))


def test_two_thousand_bids_are_ranked_at_once():
    """Ratio, not seconds: one pass over the 100,000 marks that does nothing but add them up is the yardstick."""
    marks, bids = large_call(2000, 5, 10)

    def fastest(work):
        times = []
        for _ in range(5):
            start = thread_time()
            work()
            times.append(thread_time() - start)
        return min(times)

    adding = fastest(lambda: sum(mark for b in bids for card in b.cards for mark in card.values()))
    assert fastest(lambda: rank(marks, bids)) < 40 * adding
