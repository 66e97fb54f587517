"""The dates of a stage once its call is published: a dry run of what would move, proposed and approved by two."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import stages as stages_queries
from procurement.rules import amendments as rules
from procurement.rules.call_checks import MOST_READERS
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import amendments
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    DatePartsField,
    DateTimePartsField,
    HiddenField,
    TickField,
    WholeNumberField,
    WordLimitedText,
)
from procurement.web.manage import outages as outage_pages
from procurement.web.manage.loading import frame, load_stage, to_amendment
from workflows.catalogue import states

pages = Blueprint("manage_dates", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/dates")


class MoveForm(PageForm):
    """With the dates that can still move; `seen` is what the dry run showed, and empty before it."""

    opens_at = DateTimePartsField(_l("Opens"), description=_l("UK time"))
    closes_at = DateTimePartsField(_l("Closes"), description=_l("UK time; 12 noon on a working day is usual."))
    ask_by = DateTimePartsField(_l("Questions are taken until"), description=_l("UK time"))
    choose_by = DateTimePartsField(_l("Teams choose their time until"), description=_l("UK time"))
    assess_by = DateTimePartsField(_l("Marks are due by"), description=_l("UK time"))
    decide_by = DatePartsField(_l("Decision by"), description=_l("What applicants are told to expect."))
    readers = WholeNumberField(
        _l("Assessors who read each"),
        description=_l(
            "Fewer than were published, where there are not enough. It does not change once the stage is opened."
        ),
        least=1,
        most=MOST_READERS,
    )
    along = TickField(
        _l("Move what comes after it by as many days"),
        description=_l("The later dates of this stage that you leave as they are, and those of later stages."),
    )
    reason = WordLimitedText(
        _l("Why the dates move"),
        missing=_l("Give a reason"),
        limit=250,
        rows=4,
        description=_l("Everybody reads it, on the page of the call and in the messages."),
    )
    seen = HiddenField()


class EndForm(PageForm):
    amendment = HiddenField()
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    amendment = HiddenField()
    seen = HiddenField()


def page(stage: Stage) -> Page:
    """The dates of a stage of a published call, and what is proposed about them; the copy that amends one has none."""
    if stage.call.amends_id is not None:
        return to_amendment(stage.call)
    return _show(stage, _form(stage, sent=False))


@pages.post("/propose")
@allow(Permission.CALL_EDIT, load_stage)
def propose(stage_row: Stage, ref: str, stage: str) -> Page:
    """First the dry run, with what stands in the way; what it showed is proposed by the second press."""
    _require_published(stage_row)
    form = _form(stage_row, sent=True)
    typed = {field: form[field].data for field in rules.WORDS if field in form}
    if not form.sent():
        return _show(stage_row, form), REFUSED
    draft, begun = amendments_queries.written(session(), stage_row.call, now())
    changes = rules.plan(draft, stage_row.key, typed, begun, now(), along=bool(form["along"].data))
    if faults := rules.faults(draft, changes, begun, now()):
        titles = {each.key: each.title for each in draft.stages}
        for each in faults:
            said = sentence(each.sentence)
            own = each.stage in ("", stage_row.key)
            field = each.field if own and each.field in form else "along" if not own else _first(form)
            form.refuse(field, said if own else f"{titles[each.stage]}: {said}")
        return _show(stage_row, form), REFUSED
    mark = amendments_queries.mark(changes)
    if form["seen"].data != mark:
        form["seen"].data = mark
        return _show(stage_row, form, changes)
    stage_id, reason, along = stage_row.id, form["reason"].data or "", bool(form["along"].data)
    try:
        do(amendments.propose, stage_id, typed, reason, along=along, seen=mark)
    except Refusal as refusal:
        for reason_why in refusal.reasons:
            form.refuse(_first(form), sentence(reason_why))
        again = stages_queries.get(session(), stage_id)
        return _show(again, form), refusal.status
    flash(_("The new dates are proposed. Nothing moves before somebody else approves them."), "success")
    return _back(ref, stage)


@pages.post("/approve")
@allow(Permission.CALL_REVIEW, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str) -> Page:
    form = ApproveForm()
    amendment = _amendment(stage_row, form)
    do(amendments.approve, amendment, seen=form.seen.data or "")
    flash(_("The dates have moved, and everybody whom it concerns has been told."), "success")
    return _back(ref, stage)


@pages.post("/send-back")
@allow(Permission.CALL_REVIEW, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str) -> Page:
    form = EndForm()
    amendment = _amendment(stage_row, form)
    if not form.sent():
        return _show(stage_row, _form(stage_row, sent=False), ending=form), REFUSED
    do(amendments.send_back, amendment, form.reason.data or "")
    flash(_("The proposal was sent back to whoever made it."), "success")
    return _back(ref, stage)


@pages.post("/take-back")
@allow(Permission.CALL_EDIT, load_stage)
def take_back(stage_row: Stage, ref: str, stage: str) -> Page:
    form = EndForm()
    amendment = _amendment(stage_row, form)
    if not form.sent():
        return _show(stage_row, _form(stage_row, sent=False), ending=form), REFUSED
    do(amendments.take_back, amendment, form.reason.data or "")
    flash(_("The proposal was taken back. Nothing has moved."), "success")
    return _back(ref, stage)


def _back(ref: str, stage: str) -> Page:
    return redirect(url_for("manage_setup.dates", ref=ref, stage=stage), 303)


def _require_published(stage: Stage) -> None:
    if stage.call.published_at is None:
        abort(404)


def _amendment(stage: Stage, form: ApproveForm | EndForm) -> int:
    """The proposal that the form is about; 404 for one of another stage."""
    found = whole_number(form.amendment.data or "")
    if found is None or not amendments_queries.is_of_stage(session(), found, stage.id):
        abort(404)
    return found


def _form(stage: Stage, *, sent: bool) -> PageForm:
    """With the dates of the stage that can still move, as they are or as they were typed."""
    draft, begun = amendments_queries.written(session(), stage.call, now())
    own = next(each for each in draft.stages if each.key == stage.key)
    names = rules.movable(own, begun[stage.key], now())
    if rules.can_lower_readers(own, begun[stage.key]):
        names = (*names, rules.READERS)
    values = {**{name: getattr(stage, name) for name in rules.WORDS}, "along": True, **outage_pages.proposed(stage)}
    form = MoveForm() if sent else MoveForm(formdata=None, data=values)
    for name in rules.WORDS:
        if name not in names:
            del form[name]
    return form


def _first(form: PageForm) -> str:
    return next((name for name in rules.DATE_WORDS if name in form), "reason")


def _lines(stage: Stage, changes: Sequence[rules.Change]) -> list[dict[str, Any]]:
    """Each date that moves with its working, for the table of the dry run and of what waits."""
    draft, begun = amendments_queries.written(session(), stage.call, now())
    after, titles = rules.applied(draft, changes), {each.key: each.title for each in draft.stages}
    return [
        {
            "stage": titles[each.stage],
            "date": sentence(rules.WORDS[each.field]),
            "before": each.before,
            "after": each.after,
            "working": [sentence(said) for said in rules.working(after, each, begun, now())],
        }
        for each in changes
    ]


def _show(stage: Stage, form: PageForm, changes: Sequence[rules.Change] = (), *, ending: EndForm | None = None) -> str:
    waiting = amendments_queries.find_waiting(session(), stage)
    shown = changes or (waiting.changes if waiting is not None else ())
    draft, _begun = amendments_queries.written(session(), stage.call, now())
    closed = stage.closes_at is not None and stage.closes_at <= now()
    extends = any(each.stage == stage.key and each.field == "closes_at" for each in shown)
    running = stage.call.state in states.call.published
    return render_template(
        "manage/dates/show.html",
        **frame(stage),
        form=form if ending is None else ending,
        moving=form,
        ending=EndForm(formdata=None, data={"amendment": waiting.first.id if waiting is not None else ""})
        if ending is None
        else ending,
        names=[name for name in rules.WORDS if name in form],
        dates=[
            (sentence(words), getattr(stage, name))
            for name, words in rules.WORDS.items()
            if getattr(stage, name) is not None and (name != rules.READERS or stage.assesses)
        ],
        dry_run=_lines(stage, changes),
        waiting=waiting,
        proposed=_lines(stage, waiting.changes) if waiting is not None else [],
        advice=[sentence(each) for each in rules.advice(draft, shown, now())],
        revived=amendments_queries.count_to_revive(session(), stage.id) if closed and extends else 0,
        outage=bool(outage_pages.proposed(stage)),
        moved=amendments_queries.of_call(session(), stage.call_id),
        words={name: sentence(words) for name, words in rules.WORDS.items()},
        running=running,
        may_propose=running and allowed(Permission.CALL_EDIT, stage),
        may_approve=running and allowed(Permission.CALL_REVIEW, stage),
    )
