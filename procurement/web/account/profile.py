"""One's own account: name, password, organisations, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.queries import people as people_queries
from procurement.rules.accounts import digest, password_fault
from procurement.rules.permissions import Permission
from procurement.rules.work import Mail
from procurement.services import people, work
from procurement.services.act import Act
from procurement.web import login
from procurement.web.access import Page, allow
from procurement.web.context import do, ports, principal
from procurement.web.context import session as reading
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, SecretField, TextField
from procurement.web.parts import limits

pages = Blueprint("account_profile", __name__, url_prefix="/account")
# in this order, since each of the later ones is named by the earlier ones too
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class NameForm(PageForm):
    name = TextField(_l("Full name"), missing=_l("Enter your full name"), most=120)


class MailForm(PageForm):
    how = ChoiceField(
        _l("How do you want to be told of what waits for you?"),
        choices=[
            (Mail.EACH, _l("Of each thing at once"), _l("one message for each thing, when it begins to wait")),
            (Mail.DAILY, _l("Once a day"), _l("one message at 8am on working days, if anything waits")),
        ],
        missing=_l("Select how you want to be told"),
    )


class PasswordForm(PageForm):
    old_password = SecretField(_l("Your password until now"), missing=_l("Enter your password"))
    new_password = SecretField(_l("New password"), missing=_l("Enter a new password"))


@pages.get("")
@allow(Permission.SIGNED_IN)
def show() -> str:
    who = principal()
    return render_template(
        "account/profile/show.html",
        memberships=people_queries.memberships_of(reading(), who.id),
        sign_ins=people_queries.sign_ins_of(reading(), who.id),
        here=who.sign_in_id,
        device=device,
    )


def device(agent: str) -> str:
    """What a browser calls itself, as people know it: `Firefox on Windows`. Only a hint: anybody may claim anything."""
    browser = next((name for mark, name in BROWSERS if mark in agent), _("Unknown browser"))
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


@pages.get("/name")
@allow(Permission.SIGNED_IN)
def name() -> str:
    return render_template("account/profile/name.html", form=NameForm(data={"name": principal().name}))


@pages.post("/name")
@allow(Permission.SIGNED_IN)
def rename() -> Page:
    form = NameForm()
    if not form.sent():
        return render_template("account/profile/name.html", form=form), REFUSED
    do(people.rename, form.name.data)
    flash(_("Your name is changed."), "success")
    return redirect(url_for("account_profile.show"), 303)


@pages.get("/messages")
@allow(Permission.CALL_MANAGE)
def messages() -> str:
    """How somebody who looks after calls is told of what waits."""
    form = MailForm(data={"how": people_queries.work_mail_of(reading(), principal().id)})
    return render_template("account/profile/messages.html", form=form)


@pages.post("/messages")
@allow(Permission.CALL_MANAGE)
def choose_messages() -> Page:
    form = MailForm()
    if not form.sent():
        return render_template("account/profile/messages.html", form=form), REFUSED
    do(work.choose_mail, Mail(form.how.data))
    flash(_("Saved."), "success")
    return redirect(url_for("account_profile.show"), 303)


@pages.get("/password")
@allow(Permission.SIGNED_IN)
def password() -> str:
    return render_template("account/profile/password.html", form=PasswordForm())


@pages.post("/password")
@allow(Permission.SIGNED_IN)
def change_password() -> Page:
    form, who = PasswordForm(), principal()
    right = form.sent()
    fault = password_fault(form.new_password.data, who.email) if form.new_password.data else None
    if fault is not None:
        form.refuse("new_password", sentence(fault))
    if right and fault is None:
        here = f"{digest(who.email)}:{who.sign_in_id}"
        limits.count(limits.SIGN_IN_PAIR, here)
        found = people.check_password(reading(), ports(), who.email, form.old_password.data)
        if found is not None and found.id == who.id:
            limits.forget(limits.SIGN_IN_PAIR, here)
            login.renew(do(_change_password, ports().passwords.hash(form.new_password.data)))
            flash(_("Your password is changed. You have been signed out everywhere else."), "success")
            return redirect(url_for("account_profile.show"), 303)
        form.refuse("old_password", _("The password is not right"))
    return render_template("account/profile/password.html", form=form), REFUSED


def _change_password(act: Act, hashed: str) -> str:
    """In one transaction, so that whoever changes it stays signed in; the secret of the renewed sign-in."""
    people.change_password(act, hashed)
    return people.refresh(act)


@pages.post("/sign-ins/<int:sign_in_id>/end")
@allow(Permission.SIGNED_IN)
def end(sign_in_id: int) -> Page:
    do(people.end_sign_in, sign_in_id)
    flash(_("That device is signed out."), "success")
    return redirect(url_for("account_profile.show"), 303)


@pages.post("/sign-ins/end-others")
@allow(Permission.SIGNED_IN)
def end_others() -> Page:
    do(people.end_all_sign_ins)
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("account_profile.show"), 303)
