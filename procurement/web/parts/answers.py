"""Answers that programs understand: JSON, files written part by part, exact bytes. Their validators, licence and CORS
are `public_data`'s."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from flask import Response

from procurement.rules.published import OPEN_GOVERNMENT_LICENCE
from procurement.web import context
from procurement.web.parts.public_data import EXACT

JSON = "application/json"
IN_MEMORY = 1024 * 1024  # bytes: what is longer waits on the disk until it is sent, and is sent as it is
PART = 256 * 1024


def json_answer(value: object, changed_at: datetime | None = None) -> Response:
    """A value as JSON. `changed_at`: when the newest thing that it tells was recorded."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return changed(Response(body, mimetype=JSON), changed_at)


def provenance(page: str) -> dict[str, Any]:
    """Where data is from, and what may be done with it; `page`: the address of the page that says the same."""
    site = context.config().base_url
    return {
        "licence": OPEN_GOVERNMENT_LICENCE,
        "publisher": context.setting("authority_name"),
        "source": f"{site}{page}",
        "dictionary": f"{site}/data/dictionary.json",
    }


def exact(content: bytes, digest: str, changed_at: datetime | None = None) -> Response:
    """Bytes as they were published, with their SHA-256, which is their validator too."""
    response = Response(content, mimetype=JSON)
    response.headers[EXACT] = digest
    return changed(response, changed_at)


def changed(response: Response, changed_at: datetime | None) -> Response:
    if changed_at is not None:
        response.last_modified = changed_at
    return response


def written(parts: Iterable[bytes], media_type: str, changed_at: datetime | None = None) -> Response:
    """Many parts as one body: they are read once, so that its digest and its length are known before it is sent."""
    held = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (whoever sends it closes it)
    digest, length = hashlib.sha256(), 0
    for part in parts:
        held.write(part)
        digest.update(part)
        length += len(part)
    held.seek(0)
    if length <= IN_MEMORY:
        with held:
            response = Response(held.read(), content_type=media_type)
    else:
        response = Response(_read(held), content_type=media_type)
        response.content_length = length
    response.set_etag(digest.hexdigest())
    return changed(response, changed_at)


def _read(held: "tempfile.SpooledTemporaryFile[bytes] | IO[Any]") -> Iterator[bytes]:
    with held:
        while part := held.read(PART):
            yield part


def download(response: Response, name: str) -> Response:
    """An answer that a browser saves under a name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
