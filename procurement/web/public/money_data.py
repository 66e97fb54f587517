"""What a call buys, where and for how much, for programs: amounts in pounds, each with what it is of VAT."""

from decimal import Decimal
from typing import Any

from procurement.models.calls import Call, Lot
from procurement.rules.classification import cpv_words, place_words
from procurement.rules.money import as_number
from procurement.rules.vat import Vat, vat_of


def pounds(amount: Decimal | None, vat: Vat) -> dict[str, Any]:
    """An amount with what it is (`rules.vat.Basis`); None where nobody said."""
    return {"amount": _number(amount), "amount_basis": vat.basis.value or None, "currency": "GBP"}


def bought(call: Call, authority: str) -> dict[str, Any]:
    """What is bought and where, by code and in words; null where nobody said."""
    return {
        "cpv": {"code": call.cpv, "words": cpv_words(call.cpv)} if call.cpv else None,
        "place": {"code": call.place, "words": str(place_words(call.place, authority))} if call.place else None,
    }


def budget_of(call: Call, lot: Lot) -> dict[str, Any]:
    """A lot's budget, what it comes to with VAT at which rate (per cent), and what options may come to beyond it."""
    vat = vat_of(call, lot)
    return {
        **pounds(lot.budget, vat),
        "amount_gross": _number(vat.gross(lot.budget)),
        "vat_rate": _number(vat.rate),
        "options": _number(lot.options),
    }


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else as_number(value)
