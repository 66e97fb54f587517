"""The words of messages: plain text from templates, wrapped for mail."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from procurement.rules import messages


class Texts:
    """Subject and body from `templates/messages/<kind>/{subject,text}.txt`; what people wrote is only ever a value."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=False,  # noqa: S701  plain text: what people wrote is cleaned by rules.messages
            undefined=StrictUndefined,
            auto_reload=False,  # a message is written inside a transaction: no look at the disk each time
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # because i18n adds it

    def text(self, kind: str, fields: Mapping[str, object]) -> tuple[str, str]:
        """Raises ValueError when the fields are not exactly those that the kind names."""
        values = messages.cleaned(kind, fields)
        subject = self._environment.get_template(f"{kind}/subject.txt").render(values)
        body = self._environment.get_template(f"{kind}/text.txt").render(values)
        return messages.shorten(subject), messages.wrap(body)
