"""The limits of approval by value: asked by whatever somebody approves that costs money."""

from decimal import Decimal

from procurement.queries import limits as limits_queries
from procurement.rules.limits import above
from procurement.services.act import Act
from procurement.services.refusal import Refusal


def require_within(act: Act, value: Decimal) -> None:
    """Refuse who may not approve so much, by the setting that holds on this day (`rules.limits`)."""
    if (sentence := above(limits_queries.limits(act.session, act.today).of(act.by.email), value)) is not None:
        raise Refusal(sentence, status=403)
