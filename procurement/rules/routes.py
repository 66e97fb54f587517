"""What a call is in law, advised from few facts: who gets something for the money, what is bought, what it is worth.

Sources: Procurement Act 2023 s.3 and Sch.1 (thresholds), s.4 and Sch.3 (estimated value: all that may be paid, with
VAT, options, extensions and payments to those who take part; a purchase in parts is worth the whole), Sch.2 para.22
(research and development services), s.20 (competitive flexible procedure), s.84 to 88 (below the threshold), s.18
(lots), s.81 to 83 (conflicts of interest); Subsidy Control Act 2022 (grants).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from procurement.rules.money import format_pounds
from procurement.rules.questions import is_blank
from procurement.rules.vat import estimated_value
from workflows.definition import Route
from workflows.facts import Sentence


class Receives(StrEnum):
    """What the authority gets for the money."""

    SUPPORTS = "supports"  # nothing for itself: others carry out projects of their own
    BUYS = "buys"


class Subject(StrEnum):
    """What is bought, for the most part: the threshold follows from it."""

    GOODS_SERVICES = "goods_services"
    RESEARCH = "research"  # for the public benefit, and no goods or works beyond prototypes
    LIGHT_TOUCH = "light_touch"  # social, health and like services (Procurement Regulations 2024 Sch.1)
    WORKS = "works"


# The operator's setting with the threshold of each, in pounds with VAT (Procurement Act 2023 Sch.1).
THRESHOLDS = {
    Subject.GOODS_SERVICES: "threshold_goods_services",
    Subject.RESEARCH: "threshold_goods_services",
    Subject.LIGHT_TOUCH: "threshold_light_touch",
    Subject.WORKS: "threshold_works",
}
# From here on a procurement below the threshold has notices of its own (s.84(1)): pounds with VAT, of an authority that
# is no central government.
NOTICES_FROM = Decimal(30_000)
OF_KIND = {
    "challenge": (Route.COVERED, Route.BELOW_THRESHOLD, Route.EXEMPT_RND),
    "fund": (Route.GRANT,),
}
FACTS = ("receives", "subject", "whole_value", "route", "route_why", "one_lot_why", "conflicts_by", "conflicts_on")
OTHER_KIND = {
    "challenge": Sentence("Nothing is bought here: begin innovation funding instead of a challenge."),
    "fund": Sentence("Whoever pays for something it gets buys it: begin a challenge instead of innovation funding."),
}
# What to do where a call runs another way than the law gives, by what it gives.
CHOOSE = {
    Route.COVERED: Sentence("By what is said here the Procurement Act 2023 covers it. Choose that."),
    Route.BELOW_THRESHOLD: Sentence(
        "By what is said here it is below the threshold. Choose that, or that it is covered."
    ),
    Route.EXEMPT_RND: Sentence("By what is said here it is exempt research. Choose that, or the covered way."),
}
UNASKED = Sentence("It runs as a covered procurement, which the law does not ask for here. Say why.")


class Described(Protocol):
    """What is looked at of a call."""

    @property
    def kind(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def receives(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def whole_value(self) -> Decimal | None: ...
    @property
    def route_why(self) -> str: ...
    @property
    def one_lot_why(self) -> str: ...
    @property
    def conflicts_by(self) -> str: ...
    @property
    def conflicts_on(self) -> date | None: ...
    @property
    def threshold(self) -> Decimal | None: ...
    @property
    def lots(self) -> Any: ...


@dataclass(frozen=True)
class Advice:
    """The way that the law gives, and why, sentence by sentence."""

    route: Route
    because: tuple[Sentence, ...]


def threshold_setting(subject: str) -> str:
    """The operator's setting with the threshold of what is bought; of goods and services until that is said."""
    return THRESHOLDS.get(Subject(subject), "threshold_goods_services") if subject else "threshold_goods_services"


def counted_value(call: Described) -> Decimal | None:
    """What is held against the threshold, in pounds with VAT: all that the call may pay, or the whole that it is a part
    of; None where neither is known."""
    own = estimated_value(call, call.lots) if call.lots else None
    known = [each for each in (own, call.whole_value) if each is not None]
    return max(known, default=None)


