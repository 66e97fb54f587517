"""What search engines and finders of faults ask for: which pages there are, and whom to tell."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from xml.etree import ElementTree

from flask import Blueprint, Response, abort

from procurement.queries import calls as calls_queries
from procurement.queries import register as register_queries
from procurement.rules.dates import start_of_day
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso
from procurement.web.parts.answers import written
from workflows.catalogue import PROCEDURES

pages = Blueprint("indexing", __name__)
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 40_000  # of one file; the protocol takes 50,000
STANDING = (
    "/",
    "/calls",
    "/awards",
    "/notices",
    "/organisations",
    "/changes",
    "/data",
    "/how-we-decide",
    "/help",
    "/accessibility-statement",
    "/privacy",
    "/cookies",
    "/terms",
)
# what is nobody's but the person's who is signed in, or has as many addresses as there are searches
KEPT_OUT = (
    "/account",
    "/admin",
    "/applications",
    "/assess",
    "/dashboard",
    "/manage",
    "/password",
    "/register",
    "/sign-in",
    "/verify/",
    "/awards?",
    "/calls?",
)


class Address(NamedTuple):
    """A page, and when it last changed, where that is known."""

    path: str
    changed_at: datetime | None = None


@pages.get("/robots.txt")
@allow(Permission.PUBLIC)
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT), "", f"Sitemap: {_absolute('/sitemap.xml')}"]
    return _text(lines)


@pages.get("/.well-known/security.txt")
@allow(Permission.PUBLIC)
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116), until the end of the day that the operator set."""
    until = start_of_day(date.fromisoformat(context.setting("security_until")) + timedelta(days=1))
    return _text(
        [
            f"Contact: mailto:{context.setting('help_email')}",
            f"Expires: {iso(until - timedelta(seconds=1))}",
            "Preferred-Languages: en",
            f"Canonical: {_absolute('/.well-known/security.txt')}",
        ]
    )


@pages.get("/sitemap.xml")
@allow(Permission.PUBLIC)
def sitemap() -> Response:
    """The list of the lists: one of what always is there, the others of forty thousand awards each."""
    _, changed_at = register_queries.version(context.session())
    parts = 1 + -(-register_queries.count(context.session()) // MOST_ADDRESSES)
    found = [Address(f"/sitemaps/{number}.xml", changed_at) for number in range(1, parts + 1)]
    return _xml("sitemapindex", "sitemap", found, changed_at)


@pages.get("/sitemaps/<int:number>.xml")
@allow(Permission.PUBLIC)
def part(number: int) -> Response:
    """The first: calls, notices, organisations and what always is there; from the second on awards."""
    session = context.session()
    _, changed_at = register_queries.version(session)
    if number == 1:
        return _xml("urlset", "url", _everything_but_awards(), changed_at)
    rows = register_queries.addresses(session, MOST_ADDRESSES, (number - 2) * MOST_ADDRESSES) if number > 1 else []
    if not rows:
        abort(404)
    return _xml("urlset", "url", (Address(f"/awards/{ref}", at) for ref, at in rows), changed_at)


def _everything_but_awards() -> Iterator[Address]:
    session = context.session()
    yield from map(Address, STANDING)
    yield from (Address(f"/how-we-decide/{key}") for key in PROCEDURES)
    for call in calls_queries.list_public(session, calls_queries.Search(), context.now(), whole=True):
        yield from (Address(f"/calls/{call.ref}{more}") for more in ("", "/form", "/how-we-decide"))
    for notice in register_queries.list_notices(session):
        yield Address(f"/notices/{notice.public_id}", notice.published_at)
    yield from (Address(f"/organisations/{each}") for each in register_queries.organisation_refs(session))


def _absolute(path: str) -> str:
    return f"{context.config().base_url}{path}"


def _text(lines: Iterable[str]) -> Response:
    return written([("\n".join(lines) + "\n").encode()], "text/plain; charset=utf-8")


def _xml(root: str, each: str, found: Iterable[Address], changed_at: datetime | None) -> Response:
    whole = ElementTree.Element(root, xmlns=SITEMAP)
    for address in found:
        entry = ElementTree.SubElement(whole, each)
        ElementTree.SubElement(entry, "loc").text = _absolute(address.path)
        if address.changed_at is not None:
            ElementTree.SubElement(entry, "lastmod").text = iso(address.changed_at)
    body = ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return written([body], "application/xml; charset=utf-8", changed_at)
