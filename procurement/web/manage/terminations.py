"""The procurement termination notices of a call: what was abandoned of a covered procurement is published in law, by
the same steps as any notice."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.queries import awards as awards_queries
from procurement.queries import notices as notices_queries
from procurement.rules.permissions import Permission
from procurement.services import notices
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.forms.base import REFUSED
from procurement.web.manage.loading import load_call
from procurement.web.manage.notice_forms import ConfirmForm, EnterForm, SendBackForm, blank, entered
from workflows.definition import TERMINATION_NOTICE

pages = Blueprint("manage_terminations", __name__, url_prefix="/manage/calls/<ref>/terminations")


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    return _show(call)


def _show(call: Call, form: EnterForm | SendBackForm | None = None, about: int = 0) -> str:
    """`form` is about the notice with the id `about`."""
    found = notices_queries.terminations(session(), [call.id])
    return render_template(
        "manage/terminations/show.html",
        call=call,
        needed=awards_queries.needs_notice(call),
        found=found,
        missing=notices_queries.termination_missing(session(), now()),
        form=form,
        entering={
            each.notice.id: form if isinstance(form, EnterForm) and each.notice.id == about else blank(each.notice)
            for each in found
            if each.notice is not None
        },
        returning={
            each.notice.id: form
            if isinstance(form, SendBackForm) and each.notice.id == about
            else SendBackForm(formdata=None)
            for each in found
            if each.notice is not None
        },
        may_draft=allowed(Permission.TERMINATION_DRAFT, call),
        may_publish=allowed(Permission.TERMINATION_PUBLISH, call),
    )


@pages.post("/<int:number>/draft")
@allow(Permission.TERMINATION_DRAFT, load_call)
def draft(call: Call, ref: str, number: int) -> Page:
    """`number` is the id of what was abandoned."""
    if all(each.abandonment.id != number for each in notices_queries.terminations(session(), [call.id])):
        abort(404)
    do(notices.draft_termination, number)
    flash(_("The notice is drafted. Somebody else approves it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<int:number>/approve")
@allow(Permission.TERMINATION_PUBLISH, load_call, fresh=True)
def approve(call: Call, ref: str, number: int) -> Page:
    do(notices.approve, _notice(call, number).id)
    flash(_("The notice is approved. An officer publishes it on Find a Tender, and enters here that it is."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<int:number>/enter")
@allow(Permission.TERMINATION_DRAFT, load_call)
def enter(call: Call, ref: str, number: int) -> Page:
    form, notice_id = EnterForm(), _notice(call, number).id
    if not form.sent():
        return _show(call, form, notice_id), REFUSED
    if status := entered(form, notice_id):
        again = load_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form, notice_id), status
    flash(_("It is kept where the notice was published. Somebody else confirms that."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<int:number>/send-back")
@allow(Permission.TERMINATION_PUBLISH, load_call)
def send_back(call: Call, ref: str, number: int) -> Page:
    form, notice_id = SendBackForm(), _notice(call, number).id
    if not form.sent():
        return _show(call, form, notice_id), REFUSED
    do(notices.send_back, notice_id, form.reason.data or "")
    flash(_("It was sent back to whoever entered it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<int:number>/confirm")
@allow(Permission.TERMINATION_PUBLISH, load_call, fresh=True)
def confirm(call: Call, ref: str, number: int) -> Page:
    notice_id = _notice(call, number).id
    do(notices.confirm, notice_id, seen=ConfirmForm().seen.data or "")
    flash(_("The termination notice is published."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def _notice(call: Call, number: int) -> Notice:
    """A termination notice of this call by its id; 404 where there is none."""
    notice = notices_queries.find_of_call(session(), call.id, number, TERMINATION_NOTICE)
    if notice is None:
        abort(404)
    return notice
