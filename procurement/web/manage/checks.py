"""The check of a stage: every bid that waits, all that meet everything at one press, and what is recorded of one."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.queries import opening as opening_queries
from procurement.rules.checks import CheckKind, Finding, Looked
from procurement.rules.conditions import Result
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import do, ports, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.manage import checking
from procurement.web.manage.bids import eligibility_page
from procurement.web.manage.loading import frame, load_entry, load_stage

pages = Blueprint("manage_checks", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>")


class TakeInForm(PageForm):
    reason = WordLimitedText(_l("Reason for the record"), missing=_l("Give a reason"), limit=250, rows=3)


@pages.get("/checks")
@allow(Permission.BIDS_READ, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    return _index(stage_row, TakeInForm(formdata=None, data={"reason": _usual()}))


@pages.post("/checks/take-in")
@allow(Permission.SIFT, load_stage)
def take_in(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id, nouns = TakeInForm(), stage_row.id, stage_row.nouns
    if not form.sent():
        return _index(stage_row, form), REFUSED
    reason = form.reason.data
    seen = [found for each in request.form.getlist("seen") if (found := whole_number(each)) is not None]
    done = do(assessment.find_all_eligible, stage_id, reason, seen=seen)
    flash(
        ngettext(
            "%(num)s is eligible and will be assessed.",
            "%(num)s %(nouns)s are eligible and will be assessed.",
            len(done),
            nouns=nouns,
        ),
        "success",
    )
    return redirect(url_for(".index", ref=ref, stage=stage), 303)


def _usual() -> str:
    return _("Every condition is met, and nothing was found in what was looked up.")


def _index(stage_row: Stage, form: TakeInForm) -> str:
    if "check" not in stage_row.steps:
        abort(404)
    checked = assessment.check_all(session(), ports(), stage_row)
    proposed = opening_queries.proposed_ids(session(), stage_row.id)
    ready = assessment.meeting_everything(checked, proposed)
    return render_template(
        "manage/checks/index.html",
        **frame(stage_row),
        rows=[(each, _counts(each), each.entry.id in proposed, each in ready) for each in checked],
        ready=ready,
        undecided=opening_queries.undecided(session(), stage_row.id),
        form=form,
    )


def _counts(checked: assessment.Checked) -> dict[str, int]:
    return {result.value: sum(each.result is result for each in checked.verdicts) for result in Result}


# one bid


@pages.post("/bids/<bid>/checks")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def record(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    """Record one fact."""
    form, entry_id = checking.check_form(sent=True), entry.id
    if not form.sent() or not checking.refuse_if_wrong(form, form.looked()):
        return eligibility_page(entry, form, "record"), REFUSED
    return _recorded(entry, entry_id, [form.looked()])


@pages.post("/bids/<bid>/checks/nothing")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def nothing(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    """Record that whatever must be looked up was, and that nothing was found."""
    form, entry_id = checking.nothing_form(sent=True), entry.id
    if not form.sent():
        return eligibility_page(entry, form, "nothing"), REFUSED
    looked = [
        Looked(kind=each.kind, finding=Finding.CLEAR, source=form.source.data, about=each.about, tie=each.tie)
        for each in checking.of_entry(entry).due
        if f"{each.kind.value}|{each.about}" in request.form.getlist("due")
    ]
    return _recorded(entry, entry_id, looked)


@pages.post("/bids/<bid>/checks/conditions/<key>")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def note(entry: Entry, ref: str, bid: str, stage: str, key: str) -> Page:
    """Note what is so of a condition that the answer alone does not settle."""
    form, entry_id = checking.condition_form(checking.of_entry(entry), key, sent=True), entry.id
    if form is None:
        abort(404)
    if not form.sent() or not checking.refuse_if_wrong(form, form.looked(key)):
        return eligibility_page(entry, form, f"on-{key}"), REFUSED
    return _recorded(entry, entry_id, [form.looked(key)])


def _recorded(entry: Entry, entry_id: int, looked: list[Looked]) -> Page:
    where: dict[str, Any] = {"ref": entry.stage.call.ref, "bid": entry.application.ref, "stage": entry.stage.key}
    conditions = any(each.kind is CheckKind.CONDITION for each in looked)
    do(assessment.record_checks, entry_id, looked)
    flash(_("Recorded."), "success")
    return redirect(url_for("manage_bids.eligibility", **where, _anchor="conditions" if conditions else "facts"), 303)
