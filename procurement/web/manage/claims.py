"""Claims during the standstill: typed by an officer, looked at and lifted by somebody else."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import claims as claims_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import claims
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, DatePartsField, WordLimitedText
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_claims", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/claims")


class ClaimForm(PageForm):
    lot = ChoiceField(_l("Lot"), select=True, missing=_l("Choose a lot"))
    notified_on = DatePartsField(
        _l("When did the authority have notice of it?"), missing=_l("Enter the day on which notice was received")
    )
    said = WordLimitedText(
        _l("Who claims what, and the number of the court"),
        missing=_l("Write who claims, what, and the number of the court"),
        limit=500,
        rows=6,
        description=_l("Only officers, approvers and auditors read it."),
    )


class AnswerForm(PageForm):
    """What a second person says: to end a claim that is none, or to lift it (then with the day of the order)."""

    claim = StringField()  # written by the page itself, once for each
    ordered_on = DatePartsField(_l("Day of the order, or on which the claim was settled or withdrawn"))
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return _show(stage_row, _form(stage_row, new=True), AnswerForm(formdata=None))


@pages.post("")
@allow(Permission.DECISION_PROPOSE, load_stage)
def give_notice(stage_row: Stage, ref: str, stage: str) -> Page:
    form = _form(stage_row)
    if not form.sent():
        return _show(stage_row, form, AnswerForm(formdata=None)), REFUSED
    call_id, lot_id = stage_row.call_id, int(form.lot.data or 0)
    day, said = form.notified_on.data, form.said.data or ""
    try:
        do(claims.give_notice, call_id, lot_id, day, said)
    except Refusal as refusal:
        form.refuse("notified_on", " ".join(str(sentence(each)) for each in refusal.reasons))
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form, AnswerForm(formdata=None)), refusal.status
    flash(_("The claim is recorded, and the awards of this lot are suspended. Somebody else looks at it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/approve")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str) -> Page:
    do(claims.approve, _claim(stage_row, AnswerForm()))
    flash(_("The claim is confirmed. The awards stay suspended until that is lifted."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/end")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def end(stage_row: Stage, ref: str, stage: str) -> Page:
    form = AnswerForm()
    claim_id = _claim(stage_row, form)
    if not form.sent():
        return _show(stage_row, _form(stage_row, new=True), form), REFUSED
    reason = form.reason.data or ""
    do(claims.end, claim_id, reason)
    flash(_("Nothing is suspended by this claim any more."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/lift")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def lift(stage_row: Stage, ref: str, stage: str) -> Page:
    form = AnswerForm()
    claim_id = _claim(stage_row, form)
    sent = form.sent()
    if form.ordered_on.data is None and not form.ordered_on.errors:
        form.refuse("ordered_on", _("Enter the day of the order"))
        sent = False
    if not sent:
        return _show(stage_row, _form(stage_row, new=True), form), REFUSED
    day, reason = form.ordered_on.data, form.reason.data or ""
    try:
        do(claims.lift, claim_id, day, reason)
    except Refusal as refusal:
        if claims.NO_SUCH_DAY not in refusal.reasons:
            raise
        form.refuse("ordered_on", str(sentence(claims.NO_SUCH_DAY)))
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, _form(again, new=True), form), REFUSED
    flash(_("The suspension is lifted."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


def _claim(stage: Stage, form: AnswerForm) -> int:
    claim_id = whole_number(form.claim.data or "")
    found = None if claim_id is None else claims_queries.find(session(), stage.call_id, claim_id)
    if found is None:
        abort(404)
    return found.id


def _form(stage: Stage, *, new: bool = False) -> ClaimForm:
    form = ClaimForm(formdata=None) if new else ClaimForm()
    form.lot.choices = [
        (str(lot.id), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title))
        for lot in calls_queries.lots_of(session(), stage.call_id)
    ]
    return form


def _show(stage: Stage, form: ClaimForm, answer: AnswerForm) -> str:
    ends_at = claims_queries.standstill_until(session(), stage.call)
    return render_template(
        "manage/claims/show.html",
        **frame(stage),
        claims=claims_queries.of_call(session(), stage.call_id),
        ends_at=ends_at,
        may_claim=ends_at is not None
        and claims_queries.is_suspendable(session(), stage.call_id)
        and allowed(Permission.DECISION_PROPOSE, stage),
        may_approve=allowed(Permission.DECISION_APPROVE, stage),
        own=principal().id,
        form=form,
        answer=answer,
        asked=answer.claim.data,
    )