def advise(call: Described) -> Advice | None:
    """The way that follows from what was said; None as long as that is not enough."""
    if call.receives == Receives.SUPPORTS:
        because = Sentence(
            "Nothing is bought: applicants carry out projects of their own, which are supported. The Subsidy Control "
            "Act 2022 applies, and not the Procurement Act 2023."
        )
        return Advice(Route.GRANT, (because,))
    if call.receives != Receives.BUYS or not call.subject:
        return None
    if call.subject == Subject.RESEARCH:
        because = Sentence(
            "Research and development services for the public benefit, without goods or works beyond prototypes, are "
            "exempt (Procurement Act 2023 Sch.2 para.22)."
        )
        return Advice(Route.EXEMPT_RND, (because,))
    return _by_value(counted_value(call), call.threshold)


def _by_value(value: Decimal | None, threshold: Decimal | None) -> Advice:
    if value is None or threshold is None:
        because = Sentence(
            "What it is worth is not known yet, and what is not known counts as above the threshold (Procurement Act "
            "2023 Sch.3 para.4)."
        )
        return Advice(Route.COVERED, (because,))
    said = {"value": format_pounds(value), "threshold": format_pounds(threshold)}
    if value >= threshold:
        text = (
            "Its estimated value is %(value)s with VAT, and the threshold %(threshold)s: the Procurement Act 2023 "
            "covers it. Several stages are a competitive flexible procedure (s.20)."
        )
        return Advice(Route.COVERED, (Sentence(text, **said),))
    text = "Its estimated value is %(value)s with VAT, which is below the threshold of %(threshold)s."
    if value >= NOTICES_FROM:
        more = Sentence(
            "From %(least)s on it is published before anybody is asked, and nobody is kept out by what they are or "
            "have (Procurement Act 2023 s.85 to 87).",
            least=format_pounds(NOTICES_FROM),
        )
        return Advice(Route.BELOW_THRESHOLD, (Sentence(text, **said), more))
    return Advice(Route.BELOW_THRESHOLD, (Sentence(text, **said),))


def can_run_as(call: Described, advice: Advice) -> tuple[Route, ...]:
    """As what the call may run: as the law gives, or under the fuller rules of a covered procurement."""
    return tuple(each for each in OF_KIND[call.kind] if each in (advice.route, Route.COVERED))


def faults(call: Described, today: date) -> Iterator[tuple[str, Sentence]]:
    """What is missing or does not fit before the call can be published: (field, sentence)."""
    if not call.receives:
        yield "receives", Sentence("Say what is got for the money: the law that applies follows from it.")
        return
    if (call.receives == Receives.SUPPORTS) != (Route.GRANT in OF_KIND[call.kind]):
        yield "receives", OTHER_KIND[call.kind]
        return
    advice = advise(call)
    if advice is None:
        yield "subject", Sentence("Say what is bought.")
        return
    if call.route not in can_run_as(call, advice):
        yield "route", CHOOSE[advice.route]
    elif call.route != advice.route and is_blank(call.route_why):
        yield "route_why", UNASKED
    yield from _of_the_value(call)
    if call.route == Route.COVERED:
        yield from _of_covered(call, today)


def _of_the_value(call: Described) -> Iterator[tuple[str, Sentence]]:
    own = estimated_value(call, call.lots) if call.lots else None
    if call.receives == Receives.BUYS and call.whole_value is not None and own is not None and call.whole_value < own:
        text = "The whole purchase cannot be worth less than this part of it, which is %(value)s with VAT."
        yield "whole_value", Sentence(text, value=format_pounds(own))


def _of_covered(call: Described, today: date) -> Iterator[tuple[str, Sentence]]:
    if len(call.lots) == 1 and is_blank(call.one_lot_why):
        yield "one_lot_why", Sentence("Say why it is not split into lots (Procurement Act 2023 s.18).")
    if is_blank(call.conflicts_by):
        yield "conflicts_by", Sentence("Say who assessed conflicts of interest (Procurement Act 2023 s.83).")
    if call.conflicts_on is None:
        yield "conflicts_on", Sentence("Say on which day conflicts of interest were assessed.")
    elif call.conflicts_on > today:
        yield "conflicts_on", Sentence("Conflicts of interest are assessed before the call is published.")
