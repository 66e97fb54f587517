"""Up to which sum an approver may approve."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.limits import FORM, Limits, above, read
from procurement.rules.settings import fault

POUNDS = st.one_of(st.none(), st.integers(1, 10**11))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", Limits()),
        ("500000", Limits(Decimal(500_000))),
        (
            "500000 Chief@City.example=2000000 d@city.example=none",
            Limits(Decimal(500_000), {"chief@city.example": Decimal(2_000_000), "d@city.example": None}),
        ),
    ],
)
def test_what_the_setting_says(text: str, expected: Limits) -> None:
    assert read(text) == expected
    assert fault("approval_limits", text) is None


@pytest.mark.parametrize("text", ["", "0", "-5", "5.50", "£500", "none none", "500 chief", "500  a@b=5", "٥٠٠", "5\n"])
def test_what_has_not_its_form_is_refused_with_the_form(text: str) -> None:
    assert fault("approval_limits", text) == FORM
    with pytest.raises(ValueError, match="no limits"):
        read(text)


def test_the_limit_itself_is_within_it_and_a_penny_more_is_not() -> None:
    limits = read("none a@city.example=100")
    assert limits.hold
    assert not read("none b@city.example=none").hold
    assert above(limits.of("A@city.example"), Decimal("100.00")) is None
    assert str(above(limits.of("a@city.example"), Decimal("100.01"))) == (
        "This comes to £100.01, and you may approve up to £100. Somebody whose limit is higher must approve it."
    )
    assert above(limits.of("other@city.example"), Decimal(10**12)) is None
    assert limits.barred(Decimal(101), [(1, "a@city.example"), (2, "b@city.example")]) == {1}


@given(everybody=POUNDS, own=POUNDS, value=st.integers(0, 10**11))
def test_whoever_has_their_own_limit_is_held_to_it_and_to_no_other(
    everybody: int | None, own: int | None, value: int
) -> None:
    said = f"{everybody or 'none'} a@city.example={own or 'none'}"
    limits = read(said)
    barred = limits.barred(Decimal(value), [(1, "a@city.example"), (2, "b@city.example")])
    assert (1 in barred) == (own is not None and value > own)
    assert (2 in barred) == (everybody is not None and value > everybody)
