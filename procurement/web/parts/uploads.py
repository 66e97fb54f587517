"""Files on their way in and out: one at a time in, never opened by the browser on the way out."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext as _

from procurement.rules.uploads import MEDIA_TYPES
from procurement.rules.uploads.examination import in_units

ACCEPT = ",".join(f".{suffix}" for suffix in MEDIA_TYPES)
LOCKED = "sandbox; default-src 'none'"


def limits_in_words(file_bytes: int) -> str:
    """What may be uploaded, to be read before choosing."""
    return _(
        "PDF, Word, Excel, PowerPoint, ODT, ODS, PNG, JPG, CSV or TXT, up to %(size)s each", size=in_units(file_bytes)
    )


def wants_json() -> bool:
    """Whether a script of ours asks, which shows the answer on the page that is there."""
    return request.accept_mimetypes.best == "application/json"


def attachment(parts: Iterable[bytes], name: str, media_type: str, size: int | None = None) -> Response:
    """A download that a browser keeps and does not run: always saved, never guessed at, in a box of its own."""
    response = Response(parts, mimetype=media_type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    if size is not None:
        response.content_length = size
    return response
