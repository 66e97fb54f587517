"""What an address may hold, so that nothing reaches a query that a database has no column for."""

from typing import Any

from flask import Flask, abort, request
from flask import Request as FlaskRequest
from werkzeug.routing import IntegerConverter
from werkzeug.utils import cached_property

from procurement.rules.numbers import MOST_DIGITS

NUL = "\x00"  # PostgreSQL keeps no text that holds one


class Number(IntegerConverter):
    """`<int:…>` in every route: at most nine ASCII digits; any other address has no page."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


class Request(FlaskRequest):
    """A request whose query holds no NUL: nothing of ours does, so that nothing is found, and nothing fails."""

    @cached_property
    def args(self) -> Any:
        pairs = super().args.items(multi=True)
        return self.parameter_storage_class((name.replace(NUL, ""), value.replace(NUL, "")) for name, value in pairs)


def install(app: Flask) -> None:
    """To be done before the first route is added."""
    app.request_class = Request
    app.url_map.converters["int"] = Number


def refuse_nul() -> None:
    """An address with a NUL is nobody's."""
    if NUL in request.path:
        abort(404)
