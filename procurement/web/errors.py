"""Refusals and faults as pages: what is wrong and what to do, in a sentence."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from jinja2 import TemplateNotFound
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException, NotFound

from procurement.services.refusal import Refusal, Stale
from procurement.web.filters import sentence

log = structlog.get_logger()
DATA = (".json", ".csv", ".atom", ".ics", ".xlsx")


def wants_data() -> bool:
    """Whether the answer goes to a program: an open-data or API address."""
    return request.path.startswith(("/api/", "/ocds/", "/data/")) or request.path.endswith(DATA)


def problem(status: int, detail: str) -> Response:
    """The answer to a program (RFC 9457)."""
    answer = jsonify(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail)
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
    if wants_data():
        return problem(error.code, error.description or "")
    try:
        page = render_template(f"errors/{error.code}.html", error=error)
    except TemplateNotFound:
        page = render_template("errors/400.html", error=error)
    headers = [(name, value) for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")]
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
