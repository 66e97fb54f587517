"""Names in scripts that run from right to left, kept apart on every page: in text, in sentences, in attributes.

Whatever a template prints and whatever a sentence is filled with passes here, so that no template has to think of it
(`rules.bidi` says how).
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from flask import Flask
from flask_babel import Babel, Domain, get_babel  # type: ignore[attr-defined]  # because its __all__ lacks them
from jinja2 import Template, pass_context
from jinja2.runtime import Context

from procurement.rules.bidi import as_elements, isolated


def apart(value: Any) -> Any:
    """What a template prints; what is markup already was made of values that were looked at."""
    return isolated(value) if type(value) is str else value


def _all_apart(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: apart(each) for name, each in variables.items()}


class Page(Template):
    """A template whose isolated values become elements."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        return as_elements(super().render(*args, **kwargs))


class Sentences(Domain):  # type: ignore[misc]  # because Flask-Babel has no types
    """Translations whose values are isolated."""

    def gettext(self, string: str, **variables: Any) -> str:
        return str(super().gettext(string, **_all_apart(variables)))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return str(super().ngettext(singular, plural, num, **_all_apart(variables)))


class Languages(Babel):
    """Flask-Babel with those sentences."""

    @cached_property
    def domain_instance(self) -> Sentences:
        return Sentences(domain=get_babel().default_domain)


def _filled(translate: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def filled(context: Context, /, *texts: Any, **variables: Any) -> Any:
        return translate(context, *texts, **_all_apart(variables))

    return filled


def install(app: Flask) -> None:
    """Sentences and values of templates, and the pages that are made of them. Before any template is read."""
    Languages(app)
    environment = app.jinja_env
    for name in ("gettext", "ngettext"):
        environment.globals[name] = _filled(cast(Callable[..., Any], environment.globals[name]))
    environment.finalize = apart
    environment.template_class = Page
