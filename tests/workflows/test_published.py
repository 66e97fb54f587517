"""What is published of all stages; and the same rankings by a script that shares no line with ours."""

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.workflows import recompute
from tests.workflows.schemes import ONE, bid, random_call
from workflows.scoring.published import StageMarks, published, rankings
from workflows.scoring.schemes import fingerprint, to_plain
from workflows.scoring.seats import LotRule, by_rule
from workflows.scoring.ties import draw

PLAIN = to_plain(ONE)
FIRST = StageMarks("proposal", PLAIN, (LotRule(1, 1),), (bid("a", {"quality": 50}), bid("b", {"quality": 70})))
SECOND = StageMarks(
    "demonstration",
    PLAIN,
    (LotRule(1, None, Decimal("1500.50")),),
    (bid("a", {"quality": 90}, {"quality": 80}), bid("b", {"quality": 60}, agreed={"quality": 65})),
    ranks_by={"proposal": 60, "demonstration": 40},
    seed="checkpoint",
)
PANEL = StageMarks("panel", None, (LotRule(1),), (bid("b", agreed={"quality": 10}), bid("a")), marks_of="proposal")


def test_what_is_published_is_plain_and_whole():
    content = published("TT-2026-001", [FIRST, SECOND, PANEL])
    assert json.loads(json.dumps(content)) == content
    assert [stage["key"] for stage in content["stages"]] == ["proposal", "demonstration", "panel"]
    assert content["call"] == "TT-2026-001"
    assert content["stages"][1] == {
        "key": "demonstration",
        "window": 1,
        "lots": [{"number": 1, "seats": None, "budget": "1500.50"}],
        "scheme": PLAIN,
        "scheme_fingerprint": fingerprint(PLAIN),
        "ranks_by": {"proposal": 60, "demonstration": 40},
        "marks_of": "",
        "seed": "checkpoint",
        "bids": [
            {"ref": "a", "lot": 1, "asks": "1000", "cards": [{"quality": 90}, {"quality": 80}], "agreed": {}},
            {"ref": "b", "lot": 1, "asks": "1000", "cards": [{"quality": 60}], "agreed": {"quality": 65}},
        ],
    }
    panel = content["stages"][2]
    assert (panel["scheme"], panel["marks_of"]) == (PLAIN, "proposal")
    assert panel["bids"][0] == {"ref": "b", "lot": 1, "asks": "1000", "agreed": {"quality": 10}}


def test_every_stage_has_its_ranking():
    found = rankings([FIRST, SECOND, PANEL])
    rows = {key: [(row.ref, row.place, str(row.total)) for row in ranking.rows] for key, ranking in found.items()}
    assert rows == {
        "proposal": [("b", 1, "70.00"), ("a", 2, "50.00")],
        "demonstration": [("b", 1, "68.00"), ("a", 2, "64.00")],  # 60 % of 70 and 40 % of 65; of 50 and 85
        "panel": [("a", 1, "50.00"), ("b", 2, "10.00")],  # what it left alone keeps its mean, what it agreed counts
    }


@pytest.mark.parametrize(
    ("stages", "problem"),
    [
        ([FIRST, FIRST], "proposal: two stages have this key"),
        ([SECOND, FIRST], "demonstration: ranks by proposal, which is not before it"),
        ([FIRST, replace(SECOND, window=2)], "demonstration: ranks by proposal, which is not before it"),
        ([FIRST, replace(SECOND, ranks_by={"proposal": 60})], "demonstration: what it ranks by adds up to 60, not 100"),
        ([PANEL, FIRST], "panel: marks_of is 'proposal', which is not before it"),
        ([FIRST, replace(PANEL, window=2)], "panel: marks_of is 'proposal', which is not before it"),
        ([FIRST, replace(PANEL, bids=FIRST.bids)], "panel: cards of its own beside those of proposal"),
        ([FIRST, replace(PANEL, bids=(bid("z"),))], "panel: z was not in proposal, whose marks it has"),
        (
            [FIRST, replace(PANEL, scheme={**PLAIN, "minimum_total": "5.00"})],
            "panel: its scheme is not that of proposal, whose marks it has",
        ),
        ([replace(FIRST, scheme=None)], "proposal: it has no scheme"),
        ([replace(FIRST, lots=(LotRule(2),))], "proposal: no rule for lot 1"),
        ([replace(FIRST, lots=(LotRule(1), LotRule(1, 3)))], "proposal: a lot has two rules"),
        ([replace(FIRST, lots=(LotRule(1, 0),))], "proposal: lot 1 has 0 seats"),
        ([replace(FIRST, lots=(LotRule(1, 1, Decimal(-1)),))], "proposal: the budget of lot 1 is below 0"),
        ([replace(FIRST, bids=FIRST.bids * 2)], "proposal: a reference comes twice"),
        ([replace(FIRST, bids=(bid("a", {"quality": 101}),))], "proposal: quality: .* are not all whole marks"),
        ([FIRST, replace(SECOND, bids=(bid("z", {"quality": 1}),))], "demonstration: z: there is no total of proposal"),
    ],
)
def test_what_cannot_be_ranked_again_is_not_published(stages, problem):
    with pytest.raises(ValueError, match=problem):
        published("TT", stages)


def weights(chance, keys):
    """Whole percents of some of these stages, adding up to 100; sometimes none."""
    chosen = chance.sample(keys, chance.randint(0, len(keys)))
    cuts = sorted(chance.sample(range(1, 100), max(0, len(chosen) - 1)))
    return (
        dict(zip(chosen, [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)], strict=True)) if chosen else {}
    )


