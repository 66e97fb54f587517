"""Public data: what every answer to a program has, whatever it says: open CORS, a validator that is the digest of its
body, its licence and what describes it; and a refusal of whatever an address asks for that is not understood.

An address is public data by its path alone, so that an answer that there is nothing, or that the method is wrong, is
one too.
"""

import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from procurement.rules.published import OPEN_GOVERNMENT_LICENCE
from procurement.web import context
from procurement.web.errors import NotUnderstood, Part, problem
from procurement.web.parts import packing

_PATHS = re.compile(
    r"/(?:ocds|data)/.*"
    r"|/(?:calls|awards|notices|organisations|changes|pipeline)(?:/.*)?\.(?:json|csv|xlsx|atom|ics)"
    r"|/robots\.txt|/sitemap\.xml|/sitemaps/.*|/\.well-known/.*",
    re.DOTALL,
)
_HEADERS = re.compile(r"[\w!#$%&'*+.^`|~, -]{1,4000}", re.ASCII)
_READ = ("GET", "HEAD")
_METHODS = "GET, HEAD, OPTIONS"
_DAY = "86400"
# what a page of another site may read beyond the few that every page may
_EXPOSED = (
    "Accept-Ranges, Allow, Content-Disposition, Content-Encoding, Content-Length, Content-Range, ETag, Link, "
    "Retry-After, X-Content-SHA256"
)
_TABLES = (".csv", ".xlsx")
OK = 200
EXACT = "X-Content-SHA256"  # of an answer that is, byte for byte, what the chain has the digest of
View = TypeVar("View", bound=Callable[..., object])


def takes(*names: str) -> Callable[[View], View]:
    """The parameters that a view of public data takes; one that says nothing takes none."""

    def mark(view: View) -> View:
        view.takes = names  # type: ignore[attr-defined]  # because a function may carry what it likes
        return view

    return mark


def asked_for() -> bool:
    """Whether the address is one of public data."""
    return _PATHS.fullmatch(request.path) is not None


def preflight() -> Response | None:
    """The answer to a browser that asks whether a page of another site may ask: yes, with any header, whether there is
    anything or not, so that the page may read that there is nothing."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers or not asked_for():
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = _METHODS
    response.headers["Access-Control-Max-Age"] = _DAY
    named = request.headers.get("Access-Control-Request-Headers", "")
    if _HEADERS.fullmatch(named):
        response.headers["Access-Control-Allow-Headers"] = named
    response.vary.add("Access-Control-Request-Headers")
    return response


def refuse_what_is_not_understood() -> None:
    """400 for a parameter that the address does not take: it would be left out in silence otherwise.

    A view says by `takes` which it takes, and looks at their values itself. Nothing of ours holds a NUL.
    """
    if request.endpoint is None or request.method not in _READ or not asked_for():
        return
    known: tuple[str, ...] = getattr(current_app.view_functions[request.endpoint], "takes", ())
    takes = ", ".join(known) if known else ""
    parts = [
        Part(name, "", f"The address takes {takes}." if takes else "The address takes no parameter.")
        for name in request.args
        if name not in known
    ]
    if b"%00" in request.query_string or b"\x00" in request.query_string:
        parts.append(Part("", "%00", "No value holds a NUL."))
    if parts:
        raise NotUnderstood(parts)


def finish(response: Response) -> None:
    """To be done with every answer, before it is packed."""
    if not asked_for():
        return
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if response.status_code != OK or request.method not in _READ:
        return
    headers.add("Link", f'<{OPEN_GOVERNMENT_LICENCE}>; rel="license"')
    about = "datapackage" if request.path.endswith(_TABLES) else "dictionary"
    address = f"{context.config().base_url}/data/{about}.json"
    headers.add("Link", f'<{address}>; rel="describedby"; type="application/json"')
    if not response.is_streamed and response.get_etag()[0] is None:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest())


def answer_conditionally(response: Response) -> Response:
    """To be done once it is packed: nothing is sent to who has it, and a part to who asks for one."""
    if not asked_for() or response.status_code != OK or request.method not in _READ:
        return response
    tag, _ = response.get_etag()
    if tag is None:
        return response
    bare = tag.removesuffix(packing.SUFFIX)
    for known in (tag, bare, f"{bare}{packing.SUFFIX}"):  # who has the other encoding has the same thing
        if request.if_none_match.contains_weak(known):
            response.set_etag(known)
            break
    environ = dict(request.environ)
    if EXACT not in response.headers:
        # what it says may change with a setting of the installation, whose instant nobody knows
        environ.pop("HTTP_IF_MODIFIED_SINCE", None)
    length = response.content_length if response.is_streamed else len(response.get_data())
    try:
        response.make_conditional(environ, accept_ranges=length is not None, complete_length=length)
    except RequestedRangeNotSatisfiable as beyond:
        answer = problem(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, beyond.description or "")
        answer.headers["Content-Range"] = f"bytes */{length}"
        finish(answer)
        return answer
    return response
