"""What may be recorded of a signed contract, over all days: never before the award stands, never under a claim."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.signing import Signable, Terms, details_due, faults, needs_details
from workflows.definition import Route

TODAY = date(2027, 6, 1)
DAYS = st.dates(date(2027, 4, 1), date(2027, 7, 1))
ROUTES = st.sampled_from(list(Route))
PERIODS = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=3)


def of(route: str = Route.COVERED, confirmed_on: date = date(2027, 5, 1), **other: object) -> Signable:
    said = {"amount": Decimal(40_000), "gross": Decimal(48_000), "length": 100, **other}
    return Signable(route, confirmed_on, **said)  # type: ignore[arg-type]


@given(DAYS, DAYS, PERIODS)
def test_a_day_is_taken_exactly_if_it_is_over_the_award_stood_and_no_claim_held_it(
    day: date, confirmed_on: date, held: list[tuple[date, date | None]]
) -> None:
    free = not any(since <= day and (until is None or day < until) for since, until in held)
    wrong = faults(Terms(day, None, None, Decimal(40_000)), of(confirmed_on=confirmed_on, held=held), TODAY)
    assert ("signed_on" not in wrong) == (confirmed_on <= day <= TODAY and free)


@given(st.integers(0, 300), st.integers(-5, 300), st.integers(1, 200))
def test_a_contract_never_begins_before_it_is_signed_nor_runs_longer_than_was_published(
    after: int, runs: int, length: int
) -> None:
    signed = date(2027, 5, 20)
    first = signed + timedelta(days=after)
    said = Terms(signed, first, first + timedelta(days=runs), Decimal(40_000))
    wrong = faults(said, of(length=length), TODAY)
    assert "starts_on" not in wrong
    assert ("ends_on" not in wrong) == (0 <= runs < length)
    early = Terms(signed, signed - timedelta(days=1), None, Decimal(40_000))
    assert set(faults(early, of(), TODAY)) == {"starts_on"}


@given(ROUTES, st.decimals("0.01", "80000", places=2))
def test_a_procurement_is_signed_at_its_amount_and_a_grant_at_no_more(route: str, amount: Decimal) -> None:
    wrong = faults(Terms(TODAY, None, None, amount), of(route), TODAY)
    bound = route in (Route.COVERED, Route.BELOW_THRESHOLD)
    right = amount == Decimal(40_000) if bound else amount <= Decimal(40_000)
    assert ("amount" not in wrong) == right


def test_above_five_million_the_indicators_or_their_lack_are_said() -> None:
    large = of(amount=Decimal(5_000_000), gross=Decimal(6_000_000))
    said = Terms(TODAY, None, None, Decimal(5_000_000))
    assert set(faults(said, large, TODAY)) == {"indicators"}
    assert faults(Terms(TODAY, None, None, Decimal(5_000_000), "Uptime, repairs, complaints."), large, TODAY) == {}


def test_the_thirty_days_begin_with_the_day_of_signing_and_bind_covered_contracts_alone() -> None:
    assert details_due(Route.COVERED, date(2027, 5, 1)) == date(2027, 5, 30)
    assert details_due(Route.BELOW_THRESHOLD, date(2027, 5, 1)) is None
    assert needs_details(Route.COVERED, Decimal(1))
    assert needs_details(Route.BELOW_THRESHOLD, Decimal(30_000))
    assert not needs_details(Route.BELOW_THRESHOLD, Decimal("29999.99"))
    assert not needs_details(Route.GRANT, Decimal(90_000))
