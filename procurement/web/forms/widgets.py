"""Widgets: a WTForms field drawn by the components of `templates/_components/fields.html`.

`{{ form.title }}` is the whole group: label, hint, error, input. What a page may change is given where it is drawn:
`{{ form.title(size="l", heading=true, hint=_("Up to 80 characters")) }}`. A field's `description` is its hint.
"""

from typing import Any, cast

from flask import current_app
from markupsafe import Markup
from wtforms import Field


class Component:
    """Draw a field by a macro: `arguments` are what the macro needs beyond label, hint and errors."""

    validation_attrs: tuple[str, ...] = ()
    macro = "input"

    def __init__(self, macro: str = "", **fixed: Any) -> None:
        self.macro = macro or self.macro
        self.fixed = fixed

    def __call__(self, field: Field, **given: Any) -> Markup:
        macro = getattr(current_app.jinja_env.get_template("_components/fields.html").module, self.macro)
        plain: dict[str, Any] = {"hint": field.description, "errors": [str(error) for error in field.errors]}
        plain |= self.fixed | self.arguments(field) | given
        plain.setdefault("id", field.id)
        label = plain.pop("label", field.label.text)
        return cast(Markup, macro(field.name, label, **plain))

    def arguments(self, field: Any) -> dict[str, Any]:
        """What is said of a field of the kind that this widget belongs to."""
        return {"value": field._value()}


class Secret(Component):
    macro = "password_input"

    def arguments(self, field: Any) -> dict[str, Any]:
        return {}


class Words(Component):
    macro = "textarea"

    def arguments(self, field: Any) -> dict[str, Any]:
        value = field._value()
        counted = {"limit": field.limit, "least": field.least}
        return {"value": value, "rows": field.rows, "words": field.words if value else None, **counted}


class Choices(Component):
    """Radios, checkboxes or a select, from a field's `choices`."""

    macro = "radios"

    def arguments(self, field: Any) -> dict[str, Any]:
        plural = self.macro == "checkboxes"
        chosen = {"values": field.data or ()} if plural else {"value": field.chosen()}
        return {"items": field.items(), **chosen}


class Tick(Component):
    macro = "checkbox"

    def arguments(self, field: Any) -> dict[str, Any]:
        return {"checked": bool(field.data), "value": field._value()}


class Parts(Component):
    """A date, or a date and a time, as several inputs."""

    macro = "date_input"

    def arguments(self, field: Any) -> dict[str, Any]:
        return {"parts": field.typed, "wrong": field.wrong}


class Upload(Component):
    macro = "file_upload"

    def arguments(self, field: Any) -> dict[str, Any]:
        return {"accept": field.accept}
