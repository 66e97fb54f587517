"""Correcting a mark after the lock: proposed by an officer, decided by an approver; both see before what it changes."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.applications import Entry
from procurement.models.corrections import Correction
from procurement.models.stages import Stage
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import opening as opening_queries
from procurement.rules.corrections import LONGEST_ASKED, Shift
from procurement.rules.permissions import Permission
from procurement.services import correcting
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, TextField, WholeNumberField, WordLimitedText
from procurement.web.manage.decisions import OUTCOME_CHOICES
from procurement.web.manage.loading import frame, load_stage
from workflows.catalogue import states

pages = Blueprint("manage_corrections", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/corrections")


class CorrectForm(PageForm):
    key = ChoiceField(_l("Which mark is wrong?"), missing=_l("Choose the mark"), select=True)
    after = WholeNumberField(_l("Which mark is right?"), missing=_l("Enter the mark"), most=100)
    asked_by = TextField(
        _l("Who asked for it?"),
        missing=_l("Say who asked for it"),
        most=LONGEST_ASKED,
        description=_l("A person or an office, and when: for instance the assessor, in a message of 3 March."),
    )
    reason = WordLimitedText(
        _l("Why is it wrong?"),
        missing=_l("Give a reason"),
        limit=250,
        rows=5,
        description=_l("The approver and whose mark it is read it, and it stays on the record."),
    )


class EndForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    seen = HiddenField()


@pages.get("")
@allow(Permission.RANKING_READ, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    found = corrections_queries.of_stage(session(), stage_row.id)
    return render_template(
        "manage/corrections/index.html",
        **frame(stage_row),
        corrections=found,
        names=_names(stage_row) if found else {},
        possible=_possible(stage_row),
        may_propose=allowed(Permission.MARK_CORRECT, stage_row),
    )


@pages.get("/new/<bid>")
@allow(Permission.MARK_CORRECT, load_stage)
def ask(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    return _ask(stage_row, _entry(stage_row, bid), CorrectForm(formdata=None))


@pages.post("/new/<bid>")
@allow(Permission.MARK_CORRECT, load_stage)
def propose(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    entry, form = _entry(stage_row, bid), CorrectForm()
    _offer(stage_row, entry, form)
    if not form.sent():
        return _ask(stage_row, entry, form), REFUSED
    entry_id, key, after = entry.id, form.key.data or "", form.after.data or 0
    reason, asked_by = form.reason.data or "", form.asked_by.data or ""
    try:
        made = do(correcting.propose, entry_id, key, after, reason, asked_by=asked_by)
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("after", sentence(each))
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _ask(again, _entry(again, bid), form), refusal.status
    flash(_("The correction is proposed. An approver decides."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, number=made.id), 303)


@pages.get("/<int:number>")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str, number: int) -> Page:
    return _show(stage_row, _correction(stage_row, number), EndForm(formdata=None))


@pages.post("/<int:number>/approve")
@allow(Permission.CORRECTION_APPROVE, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str, number: int) -> Page:
    found = _correction(stage_row, number)
    do(correcting.approve, found.id, seen=ApproveForm().seen.data or "")
    flash(_("The mark is corrected, and the ranking is worked out again. Whose mark it is has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, number=number), 303)


@pages.post("/<int:number>/send-back")
@allow(Permission.CORRECTION_APPROVE, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str, number: int) -> Page:
    return _ended(stage_row, number, correcting.send_back, _("The proposal was sent back to whoever made it."))


@pages.post("/<int:number>/take-back")
@allow(Permission.MARK_CORRECT, load_stage)
def take_back(stage_row: Stage, ref: str, stage: str, number: int) -> Page:
    return _ended(stage_row, number, correcting.take_back, _("The proposal was taken back."))


def _ended(stage: Stage, number: int, act: Callable[..., object], done: str) -> Page:
    form, found, ref, key = EndForm(), _correction(stage, number), stage.call.ref, stage.key
    if not form.sent():
        return _show(stage, found, form), REFUSED
    do(act, found.id, form.reason.data or "")
    flash(done, "success")
    return redirect(url_for(".show", ref=ref, stage=key, number=number), 303)


def _correction(stage: Stage, number: int) -> Correction:
    """A correction of this stage; 404 where there is none."""
    found = corrections_queries.find(session(), stage, number)
    if found is None:
        abort(404)
    return found


def _entry(stage: Stage, bid: str) -> Entry:
    """A bid of this stage; 404 where it was not ranked."""
    found = opening_queries.find_bid(session(), stage.call.ref, bid, stage.key)
    if found is None or stage.state not in states.stage.ranked or found.state not in states.entry.ranked:
        abort(404)
    return found


def _possible(stage: Stage) -> bool:
    return stage.state in states.stage.ranked and stage.told_at is None and stage.call.state in states.call.published


def _names(stage: Stage) -> dict[str, str]:
    """What the criteria of a stage are called."""
    return {each.key: each.name for each in decisions_queries.scheme_of(session(), stage).criteria}


def _offer(stage: Stage, entry: Entry, form: CorrectForm) -> None:
    form.key.choices = [("", _("Choose a mark"))] + [
        (
            each.key,
            _(
                "%(criterion)s, agreed by the panel: %(mark)s of %(top)s",
                criterion=each.name,
                mark=each.mark,
                top=each.top,
            )
            if each.person is None
            else _(
                "%(criterion)s, %(assessor)s: %(mark)s of %(top)s",
                criterion=each.name,
                assessor=each.person.name,
                mark=each.mark,
                top=each.top,
            ),
        )
        for each in corrections_queries.marks_of(session(), stage, entry)
    ]


def _ask(stage: Stage, entry: Entry, form: CorrectForm) -> str:
    _offer(stage, entry, form)
    return render_template(
        "manage/corrections/ask.html", **frame(stage), entry=entry, form=form, possible=_possible(stage)
    )


def _show(stage: Stage, found: Correction, form: EndForm) -> str:
    waits = found.approved_at is None and found.ended_at is None
    possible = waits and _possible(stage) and found.entry.state in states.entry.ranked
    effect = corrections_queries.effect_of(session(), stage.call, stage, found) if possible else None
    shifts = effect.shifts if effect is not None else tuple(Shift.read(each) for each in found.shifts)
    return render_template(
        "manage/corrections/show.html",
        **frame(stage),
        found=found,
        waits=waits,
        possible=possible,
        shifts=shifts,
        titles={} if effect is None else {ref: each.title for ref, each in effect.shown.items()},
        seen="" if effect is None else effect.seen,
        names=_names(stage),
        words=dict(OUTCOME_CHOICES),
        form=form,
        own=principal().id == found.proposed_by,
        may_propose=allowed(Permission.MARK_CORRECT, stage),
        may_approve=allowed(Permission.CORRECTION_APPROVE, stage),
    )
