"""Refusals and faults as pages: what is wrong and what to do, in a sentence."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from jinja2 import TemplateNotFound
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from procurement.services.refusal import Refusal, Stale
from procurement.web.filters import sentence

log = structlog.get_logger()
DATA = (".json", ".csv", ".atom", ".ics", ".xlsx", ".xml")
DATA_FOLDERS = ("/api/", "/ocds/", "/data/", "/sitemaps/", "/.well-known/")
LONGEST_VALUE = 60  # characters of a value that is named to whoever sent it


class Part(NamedTuple):
    """A part of an address that was not understood: the parameter, the value, and in a sentence what it takes."""

    name: str
    value: str
    takes: str


class NotUnderstood(BadRequest):
    """Something that a program asks for is not understood: nothing is guessed at and nothing left out in silence."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(" ".join(_said(each) for each in parts))
        self.parts = tuple(parts)


def _said(part: Part) -> str:
    value = part.value[:LONGEST_VALUE]
    if not part.value:
        return gettext("“%(name)s” is not understood. %(takes)s", name=part.name[:LONGEST_VALUE], takes=part.takes)
    if not part.name:
        return gettext("“%(value)s” is not understood. %(takes)s", value=value, takes=part.takes)
    return gettext(
        "“%(value)s” for “%(name)s” is not understood. %(takes)s", value=value, name=part.name, takes=part.takes
    )


def wants_data() -> bool:
    """Whether the answer goes to a program: an open-data or API address."""
    return request.path.startswith(DATA_FOLDERS) or request.path.endswith(DATA) or request.path == "/robots.txt"


def problem(status: int, detail: str, **more: Any) -> Response:
    """The answer to a program (RFC 9457); `more` are members of our own."""
    answer = jsonify(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, **more)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def refused(refusal: Refusal) -> Response | tuple[str, int]:
    if wants_data():
        return problem(refusal.status, str(refusal))
    if isinstance(refusal, Stale):
        return render_template("errors/stale.html", stale=refusal), 409
    reasons = [sentence(reason) for reason in refusal.reasons]
    page = "errors/410.html" if refusal.status == HTTPStatus.GONE else "errors/refused.html"
    return render_template(page, reasons=reasons), refusal.status


def http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    headers = [(name, value) for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")]
    if wants_data():
        parts = error.parts if isinstance(error, NotUnderstood) else ()
        more = {"parameters": [{**each._asdict(), "value": each.value[:LONGEST_VALUE]} for each in parts]}
        answer = problem(error.code, error.description or "", **(more if parts else {}))
        answer.headers.extend(headers)  # as Allow, Retry-After
        return answer
    try:
        page = render_template(f"errors/{error.code}.html", error=error)
    except TemplateNotFound:
        page = render_template("errors/400.html", error=error)
    return page, error.code, headers


def fault(error: Exception) -> Response | tuple[str, int]:
    """A fault of ours: an incident number for the person, the trace for the log, and nothing else about anybody."""
    incident = request.headers.get("X-Request-Id") or format(id(error) & 0xFFFFFFFF, "08x")
    log.exception("fault", incident=incident, endpoint=request.endpoint)
    if wants_data():
        return problem(500, gettext("Sorry, there is a problem with the service."))
    return render_template("errors/500.html", incident=incident), 500


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(NoResultFound, lambda _: http(NotFound()))
    if not app.testing:
        app.register_error_handler(Exception, fault)
