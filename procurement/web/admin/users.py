"""People and their roles. What changes who may do what asks for the operator's password again."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.people import STAFF_ROLES, Person
from procurement.queries import admin as admin_queries
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import EmailField, ManyChoicesField, TextField
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters, query

pages = Blueprint("admin_users", __name__, url_prefix="/admin/users")
CHOICES = [
    ("officer", _l("Officer"), _l("writes and publishes calls, assigns assessors, proposes decisions")),
    ("approver", _l("Approver"), _l("the second person for calls, openings, decisions and letters")),
    ("assessor", _l("Assessor"), _l("reads and marks what is assigned to them")),
    ("auditor", _l("Auditor"), _l("reads what has been opened, changes nothing")),
    ("operator", _l("Operator"), _l("looks after accounts, messages and settings; reads nothing that was submitted")),
]
ROLE_NAMES = {choice[0]: choice[1] for choice in CHOICES}


class PersonForm(PageForm):
    name = TextField(_l("Full name"), missing=_l("Enter the full name"), most=120)
    email = EmailField(_l("Email address"), missing=_l("Enter the email address"))
    roles = ManyChoicesField(_l("Roles"), choices=CHOICES)


def load(database: Session, person_id: int, **_where: object) -> Person | None:
    return admin_queries.find_person(database, person_id)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    read = Parameters(request.args)
    text, role = read.words(), read.one("role", (*STAFF_ROLES, "applicant"))
    asked = read.number("page") or 1
    found, total = admin_queries.list_people(session(), text, role, page=asked)
    last = pages_of(total, admin_queries.PAGE)
    page = min(asked, last)
    if page != asked:
        found, _total = admin_queries.list_people(session(), text, role, page=page)
    return render_template(
        "admin/users/show.html",
        people=found,
        total=total,
        pager=Pager(page, last, partial(_address, text, role), asked),
        text=text,
        role=role,
        roles=[
            ("", _("Everybody")),
            *((key, str(name)) for key, name in ROLE_NAMES.items()),
            ("applicant", _("No role")),
        ],
        names=ROLE_NAMES,
    )


@pages.get("/new")
@allow(Permission.OPERATE, fresh=True)
def new() -> str:
    return render_template("admin/users/new.html", form=PersonForm())


@pages.post("/new")
@allow(Permission.OPERATE, fresh=True)
def add() -> Page:
    form = PersonForm()
    if form.sent():
        try:
            made = do(people.add_person, form.name.data, form.email.data, form.roles.data)
        except Refusal as refusal:
            form.refuse("email", sentence(refusal.reasons[0]))
        else:
            flash(_("%(name)s has an account. A link to choose a password was sent.", name=made.name), "success")
            return redirect(url_for("admin_users.person", person_id=made.id), 303)
    return render_template("admin/users/new.html", form=form), REFUSED


@pages.get("/<int:person_id>")
@allow(Permission.OPERATE, load)
def person(found: Person, person_id: int) -> str:
    return render_template(
        "admin/users/person.html",
        person=found,
        held={role.role: role for role in found.roles},
        choices=CHOICES,
        sign_ins=admin_queries.count_sign_ins(session(), person_id),
    )


@pages.post("/<int:person_id>/roles")
@allow(Permission.OPERATE, load, fresh=True)
def role(found: Person, person_id: int) -> Page:
    """Give or take one role: `give` or `take` names it."""
    if given := request.form.get("give", ""):
        do(people.grant_role, person_id, given)
    else:
        do(people.revoke_role, person_id, request.form.get("take", ""))
    flash(_("Saved."), "success")
    return redirect(url_for("admin_users.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/disable")
@allow(Permission.OPERATE, load, fresh=True)
def disable(found: Person, person_id: int) -> Page:
    do(people.disable, person_id)
    flash(_("The account is closed. %(name)s has been signed out everywhere.", name=found.name), "success")
    return redirect(url_for("admin_users.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/enable")
@allow(Permission.OPERATE, load, fresh=True)
def enable(found: Person, person_id: int) -> Page:
    do(people.enable, person_id)
    flash(_("The account is open again."), "success")
    return redirect(url_for("admin_users.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/sign-out")
@allow(Permission.OPERATE, load)
def sign_out(found: Person, person_id: int) -> Page:
    do(people.sign_out_everywhere, person_id)
    flash(_("%(name)s has been signed out everywhere.", name=found.name), "success")
    return redirect(url_for("admin_users.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/invite-again")
@allow(Permission.OPERATE, load)
def invite_again(found: Person, person_id: int) -> Page:
    do(people.invite_again, person_id)
    flash(_("Another link was sent."), "success")
    return redirect(url_for("admin_users.person", person_id=person_id), 303)


def _address(text: str, role: str, page: int) -> str:
    """The list with the same search, at another page."""
    return url_for(".show") + query({"q": text, "role": role}, page=page)
