"""Answers that programs and caches understand: validators, open CORS, streamed downloads."""

from collections.abc import Iterable
from datetime import datetime

from flask import Response, jsonify, request


def conditional(response: Response, tag: str, changed_at: datetime | None = None) -> Response:
    """Say what this is a version of, so that who has it need not fetch it again."""
    response.set_etag(tag)
    if changed_at is not None:
        response.last_modified = changed_at
    response.make_conditional(request)
    return response


def open_data(response: Response) -> Response:
    """Anybody's page may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def json_answer(value: object, tag: str, changed_at: datetime | None = None) -> Response:
    return open_data(conditional(jsonify(value), tag, changed_at))


def download(rows: Iterable[bytes], media_type: str, name: str) -> Response:
    """A file that is written while it is sent."""
    response = Response(rows, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return open_data(response)
