"""Planned calls in words: the month, and what one may be worth."""

from flask_babel import gettext as _

from procurement.models.pipeline import PlannedCall
from procurement.rules.money import format_pounds


def value_words(row: PlannedCall) -> str:
    """What it may be worth, and what that is of VAT."""
    if row.value is None:
        return _("Not known yet")
    if row.kind == "fund":
        return _("%(value)s (outside the scope of VAT)", value=format_pounds(row.value))
    return _("%(value)s including VAT", value=format_pounds(row.value))
