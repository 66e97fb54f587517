"""The one reason per criterion that each applicant reads, and what is taken out of what others read of a bid."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.stages import Stage
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.permissions import Permission
from procurement.rules.reasons import GROUNDS, MOST_WORDS, take_out
from procurement.services import reasons
from procurement.services.decisions import is_deciding
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, VersionField, WordLimitedText
from procurement.web.manage.loading import frame, load_stage
from procurement.web.manage.setup import stale_page
from procurement.web.parts.naming import sentence_of, warn_of_names, who_is_named
from workflows.catalogue import states

pages = Blueprint("manage_reasons", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/reasons")


class ReasonsForm(PageForm):
    """With a text for each criterion, `text-<key>`."""

    version = VersionField()


class AcceptForm(PageForm):
    seen = HiddenField()


class RedactForm(PageForm):
    words = WordLimitedText(
        _l("What is to be taken out?"),
        missing=_l("Enter the words that are to be taken out"),
        rows=2,
        description=_l(
            "Exactly as it stands in a text above, also capital letters. It is taken out wherever it stands."
        ),
    )
    ground = ChoiceField(
        _l("On which ground?"),
        missing=_l("Choose on which ground it is taken out"),
        description=_l("Procurement Act 2023 s. 94. Others read the ground in the place of the words."),
    )


@pages.get("")
@allow(Permission.RANKING_READ, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    ranked = stage_row.state in states.stage.ranked
    table = decisions_queries.table_of(session(), stage_row.call, stage_row) if ranked else None
    corrected = corrections_queries.corrected_of(session(), stage_row.call_id)
    return render_template(
        "manage/reasons/index.html",
        **_frame(stage_row),
        table=table,
        suggested=lambda entry, criterion: reasons.suggestion(entry, criterion, corrected).text,
        named=_named(stage_row, table) if table is not None else [],
    )


@pages.post("/accept")
@allow(Permission.DECISION_PROPOSE, load_stage)
def accept(stage_row: Stage, ref: str, stage: str) -> Page:
    """Whatever is suggested and not written yet, of all bids."""
    stage_id, seen = stage_row.id, AcceptForm().seen.data or ""
    count = do(reasons.accept, stage_id, seen=seen)
    flash(ngettext("%(num)s reason is written.", "%(num)s reasons are written.", count), "success")
    return redirect(url_for(".index", ref=ref, stage=stage), 303)


@pages.get("/<bid>")
@allow(Permission.RANKING_READ, load_stage)
def one(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    table, entry = _found(stage_row, bid)
    return _one(stage_row, table, entry, _filled(table, entry))


@pages.post("/<bid>")
@allow(Permission.DECISION_PROPOSE, load_stage)
def save(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    table, entry = _found(stage_row, bid)
    form = _form_of(table)()
    if not form.sent():
        return _one(stage_row, table, entry, form), REFUSED
    texts = {each.key: form[f"text-{each.key}"].data or "" for each in table.scheme.criteria}
    stage_id, version = stage_row.id, form["version"].data
    try:
        do(reasons.write, stage_id, bid, texts, version=version)
    except Stale as stale:
        return stale_page(stale, form, _filled(table, entry))
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse(f"text-{table.scheme.criteria[0].key}", sentence(each))
        return _one(stage_row, table, entry, form), refusal.status
    flash(_("The reasons for %(bid)s are saved.", bid=bid), "success")
    warn_of_names(stage_id, [(each.name, texts[each.key]) for each in table.scheme.criteria])
    return redirect(url_for(".index", ref=ref, stage=stage), 303)


@pages.get("/<bid>/others")
@allow(Permission.RANKING_READ, load_stage)
def others(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    """What others read of a bid that is awarded something."""
    return _others(stage_row, bid, _grounds(RedactForm(formdata=None)))


@pages.post("/<bid>/others")
@allow(Permission.DECISION_PROPOSE, load_stage)
def redact(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    form, stage_id = _grounds(RedactForm()), stage_row.id
    if not form.sent():
        return _others(stage_row, bid, form), REFUSED
    words, ground = form.words.data, form.ground.data
    try:
        do(reasons.take_out, stage_id, bid, words, ground)
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("words", sentence(each))
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _others(again, bid, form), refusal.status
    flash(_("It is taken out of what others read."), "success")
    return redirect(url_for(".others", ref=ref, stage=stage, bid=bid), 303)


@pages.post("/<bid>/others/<int:number>/put-back")
@allow(Permission.DECISION_PROPOSE, load_stage)
def put_back(stage_row: Stage, ref: str, stage: str, bid: str, number: int) -> Page:
    stage_id = stage_row.id
    do(reasons.put_back, stage_id, bid, number)
    flash(_("Others read it again."), "success")
    return redirect(url_for(".others", ref=ref, stage=stage, bid=bid), 303)


def _frame(stage: Stage) -> dict[str, Any]:
    """What each of these pages shows of the stage, and what can be done on it."""
    deciding = is_deciding(stage.call, stage)
    return {
        **frame(stage),
        "required": stage.reasons == decisions_queries.REQUIRED,
        "grounds": {key: sentence(words) for key, words in GROUNDS.items()},
        "writing": deciding and allowed(Permission.DECISION_PROPOSE, stage),
        "read_by_others": decisions_queries.read_by_others(stage.call, stage),
    }


def _found(stage: Stage, bid: str) -> tuple[decisions_queries.Table, decisions_queries.Ranked]:
    """The ranking of a stage and a bid that was marked in it; 404 where there is none."""
    if stage.state not in states.stage.ranked:
        abort(404)
    table = decisions_queries.table_of(session(), stage.call, stage)
    entry = table.entry(bid)
    if entry is None or entry.missed:
        abort(404)
    return table, entry


def _form_of(table: decisions_queries.Table) -> type[ReasonsForm]:
    texts = {
        f"text-{each.key}": WordLimitedText(f"{each.name} ({each.weight}%)", limit=MOST_WORDS, rows=7)
        for each in table.scheme.criteria
    }
    return type("BidReasonsForm", (ReasonsForm,), texts)


def _filled(table: decisions_queries.Table, entry: decisions_queries.Ranked) -> ReasonsForm:
    """What is written, and where nothing is what is suggested."""
    corrected = corrections_queries.corrected_of(session(), entry.entry.call_id)
    texts = {
        f"text-{each.key}": reason
        if (reason := entry.reason(each.key)) is not None
        else reasons.suggestion(entry, each.key, corrected).text
        for each in table.scheme.criteria
    }
    return _form_of(table)(formdata=None, data={**texts, "version": reasons.version_of(entry)})


def _one(stage: Stage, table: decisions_queries.Table, entry: decisions_queries.Ranked, form: ReasonsForm) -> str:
    texts = [(each.name, form[f"text-{each.key}"].data or "") for each in table.scheme.criteria]
    named = [sentence_of(each) for each in who_is_named(stage, texts)]
    return render_template("manage/reasons/one.html", **_frame(stage), table=table, entry=entry, form=form, named=named)


def _named(stage: Stage, table: decisions_queries.Table) -> list[str]:
    """What is written, or would be taken over, and names somebody."""
    corrected = corrections_queries.corrected_of(session(), stage.call_id)
    texts = [
        (
            f"{entry.ref}, {each.name}",
            reason if reason is not None else reasons.suggestion(entry, each.key, corrected).text,
        )
        for entry in table.entries
        if not entry.missed
        for each in table.scheme.criteria
        for reason in [entry.reason(each.key)]
    ]
    return [sentence_of(each) for each in who_is_named(stage, texts)]


def _grounds(form: RedactForm) -> RedactForm:
    form.ground.choices = [(key, sentence(words)) for key, words in GROUNDS.items()]
    return form


def _others(stage: Stage, bid: str, form: RedactForm) -> str:
    if not decisions_queries.read_by_others(stage.call, stage):
        abort(404)
    table, entry = _found(stage, bid)
    found = decisions_queries.texts_for_others(session(), stage, table, entry)
    return render_template(
        "manage/reasons/others.html",
        **_frame(stage),
        entry=entry,
        form=form,
        texts=[(about, take_out(text, entry.taken)) for about, text in found],
        nowhere={words for words in entry.taken if not any(words in text for _about, text in found)},
    )
