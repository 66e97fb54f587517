"""How amounts look on a page: each with what it is of VAT. Templates write amounts by these filters alone."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask

from procurement.rules.money import format_pounds
from procurement.rules.vat import Vat, budget_with_vat, said, said_shortly, stored_gross, vat_of
from procurement.web.filters import sentence

MILLION = 1_000_000


def amount(value: Decimal | int | None, *of: Any, short: bool = False) -> str:
    """An amount with what it is: `£40,000 net of VAT (£48,000 including VAT at 20%)`; `short` leaves out the second.

    `of`: whose amount it is, as `vat_of` asks: a call and its lot, with its entry where it is what a bid asks for; or
    an award. What an award came to with VAT is what was stored.
    """
    if value is None:
        return ""
    vat = vat_of(*of)
    if short:
        return sentence(said_shortly(Decimal(value), vat))
    return sentence(said(Decimal(value), vat, gross=stored_gross(*of)))


def budget(value: Decimal | None, call: Any, lots: Sequence[Any] = ()) -> str:
    """The budget of a whole call: net, with what its `lots` come to with VAT where they are given."""
    if value is None:
        return ""
    vat = vat_of(call)
    return sentence(said(value, Vat(vat.basis), gross=budget_with_vat(call, lots)))


def in_all(value: Decimal | int | None, short: bool = False) -> str:
    """Pounds of contracts and grants together: `£25,000`; `short` for headlines: `£9.4m`, `£320,000`. The page says
    what they are."""
    if value is None:
        return ""
    if short and abs(Decimal(value)) >= MILLION:
        millions = (Decimal(value) / MILLION).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"£{millions:,f}".removesuffix(".0") + "m"
    return format_pounds(Decimal(value))


def as_typed(value: Decimal | None) -> str:
    """An amount as it stands in an input, which draws the sign itself: `25,000`."""
    return "" if value is None else format_pounds(value).replace("£", "")


def install(app: Flask) -> None:
    app.jinja_env.filters.update({each.__name__: each for each in (amount, budget, in_all, as_typed)})
