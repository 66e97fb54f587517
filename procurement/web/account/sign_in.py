"""Signing in and out, entering the password again, and staying signed in."""

from datetime import datetime
from typing import cast

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.accounts import address, digest
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.act import Act
from procurement.services.people import unsent_forms
from procurement.web import login
from procurement.web.access import Page, allow
from procurement.web.context import (
    allowed,
    config,
    do,
    navigation,
    ports,
    principal,
    unshifted,
    write,
)
from procurement.web.context import session as reading
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import EmailField, SecretField
from procurement.web.parts import known_browsers, limits
from procurement.web.parts import unsent_forms as unsent_forms_here
from procurement.web.parts.addresses import wanted
from procurement.web.parts.kept_words import page_at
from procurement.web.parts.unsent_forms import COOKIE

pages = Blueprint("account_sign_in", __name__)


APPLYING = "apply_starting.show"


class SignInForm(PageForm):
    email = EmailField(_l("Email address"), missing=_l("Enter your email address"), known=True)
    password = SecretField(_l("Password"), missing=_l("Enter your password"))


class FreshForm(PageForm):
    password = SecretField(_l("Password"), missing=_l("Enter your password"))


@pages.get("/sign-in")
@allow(Permission.PUBLIC)
def show() -> Page:
    if principal().signed_in:
        return redirect(wanted() or home_of_person(), 303)
    return _page(SignInForm())


@pages.post("/sign-in")
@allow(Permission.PUBLIC)
def sign_in() -> Page:
    form = SignInForm()
    if not form.sent():
        return _page(form), REFUSED
    account = digest(address(form.email.data))
    known = known_browsers.name_for(account)
    pair = f"{account}:{known or request.remote_addr}"
    limits.count(limits.SIGN_IN_PAIR, pair)
    if not known:
        limits.count(limits.SIGN_IN_ACCOUNT, account)
        limits.check(limits.SIGN_IN_ADDRESS)
    person = people.check_password(reading(), ports(), form.email.data, form.password.data)
    if person is None:
        if not known:
            limits.count(limits.SIGN_IN_ADDRESS)
        form.refuse("password", _("The email address or the password is not right"))
        return _page(form, wrong=True), REFUSED
    limits.forget(limits.SIGN_IN_PAIR, pair)
    if not known:
        limits.forget(limits.SIGN_IN_ACCOUNT, account)
    hashed = ports().passwords.anew(form.password.data, person.password)
    entered = redirect(enter(person.id, hashed) or wanted() or home_of_person(), 303)
    return known_browsers.remember(cast(Response, entered), account)


def enter(person_id: int, hashed: str | None = None) -> str | None:
    """Sign a person in, in a session that nobody prepared; where to go first, if something typed waits for them."""
    nonces, at = session.get(COOKIE, []), unshifted()
    secret, waiting = do(_begin, person_id, hashed, nonces, at)
    login.enter(secret, keeping=(COOKIE,))
    return url_for("account_unsent_forms.show", next=wanted()) if waiting else None


def _begin(act: Act, person_id: int, hashed: str | None, nonces: list[str], at: datetime) -> tuple[str, int]:
    """In one transaction: the sign-in, and what was typed here before it. Its secret, and how much waits."""
    secret = people.begin_sign_in(act, person_id, agent=request.user_agent.string, hashed=hashed)
    return secret, unsent_forms.claim(act.session, nonces, person_id=person_id, at=at) if nonces else 0


def home_of_person() -> str:
    """What a person came for first: the first entry of their menu."""
    return str(navigation(principal(), "/")[0]["href"])


@pages.post("/sign-out")
@allow(Permission.PUBLIC)
def sign_out() -> Page:
    leave()
    return redirect(url_for("account_sign_in.signed_out"), 303)


def leave() -> None:
    """End the sign-in of this browser, if it has one; what was typed here stays with whom it belongs to."""
    who = principal()
    if who.signed_in:
        do(people.sign_out)
    login.leave(keeping=(COOKIE,))


@pages.get("/signed-out")
@allow(Permission.PUBLIC)
def signed_out() -> Page:
    if principal().signed_in:
        return redirect(home_of_person(), 303)
    return render_template("account/sign_in/signed_out.html")


@pages.get("/sign-in/again")
@allow(Permission.SIGNED_IN)
def again() -> str:
    return render_template("account/sign_in/again.html", form=FreshForm(), onwards=wanted() or "")


@pages.post("/sign-in/again")
@allow(Permission.SIGNED_IN)
def enter_again() -> Page:
    form, who = FreshForm(), principal()
    if form.sent():
        # counted for this sign-in alone: what strangers guess elsewhere does not keep its owner from going on
        here = f"{digest(who.email)}:{who.sign_in_id}"
        limits.count(limits.SIGN_IN_PAIR, here)
        found = people.check_password(reading(), ports(), who.email, form.password.data)
        if found is not None and found.id == who.id:
            limits.forget(limits.SIGN_IN_PAIR, here)
            login.renew(do(people.refresh))
            session.pop("csrf_token", None)
            return redirect(wanted() or url_for("account_profile.show"), 303)
        form.refuse("password", _("The password is not right"))
    return render_template("account/sign_in/again.html", form=form, onwards=wanted() or ""), REFUSED


@pages.post("/session/extend")
@allow(Permission.SIGNED_IN)
def extend() -> Page:
    who, at = principal(), unshifted()
    if who.sign_in_id is not None:
        write(lambda database: people.seen(database, who.sign_in_id or 0, at=at))
    return "", 204


def _page(form: SignInForm, *, wrong: bool = False) -> str:
    expired = login.secret() is not None and not principal().signed_in
    return render_template(
        "account/sign_in/show.html",
        form=form,
        wrong=wrong,
        expired=expired,
        onwards=wanted() or "",
        applies_to=_applies_to(),
        waiting=unsent_forms_here.waits(),
        accounts=_demonstration_accounts(),
        password=config().demo_password,
    )


def _applies_to() -> Call | None:
    """The call for which somebody pressed Start, and has to sign in first."""
    endpoint, parts = page_at(wanted() or "")
    if endpoint != APPLYING:
        return None
    call = calls_queries.find_call(reading(), parts["ref"])
    return call if call is not None and allowed(Permission.CALL_READ, call) else None


def _demonstration_accounts() -> list[Person]:
    """The made-up people, where everything is made up."""
    if not config().demo:
        return []
    row = installation_queries.find(reading())
    return people_queries.list_demonstration(reading()) if row is not None and row.demonstration else []
