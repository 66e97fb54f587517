"""The team of an organisation: who belongs to it, whom its lead asks to join, and how they accept."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.people import Membership, Organisation, Token
from procurement.queries import applications as applications_queries
from procurement.queries import people as people_queries
from procurement.rules.accounts import digest, password_fault
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.account.organisations import load
from procurement.web.account.sign_in import enter, leave
from procurement.web.account.sign_up import mail_is_shown
from procurement.web.context import allowed, do, now, ports, principal
from procurement.web.context import session as reading
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, EmailField, SecretField, TextField, TickField
from procurement.web.parts import limits
from workflows.catalogue import states

pages = Blueprint("account_teams", __name__)
GONE = 410
ROLE_CHOICES = [
    ("lead", _l("Lead"), _l("writes, submits, answers for the application, and looks after this team")),
    ("editor", _l("Editor"), _l("writes, but cannot submit")),
    ("finance", _l("Finance"), _l("reads; later reports and claims")),
    ("viewer", _l("Viewer"), _l("reads")),
]


class InviteForm(PageForm):
    email = EmailField(_l("Email address of your colleague"), missing=_l("Enter an email address"))
    role = ChoiceField(_l("What may they do?"), choices=ROLE_CHOICES, missing=_l("Select what they may do"))


class JoinForm(PageForm):
    name = TextField(_l("Full name"), missing=_l("Enter your full name"), most=120)
    password = SecretField(_l("Password"), missing=_l("Enter a password"))
    terms = TickField(_l("I accept the terms of use"), missing=_l("Tick the box to accept the terms of use"))


class RoleForm(PageForm):
    role = ChoiceField(_l("What may they do?"), choices=ROLE_CHOICES, missing=_l("Select what they may do"))


@pages.get("/account/organisations/<ref>/people")
@allow(Permission.ORGANISATION_READ, load)
def show(organisation: Organisation, ref: str) -> str:
    return _page(organisation, InviteForm(data={"role": "editor"}))


@pages.post("/account/organisations/<ref>/people")
@allow(Permission.ORGANISATION_INVITE, load)
def invite(organisation: Organisation, ref: str) -> Page:
    form, who = InviteForm(), principal()
    if form.sent():
        limits.count(limits.INVITE_PERSON, str(who.id))
        try:
            do(people.invite, organisation.id, form.email.data, form.role.data)
        except Refusal as refusal:
            form.refuse("email", sentence(refusal.reasons[0]))
        else:
            flash(_("We have written to %(email)s.", email=form.email.data), "success")
            return redirect(url_for("account_teams.show", ref=ref), 303)
    return _page(organisation, form), REFUSED


@pages.post("/account/organisations/<ref>/invitations/<int:token_id>/take-back")
@allow(Permission.ORGANISATION_INVITE, load)
def take_back(organisation: Organisation, ref: str, token_id: int) -> Page:
    do(people.take_back, organisation.id, token_id)
    flash(_("The invitation works no more."), "success")
    return redirect(url_for("account_teams.show", ref=ref), 303)


@pages.get("/account/organisations/<ref>/people/<int:person_id>")
@allow(Permission.ORGANISATION_INVITE, load)
def member(organisation: Organisation, ref: str, person_id: int) -> Page:
    found = _member(organisation, person_id)
    form = RoleForm(data={"role": found.role})
    return render_template("account/teams/member.html", organisation=organisation, member=found, form=form)


@pages.post("/account/organisations/<ref>/people/<int:person_id>")
@allow(Permission.ORGANISATION_INVITE, load)
def change(organisation: Organisation, ref: str, person_id: int) -> Page:
    found, form = _member(organisation, person_id), RoleForm()
    if form.sent():
        try:
            do(people.change_member, organisation.id, person_id, form.role.data)
        except Refusal as refusal:
            form.refuse("role", sentence(refusal.reasons[0]))
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("account_teams.show", ref=ref), 303)
    return render_template("account/teams/member.html", organisation=organisation, member=found, form=form), REFUSED


@pages.post("/account/organisations/<ref>/people/<int:person_id>/remove")
@allow(Permission.ORGANISATION_INVITE, load)
def remove(organisation: Organisation, ref: str, person_id: int) -> Page:
    who = principal()
    do(people.remove_member, organisation.id, person_id)
    flash(_("Removed. They see nothing of %(name)s any more.", name=organisation.name), "success")
    mine = person_id == who.id
    return redirect(url_for("account_profile.show") if mine else url_for("account_teams.show", ref=ref), 303)


@pages.get("/invitations/<link>")
@allow(Permission.PUBLIC)
def answer(link: str) -> Page:
    found = people_queries.find_invitation(reading(), digest(link), now())
    if found is None:
        return render_template("account/teams/gone.html"), GONE
    return _answer_page(link, *found, JoinForm())


@pages.post("/invitations/<link>/account")
@allow(Permission.PUBLIC)
def join(link: str) -> Page:
    """Make an account by the invitation, which proves the address, and join; whoever is signed in has one already."""
    limits.count(limits.LINK_ADDRESS)
    found = people_queries.find_invitation(reading(), digest(link), now())
    if found is None:
        return render_template("account/teams/gone.html"), GONE
    token, _organisation = found
    if principal().signed_in:
        return redirect(url_for(".answer", link=link), 303)
    form = JoinForm()
    right = form.sent()
    fault = password_fault(form.password.data, token.email) if form.password.data else None
    if fault is not None:
        form.refuse("password", sentence(fault))
    if not right or fault is not None:
        return _answer_page(link, *found, form), REFUSED
    hashed = ports().passwords.hash(form.password.data)
    try:
        person, made = do(people.join_anew, link, form.name.data, hashed)
    except people.LinkGone:
        return render_template("account/teams/gone.html"), GONE
    first = enter(person.id)
    flash(_("You have an account, and belong to %(name)s.", name=made.name), "success")
    return redirect(first or _first_page(made), 303)


def _answer_page(link: str, token: Token, organisation: Organisation, form: JoinForm) -> str:
    who = principal()
    return render_template(
        "account/teams/answer.html",
        organisation=organisation,
        role=next(role for role in ROLE_CHOICES if role[0] == token.role),
        invited=token.email,
        link=link,
        form=form,
        known=people_queries.find_by_email(reading(), token.email) is not None,
        member=allowed(Permission.ORGANISATION_READ, organisation),
        staff=who.signed_in and not allowed(Permission.ORGANISATION_CREATE),
    )


def _first_page(organisation: Organisation) -> str:
    """What somebody was asked to join for: the one application that is being written, else all of them."""
    found = applications_queries.list_of_teams(reading(), [organisation.id])
    drafts = [each for each in found if each.entry is not None and each.entry.state in states.entry.drafts]
    if len(drafts) == 1:
        return url_for("apply_applications.show", ref=drafts[0].ref)
    return url_for("apply_dashboard.show") if found else url_for("account_organisations.show", ref=organisation.ref)


@pages.post("/invitations/<link>")
@allow(Permission.SIGNED_IN)
def accept(link: str) -> Page:
    limits.count(limits.LINK_ADDRESS)
    try:
        made = do(people.accept, link)
    except people.LinkGone:
        return render_template("account/teams/gone.html"), GONE
    flash(_("You belong to %(name)s now.", name=made.name), "success")
    return redirect(_first_page(made), 303)


@pages.post("/invitations/<link>/other-account")
@allow(Permission.SIGNED_IN)
def other_account(link: str) -> Page:
    """Sign out, and come back to the invitation as the person who was invited."""
    leave()
    return redirect(url_for("account_sign_in.show", next=url_for("account_teams.answer", link=link)), 303)


def _member(organisation: Organisation, person_id: int) -> Membership:
    found = [each for each in people_queries.team_of(reading(), organisation.id) if each.person_id == person_id]
    if not found:
        raise Refusal(_("This person does not belong to the organisation."), status=404)
    return found[0]


def _page(organisation: Organisation, form: InviteForm) -> str:
    return render_template(
        "account/teams/show.html",
        organisation=organisation,
        form=form,
        roles={role[0]: role[1] for role in ROLE_CHOICES},
        team=people_queries.team_of(reading(), organisation.id),
        invitations=people_queries.invitations_of(reading(), organisation.id, now()),
        unsent=mail_is_shown(),
    )
