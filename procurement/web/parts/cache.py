"""Public pages kept in memory, for people who are not signed in, until one of them may say something else.

A page is kept under its address, the minute, and the version of everything public (`queries.public_version`) as it was
before the page was made: so a page that is found is never older than its version. The version is read again after each
change that this process makes, when the clock passes the instant at which a call opens or closes, and after a second,
within which another process may have changed something.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, Response, current_app, g, request, session

from procurement.queries import public_version as public_version_queries
from procurement.queries.public_version import PublicVersion
from procurement.web import context
from procurement.web.parts import packing

READ_AGAIN_AFTER = timedelta(seconds=1)
MOST_PAGES = 1_000
LARGEST_PAGE = 64 * 1024  # bytes of one page as it is sent
METHODS = ("GET", "HEAD")
OK = 200
Key = tuple[str, bytes, packing.Packing | None, datetime, PublicVersion]


@dataclass(frozen=True)
class CachedPage:
    """A page as it is sent, packed or not, with all its headers."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """A version, when it was read (unshifted and by the service's clock), and how many changes were made before."""

    version: PublicVersion
    unshifted: datetime
    now: datetime
    changes: int


class PageCache:
    """The kept pages of one app; the one asked for longest ago goes first."""

    def __init__(self, endpoints: frozenset[str]) -> None:
        self.endpoints = endpoints
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: Seen | None = None

    def version(self) -> PublicVersion:
        database, seen = context.ports().database, self._seen
        fresh = (
            seen is not None
            and seen.changes == database.changes
            and seen.unshifted <= context.unshifted() < seen.unshifted + READ_AGAIN_AFTER
            and seen.now <= context.now()
            and (seen.version.until is None or context.now() < seen.version.until)
        )
        if seen is None or not fresh:
            changes = database.changes  # counted before it is read, so that what is made meanwhile is noticed
            with database.reading() as reading:
                seen = Seen(
                    public_version_queries.public_version_of(reading, context.now()),
                    context.unshifted(),
                    context.now(),
                    changes,
                )
            self._seen = seen
        return seen.version

    def find(self, key: Key) -> CachedPage | None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, key: Key, page: CachedPage) -> None:
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def install(app: Flask, endpoints: frozenset[str]) -> None:
    """Keep the pages of these views, which say the same to everybody who is not signed in."""
    app.extensions["page_cache"] = PageCache(endpoints)


def cached_page() -> Response | None:
    """The kept page, if there is one for this request; else `keep` will know the place of what is made for it."""
    cache = cast(PageCache, current_app.extensions["page_cache"])
    if request.endpoint not in cache.endpoints or request.method not in METHODS:
        return None
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return None
    minute = context.now().replace(second=0, microsecond=0)
    key: Key = (request.path, request.query_string, packing.wanted(), minute, cache.version())
    page = cache.find(key)
    if page is None:
        g.page_key = key
        return None
    g.page_kept = True
    return _unless_there(Response(page.body, headers=page.headers))


def finished() -> bool:
    """Whether this request's answer is a kept page, which has its headers already."""
    return "page_kept" in g


def keep(response: Response) -> Response:
    """Remember a page that was made for `cached_page`, as it is about to be sent."""
    key = g.pop("page_key", None)
    # a page that began a session for somebody (a form with its token) is theirs alone; the cookie is set after this
    if key is None or response.status_code != OK or response.is_streamed or session or session.modified:
        return response
    body = response.get_data()
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    if request.method == "GET" and len(body) <= LARGEST_PAGE:
        page = CachedPage(body, tuple(response.headers))
        cast(PageCache, current_app.extensions["page_cache"]).keep(key, page)
    return _unless_there(response)


def _unless_there(response: Response) -> Response:
    """Who has this very page already is told so, and fetches nothing."""
    if "If-None-Match" not in request.headers:
        return response
    return cast(Response, response.make_conditional(request))