def random_stages(chance):
    """One to four stages in one or two windows, each with those who went on from the one before."""
    stages = []
    for window in range(1, chance.choice((1, 1, 2)) + 1):
        left, keys, marked = None, [], []
        for number in range(chance.randint(1, 4)):
            key = f"w{window}s{number}"
            keys.append(key)
            marks, bids = random_call(chance, most=16, breaking=chance.random() < 0.7)
            lots = tuple(
                LotRule(
                    at,
                    chance.choice((None, None, chance.randint(1, 6))),
                    chance.choice((None, None, Decimal(1000 * chance.randint(0, 9)))),
                )
                for at in (1, 2)
            )
            if left is not None:
                bids = [replace(chance.choice(bids), ref=ref, lot=lot) for ref, lot in left.items()]
            marks_of = chance.choice(marked) if marked and chance.random() < 0.3 else ""
            if marks_of:
                criteria = next(s for s in stages if s.key == marks_of).scheme["criteria"]
                bids = [
                    replace(
                        one,
                        cards=(),
                        agreed={c["key"]: chance.randint(0, c["top"]) for c in criteria if chance.random() < 0.4},
                    )
                    for one in bids
                ]
            else:
                marked.append(key)
            stages.append(
                StageMarks(
                    key,
                    None if marks_of else to_plain(marks),
                    lots,
                    tuple(bids),
                    window=window,
                    ranks_by=weights(chance, keys),
                    marks_of=marks_of,
                    seed=chance.choice(("", "checkpoint 1", "checkpoint 2")),
                )
            )
            gone_on = [
                row.ref
                for lot in lots
                for rows in [rankings(stages)[key].lot(lot.number)]
                for row in rows
                if by_rule(rows, lot)[row.ref] in ("advance", "fund")
            ]
            left = {one.ref: one.lot for one in bids if one.ref in gone_on}
    return stages


def as_published(stages):
    """Our own rankings in the script's words."""
    found = {}
    for stage, ranking in zip(stages, rankings(stages).values(), strict=True):
        on = {
            ref
            for lot in stage.lots
            for ref, o in by_rule(ranking.lot(lot.number), lot).items()
            if o in ("advance", "fund")
        }
        found[stage.key] = [
            {
                "ref": row.ref,
                "lot": row.lot,
                "place": row.place,
                "total": str(row.total),
                "own": str(row.own),
                "means": {key: str(mean) for key, mean in row.means.items()},
                "spread": str(row.spread),
                "passes": row.passes,
                "told_apart": [tie.by or "drawn" for tie in ranking.broken_of(row.ref)],
                "goes_on": row.ref in on,
            }
            for row in ranking.rows
        ]
    return found


def test_a_stranger_s_script_ranks_every_stage_alike():
    chance = random.Random(4)
    seen = Counter()
    for _ in range(500):
        stages = random_stages(chance)
        assert recompute.ranked_stages(json.loads(json.dumps(published("TT", stages)))) == as_published(stages)
        for stage, ranking in zip(stages, rankings(stages).values(), strict=True):
            seen["stages"] += 1
            seen["later"] += not stage.key.endswith("s0")
            seen["panels"] += bool(stage.marks_of) and bool(ranking.rows)
            seen["ties"] += len(ranking.ties)
            seen["named"] += sum(tie.by is not None for tie in ranking.broken)
            seen["drawn"] += sum(tie.by is None for tie in ranking.broken)
            seen["carried"] += sum(row.total != row.own for row in ranking.rows)
            seen["failed"] += sum(not row.passes for row in ranking.rows)
    assert seen["stages"] > 1000
    assert all(seen[key] > 30 for key in ("later", "panels", "ties", "named", "drawn", "carried", "failed")), seen


def test_a_lot_with_a_mark_missing_is_left_out_by_both():
    stages = [replace(FIRST, lots=(LotRule(1), LotRule(2)), bids=(*FIRST.bids, bid("c", {}, lot=2), bid("d", lot=2)))]
    again = recompute.ranked_stages(published("TT", stages))
    assert again == as_published(stages)
    assert [row["ref"] for row in again["proposal"]] == ["b", "a"]


@pytest.mark.parametrize("changed", ["mark", "agreed", "percent", "seed", "seats"])
def test_the_script_notices_what_was_changed(changed):
    """It does not merely agree: another mark, weight, seed or number of seats gives another answer."""
    tied = replace(SECOND, bids=(bid("a", {"quality": 90}), bid("b", {"quality": 60})))  # 66 each
    content = published("TT", [FIRST, tied])
    before = json.dumps(recompute.ranked_stages(content))
    proposal, second = content["stages"]
    if changed == "mark":
        second["bids"][0]["cards"][0]["quality"] = 89
    elif changed == "agreed":
        second["bids"][0]["agreed"]["quality"] = 91
    elif changed == "percent":
        second["ranks_by"] = {"proposal": 59, "demonstration": 41}
    elif changed == "seed":
        drawn = {seed: min("ab", key=lambda ref: draw(seed, ref)) for seed in ("checkpoint", *"123456789")}
        second["seed"] = next(seed for seed, first in drawn.items() if first != drawn["checkpoint"])
    else:
        proposal["lots"][0]["seats"] = 2
    assert json.dumps(recompute.ranked_stages(content)) != before


def test_the_script_stands_alone():
    stages = random_stages(random.Random(6))
    script = Path(recompute.__file__)
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 130
    assert "workflows" not in script.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(script)],
        input=json.dumps(published("TT", stages)),
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == as_published(stages)
