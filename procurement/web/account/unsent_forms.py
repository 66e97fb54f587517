"""Where somebody goes who must sign in first, and how they get back what they had typed.

Nobody ever loses a text to an expired session or an expired form: the form is kept, sealed, for a day, and given back
after signing in, to the person whose session it was.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.wrappers import Response

from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.people.sign_ins import SEEN_EVERY
from procurement.services.refusal import FreshSignInNeeded
from procurement.web import login
from procurement.web.access import Page, allow, permission_of
from procurement.web.context import principal, unshifted, write
from procurement.web.errors import http, problem, wants_data
from procurement.web.parts import kept_words, limits, unsent_forms
from procurement.web.parts.addresses import from_elsewhere, own_path, page_before, wanted
from procurement.web.parts.uploads import wants_json

pages = Blueprint("account_unsent_forms", __name__)
Error = TypeVar("Error", bound=Exception)
POLL = "poll"  # what a script says that asks by itself, again and again
pages.record_once(lambda state: limits.install(cast(Flask, state.app)))


@pages.get("/kept")
@allow(Permission.SIGNED_IN)
def show() -> Page:
    return render_template(
        "account/unsent_forms/show.html",
        forms=[(each, kept_words.about(each.typed)) for each in unsent_forms.list_unsent()],
        not_typed=unsent_forms.NOT_TYPED,
        is_typed=unsent_forms.is_typed,
        onwards=wanted(),
    )


@pages.post("/kept/<int:form_id>/drop")
@allow(Permission.SIGNED_IN)
def drop(form_id: int) -> Page:
    unsent_forms.drop(form_id)
    flash(_("What was kept is gone."))
    return redirect(url_for("account_unsent_forms.show"), 303)


def refusing(handler: Callable[[Error], ResponseReturnValue]) -> Callable[[Error], ResponseReturnValue]:
    """What an error handler raises would be a fault of ours: a refusal of its own is answered as any other."""

    @wraps(handler)
    def answered(error: Error) -> ResponseReturnValue:
        try:
            return handler(error)
        except HTTPException as refused:
            return http(refused)

    return answered


def sign_in_needed() -> ResponseReturnValue:
    """A page: sign in and come back. A form: the same, and what was typed is kept. A program or script: 401."""
    if _asked_by_script():
        return _signed_out()
    if request.method not in ("GET", "HEAD"):
        if from_elsewhere():
            return http(Unauthorized())
        unsent_forms.keep()
    return unsent_forms.to_sign_in()


@pages.app_errorhandler(FreshSignInNeeded)
@refusing
def sent_to_refresh(error: FreshSignInNeeded) -> ResponseReturnValue:
    return login.needs_refresh()


def fresh_sign_in_needed() -> ResponseReturnValue:
    """Enter the password again, then go on; a form that was on its way is kept."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("account_sign_in.again", next=own_path(request.full_path.rstrip("?"))), 303)
    waiting = unsent_forms.keep()
    here = page_before() or request.path
    onwards = url_for("account_unsent_forms.show", next=here) if waiting else here
    return redirect(url_for("account_sign_in.again", next=onwards), 303)


@pages.app_errorhandler(CSRFError)
@refusing
def form_expired(error: CSRFError) -> ResponseReturnValue:
    """The form is older than the session: give it back, for the person to send again. Another site's form: refused."""
    if _asked_by_script():
        if not principal().signed_in:
            return _signed_out()
        return problem(400, _("The page had been open too long. Load it again."))
    if from_elsewhere():
        return render_template("errors/csrf.html"), 400
    if principal().signed_in:
        if unsent_forms.keep():
            return redirect(url_for("account_unsent_forms.show"), 303)
        return render_template("errors/csrf.html"), 400
    if permission_of(current_app) == Permission.PUBLIC:
        return render_template(
            "account/unsent_forms/again.html", typed=unsent_forms.typed(), not_typed=unsent_forms.NOT_TYPED
        ), 400
    unsent_forms.keep()
    return unsent_forms.to_sign_in()


def _asked_by_script() -> bool:
    """Whether a program or a script of ours asks, to which a sign-in page would look like success."""
    return wants_data() or "X-Requested-With" in request.headers or wants_json()


def _signed_out() -> Response:
    return problem(401, _("You are signed out. Sign in again first."))


@pages.before_app_request
def seen() -> None:
    """Whoever does something stays signed in; written once a minute at most. A page that asks by itself how far
    something is does nothing for anybody: the session ends as it would."""
    if request.headers.get("X-Requested-With") == POLL:
        return
    who, at = principal(), unshifted()
    if who.sign_in_id is not None and who.seen_at is not None and not who.seen_at <= at < who.seen_at + SEEN_EVERY:
        write(lambda database: people.seen(database, who.sign_in_id or 0, at=at))


@pages.after_app_request
def sent_again(response: Response) -> Response:
    return unsent_forms.sent_again(response)


login.manager.unauthorized_handler(sign_in_needed)
login.manager.needs_refresh_handler(fresh_sign_in_needed)
