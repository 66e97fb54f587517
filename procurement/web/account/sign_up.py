"""Creating an account: one answer for every address, and the account lives once the address is confirmed."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.people import Person, Token
from procurement.queries import installation as installation_queries
from procurement.queries import messages as messages_queries
from procurement.queries import people as people_queries
from procurement.rules.accounts import address, digest, password_fault
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.people.tokens import secret
from procurement.web.access import Page, allow
from procurement.web.account.sign_in import enter, home_of_person
from procurement.web.context import close, config, do, now, ports, principal
from procurement.web.context import session as reading
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import EmailField, SecretField, TextField, TickField
from procurement.web.parts import limits
from procurement.web.parts.addresses import own_path, wanted
from procurement.web.parts.message_texts import lines_of

pages = Blueprint("account_sign_up", __name__)
SENT_TO, SENT = "sent_to", "sent"
GONE = 410
BROWSER = "signed_up_here"  # a secret by which the link knows the browser in which its password was typed


class RegisterForm(PageForm):
    name = TextField(_l("Full name"), missing=_l("Enter your full name"), most=120)
    email = EmailField(_l("Email address"), missing=_l("Enter your email address"))
    password = SecretField(_l("Password"), missing=_l("Enter a password"))
    terms = TickField(_l("I accept the terms of use"), missing=_l("Tick the box to accept the terms of use"))


class ConfirmForm(PageForm):
    name = TextField(_l("Full name"), missing=_l("Enter your full name"), most=120)
    password = SecretField(_l("Password"), missing=_l("Enter a password"))


@pages.get("/register")
@allow(Permission.PUBLIC)
def show() -> Page:
    if principal().signed_in:
        return redirect(wanted() or url_for("account_profile.show"), 303)
    return render_template("account/sign_up/show.html", form=RegisterForm(), onwards=wanted() or "")


@pages.post("/register")
@allow(Permission.PUBLIC)
def create() -> Page:
    form = RegisterForm()
    right = form.sent()
    fault = password_fault(form.password.data or "", form.email.data or "") if form.password.data else None
    if fault is not None:
        form.refuse("password", sentence(fault))
    if not right or fault is not None:
        return render_template("account/sign_up/show.html", form=form, onwards=wanted() or ""), REFUSED
    limits.count(limits.SIGN_UP_ADDRESS)
    limits.count(limits.SIGN_UP_ACCOUNT, digest(address(form.email.data)))
    hashed = ports().passwords.hash(form.password.data)
    # whether the address has an account or not: the cookie can be read, and must tell nothing
    browser = session.setdefault(BROWSER, secret(ports()))
    origin = people.Origin(browser, wanted() or "")
    message = do(people.sign_up, form.name.data, form.email.data, hashed, origin)
    remember_sent(form.email.data, message.id)
    return redirect(url_for("account_sign_up.check"), 303)


def remember_sent(email: str, message_id: int | None) -> None:
    """What the next page may say; the message itself is for demonstrations that send none."""
    session[SENT_TO] = address(email)
    session.pop(SENT, None)
    if message_id is not None and mail_is_shown():
        session[SENT] = message_id


def mail_is_shown() -> bool:
    """Whether messages are shown to whom they are for instead of being sent: in a demonstration without mail."""
    if not config().demo or config().mail_url:
        return False
    row = installation_queries.find(reading())
    return row is not None and row.demonstration


@pages.get("/register/check")
@allow(Permission.PUBLIC)
def check() -> Page:
    if SENT_TO not in session:
        return redirect(url_for("account_sign_up.show"), 303)
    return render_template(
        "account/sign_up/check.html", email=session[SENT_TO], shown=mail_is_shown() and SENT in session
    )


@pages.get("/register/message")
@allow(Permission.PUBLIC)
def message() -> Page:
    if not mail_is_shown() or SENT not in session:
        abort(404)
    found = messages_queries.find(reading(), session[SENT])
    if found is None:
        abort(404)
    lines = lines_of(found.body, ports().base_url, secrets=True)
    return render_template("account/sign_up/message.html", message=found, lines=lines)


@pages.get("/register/confirm/<link>")
@allow(Permission.PUBLIC)
def confirm(link: str) -> Page:
    """One button where the password was typed; in any other browser the holder of the link chooses it."""
    found = people_queries.find_sign_up(reading(), digest(link), now())
    if found is None:
        return render_template("account/sign_up/gone.html"), GONE
    token, person = found
    here = people.typed_in(token, session.get(BROWSER, "")) and "choose" not in request.args
    return _confirm_page(link, token, person, form=None if here else _choosing(person))


@pages.post("/register/confirm/<link>")
@allow(Permission.PUBLIC)
def confirmed(link: str) -> Page:
    limits.count(limits.LINK_ADDRESS)
    found, browser = people_queries.find_sign_up(reading(), digest(link), now()), session.get(BROWSER, "")
    if found is None:
        return render_template("account/sign_up/gone.html"), GONE
    token, person = found
    name, hashed = "", None
    if "password" in request.form or not people.typed_in(token, browser):
        form = _choosing(person)
        right = form.sent()
        fault = password_fault(form.password.data, token.email) if form.password.data else None
        if fault is not None:
            form.refuse("password", sentence(fault))
        if not right or fault is not None:
            return _confirm_page(link, token, person, form=form), REFUSED
        close()  # hashing takes a while: no connection is held meanwhile
        name, hashed = "" if person else form.name.data, ports().passwords.hash(form.password.data)
    try:
        made = do(people.confirm, link, browser=browser, name=name, hashed=hashed)
    except people.LinkGone:
        return render_template("account/sign_up/gone.html"), GONE
    onwards, person_id = own_path(token.onwards), made.id
    session.pop(SENT_TO, None)
    session.pop(SENT, None)
    if not principal().signed_in and not people_queries.holds_a_role(reading(), person_id):
        first = enter(person_id)  # the link proves the address, and the password was chosen by whoever holds it
        flash(_("Your address is confirmed, and you are signed in."), "success")
        return redirect(first or onwards or home_of_person(), 303)
    flash(_("Your address is confirmed. Sign in with the password that you chose."), "success")
    return redirect(url_for("account_sign_in.show", next=onwards), 303)


def _choosing(person: Person | None) -> ConfirmForm:
    """The form of whoever holds the link; an account that somebody made for them has its name already.

    The name that was typed at the sign-up is not offered: it may be anybody's.
    """
    form = ConfirmForm()
    if person is not None:
        del form.name
    return form


def _confirm_page(link: str, token: Token, person: Person | None, *, form: ConfirmForm | None) -> str:
    return render_template(
        "account/sign_up/confirm.html",
        link=link,
        name=person.name if person else token.name,
        email=person.email if person else token.email,
        form=form,
    )
