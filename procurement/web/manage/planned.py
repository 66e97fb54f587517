"""Approving a call now that becomes public at an instant to come."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.queries import planned as planned_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import planned
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, session
from procurement.web.filters import sentence, uk_datetime
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DateTimePartsField, HiddenField
from procurement.web.manage.loading import load_call
from workflows.catalogue import states

pages = Blueprint("manage_planned", __name__, url_prefix="/manage/calls/<ref>/publish-at")


class PlanForm(PageForm):
    seen = HiddenField()
    publish_at = DateTimePartsField(
        _l("Publish on"),
        missing=_l("Enter the day and the time"),
        description=_l("UK time. Least periods that law gives are counted from then."),
    )


@pages.get("")
@allow(Permission.CALL_REVIEW, load_call)
def show(call: Call, ref: str) -> str:
    return _page(call, PlanForm(formdata=None, data={"seen": str(call.version)}))


@pages.post("")
@allow(Permission.CALL_REVIEW, load_call)
def approve(call: Call, ref: str) -> Page:
    form = PlanForm()
    if not form.sent() or form.publish_at.data is None:
        return _page(call, form), REFUSED
    at, call_id, seen = form.publish_at.data, call.id, whole_number(form.seen.data or "") or 0
    try:
        do(planned.approve, call_id, seen=seen, at=at)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("publish_at", sentence(reason))
        return _page(load_call(session(), ref) or call, form), refusal.status
    flash(_("The call is approved. It becomes public on %(when)s.", when=uk_datetime(at)), "success")
    return redirect(url_for("manage_calls.review", ref=ref), 303)


def _page(call: Call, form: PlanForm) -> str:
    if call.state not in states.call.under_review:
        abort(404)
    waiting = planned_queries.find_waiting(session(), call.id)
    return render_template("manage/planned/show.html", call=call, form=form, planned=waiting)
