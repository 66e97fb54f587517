"""Browsers in which somebody has signed in before: what is mistyped there is counted apart from what strangers guess.

A cookie of its own holds, signed, digests of the accounts (the newest few) and a name drawn for the browser. It signs
nobody in and opens nothing.
"""

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from procurement.rules.accounts import digest
from procurement.web.context import ports

NAME = "known"
KEPT = 5  # accounts of one browser
AGE = 365 * 24 * 3600  # seconds
NAME_BYTES = 9


def name_for(account: str) -> str:
    """What this browser is called, if somebody has signed in to the account (its digest) in it; empty otherwise."""
    name, accounts = _read()
    return name if digest(account) in accounts else ""


def remember(response: Response, account: str) -> Response:
    """Let the browser be known to the account (its digest) from now on."""
    name, accounts = _read()
    known = digest(account)
    kept = [known, *(each for each in accounts if each != known)][:KEPT]
    response.set_cookie(
        _cookie(),
        _signer().dumps([name or ports().randomness.bytes(NAME_BYTES).hex(), kept]),
        max_age=AGE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _read() -> tuple[str, list[str]]:
    try:
        name, accounts = _signer().loads(request.cookies.get(_cookie(), ""))
    except (BadData, ValueError, TypeError):
        return "", []
    return str(name), [str(each) for each in accounts]


def _cookie() -> str:
    return f"__Host-{NAME}" if current_app.config["SESSION_COOKIE_SECURE"] else NAME


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="known browser")
