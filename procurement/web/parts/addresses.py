"""Addresses of our own: where somebody wanted to go, and nothing that leads elsewhere."""

import re
from urllib.parse import urlsplit

from flask import request

OWN = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")
LONGEST_ADDRESS = 2_000


def own_path(text: str | None) -> str | None:
    """The address if it is a path of this service, with its query; None for anything else (docs/threats.md 45)."""
    if not text or len(text) > LONGEST_ADDRESS or not OWN.fullmatch(text):
        return None
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else None


def wanted() -> str | None:
    """Where the page that sent somebody here says that they wanted to go: `next` in the address or the form."""
    return own_path(request.values.get("next"))


def page_before() -> str | None:
    """The page of ours from which this request came, as the browser says."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return None
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def from_elsewhere() -> bool:
    """Whether the browser says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host
