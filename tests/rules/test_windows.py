"""The dates of a further window: a quarter later on working days, at the same time of day, in their order."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.calls import Draft, LotDraft, StageDraft
from procurement.rules.dates import is_working_day, uk_day, uk_instant
from procurement.rules.windows import INSTANTS, a_quarter_later, faults, reckoning, working_days
from workflows.facts import UK

STEPS = ("collect", "check", "assess", "award")


def at(day: date, clock: time = time(12)) -> datetime:
    found = uk_instant(day, clock)
    assert isinstance(found, datetime)
    return found


def stage(opens: date, days: int = 30, window: int = 1, budget: int | None = None) -> StageDraft:
    closes = opens + timedelta(days=days)
    return StageDraft(
        key="application" if window == 1 else f"application-{window}",
        number=1,
        window=window,
        title="Application",
        noun="application",
        nouns="applications",
        steps=STEPS,
        names="hidden",
        other_marks="after_own",
        opens_at=at(opens),
        closes_at=at(closes),
        assess_by=at(closes + timedelta(days=14)),
        decide_by=closes + timedelta(days=28),
        lots=((1, None),),
        budgets=((1, None if budget is None else Decimal(budget)),),
    )


def draft(*stages: StageDraft, budget: int = 100) -> Draft:
    lots = (LotDraft(1, "All of it", "", Decimal(budget)),)
    return Draft(ref="C", kind="fund", procedure="small_grant", route="grant", lots=lots, stages=stages)


@pytest.mark.parametrize(
    ("opens", "later"),
    [
        (date(2027, 3, 1), date(2027, 6, 1)),
        (date(2027, 1, 29), date(2027, 4, 29)),
        (date(2026, 11, 30), date(2027, 3, 1)),  # the last of February is a Sunday
        (date(2027, 10, 4), date(2028, 1, 5)),  # bank holidays until the 4th, in Scotland
    ],
)
def test_a_quarter_later_is_the_same_day_of_the_month_or_the_working_day_after(opens: date, later: date) -> None:
    (found,) = a_quarter_later([stage(opens)])
    assert found.opens_at == at(later)


def test_a_window_that_takes_longer_than_a_quarter_is_followed_at_its_closing() -> None:
    before = stage(date(2027, 3, 1), days=120)
    (found,) = a_quarter_later([before])
    assert found.opens_at == before.closes_at
    assert list(faults(draft(replace(before, window=1), replace(found, window=2, key="application-2")))) != []


@given(st.dates(date(2026, 1, 1), date(2035, 1, 1)), st.integers(1, 200), st.times())
def test_the_order_of_the_dates_stays_and_nothing_is_on_a_holiday(opens: date, days: int, clock: time) -> None:
    whole = clock.replace(second=0, microsecond=0)
    opened = uk_instant(opens, whole)
    if not isinstance(opened, datetime):
        return  # an hour that the clocks leave out
    before = replace(stage(opens, days), opens_at=opened)
    (found,) = a_quarter_later([before])
    instants = [value for name in INSTANTS if (value := getattr(found, name)) is not None]
    assert [uk_day(each) for each in instants] == sorted(uk_day(each) for each in instants)
    assert found.decide_by is not None
    assert found.decide_by >= uk_day(instants[-1])
    assert all(is_working_day(day) for day in (*map(uk_day, instants), found.decide_by))
    assert found.opens_at is not None
    assert before.closes_at is not None
    assert uk_day(found.opens_at) >= uk_day(before.closes_at)
    assert found.opens_at.astimezone(UK).time() in (whole, time(12))


def test_how_the_dates_follow_from_each_other() -> None:
    first = stage(date(2027, 3, 1), days=28)
    second = stage(date(2027, 6, 1), days=28, window=2)
    assert [str(each) for each in reckoning(second, first)] == [
        "Open for 28 days.",
        "9 working days to assess.",
        "10 working days to decide.",
        "Opens 64 days after the window before has closed.",
    ]
    assert working_days(date(2027, 3, 25), date(2027, 3, 30)) == 1  # Good Friday and Easter Monday are none


def test_windows_follow_each_other_and_add_up() -> None:
    one, two = stage(date(2027, 3, 1), budget=60), stage(date(2027, 6, 1), window=2, budget=40)
    assert list(faults(draft(one, two))) == []
    assert list(faults(draft(replace(one, budgets=((1, None),))))) == []  # the only window has the whole budget
    (early,) = faults(draft(one, replace(two, opens_at=one.closes_at and one.closes_at - timedelta(seconds=1))))
    assert early.stage == "application-2"
    assert list(faults(draft(one, replace(two, opens_at=one.closes_at)))) == []
    (short,) = faults(draft(one, two, budget=101))
    assert str(short.sentence) == (
        "The windows add up to £100 in lot 1, and its budget is £101. They must be the same."
    )
