"""Addresses of our own: where somebody wanted to go, and nothing that leads elsewhere."""

import re
from urllib.parse import SplitResult, urlsplit

from flask import request

OWN = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")
LONGEST_ADDRESS = 2_000


def _split(text: str) -> SplitResult | None:
    """An address in its parts; None for what is none, as "http://[": browsers and others send such things."""
    try:
        return urlsplit(text)
    except ValueError:
        return None


def own_path(text: str | None) -> str | None:
    """The address if it is a path of this service, with its query; None for anything else (docs/threats.md 45)."""
    if not text or len(text) > LONGEST_ADDRESS or not OWN.fullmatch(text):
        return None
    parts = _split(text)
    return text if parts is not None and not parts.scheme and not parts.netloc else None


def wanted() -> str | None:
    """Where the page that sent somebody here says that they wanted to go: `next` in the address or the form."""
    return own_path(request.values.get("next"))


def page_before() -> str | None:
    """The page of ours from which this request came, as the browser says."""
    parts = _split(request.referrer or "")
    if parts is None or parts.netloc != request.host:
        return None
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def from_elsewhere() -> bool:
    """Whether the browser says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    parts = _split(origin)
    return parts is None or parts.netloc != request.host
