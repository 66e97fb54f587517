"""Who is signed in, by Flask-Login: the one module in which a browser is signed in, renewed or signed out.

The cookie holds a sign-in's secret and nothing else of it: Flask-Login's alternative id. All that is known of the
sign-in stands in its row, found by the secret's SHA-256: whose it is, when it was last seen, when the password was last
entered, whether it has ended. So one sign-in, or all of somebody's, end from the server, and a cookie that was copied
opens nothing afterwards. Of what Flask-Login keeps in the session beside the id nothing is read, so nothing is kept:
fresh is what the row says (`Principal.is_fresh`), and a browser is known by its secret, not by its address.

The rows are read by a function that `app.py` injects, and written by the account pages before they call this module,
since public pages stand on it and may import no people.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, g, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from procurement.rules.accounts import digest
from procurement.rules.permissions import ANYBODY, Principal
from procurement.web import context

SECRET = "_user_id"  # noqa: S105  (where Flask-Login keeps a user's id in the session)
UNUSED = ("_fresh", "_id")
NO_COOKIE = "; no browser is remembered"  # a name that no cookie can have


@dataclass(frozen=True)
class Browser:
    """What Flask-Login's `current_user` is: the principal, with the secret by which the browser is known."""

    principal: Principal = ANYBODY
    secret: str = field(default="", repr=False)

    @property
    def is_authenticated(self) -> bool:
        return self.principal.signed_in

    @property
    def is_active(self) -> bool:
        """Somebody who may not sign in is not found at all."""
        return self.principal.signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.principal.signed_in

    def get_id(self) -> str:
        return self.secret


def install(app: Flask) -> None:
    """Let the app know who is signed in. Browsers are not remembered: a sign-in ends when its row says so."""
    app.config["REMEMBER_COOKIE_NAME"] = NO_COOKIE
    manager.init_app(app, add_context_processor=False)


def secret() -> str | None:
    """The secret that the browser shows; it may open nothing any more."""
    return cast(str | None, session.get(SECRET))


def enter(shown: str, *, keeping: Iterable[str] = ()) -> None:
    """Sign this browser in, by the secret of a sign-in that has just begun, in a session that nobody prepared."""
    _clear(keeping)
    renew(shown)


def renew(shown: str) -> None:
    """The browser goes on under this secret. Should the sign-in have been ended meanwhile, nobody is signed in."""
    found = find(shown)
    if found is None or not login_user(found):
        logout_user()
    for name in UNUSED:
        session.pop(name, None)


def leave(*, keeping: Iterable[str] = ()) -> None:
    """Sign this browser out, and forget its session."""
    logout_user()
    _clear(keeping)


def find(shown: str) -> Browser | None:
    """The browser with this secret; None when its sign-in has ended, idled too long or never was."""
    if not g.get("may_be_known"):
        return None
    try:
        who = context.app_state().load_principal(context.session(), digest(shown), context.unshifted())
    except Exception:
        g.may_be_known = False  # the page that says that something is broken is nobody's, and asks no more
        raise
    return Browser(who, shown) if who.signed_in else None


def unauthorized() -> ResponseReturnValue:
    """The answer to somebody who must sign in first."""
    return cast(ResponseReturnValue, manager.unauthorized())


def needs_refresh() -> ResponseReturnValue:
    """The answer to somebody who must enter their password again first."""
    return cast(ResponseReturnValue, manager.needs_refresh())


def _clear(keeping: Iterable[str]) -> None:
    kept: dict[str, Any] = {name: session[name] for name in keeping if name in session}
    session.clear()
    session.update(kept)


manager = LoginManager()
manager.session_protection = None
manager.anonymous_user = Browser
manager.user_loader(find)
