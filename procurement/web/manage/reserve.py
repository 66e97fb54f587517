"""The reserve of a stage that was told: who is next, proposed by an officer, approved by somebody else."""

from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from procurement.models.stages import Stage
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.queries.decisions import Ranked
from procurement.rules.dates import next_noon, work_can_start
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import reserve
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DateTimePartsField, HiddenField, MoneyField, WordLimitedText
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_reserve", __name__)
ON_TIME = timedelta(days=2)  # for the approver to agree: the least time is counted from then


class PromoteForm(PageForm):
    """`bid`: whose promotion it is, among those that share the place; `amount` where the stage awards; `closes_at`
    where too little time is left in the next stage."""

    bid = StringField()  # written by the page itself: which of those that share the place
    amount = MoneyField(_l("Amount of the award"), least=Decimal("0.01"))
    closes_at = DateTimePartsField(_l("The next stage closes, for everybody"))
    reason = WordLimitedText(
        _l("Why it goes on now"),
        missing=_l("Give a reason"),
        limit=250,
        rows=4,
        description=_l("Who dropped out, for instance. The approver reads it; the record keeps it."),
    )


class SendBackForm(PageForm):
    promotion = StringField()  # written by the page itself, once for each that waits
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    promotion = HiddenField()


@pages.get("/manage/calls/<ref>/reserve", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/reserve")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return _show(stage_row, SendBackForm(formdata=None))


@pages.get("/manage/calls/<ref>/stages/<stage>/reserve/<int:lot>")
@allow(Permission.DECISION_PROPOSE, load_stage)
def ask(stage_row: Stage, ref: str, stage: str, lot: int) -> Page:
    found, own = _reserve(stage_row, lot, request.args.get("bid", ""))
    least = found.closes_from
    closes_at = None if least is None else next_noon(least + ON_TIME)
    form = PromoteForm(formdata=None, data={"amount": found.most(own), "closes_at": closes_at})
    return _ask(stage_row, found, own, form)


@pages.post("/manage/calls/<ref>/stages/<stage>/reserve/<int:lot>")
@allow(Permission.DECISION_PROPOSE, load_stage)
def propose(stage_row: Stage, ref: str, stage: str, lot: int) -> Page:
    form = PromoteForm()
    found, own = _reserve(stage_row, lot, form.bid.data or "")
    if not form.sent():
        return _ask(stage_row, found, own, form), REFUSED
    amount = None if not stage_row.awards else own.asks if found.as_tendered else form.amount.data
    closes_at = form.closes_at.data if found.closes_from is not None else None
    entry_id, bid, reason = own.entry.id, own.ref, form.reason.data or ""
    try:
        do(reserve.propose, entry_id, reason, amount=amount, closes_at=closes_at)
    except Refusal as refusal:
        typed = stage_row.awards and not found.as_tendered
        field = "amount" if typed else "closes_at" if found.closes_from is not None else "reason"
        for each in refusal.reasons:
            form.refuse(field, sentence(each))
        again = stages_queries.find(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _ask(again, *_reserve(again, lot, bid), form), refusal.status
    flash(_("The proposal to promote %(bid)s is saved. Somebody else approves it.", bid=bid), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/manage/calls/<ref>/stages/<stage>/reserve/approve")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str) -> Page:
    promotion = whole_number(ApproveForm().promotion.data or "")
    if promotion is None or not reserve_queries.is_of_stage(session(), promotion, stage_row.id):
        abort(404)
    do(reserve.approve, promotion)
    flash(_("It is promoted, and its team has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/manage/calls/<ref>/stages/<stage>/reserve/send-back")
@allow(Permission.DECISION_APPROVE, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str) -> Page:
    form = SendBackForm()
    promotion = whole_number(form.promotion.data or "")
    if promotion is None or not reserve_queries.is_of_stage(session(), promotion, stage_row.id):
        abort(404)
    if not form.sent():
        return _show(stage_row, form), REFUSED
    reason = form.reason.data or ""
    do(reserve.send_back, promotion, reason)
    flash(_("The proposal was sent back to whoever made it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


def _reserve(stage: Stage, lot: int, bid: str) -> tuple[reserve_queries.Reserve, Ranked]:
    """The reserve of a lot by its number, and who of its next is meant: the first where no reference is given. 404
    where there is none."""
    of_stage = reserve_queries.reserves_of(session(), stage.call, stage, now())
    found = next((each for each in of_stage if each.lot.lot.number == lot), None)
    own = next((each for each in found.next if bid in {"", each.ref}), None) if found is not None else None
    if found is None or own is None:
        abort(404)
    return found, own


def _show(stage: Stage, form: SendBackForm) -> str:
    return render_template(
        "manage/reserve/show.html",
        **frame(stage),
        reserves=reserve_queries.reserves_of(session(), stage.call, stage, now()),
        promotes=reserve_queries.promotes(session(), stage.call, stage),
        waiting=reserve_queries.waiting_of(session(), stage.id),
        form=form,
        may_propose=allowed(Permission.DECISION_PROPOSE, stage),
        may_approve=allowed(Permission.DECISION_APPROVE, stage),
    )


def _ask(stage: Stage, found: reserve_queries.Reserve, own: Ranked, form: PromoteForm) -> str:
    starts_on = stage.call.starts_on
    return render_template(
        "manage/reserve/ask.html",
        **frame(stage),
        reserve=found,
        entry=own,
        form=form,
        starts_too_early=stage.awards and starts_on is not None and work_can_start(starts_on, now()) is None,
    )
