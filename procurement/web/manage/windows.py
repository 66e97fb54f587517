"""The windows of a call that takes applications again and again: set out while it is written, ended early later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.calls import Draft, StageDraft
from procurement.rules.permissions import Permission
from procurement.rules.windows import MOST_WINDOWS, reckoning
from procurement.services import windows
from procurement.services.refusal import Stale
from procurement.web.access import Page, allow
from procurement.web.context import do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import MoneyField, VersionField, WordLimitedText
from procurement.web.manage.loading import load_call
from procurement.web.manage.money_forms import LARGEST_BUDGET
from procurement.web.manage.sections import further, onward
from procurement.web.manage.setup import require_draft, stale_page
from workflows.catalogue import PROCEDURES, states

pages = Blueprint("manage_windows", __name__)


class BudgetsForm(PageForm):
    version = VersionField()


class EndForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=300, rows=5)


@dataclass(frozen=True)
class Shown:
    """A stage of a window as its page shows it, with how its dates follow from each other."""

    stage: Stage
    reckoned: tuple[str, ...]


def load_with_windows(reading: Any, ref: str, **_: object) -> Call | None:
    """A call that can have windows: the others have no such page."""
    found = load_call(reading, ref)
    return found if found is not None and PROCEDURES[found.procedure].windows else None


def _form(stages: Sequence[Stage], *, sent: bool) -> PageForm:
    """What each window may cost in each lot."""
    lots = {row.lot.number for stage in stages for row in stage.lots}
    fields = {}
    for stage in stages_queries.firsts(stages):
        for row in stage.lots:
            label = _("Window %(number)s", number=stage.window)
            if len(lots) > 1:
                label = _("Window %(number)s, lot %(lot)s", number=stage.window, lot=row.lot.number)
            name = windows_queries.budget_field(stage.window, row.lot.number)
            fields[name] = MoneyField(label, least=1, most=LARGEST_BUDGET)
    kind: type[BudgetsForm] = type("WindowBudgetsForm", (BudgetsForm,), fields)
    stored = windows_queries.budgets_of(stages)
    return kind() if sent else kind(formdata=None, data={**stored, "version": windows_queries.budgets_mark(stages)})


def _page(call: Call, form: PageForm | None = None) -> str:
    stages = stages_queries.of_call(session(), call.id)
    draft = calls_queries.draft_of(session(), call, stages)
    there = windows_queries.windows_of(stages)
    keys = further(stages)
    missing = [
        each
        for each in call_problems(draft, now())
        if each.section == "windows" or (each.section == "dates" and each.stage in keys)
    ]
    return render_template(
        "manage/windows/edit.html",
        call=call,
        windows=[(each, [Shown(stage, _reckoned(draft, stage)) for stage in each.stages]) for each in there],
        last=there[-1].number,
        may_add=there[-1].number < MOST_WINDOWS,
        form=form or _form(stages, sent=False),
        several=there[-1].number > 1,
        lots=calls_queries.lots_of(session(), call.id),
        missing=[sentence(each.sentence) for each in missing],
        following=onward(call, stages, "windows"),
    )


def _reckoned(draft: Draft, stage: Stage) -> tuple[str, ...]:
    own = _drafted(draft, stage.window, stage.number)
    assert own is not None  # noqa: S101  (the draft is made of the stages)
    before = _drafted(draft, stage.window - 1, stage.number) if stage.number == 1 else None
    return tuple(sentence(each) for each in reckoning(own, before))


def _drafted(draft: Draft, window: int, number: int) -> StageDraft | None:
    return next((each for each in draft.stages if (each.window, each.number) == (window, number)), None)


@pages.get("/manage/calls/<ref>/setup/windows")
@allow(Permission.CALL_EDIT, load_with_windows)
def edit(call: Call, ref: str) -> Page:
    require_draft(call)
    return _page(call)


@pages.post("/manage/calls/<ref>/setup/windows")
@allow(Permission.CALL_EDIT, load_with_windows)
def save(call: Call, ref: str) -> Page:
    form = _form(stages_queries.of_call(session(), call.id), sent=True)
    if not form.sent():
        return _page(call, form), REFUSED
    budgets = {field.short_name: field.data for field in form if isinstance(field, MoneyField)}
    version = form["version"].data
    try:
        do(windows.save_budgets, call.id, budgets, version=version)
    except Stale as stale:
        return stale_page(stale, form, _form(stages_queries.of_call(session(), call.id), sent=False))
    flash(_("Saved."), "success")
    return redirect(url_for(".edit", ref=ref), 303)


@pages.post("/manage/calls/<ref>/setup/windows/add")
@allow(Permission.CALL_EDIT, load_with_windows)
def add(call: Call, ref: str) -> Page:
    do(windows.add, call.id)
    flash(_("A window was added, a quarter after the last one. Check its dates and its budget."), "success")
    return redirect(url_for(".edit", ref=ref), 303)


@pages.post("/manage/calls/<ref>/setup/windows/<int:number>/remove")
@allow(Permission.CALL_EDIT, load_with_windows)
def remove(call: Call, ref: str, number: int) -> Page:
    do(windows.remove, call.id, number)
    flash(_("The window was removed."), "success")
    return redirect(url_for(".edit", ref=ref), 303)


@pages.get("/manage/calls/<ref>/windows/end")
@allow(Permission.WINDOWS_END, load_with_windows)
def ask_end(call: Call, ref: str) -> Page:
    return _end_page(call, EndForm(formdata=None))


def _end_page(call: Call, form: EndForm) -> str:
    if call.published_at is None:
        abort(404)
    ahead = windows_queries.to_come(stages_queries.listed(session(), call.id), now())
    there = bool(ahead) and call.state in states.call.published
    return render_template("manage/windows/end.html", call=call, form=form, ahead=ahead, there=there)


@pages.post("/manage/calls/<ref>/windows/end")
@allow(Permission.WINDOWS_END, load_with_windows)
def end(call: Call, ref: str) -> Page:
    form = EndForm()
    if not form.sent():
        return _end_page(call, form), REFUSED
    reason = form.reason.data or ""
    do(windows.end, call.id, reason)
    flash(_("The windows to come were ended. We have written to everybody who had a draft in one of them."), "success")
    return redirect(url_for("manage_calls.show", ref=ref), 303)
