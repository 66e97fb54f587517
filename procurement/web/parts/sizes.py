"""How much a request may hold: decided by what it says of itself, before anything of its address or body is read.

Whoever is not signed in has forms of a few lines. A browser whose sign-in has ended may still send what was typed in
it, since that is kept for the person (`unsent_forms`).
"""

import io
from typing import IO

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

from procurement.queries import people as people_queries
from procurement.rules.permissions import PUBLIC
from procurement.web import context
from procurement.web.access import permission_of

LONGEST_QUERY = 8_000  # bytes; the longest of our own links has a few hundred
ANYBODYS_FORM = 64 * 1024  # bytes of a whole body
TYPED_FORM = 4 * 1024 * 1024  # bytes of a whole body without files
AROUND_A_FILE = 1024 * 1024  # bytes that a body with a file may have beside it
FORM_PARTS = 400  # fields and files of one body that is sent in parts
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class TooLarge(RequestEntityTooLarge):
    """More than is taken here, which is `most` bytes; the page says so."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


def refuse_long_addresses() -> None:
    """No filter and no search is as long as this; a program is told so, a person too."""
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge


def limit_body(digest: str | None) -> None:
    """Refuse, unread, a body that is too large for whoever sends it. `digest`: of the sign-in that the browser names.

    What does not say its size is counted while it is read. Files have limits of their own.
    """
    if permission_of(current_app) in PUBLIC or not _known(digest):
        most = ANYBODYS_FORM
    elif request.mimetype != "multipart/form-data":
        most = TYPED_FORM
    else:
        return
    if request.content_length is None:
        request.environ["wsgi.input"] = _Counted(request.environ["wsgi.input"], most)
    elif request.content_length > most:
        raise TooLarge(most)


def _known(digest: str | None) -> bool:
    """Whether somebody is or was signed in here."""
    if context.principal().signed_in:
        return True
    return digest is not None and people_queries.find_holder(context.session(), digest) is not None


class _Counted(io.RawIOBase):
    """A body that does not say its size. Werkzeug would cut it at its limit without a word; here it is refused."""

    def __init__(self, body: IO[bytes], most: int) -> None:
        self._body, self._most, self._left = body, most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # because it is given a bytearray's view
        part = self._body.read(min(len(buffer), self._left + 1))
        self._left -= len(part)
        if self._left < 0:
            raise TooLarge(self._most)
        buffer[: len(part)] = part
        return len(part)
