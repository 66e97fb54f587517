"""A paragraph of an officer's own in the letters: for all with one decision, or for one application."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries.decisions import Ranked, Table
from procurement.rules.permissions import Permission
from procurement.rules.reasons import MOST_OF_PARAGRAPH
from procurement.services import paragraphs
from procurement.services.decisions import is_deciding
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, WordLimitedText
from procurement.web.manage.decisions import OUTCOME_CHOICES
from procurement.web.manage.loading import frame, load_stage
from workflows.catalogue import states

pages = Blueprint("manage_paragraphs", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/paragraphs")
PLAIN = _l(
    "One paragraph of plain text, with nothing left to be filled in. Leave it empty for none. Promise nothing here."
)


class ManyForm(PageForm):
    """For the letters of all who have one decision."""

    outcome = ChoiceField(_l("In the letters of which decision?"), missing=_l("Choose a decision"))
    text = WordLimitedText(_l("Paragraph"), description=PLAIN, limit=MOST_OF_PARAGRAPH, rows=6)
    seen = HiddenField()


class OneForm(PageForm):
    text = WordLimitedText(_l("Paragraph"), description=PLAIN, limit=MOST_OF_PARAGRAPH, rows=6)
    seen = HiddenField()


@pages.get("")
@allow(Permission.DECISION_PROPOSE, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    return _index(stage_row, ManyForm(formdata=None))


@pages.post("")
@allow(Permission.DECISION_PROPOSE, load_stage)
def save_for(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id = ManyForm(), stage_row.id
    form.outcome.choices = _choices(_table(stage_row))
    if not form.sent():
        return _index(stage_row, form), REFUSED
    outcome, text, seen = form.outcome.data, form.text.data or "", form.seen.data or ""
    try:
        count = do(paragraphs.write_for, stage_id, outcome, text, seen=seen)
    except Refusal as refusal:
        return _index(_refused(form, refusal, ref, stage), form), refusal.status
    flash(
        ngettext("The paragraph of %(num)s letter is saved.", "The paragraph of %(num)s letters is saved.", count),
        "success",
    )
    return redirect(url_for(".index", ref=ref, stage=stage), 303)


@pages.get("/<bid>")
@allow(Permission.DECISION_PROPOSE, load_stage)
def one(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    table, entry = _found(stage_row, bid)
    return _one(stage_row, entry, OneForm(formdata=None, data={"text": entry.paragraph, "seen": table.seen}))


@pages.post("/<bid>")
@allow(Permission.DECISION_PROPOSE, load_stage)
def save(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    form, stage_id = OneForm(), stage_row.id
    entry = _found(stage_row, bid)[1]
    if not form.sent():
        return _one(stage_row, entry, form), REFUSED
    text, seen = form.text.data or "", form.seen.data or ""
    try:
        do(paragraphs.write, stage_id, bid, text, seen=seen)
    except Refusal as refusal:
        again = _refused(form, refusal, ref, stage)
        table, entry = _found(again, bid)
        form.seen.data = table.seen
        return _one(again, entry, form), refusal.status
    flash(_("The paragraph for %(bid)s is saved.", bid=bid), "success")
    return redirect(url_for(".index", ref=ref, stage=stage), 303)


def _refused(form: ManyForm | OneForm, refusal: Refusal, ref: str, stage: str) -> Stage:
    for each in refusal.reasons:
        form.refuse("text", sentence(each))
    again = load_stage(session(), ref, stage)
    assert again is not None  # noqa: S101  (it was there a moment ago)
    return again


def _table(stage: Stage) -> Table | None:
    if stage.state not in states.stage.ranked:
        return None
    return decisions_queries.table_of(session(), stage.call, stage)


def _choices(table: Table | None) -> list[tuple[str, str]]:
    """The decisions that somebody has, with how many."""
    words = {str(outcome): str(said) for outcome, said in OUTCOME_CHOICES}
    counts = {} if table is None else table.counts
    return [(outcome, f"{words[outcome]} ({counts[outcome]})") for outcome in map(str, counts) if counts[outcome]]


def _found(stage: Stage, bid: str) -> tuple[Table, Ranked]:
    """The ranking of a stage and one that has a proposal in it; 404 where there is none."""
    table = _table(stage)
    entry = None if table is None else table.entry(bid)
    if table is None or entry is None or entry.decision is None:
        abort(404)
    return table, entry


def _index(stage: Stage, form: ManyForm) -> str:
    table = _table(stage)
    form.outcome.choices = _choices(table)
    form.seen.data = table.seen if table else ""  # what this page shows, also after a refusal
    return render_template(
        "manage/paragraphs/index.html",
        **frame(stage),
        table=table,
        form=form,
        words=dict(OUTCOME_CHOICES),
        writing=is_deciding(stage.call, stage),
    )


def _one(stage: Stage, entry: Ranked, form: OneForm) -> str:
    return render_template(
        "manage/paragraphs/one.html",
        **frame(stage),
        entry=entry,
        form=form,
        words=dict(OUTCOME_CHOICES),
        writing=is_deciding(stage.call, stage),
    )
