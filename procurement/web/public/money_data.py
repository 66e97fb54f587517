"""What a call buys, where and for how much, for programs: amounts in pounds, each with what it is of VAT."""

from decimal import Decimal
from typing import Any

from procurement.models.calls import Call, Lot
from procurement.rules.classification import Classes, cpv_words, place_words
from procurement.rules.money import as_number
from procurement.rules.vat import Vat, vat_of


def pounds(amount: Decimal | None, vat: Vat) -> dict[str, Any]:
    """An amount with what it is (`rules.vat.Basis`); None where nobody said."""
    return {"amount": _number(amount), "amount_basis": vat.basis.value or None, "currency": "GBP"}


def bought(classes: Classes, authority: str) -> dict[str, Any]:
    """What is bought and where, by code and in words, the main one and the others; null where nobody said."""
    cpv = [{"code": code, "words": cpv_words(code)} for code in classes.cpv]
    places = [{"code": code, "words": str(place_words(code, authority))} for code in classes.places]
    return {
        "cpv": next(iter(cpv), None),
        "also_cpv": cpv[1:],
        "place": next(iter(places), None),
        "also_places": places[1:],
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
