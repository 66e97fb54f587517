"""Choosing a password by a link that is sent to one's address. One answer for every address."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.rules.accounts import address, digest, password_fault
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.web.access import Page, allow
from procurement.web.account.sign_up import remember_sent
from procurement.web.context import do, ports
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import EmailField, SecretField
from procurement.web.parts import limits

pages = Blueprint("account_passwords", __name__)


class AskForm(PageForm):
    email = EmailField(_l("Email address"), missing=_l("Enter your email address"), known=True)


class ChooseForm(PageForm):
    password = SecretField(_l("New password"), missing=_l("Enter a new password"))


@pages.get("/password")
@allow(Permission.PUBLIC)
def show() -> str:
    return render_template("account/passwords/show.html", form=AskForm())


@pages.post("/password")
@allow(Permission.PUBLIC)
def ask() -> Page:
    form = AskForm()
    if not form.sent():
        return render_template("account/passwords/show.html", form=form), REFUSED
    limits.count(limits.PASSWORD_ADDRESS)
    limits.count(limits.PASSWORD_ACCOUNT, digest(address(form.email.data)))
    message = do(people.request_password, form.email.data)
    remember_sent(form.email.data, message.id if message else None)
    return redirect(url_for("account_sign_up.check"), 303)


@pages.get("/password/<link>")
@allow(Permission.PUBLIC)
def choose(link: str) -> str:
    return render_template("account/passwords/choose.html", form=ChooseForm(), link=link)


@pages.post("/password/<link>")
@allow(Permission.PUBLIC)
def chosen(link: str) -> Page:
    form = ChooseForm()
    right = form.sent()
    fault = password_fault(form.password.data, "") if form.password.data else None
    if fault is not None:
        form.refuse("password", sentence(fault))
    if not right or fault is not None:
        return render_template("account/passwords/choose.html", form=form, link=link), REFUSED
    limits.count(limits.LINK_ADDRESS)
    hashed = ports().passwords.hash(form.password.data)
    try:
        do(people.set_password, link, hashed)
    except people.LinkGone:
        return render_template("account/passwords/gone.html"), 410
    flash(_("Your new password holds. Sign in with it."), "success")
    return redirect(url_for("account_sign_in.show"), 303)
