"""Money says what it is: net, gross, without VAT, outside its scope, or not stated, and is never guessed."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.settings import fault
from procurement.rules.vat import (
    BASES,
    Basis,
    Vat,
    basis_of,
    estimated_value,
    rates,
    said,
    said_shortly,
    stored_gross,
    total,
    vat_of,
    with_vat,
    without_vat,
)

AT_20 = Vat(Basis.NET, Decimal(20))


def of(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**values)


def test_an_amount_says_what_it_is() -> None:
    pounds = Decimal(40_000)
    assert str(said(pounds, AT_20)) == "£40,000 net of VAT (£48,000 including VAT at 20%)"
    assert str(said(pounds, Vat(Basis.NET, Decimal("12.50")))) == "£40,000 net of VAT (£45,000 including VAT at 12.5%)"
    assert str(said(pounds, Vat(Basis.NET))) == "£40,000 net of VAT"
    assert str(said(pounds, Vat(Basis.NO_VAT))) == "£40,000 (no VAT is charged)"
    assert str(said(pounds, Vat(Basis.OUTSIDE))) == "£40,000 (outside the scope of VAT)"
    assert str(said(pounds, Vat())) == "£40,000 (whether with VAT is not stated)"
    # what was stored is said, not what would be reckoned today
    assert str(said(pounds, Vat(Basis.NET), gross=Decimal(47_000))) == "£40,000 net of VAT (£47,000 including VAT)"
    assert [str(said_shortly(pounds, Vat(each))) for each in Basis] == [
        "£40,000",
        "£40,000 net of VAT",
        "£40,000, no VAT",
        "£40,000",
    ]
    assert set(BASES) == set(Basis)


def test_a_notice_gives_both_values_and_never_one_of_them_twice() -> None:
    pounds = Decimal(157_000)
    assert str(without_vat(pounds, AT_20)) == "£157,000 excluding VAT"
    assert str(with_vat(pounds, AT_20)) == "£188,400 including VAT at 20%"
    assert str(with_vat(pounds, Vat(Basis.NO_VAT))) == "£157,000: the supplier charges no VAT"
    assert "not stated" in str(with_vat(pounds, Vat()))
    assert "not stated" in str(without_vat(pounds, Vat()))


@given(some.integers(1, 10**13), some.integers(0, 10_000))
def test_gross_is_exact_and_rounded_once_half_up_to_pence(pence: int, hundredths: int) -> None:
    net, rate = Decimal(pence) / 100, Decimal(hundredths) / 100
    gross = Vat(Basis.NET, rate).gross(net)
    assert gross is not None
    assert gross >= net
    exact = Fraction(net) * (100 + Fraction(rate)) / 100
    assert -Fraction(1, 200) <= exact - Fraction(gross) < Fraction(1, 200)
    assert Vat(Basis.NO_VAT).gross(net) == net
    assert (Vat(Basis.OUTSIDE).gross(net), Vat().gross(net)) == (None, None)


def test_half_a_penny_goes_up() -> None:
    assert Vat(Basis.NET, Decimal(5)).gross(Decimal("0.10")) == Decimal("0.11")
    assert Vat(Basis.NET, Decimal("17.5")).gross(Decimal("0.20")) == Decimal("0.24")


def test_a_lots_own_rate_holds_before_its_calls_and_a_bid_may_have_none() -> None:
    call = of(amount_basis="net", vat_rate=Decimal(20))
    assert vat_of(call) == vat_of(call, of(vat_rate=None)) == AT_20
    assert vat_of(call, of(vat_rate=Decimal(5))).rate == Decimal(5)
    assert vat_of(call, of(vat_rate=Decimal(0))).gross(Decimal(10)) == Decimal(10)
    assert vat_of(call, of(vat_rate=None), of(no_vat=True)) == Vat(Basis.NO_VAT)
    # a firm that charges none has the same net, and what is not stated stays so
    assert vat_of(of(amount_basis="", vat_rate=None), of(no_vat=True)) == Vat()
    assert vat_of(of(amount_basis="outside_scope", vat_rate=None), of(no_vat=True)) == Vat(Basis.OUTSIDE)
    published = {"amount_basis": "net", "vat_rate": "20.00", "amount_gross": "48000.00"}
    assert (vat_of(published), stored_gross(published)) == (Vat(Basis.NET, Decimal("20.00")), Decimal("48000.00"))
    assert (vat_of({"amount": "1"}), stored_gross({})) == (Vat(), None)  # published before amounts said what they are


def test_the_estimated_value_is_of_all_lots_and_options_with_vat() -> None:
    call = of(amount_basis="net", vat_rate=Decimal(20))
    lots = [
        of(budget=Decimal(100), options=None, vat_rate=None),
        of(budget=Decimal(50), options=Decimal(50), vat_rate=Decimal(5)),
    ]
    assert estimated_value(call, lots) == Decimal(120) + Decimal(105)
    assert estimated_value(of(amount_basis=""), lots[:1]) is None
    assert total([]) is None


def test_what_is_typed_follows_the_route() -> None:
    bases = [basis_of(route) for route in ("covered", "below_threshold", "exempt_rnd", "grant")]
    assert bases == [Basis.NET, Basis.NET, Basis.NET, Basis.OUTSIDE]


@pytest.mark.parametrize("typed", ["20", "20 5 0", "17.5 5", "100"])
def test_rates_that_can_be_set(typed: str) -> None:
    assert fault("vat_rates", typed) is None
    assert rates(typed)[0] == Decimal(typed.split(maxsplit=1)[0])


@pytest.mark.parametrize("typed", ["", "20%", "20,5", "120", "-5", "20  5", "٢٠"])
def test_rates_that_cannot(typed: str) -> None:
    assert fault("vat_rates", typed) is not None
