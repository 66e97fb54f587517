"""How an answer is encoded: as whoever asks says that they take it (RFC 9110, 12.5.3)."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from enum import Enum

from flask import Response, abort, request
from werkzeug.http import parse_accept_header

WORTH_PACKING = 1024  # bytes: below this the gzip header costs more than it saves
PACKED = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
)
BODILESS = (204, 304)
LEVEL = 6
GZIP = 16 + zlib.MAX_WBITS  # what zlib calls a gzip stream
SUFFIX = "-gzip"  # of a validator: the same thing in other bytes has another one (RFC 9110, 8.8.3.3)
NAMES = ("gzip", "x-gzip")  # one coding, by two names


class Packing(Enum):
    """What is done to an answer."""

    NEVER = "never"
    WHERE_WORTH_IT = "where worth it"
    ALWAYS = "always"  # who asks takes nothing that is not encoded


def wanted() -> Packing | None:
    """How this request's answer is to be encoded; None where it takes neither what is encoded nor what is not.

    `identity` is taken unless it, or everything that is not named, has the quality 0; gzip only where it is named, or
    everything is, and not where the answer as it is was asked for before it.
    """
    header = request.headers.get("Accept-Encoding")
    if header is None:
        return Packing.NEVER
    given = {name.lower(): quality for name, quality in parse_accept_header(header)}
    others = given.get("*", 0)
    packed = max((given[name] for name in NAMES if name in given), default=others)
    plain = given.get("identity", 1 if "*" not in given or others else 0)
    if plain <= 0:
        return Packing.ALWAYS if packed > 0 else None
    return Packing.WHERE_WORTH_IT if packed > 0 and packed >= given.get("identity", 0) else Packing.NEVER


def refuse_nothing_taken() -> None:
    """406 for whoever takes no encoding that there is."""
    if wanted() is None:
        abort(406)


def pack(response: Response) -> None:
    """gzip for whoever takes it; what is streamed is left alone where it may be."""
    how = wanted()
    if not response.is_streamed and (response.mimetype or "").startswith(PACKED):
        response.vary.add("Accept-Encoding")
    if how not in (Packing.WHERE_WORTH_IT, Packing.ALWAYS) or "Content-Encoding" in response.headers:
        return
    if response.status_code in BODILESS:
        return
    if response.is_streamed or response.direct_passthrough or not (response.mimetype or "").startswith(PACKED):
        if how is Packing.ALWAYS:
            _pack_stream(response)
        return
    body = response.get_data()
    if how is Packing.ALWAYS or len(body) >= WORTH_PACKING:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        _say_packed(response)


def _pack_stream(response: Response) -> None:
    response.direct_passthrough = False
    response.response = _packed(response.response)
    response.headers.pop("Content-Length", None)
    response.headers.pop("Accept-Ranges", None)
    response.vary.add("Accept-Encoding")
    _say_packed(response)


def _packed(parts: Iterable[bytes | str]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for part in parts:
        yield packer.compress(part.encode() if isinstance(part, str) else part)
    yield packer.flush()


def _say_packed(response: Response) -> None:
    response.headers["Content-Encoding"] = "gzip"
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}{SUFFIX}", weak=bool(weak))
