"""What an officer sets of a table on the page of its question: typed in fields, kept together under their names."""

from decimal import Decimal
from typing import Any

from procurement.models.stages import Question
from procurement.rules.money import written
from procurement.rules.questions import Kind, Measure
from procurement.web.forms.base import PageForm


def typed(form: PageForm, kind: Kind) -> dict[str, Any]:
    """What was typed, as the question keeps it: lines as a list, pounds as a text; what is empty is left out."""
    found: dict[str, Any] = {}
    for setting in kind.settings:
        value = form[setting.name].data if setting.laid else None
        if setting.measure is Measure.LINES:
            value = [line.strip() for line in (value or "").splitlines() if line.strip()]
        elif setting.measure is Measure.POUNDS and value is not None:
            value = written(Decimal(value))
        if value not in (None, "", []):
            found[setting.name] = value
    return found


def stored(row: Question) -> dict[str, Any]:
    """What the fields of a stored question hold."""
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in row.layout.items()}
