"""What stands in the way of what a stage is: along the way of every lot, and before the eyes of who reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.amendments import Begun, plan
from procurement.rules.calls import Draft, LotDraft, StageDraft
from procurement.rules.questions import Purpose
from procurement.rules.stage_details import countable, faults, in_percent, readable, wanted_of
from workflows.definition import NAMES_IN_A_STAGE, STEPS

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
JUDGED = ("collect", "assess")
LOTS = (1, 2)
Found = list[tuple[str, str]]


def stage(number: int, steps: tuple[str, ...] = JUDGED, lots: Sequence[int] = LOTS, **more: object) -> StageDraft:
    """Named by its number: "a" is the first."""
    key = "abcdef"[number - 1]
    whole = StageDraft(
        key=key,
        number=number,
        title=key.upper(),
        noun="bid",
        nouns="bids",
        steps=steps,
        names="shown",
        other_marks="never",
        lots=tuple((lot, None) for lot in lots),
        decide_by=(NOW + timedelta(days=30 * number)).date(),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


LAST = stage(3, (*JUDGED, "award"))


def call(*stages: StageDraft) -> Draft:
    lots = tuple(LotDraft(number, f"Lot {number}", "", Decimal(1)) for number in LOTS)
    return Draft(ref="C", kind="challenge", procedure="challenge", route="covered", lots=lots, stages=stages)


def wrong(*stages: StageDraft) -> Found:
    return [(each.stage, each.field) for each in faults(call(*stages))]


def test_a_lot_goes_through_the_stages_that_are_for_it_from_the_first_to_an_award() -> None:
    assert wrong(stage(1), stage(2, lots=[1]), LAST) == []
    assert wrong(stage(1), stage(2, lots=[]), LAST) == [("b", "lots")]
    assert wrong(stage(1, lots=[1]), stage(2), LAST) == [("a", "lots")]
    assert wrong(stage(1), stage(2), replace(LAST, lots=((1, None),))) == [("b", "lots")]
    assert wrong(stage(1), replace(LAST, number=2, lots=((1, None),)), replace(LAST, key="d", lots=((2, None),))) == []
    assert wrong(stage(1, title=" "), LAST) == [("a", "title")]


def test_a_stage_ranks_only_by_what_each_of_its_lots_went_through() -> None:
    both = replace(LAST, ranks_by=(("b", 60), ("c", 40)))
    assert wrong(stage(1), stage(2), both) == []
    (fault,) = faults(call(stage(1), stage(2, lots=[1]), both))
    assert (fault.stage, str(fault.sentence)) == ("c", "“B” cannot count in lot 2: it is not for it.")
    assert wrong(stage(1), stage(2, lots=[1]), replace(both, lots=((1, None),)), replace(LAST, key="d", number=4)) == []
    assert wrong(stage(1), stage(2), replace(LAST, ranks_by=(("b", 60), ("c", 41)))) == [("c", "ranks_by")]
    assert wrong(stage(1), stage(2, ranks_by=(("c", 100),)), LAST) == [("b", "ranks_by")]
    assert wrong(stage(1, ("collect",)), replace(LAST, number=2, ranks_by=(("a", 50), ("c", 50)))) == [
        ("c", "ranks_by")
    ]


def test_what_awards_without_marks_says_by_what_it_ranks() -> None:
    bare = stage(2, ("collect", "award"))
    assert wrong(stage(1), bare) == [("b", "ranks_by")]
    assert wrong(stage(1), replace(bare, ranks_by=(("a", 100),))) == []
    assert wrong(stage(1), replace(bare, marks_of="a")) == []
    apart = (stage(1), stage(2, lots=[1]), replace(LAST, steps=("collect", "moderate", "award"), marks_of="b"))
    assert wrong(*apart) == [("c", "lots")]


@given(st.lists(st.tuples(st.sampled_from(NAMES_IN_A_STAGE), st.booleans(), st.sampled_from([(1,), (2,), LOTS]))))
def test_names_that_somebody_read_are_never_hidden_from_then_on(more: list[tuple[str, bool, tuple[int, ...]]]) -> None:
    """Against the rule said otherwise: no lot has a named reading before a blind one."""
    made = [stage(1, names="hidden")]
    for number, (names, read, lots) in enumerate(more[:4], 2):
        made.append(stage(number, JUDGED if read else ("collect",), lots, names=names))
    ways = [[each for each in made if lot in each.numbers and each.assesses] for lot in LOTS]
    order = [[each.names == "shown" for each in way] for way in ways]
    found = [each for each in wrong(*made) if each[1] == "names"]
    assert (found == []) == all(way == sorted(way) for way in order)


@given(st.sampled_from(NAMES_IN_A_STAGE), st.sampled_from(NAMES_IN_A_STAGE))
def test_a_hidden_stage_shows_only_hidden_ones(before: str, here: str) -> None:
    found = wrong(stage(1, names=before), stage(2, (*JUDGED, "award"), names=here, shows=("a",)))
    assert (("b", "shows") in found) == ((before, here) == ("shown", "hidden"))


def test_nothing_is_read_of_a_stage_for_other_lots() -> None:
    end = replace(LAST, number=4, key="d")
    assert wrong(stage(1), stage(2, lots=[1]), stage(3, lots=[2], shows=("b",)), end) == [("c", "shows")]


@given(st.lists(st.sets(st.sampled_from(STEPS)), min_size=1, max_size=6), st.data())
def test_what_a_page_offers_is_never_refused(drawn: list[set[str]], data: st.DataObject) -> None:
    """Of earlier stages for every lot: each that can count may, and each that can be read too, where all are named."""
    steps = [tuple(step for step in STEPS if step in each) for each in drawn]
    stages = [stage(number, each) for number, each in enumerate(steps, 1)]
    last = stages[-1]
    counting, read = countable(stages, last), readable(stages, last)
    shows = tuple(each.key for each in read if data.draw(st.booleans()))
    shares: dict[str, int | None] = {each.key: 100 // len(counting) for each in counting}
    if counting:
        shares[counting[0].key] = 100 - sum(percent or 0 for percent in list(shares.values())[1:])
    given_ = in_percent(shares, last.key)
    changed = replace(last, shows=shows, ranks_by=tuple(given_.items()))
    found = [each for each in wrong(*stages[:-1], changed) if each[0] == last.key]
    unmarked = last.awards and not counting
    assert [each for each in found if each[1] != "lots"] == ([(last.key, "ranks_by")] if unmarked else [])


def test_the_amount_is_asked_for_last_on_the_way_of_each_lot() -> None:
    north, south = stage(2, lots=[1]), stage(3, lots=[2])
    end = stage(4, ("assess", "award"))
    stages = (stage(1), north, south, end)
    assert [Purpose.AMOUNT in wanted_of(stages, each) for each in (stage(1), north, south)] == [False, True, True]
    assert Purpose.AMOUNT in wanted_of((stage(1), north, end), stage(1))  # of the other lot it is the last


def test_dates_of_other_lots_do_not_move_along() -> None:
    closes = NOW + timedelta(days=20)
    stages = (stage(1), stage(2, lots=[1], closes_at=closes), stage(3, lots=[2]), replace(LAST, number=4, key="d"))
    begun = {each.key: Begun(None, opened=False) for each in stages}
    moved = {"closes_at": closes + timedelta(days=3)}
    changes = plan(call(*stages), "b", moved, begun, NOW, along=True)
    assert {each.stage for each in changes} == {"b", "d"}
