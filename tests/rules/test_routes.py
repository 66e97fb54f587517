"""Which law applies to a call, by what its officers say of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.calls import LotDraft
from procurement.rules.routes import OF_KIND, Receives, Subject, advise, can_run_as, counted_value, faults
from tests.rules.test_call_checks import NOW, draft
from workflows.catalogue import PROCEDURES
from workflows.definition import Route

TODAY = NOW.date()
THRESHOLD = Decimal(207_720)
AT_THRESHOLD = THRESHOLD / Decimal("1.2")  # without VAT


def said(**changed: Any) -> Any:
    return draft(PROCEDURES["challenge"], **changed)


def worth(net: Decimal | int, **changed: Any) -> Any:
    return said(lots=(LotDraft(1, "All", "", Decimal(net)),), **changed)


def fields(call: Any) -> list[str]:
    return [field for field, _sentence in faults(call, TODAY)]


@pytest.mark.parametrize(
    ("call", "route", "words"),
    [
        (said(receives="supports"), Route.GRANT, "Nothing is bought"),
        (said(subject="research"), Route.EXEMPT_RND, "Sch.2 para.22"),
        (worth(AT_THRESHOLD), Route.COVERED, "£207,720 with VAT, and the threshold £207,720"),
        (worth(AT_THRESHOLD - 1), Route.BELOW_THRESHOLD, "which is below the threshold of £207,720"),
        (worth(24_999), Route.BELOW_THRESHOLD, "£29,998.80"),
        (worth(100, whole_value=THRESHOLD), Route.COVERED, "£207,720"),
        (said(lots=(), whole_value=None), Route.COVERED, "not known yet"),
        (said(threshold=None), Route.COVERED, "not known yet"),
    ],
)
def test_the_way_follows_from_what_is_got_what_is_bought_and_what_it_is_worth(
    call: Any, route: Route, words: str
) -> None:
    advice = advise(call)
    assert advice is not None
    assert advice.route == route
    assert any(words in str(each) for each in advice.because), [str(each) for each in advice.because]


def test_from_thirty_thousand_pounds_on_notices_are_said() -> None:
    less, more = advise(worth(24_999)), advise(worth(25_000))
    assert less is not None
    assert more is not None
    assert (len(less.because), len(more.because)) == (1, 2)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"receives": ""}, ["receives"]),
        ({"subject": ""}, ["subject"]),
        ({"receives": "supports"}, ["receives"]),  # a challenge buys
        ({"route": Route.EXEMPT_RND}, ["route"]),
        ({"route": Route.BELOW_THRESHOLD, "lots": (LotDraft(1, "All", "", AT_THRESHOLD),)}, ["route"]),
        ({"route_why": " "}, ["route_why"]),
        ({"one_lot_why": ""}, ["one_lot_why"]),
        ({"conflicts_by": "", "conflicts_on": None}, ["conflicts_by", "conflicts_on"]),
        ({"conflicts_on": TODAY + timedelta(days=1)}, ["conflicts_on"]),
        ({"whole_value": Decimal(100)}, ["whole_value"]),  # less than this part, which is £120 with VAT
        ({"route": Route.BELOW_THRESHOLD, "one_lot_why": "", "conflicts_by": "", "route_why": ""}, []),
        ({}, []),
    ],
)
def test_what_is_missing_or_does_not_fit_is_said_at_its_field(changed: dict[str, Any], found: list[str]) -> None:
    assert fields(said(**changed)) == found


def test_a_fund_supports_and_never_buys() -> None:
    fund = draft(PROCEDURES["innovation_fund"])
    assert fields(fund) == []
    assert fields(replace(fund, receives="buys", subject="works")) == ["receives"]


CALLS = st.builds(
    worth,
    st.integers(1, 10_000_000),
    receives=st.sampled_from(["", *Receives]),
    subject=st.sampled_from(["", *Subject]),
    whole_value=st.none() | st.integers(1, 10_000_000).map(Decimal),
    route=st.sampled_from(OF_KIND["challenge"]),
    route_why=st.sampled_from(["", "Because."]),
    conflicts_on=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
)


@given(CALLS)
def test_what_nothing_stops_runs_as_the_law_gives_or_by_the_fuller_rules_with_a_reason(call: Any) -> None:
    if fields(call):
        return
    advice = advise(call)
    assert advice is not None
    assert call.route in can_run_as(call, advice)
    assert call.route == advice.route or (call.route == Route.COVERED and call.route_why)


@given(CALLS, st.integers(0, 10_000_000))
def test_more_money_never_leads_below_the_threshold(call: Any, more: int) -> None:
    dearer = replace(call, lots=tuple(replace(lot, budget=lot.budget + more) for lot in call.lots))
    before, after = advise(call), advise(dearer)
    assert (counted_value(dearer) or 0) >= (counted_value(call) or 0)
    if before is not None and before.route == Route.COVERED:
        assert after is not None
        assert after.route == Route.COVERED
