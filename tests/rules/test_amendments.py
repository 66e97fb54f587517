"""Dates that move: what moves along, what stands in the way, and the working that is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.amendments import (
    Begun,
    Change,
    advice,
    applied,
    faults,
    later,
    movable,
    plan,
    working,
)
from procurement.rules.calls import Draft, StageDraft
from procurement.rules.dates import uk_day
from workflows.facts import UK, day_in_words

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def stage(key: str, number: int, opens: datetime, *, steps: tuple[str, ...] = ("collect", "assess")) -> StageDraft:
    closes = opens + timedelta(days=30)
    return StageDraft(
        key=key,
        number=number,
        title=key.capitalize(),
        noun=key,
        nouns=f"{key}s",
        steps=steps,
        names="shown",
        other_marks="never",
        opens_at=opens,
        closes_at=closes,
        assess_by=closes + timedelta(days=10),
        decide_by=uk_day(closes + timedelta(days=15)),
        readers=1,
    )


def two() -> Draft:
    """A call in two stages, of which the first is open."""
    first = stage("interest", 1, NOW - timedelta(days=5))
    second = stage("proposal", 2, NOW + timedelta(days=60), steps=("collect", "assess", "award"))
    return Draft(ref="C-1", kind="challenge", procedure="challenge", route="covered", stages=(first, second))


BEGUN = {"interest": Begun(NOW - timedelta(days=5), opened=False), "proposal": Begun(None, opened=False)}


def typed(draft: Draft, key: str, **moved: object) -> dict[str, object]:
    own = next(each for each in draft.stages if each.key == key)
    names = ("opens_at", "closes_at", "assess_by", "decide_by")
    return {name: getattr(own, name) for name in names} | moved


def sentences(found: object) -> list[str]:
    return [str(each.sentence) for each in found]  # type: ignore[attr-defined]


def test_what_can_move() -> None:
    first, second = two().stages
    assert movable(first, BEGUN["interest"], NOW) == ("ask_by", "closes_at", "assess_by", "decide_by")
    assert movable(second, BEGUN["proposal"], NOW) == ("opens_at", "ask_by", "closes_at", "assess_by", "decide_by")
    assert movable(second, Begun(NOW, opened=True), NOW) == ()


def test_only_what_differs_moves_and_along_what_was_left_as_it_was() -> None:
    draft = two()
    first, second = draft.stages
    assert first.closes_at and first.assess_by and first.decide_by and second.opens_at  # noqa: PT018
    closes_at, assess_by = first.closes_at + timedelta(days=3), first.assess_by + timedelta(days=9)
    given_ = typed(draft, "interest", closes_at=closes_at, assess_by=assess_by)
    alone = plan(draft, "interest", given_, BEGUN, NOW, along=False)
    assert [(each.stage, each.field) for each in alone] == [("interest", "closes_at"), ("interest", "assess_by")]
    along = plan(draft, "interest", given_, BEGUN, NOW, along=True)
    assert [(each.stage, each.field) for each in along] == [
        ("interest", "closes_at"),
        ("interest", "assess_by"),
        ("interest", "decide_by"),
        ("proposal", "opens_at"),
        ("proposal", "closes_at"),
        ("proposal", "assess_by"),
        ("proposal", "decide_by"),
    ]
    assert along[1].after == assess_by  # what was typed stays as it was typed
    assert along[2].after == first.decide_by + timedelta(days=3)
    assert plan(draft, "interest", typed(draft, "interest"), BEGUN, NOW, along=True) == ()


def test_a_stage_that_was_opened_moves_with_nothing() -> None:
    draft = two()
    second = draft.stages[1]
    assert second.closes_at is not None
    so = {**BEGUN, "proposal": Begun(NOW, opened=True)}
    moved = plan(draft, "interest", typed(draft, "interest", decide_by=date(2027, 5, 1)), so, NOW, along=True)
    assert {each.stage for each in moved} == {"interest"}
    change = Change("proposal", "closes_at", second.closes_at, second.closes_at + timedelta(days=1))
    assert "it was opened" in sentences(faults(draft, (change,), so, NOW))[0]


def test_what_stands_in_the_way() -> None:
    draft = two()
    first, second = draft.stages
    assert first.closes_at and first.decide_by and second.opens_at and second.closes_at  # noqa: PT018

    def why(change: Change) -> list[str]:
        return sentences(faults(draft, (change,), BEGUN, NOW))

    earlier = Change("interest", "closes_at", first.closes_at, first.closes_at - timedelta(days=1))
    assert "so it can only close later than" in why(earlier)[0]
    past = Change("proposal", "opens_at", second.opens_at, NOW - timedelta(days=1))
    assert "has passed. Choose a later date." in why(past)[0]
    # before it has begun it may close earlier, but never before the least period
    short = Change("proposal", "closes_at", second.closes_at, second.opens_at + timedelta(days=9))
    assert why(short) == [
        "Tenderers would have 9 days and the law asks for at least 10, counted from the day after publication "
        f"(Procurement Act 2023 section 54). Close on {day_in_words(uk_day(second.opens_at) + timedelta(10))} or later."
    ]
    shorter = Change("proposal", "closes_at", second.closes_at, second.opens_at + timedelta(days=10, hours=1))
    assert why(shorter) == []
    # the order against the next stage
    late = Change("interest", "decide_by", first.decide_by, uk_day(second.opens_at) + timedelta(days=1))
    assert "This stage begins after the decision on the one before it" in why(late)[0]
    assert sentences(faults(draft, (), BEGUN, NOW)) == ["Change at least one date."]


def test_an_extension_after_the_closing_counts_from_where_the_stage_began() -> None:
    """It gives a few days more, and is not held to the least period anew."""
    draft = two()
    first = draft.stages[0]
    assert first.closes_at is not None
    after = first.closes_at + timedelta(hours=3)
    change = Change("interest", "closes_at", first.closes_at, first.closes_at + timedelta(days=2))
    assert faults(draft, (change,), BEGUN, after) == ()
    said = [str(each) for each in working(applied(draft, (change,)), change, BEGUN, after)]
    assert said[0] == "2 days later."
    assert said[1].startswith("At least 25 days, counted from the day after Wednesday 24 February 2027")


def test_what_was_wrong_before_and_is_not_touched_stands_in_nobodys_way() -> None:
    draft = two()
    first, second = draft.stages
    assert first.decide_by is not None
    odd = replace(draft, stages=(first, replace(second, assess_by=None)))
    change = Change("interest", "decide_by", first.decide_by, first.decide_by + timedelta(days=1))
    assert faults(odd, (change,), BEGUN, NOW) == ()


def test_a_day_that_is_no_working_day_is_worth_a_second_look() -> None:
    draft = two()
    first = draft.stages[0]
    saturday = Change("interest", "decide_by", first.decide_by, date(2027, 5, 1))
    assert [str(each) for each in advice(draft, (saturday,), NOW)] == ["Saturday 1 May 2027 is not a working day."]


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    days=st.integers(-400, 400),
)
def test_a_date_that_moves_along_keeps_the_time_of_the_clocks(at: datetime, days: int) -> None:
    """Also over the changes of the clocks; there and back is where it was."""
    moved = later(at, timedelta(days=days))
    assert isinstance(moved, datetime)
    before, after = at.astimezone(UK), moved.astimezone(UK)
    assert after.date() - before.date() == timedelta(days=days)
    skipped = before.hour == 1 and after.hour == 2  # an hour that the clocks skip on that day
    assert after.time() == before.time() or skipped
