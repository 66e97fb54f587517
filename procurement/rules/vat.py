"""What an amount is: net of VAT, without any, or outside its scope; and what it comes to with VAT.

Budgets, tenders and awards of a contract are typed, compared and ranked net; the city pays them with VAT, and the
thresholds of the Procurement Act 2023 are with VAT too (s.123 and Sch.3 para.1). A grant is one figure. What was
written down before the service asked is not stated, and nobody guesses it afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from procurement.rules.money import format_pounds, to_pennies, written
from workflows.definition import Route
from workflows.facts import Sentence

HUNDRED = 100


class Basis(StrEnum):
    """What an amount says of VAT."""

    NOT_STATED = ""
    NET = "net"
    NO_VAT = "no_vat"  # of a contract with somebody who charges none
    OUTSIDE = "outside_scope"


BASES: dict[str, Sentence] = {
    Basis.NOT_STATED: Sentence("Whether it includes VAT is not stated"),
    Basis.NET: Sentence("Net of VAT"),
    Basis.NO_VAT: Sentence("The supplier charges no VAT"),
    Basis.OUTSIDE: Sentence("Outside the scope of VAT; costs include VAT that cannot be recovered"),
}


@dataclass(frozen=True)
class Vat:
    """What is so of an amount. `rate` in per cent; None where the basis has none, and of amounts at several rates."""

    basis: Basis = Basis.NOT_STATED
    rate: Decimal | None = None

    def gross(self, net: Decimal) -> Decimal | None:
        """What it comes to with VAT: net × (1 + rate), exact, then rounded once, half up, to whole pence. None where
        that is not known, or means nothing."""
        if self.basis is Basis.NO_VAT:
            return to_pennies(net)
        if self.basis is not Basis.NET or self.rate is None:
            return None
        return to_pennies(net * (HUNDRED + self.rate) / HUNDRED)


def basis_of(route: str) -> Basis:
    """How the amounts of a new call are typed: a contract's net, a grant's as one figure."""
    return Basis.OUTSIDE if route == Route.GRANT else Basis.NET


def vat_of(*of: Any) -> Vat:
    """What is so of an amount of these: a call, its lot, an entry; or an award, which knows all of it.

    Each, an object or a mapping, is asked for what it has: `amount_basis`, `vat_rate` (a lot's own holds before its
    call's), `no_vat`.
    """
    basis, rate, none = Basis.NOT_STATED, None, False
    for each in of:
        basis = Basis(_of(each, "amount_basis") or basis)
        own = _of(each, "vat_rate")
        rate = rate if own is None else Decimal(own)
        none = none or bool(_of(each, "no_vat"))
    if basis is Basis.NET and none:
        return Vat(Basis.NO_VAT)
    return Vat(basis, rate if basis is Basis.NET else None)


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def stored_gross(*of: Any) -> Decimal | None:
    """What an award came to with VAT, as it was stored or published; None where none of these is one."""
    found = next((each for each in (_of(thing, "amount_gross") for thing in of) if each is not None), None)
    return None if found is None else Decimal(found)


def total(parts: Iterable[tuple[Decimal, Vat]]) -> Decimal | None:
    """What amounts come to with VAT, each rounded by itself; None where one of them does not say."""
    gross = [vat.gross(net) for net, vat in parts]
    known = [each for each in gross if each is not None]
    return sum(known, Decimal(0)) if gross and len(known) == len(gross) else None


class Budgeted(Protocol):
    """What is looked at in a lot to say what it may come to."""

    @property
    def budget(self) -> Decimal: ...
    @property
    def options(self) -> Decimal | None: ...


def estimated_value(call: Any, lots: Iterable[Budgeted]) -> Decimal | None:
    """What a procurement may come to in all: every lot with its options and extensions, with VAT (Procurement Act 2023
    s.4 and Sch.3). None where its amounts do not say what they are."""
    return total(((lot.budget + (lot.options or 0)), vat_of(call, lot)) for lot in lots)


def budget_with_vat(call: Any, lots: Iterable[Budgeted]) -> Decimal | None:
    """What the budgets of the lots come to with VAT; None where they do not say."""
    return total((lot.budget, vat_of(call, lot)) for lot in lots)


def percent(rate: Decimal) -> str:
    """`20%`, `12.5%`."""
    return f"{written(rate)}%"


def rates(setting: object) -> tuple[Decimal, ...]:
    """The rates that can be chosen, from the setting `vat_rates` (`20 5 0`), the usual one first."""
    return tuple(Decimal(each) for each in str(setting).split())


def said(amount: Decimal, vat: Vat, *, gross: Decimal | None = None) -> Sentence:
    """An amount with what it is: `£40,000 net of VAT (£48,000 including VAT at 20%)`.

    `gross`: what was stored beside it; otherwise it is reckoned.
    """
    reckoned = vat.gross(amount)
    gross = reckoned if gross is None else gross
    about = {"amount": format_pounds(amount), "gross": "" if gross is None else format_pounds(gross)}
    if vat.basis is Basis.OUTSIDE:
        return Sentence("%(amount)s (outside the scope of VAT)", **about)
    if vat.basis is Basis.NO_VAT:
        return Sentence("%(amount)s (no VAT is charged)", **about)
    if vat.basis is Basis.NOT_STATED:
        return Sentence("%(amount)s (whether with VAT is not stated)", **about)
    if gross is None:
        return Sentence("%(amount)s net of VAT", **about)
    if gross != reckoned or vat.rate is None:
        return Sentence("%(amount)s net of VAT (%(gross)s including VAT)", **about)
    return Sentence("%(amount)s net of VAT (%(gross)s including VAT at %(rate)s)", rate=percent(vat.rate), **about)


def said_shortly(amount: Decimal, vat: Vat) -> Sentence:
    """As `said`, for a column of amounts: what it comes to with VAT stands elsewhere. A grant's is the figure alone."""
    about = {"amount": format_pounds(amount)}
    if vat.basis is Basis.NET:
        return Sentence("%(amount)s net of VAT", **about)
    if vat.basis is Basis.NO_VAT:
        return Sentence("%(amount)s, no VAT", **about)
    return Sentence("%(amount)s", **about)


def with_vat(amount: Decimal, vat: Vat, *, gross: Decimal | None = None) -> Sentence:
    """What is paid, for a notice that asks for the value with VAT."""
    gross = vat.gross(amount) if gross is None else gross
    if vat.basis is Basis.NO_VAT:
        return Sentence("%(amount)s: the supplier charges no VAT", amount=format_pounds(amount))
    if gross is None:
        return said(amount, vat)
    if vat.rate is None:
        return Sentence("%(gross)s including VAT", gross=format_pounds(gross))
    return Sentence("%(gross)s including VAT at %(rate)s", gross=format_pounds(gross), rate=percent(vat.rate))


def without_vat(amount: Decimal, vat: Vat) -> Sentence:
    """The same value without it."""
    if vat.basis is Basis.NET:
        return Sentence("%(amount)s excluding VAT", amount=format_pounds(amount))
    return said(amount, vat)
