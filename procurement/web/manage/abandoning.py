"""Abandoning a published call or one lot of it, also after its awards are decided or told: proposed by an officer,
decided by an approver."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.abandonments import Abandonment
from procurement.models.calls import Call, Lot
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.services import abandoning
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WholeNumberField, WordLimitedText
from procurement.web.manage.loading import load_call
from workflows.catalogue import states

pages = Blueprint("manage_abandoning", __name__, url_prefix="/manage/calls/<ref>/abandon")
WHOLE = 0  # in the place of a lot's number


class AbandonForm(PageForm):
    what = ChoiceField(_l("What ends?"), missing=_l("Select what ends"), coerce=int)
    reason = WordLimitedText(
        _l("Why does it end without a contract or a grant?"),
        missing=_l("Give a reason"),
        limit=300,
        rows=5,
        description=_l("Everybody reads it: in the message, on the public page of the call and in the register."),
    )


class EndForm(PageForm):
    proposal = WholeNumberField()  # written by the page itself, once for each that waits
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    seen = WholeNumberField()


@dataclass(frozen=True)
class Part:
    """What can be abandoned: the call as a whole (`lot` is None), or one of its lots. `found`: what waits or stands
    about it; `known`: how many awards of it were told and would end; `accepted`: one of its awards was."""

    lot: Lot | None
    found: Abandonment | None
    known: int
    accepted: bool

    @property
    def ended(self) -> bool:
        return self.found is not None and self.found.approved_at is not None

    @property
    def waits(self) -> bool:
        return self.found is not None and self.found.approved_at is None


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    return _show(call, AbandonForm(formdata=None))


@pages.post("/propose")
@allow(Permission.CALL_ABANDON, load_call)
def propose(call: Call, ref: str) -> Page:
    form, call_id = AbandonForm(), call.id
    _choices(form, _parts(call))
    if not form.sent():
        return _show(call, form), REFUSED
    try:
        do(abandoning.propose, call_id, form.reason.data or "", lot=form.what.data or None)
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("reason", sentence(each))
        again = load_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form), refusal.status
    flash(_("It is proposed to abandon it. An approver decides."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/approve")
@allow(Permission.CALL_CANCEL, load_call, fresh=True)
def approve(call: Call, ref: str) -> Page:
    seen = ApproveForm().seen.data or 0
    row = _waiting(call, seen)
    whole = row.lot_id is None
    do(abandoning.approve, row.id, seen=seen)
    said = _("The call is abandoned.") if whole else _("The lot is abandoned. The others go on.")
    flash(said + " " + _("We have written to everybody whom it concerns."), "success")
    return redirect(url_for(".show", ref=ref), 303)


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
    row_id = _waiting(call, form.proposal.data or 0).id
    if not form.sent():
        return _show(call, form), REFUSED
    do(act, row_id, form.reason.data or "")
    flash(done, "success")
    return redirect(url_for(".show", ref=ref), 303)


def _waiting(call: Call, proposal: int) -> Abandonment:
    """A proposal about this call that waits, or about a lot of it; 404 where there is none of that number."""
    found = abandonments_queries.of_call(session(), call.id)
    waiting = next((each for each in found if each.id == proposal and each.approved_at is None), None)
    if waiting is None:
        abort(404)
    return waiting


def _parts(call: Call) -> list[Part]:
    """The call as a whole, and where it has several its lots."""
    lots = calls_queries.lots_of(session(), call.id)
    found = {each.lot_id: each for each in abandonments_queries.of_call(session(), call.id)}
    awards = abandonments_queries.awards_of(session(), call.id)
    parts: list[Lot | None] = [None, *(lots if len(lots) > 1 else [])]
    return [
        Part(
            lot,
            found.get(None if lot is None else lot.id),
            sum(each.state in states.award.answerable for each in awards if lot is None or each.lot_id == lot.id),
            any(each.state in states.award.accepted for each in awards if lot is None or each.lot_id == lot.id),
        )
        for lot in parts
    ]


def _choices(form: AbandonForm, parts: list[Part]) -> None:
    """What can be proposed now: where nothing waits or ended, and nothing was accepted. The last lot that goes on ends
    with the whole call."""
    going = sum(each.lot is not None and each.lot.abandoned_at is None for each in parts)
    free = [each for each in parts if each.found is None and not each.accepted and (each.lot is None or going > 1)]
    form.what.choices = [(WHOLE, _("The whole call")) if each.lot is None else _choice(each.lot) for each in free]
    if form.what.data is None and len(form.what.choices) == 1:
        form.what.data = form.what.choices[0][0]


def _choice(lot: Lot) -> tuple[int, str]:
    return lot.number, _("Lot %(number)s: %(title)s. The others go on.", number=lot.number, title=lot.title)


def _show(call: Call, form: AbandonForm | EndForm) -> str:
    parts, newest = _parts(call), stages_queries.newest(stages_queries.listed(session(), call.id))
    counts = {} if newest is None else calls_queries.counted(session(), [newest.id])
    asking = form if isinstance(form, AbandonForm) else AbandonForm(formdata=None)
    _choices(asking, parts)
    return render_template(
        "manage/abandoning/show.html",
        call=call,
        parts_of=parts,
        stage=newest,
        counts=next(iter(counts.values()), calls_queries.Counted()),
        several=len(parts) > 1,
        form=form,
        asking=asking,
        ending=form if isinstance(form, EndForm) else EndForm(formdata=None),
        running=call.state in states.call.published,
        covered=awards_queries.needs_notice(call),
        may_propose=allowed(Permission.CALL_ABANDON, call),
        may_approve=allowed(Permission.CALL_CANCEL, call),
    )
