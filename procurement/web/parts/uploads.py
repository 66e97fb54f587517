"""Files on their way in and out: one at a time in, never opened by the browser on the way out."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Request, Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.rules.questions import Question
from procurement.rules.uploads.examination import in_units
from procurement.rules.uploads.types import GROUPS, endings_of
from procurement.web import login
from procurement.web.context import ports
from procurement.web.parts import sizes

LOCKED = "sandbox; default-src 'none'"


def accepted(question: Question | None = None) -> str:
    """What a browser offers to choose for a question, or anywhere else, by the endings."""
    return ",".join(f".{ending}" for ending in endings_of(question.types if question is not None else ()))


def limits_in_words(file_bytes: int, question: Question | None = None) -> str:
    """What may be uploaded for a question, or anywhere else, to be read before choosing."""
    if question is not None and question.types:
        types = ", ".join(_(title) for key, (title, _endings) in GROUPS.items() if key in question.types)
        said = _("%(types)s, up to %(size)s each", types=types, size=in_units(file_bytes))
    else:
        said = _(
            "PDF, Word, Excel, PowerPoint, ODT, ODS, PNG, JPG, CSV or TXT, up to %(size)s each",
            size=in_units(file_bytes),
        )
    if question is None or question.page_limit is None:
        return said
    pages = ngettext("a PDF of at most %(num)s page", "a PDF of at most %(num)s pages", question.page_limit)
    return _("%(limits)s, %(pages)s", limits=said, pages=pages)


def make_room() -> None:
    """Let somebody who is signed in send a file that is too large: the answer can then name it. It goes to the disk."""
    if login.secret():
        asked: Request = request
        asked.max_content_length = ports().bid_bytes + sizes.AROUND_A_FILE


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
