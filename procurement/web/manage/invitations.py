"""The assessors of a stage: who is invited before anybody knows the bids, what they answered, and inviting more."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.invitations import Invitation
from procurement.models.stages import Stage
from procurement.queries import invitations as invitations_queries
from procurement.rules.calls import mark
from procurement.rules.dates import uk_day
from procurement.rules.invitations import InvitationStatus, faults
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import invitations
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, ports, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DatePartsField, ManyChoicesField, VersionField
from procurement.web.manage.loading import frame, load_stage
from procurement.web.parts.message_texts import lines_of

pages = Blueprint("manage_invitations", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/assessors")


class InviteForm(PageForm):
    people = ManyChoicesField(_l("Whom do you invite?"), missing=_l("Choose at least one person to invite"))
    answer_by = DatePartsField(_l("Until which day should they answer?"), missing=_l("Enter a day to answer by"))
    seen = VersionField()


def load_assessed(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """A stage of a published call that assesses; to the others nobody is invited."""
    found = load_stage(session, ref, stage)
    return found if found is not None and found.assesses and found.call.published_at is not None else None


@pages.get("")
@allow(Permission.INVITATIONS_READ, load_assessed)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    found, today = invitations_queries.of_stage(session(), stage_row.id), uk_day(now())
    return render_template(
        "manage/invitations/show.html",
        **frame(stage_row),
        rows=[(each, each.status(today)) for each in found],
        counts=invitations_queries.counts_of(session(), [stage_row.id], today).get(stage_row.id),
        inviting=invitations_queries.is_inviting(stage_row.call, stage_row),
        may_invite=_may_invite(stage_row),
    )


@pages.get("/invite")
@allow(Permission.INVITE, load_assessed)
def ask(stage_row: Stage, ref: str, stage: str) -> Page:
    return _invite_page(stage_row, InviteForm(formdata=None))


@pages.post("/invite")
@allow(Permission.INVITE, load_assessed)
def invite(stage_row: Stage, ref: str, stage: str) -> Page:
    """The first press shows what each would be written; the second, with nothing changed between, invites."""
    form = _with_choices(InviteForm(), stage_row)
    if form.sent():
        for fault in faults(form.answer_by.data, uk_day(now())):
            form.refuse("answer_by", sentence(fault))
    if form.errors:
        return _invite_page(stage_row, form), REFUSED
    chosen, answer_by = list(form.people.data), form.answer_by.data
    seen = mark({"people": ",".join(map(str, sorted(chosen))), "answer_by": answer_by})
    if "invite" not in request.form or form.seen.data != seen:
        form.seen.data = seen
        return _invite_page(stage_row, form, previewed=True)
    stage_id = stage_row.id
    try:
        made = do(lambda act: len(invitations.invite(act, stage_id, chosen, answer_by)))
    except Refusal as refusal:
        if refusal.status != 409:  # noqa: PLR2004  (a right is no matter of this form)
            raise
        for reason in refusal.reasons:
            form.refuse("people", sentence(reason))
        return _invite_page(_again(ref, stage), form), refusal.status
    flash(ngettext("%(num)s person was invited.", "%(num)s people were invited.", made), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.get("/withdraw")
@allow(Permission.INVITE, load_assessed)
def ask_to_withdraw(stage_row: Stage, ref: str, stage: str) -> Page:
    found = _invitation(stage_row, request.args.get("invitation", ""))
    return render_template("manage/invitations/withdraw.html", **frame(stage_row), invitation=found)


@pages.post("/withdraw")
@allow(Permission.INVITE, load_assessed)
def withdraw(stage_row: Stage, ref: str, stage: str) -> Page:
    found = _invitation(stage_row, request.form.get("invitation", ""))
    invitation_id = found.id
    do(invitations.withdraw, invitation_id)
    flash(_("The invitation was withdrawn. We have told the person."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


# parts


def _may_invite(stage: Stage) -> bool:
    return allowed(Permission.INVITE, stage) and invitations_queries.is_inviting(stage.call, stage)


def _invitation(stage: Stage, sent: str) -> Invitation:
    number = whole_number(sent)
    found = None if number is None else invitations_queries.find(session(), number)
    if found is None or found.stage_id != stage.id or found.status(uk_day(now())) is InvitationStatus.WITHDRAWN:
        abort(404)
    return found


def _again(ref: str, key: str) -> Stage:
    """The stage after something was refused: what was read before is forgotten."""
    found = load_assessed(session(), ref, key)
    assert found is not None  # noqa: S101  (it was there a moment ago)
    return found


def _with_choices(form: InviteForm, stage: Stage) -> InviteForm:
    form.people.coerce = int
    found = invitations_queries.candidates(session(), stage)
    form.people.offer((str(each.person.id), each.person.name) for each in found if each.barred is None)
    return form


def _invite_page(stage: Stage, form: InviteForm, *, previewed: bool = False) -> str:
    """The form; `previewed`: with what each person would be written."""
    subject, body = "", ""
    if previewed:
        subject, body = invitations.preview(ports(), context.settings(), stage, form.answer_by.data)
    return render_template(
        "manage/invitations/invite.html",
        **frame(stage),
        form=_with_choices(form, stage),
        barred=[each for each in invitations_queries.candidates(session(), stage) if each.barred is not None],
        previewed=previewed,
        count=len(form.people.data or ()),
        subject=subject,
        lines=lines_of(body, context.config().base_url, secrets=False),
        may_invite=_may_invite(stage),
    )
