"""Every view says which permission it needs; a view that does not is refused at start."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from procurement.rules.permissions import PUBLIC, Permission, may
from procurement.rules.seen_by import SEEN_BY
from procurement.services.refusal import require_fresh
from procurement.web import login
from procurement.web.context import now, principal, session, unshifted

# What a view gives: a text that is a page, an answer put together, or either with a status other than its own.
Page = str | Response | tuple[str | Response, int]
View = TypeVar("View", bound=Callable[..., Page])


def allow(
    permission: Permission, load: Callable[..., object] | None = None, *, fresh: bool = False
) -> Callable[[View], View]:
    """Load and authorise in one step.

    `load(session, **where)` gives the subject or None; the view is called with it and the address's parts. A subject
    that is not there and one that may not be seen are the same 404; a subject that is seen but may not be acted on is
    403. Without `load` the subject is None and the view gets the address's parts alone. `fresh`: whoever may act must
    have entered their password a short while ago, or does so first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**where: object) -> Page:
            who = principal()
            if not who.signed_in and permission not in PUBLIC:
                return cast(Page, login.unauthorized())  # it is what the account pages answer
            if load is None:
                if not may(who, permission, None, now()):
                    abort(403)
                if fresh:
                    require_fresh(who, unshifted())
                return view(**where)
            subject = load(session(), **where)
            if subject is None:
                abort(404)
            if not may(who, permission, subject, now()):
                seen = permission in SEEN_BY and may(who, SEEN_BY[permission], subject, now())
                abort(403 if seen else 404)
            if fresh:
                require_fresh(who, unshifted())
            return view(subject, **where)

        guarded.permission = permission  # type: ignore[attr-defined]  # because a function may carry what it likes
        return guarded  # type: ignore[return-value]  # because it takes the address's parts alone, not the subject

    return decorate


def require_permissions(app: Flask) -> None:
    """Refuse to start when a view declares no permission."""
    unguarded = sorted(
        name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "permission")
    )
    if unguarded:
        raise RuntimeError(f"no permission is declared for {', '.join(unguarded)}")


def permission_of(app: Flask) -> Permission | None:
    """The permission of the view that this request goes to."""
    return getattr(app.view_functions.get(request.endpoint or ""), "permission", None)
