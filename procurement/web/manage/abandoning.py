"""Abandoning a published call, also after its awards are decided or told: proposed by an officer, decided by an
approver."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.abandonments import Abandonment
from procurement.models.calls import Call
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import awards as awards_queries
from procurement.rules.permissions import Permission
from procurement.services import abandoning
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WholeNumberField, WordLimitedText
from procurement.web.manage.loading import load_call
from workflows.catalogue import states

pages = Blueprint("manage_abandoning", __name__, url_prefix="/manage/calls/<ref>/abandon")


class AbandonForm(PageForm):
    reason = WordLimitedText(
        _l("Why does the call end without a contract or a grant?"),
        missing=_l("Give a reason"),
        limit=300,
        rows=5,
        description=_l("Everybody reads it: in the message, on the public page of the call and in the register."),
    )


class EndForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    seen = WholeNumberField()


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    return _show(call, AbandonForm(formdata=None))


@pages.post("/propose")
@allow(Permission.CALL_ABANDON, load_call)
def propose(call: Call, ref: str) -> Page:
    form, call_id = AbandonForm(), call.id
    if not form.sent():
        return _show(call, form), REFUSED
    try:
        do(abandoning.propose, call_id, form.reason.data or "")
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("reason", sentence(each))
        again = load_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form), refusal.status
    flash(_("It is proposed to abandon the call. An approver decides."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/approve")
@allow(Permission.CALL_CANCEL, load_call, fresh=True)
def approve(call: Call, ref: str) -> Page:
    seen = ApproveForm().seen.data or 0
    do(abandoning.approve, _waiting(call).id, seen=seen)
    flash(_("The call is abandoned. We have written to everybody who applied."), "success")
    return redirect(url_for("manage_calls.show", ref=ref), 303)


@pages.post("/send-back")
@allow(Permission.CALL_CANCEL, load_call)
def send_back(call: Call, ref: str) -> Page:
    return _ended(call, abandoning.send_back, _("The proposal was sent back to whoever made it."))


@pages.post("/take-back")
@allow(Permission.CALL_ABANDON, load_call)
def take_back(call: Call, ref: str) -> Page:
    return _ended(call, abandoning.take_back, _("The proposal was taken back."))


def _ended(call: Call, act: Callable[..., object], done: str) -> Page:
    form, ref = EndForm(), call.ref
    if not form.sent():
        return _show(call, form), REFUSED
    do(act, _waiting(call).id, form.reason.data or "")
    flash(done, "success")
    return redirect(url_for(".show", ref=ref), 303)


def _waiting(call: Call) -> Abandonment:
    """The proposal about this call; 404 where there is none."""
    found = abandonments_queries.find(session(), call.id)
    if found is None:
        abort(404)
    return found


def _show(call: Call, form: AbandonForm | EndForm) -> str:
    awards = abandonments_queries.awards_of(session(), call.id)
    return render_template(
        "manage/abandoning/show.html",
        call=call,
        found=abandonments_queries.find(session(), call.id),
        form=form,
        asking=form if isinstance(form, AbandonForm) else AbandonForm(formdata=None),
        ending=form if isinstance(form, EndForm) else EndForm(formdata=None),
        running=call.state in states.call.published,
        accepted=any(award.state in states.award.accepted for award in awards),
        known=sum(award.state in states.award.answerable for award in awards),
        covered=awards_queries.needs_notice(call),
        may_propose=allowed(Permission.CALL_ABANDON, call),
        may_approve=allowed(Permission.CALL_CANCEL, call),
    )
