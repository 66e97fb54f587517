"""The base of every form: CSRF bound to the session, what was typed kept, each problem linked to its input."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, FieldList, FormField, HiddenField
from wtforms.csrf.core import CSRFTokenField

REFUSED = 422  # the status of a page that is shown again, with what is wrong beside each field


class Problem(NamedTuple):
    """One line of the error summary."""

    text: str
    href: str


class PageForm(FlaskForm):
    """One page, one form, one POST. `sent()` is true once it arrived whole; otherwise show the page again with it.

    Pass the form to the template as `form`: the layout then adds "Error:" to the title and the error summary.
    """

    def sent(self) -> bool:
        """Whether this request posts the form and nothing is wrong with it."""
        return bool(self.is_submitted() and self.validate())

    def refuse(self, field: str, sentence: Any) -> None:
        """Add a problem found after validation (such as a taken email address) beside its field."""
        self[field].errors = [*self[field].errors, str(sentence)]

    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the page, each with a link to the first input that it concerns."""
        found = [problem for field in self for problem in _problems_of(field)]
        whole = [Problem(str(text), "#main-content") for text in self.form_errors]
        return whole + found

    def hidden_tag(self, *names: str) -> Markup:
        """The hidden inputs. Without ids, since a page may hold several forms, and each has a token."""
        hidden: list[Any] = [field for field in self if isinstance(field, HiddenField | CSRFTokenField)]
        chosen = [field for field in hidden if not names or field.short_name in names]
        return Markup("").join(
            Markup('<input type="hidden" name="{}" value="{}">').format(field.name, escape(field._value()))
            for field in chosen
        )


def _problems_of(field: Field) -> Iterator[Problem]:
    if isinstance(field, FormField):
        for inner in field.form:
            yield from _problems_of(inner)
    elif isinstance(field, FieldList):
        own = [text for text in field.errors if isinstance(text, str)]
        for text in own:
            yield Problem(text, f"#{field.id}")
        for entry in field.entries:
            yield from _problems_of(entry)
    else:
        for text in field.errors:
            # "Enter a whole number" does not say which of several; beside the field it need not
            named = f"{field.label.text} – {text}" if text in field.process_errors else str(text)
            yield Problem(named, f"#{getattr(field, 'first_input', field.id)}")
