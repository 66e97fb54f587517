"""By what applications are marked: the weights and the scale of the whole scheme, then each criterion on its page."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.stages import Criterion, Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_checks import MOST_READERS, MOST_SEATS
from procurement.rules.calls import STAGE_FIELDS
from procurement.rules.permissions import Permission
from procurement.services import criteria
from procurement.services.refusal import Stale
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    ProseField,
    TextField,
    VersionField,
    WholeNumberField,
    WordLimitedText,
)
from procurement.web.manage.advising import advice
from procurement.web.manage.binding import lowest_total, readers_label, shares_of
from procurement.web.manage.loading import frame, load_written
from procurement.web.manage.sections import after_saving
from procurement.web.manage.setup import part, require_draft, stale_page, values_of
from procurement.web.parts.seats import most_label

TIE_WORDS = (_l("First decides"), _l("Then"), _l("And then"))
pages = Blueprint("manage_criteria", __name__)


def load_assessing(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """A stage that assesses: the others have no criteria."""
    found = load_written(session, ref, stage)
    return found if found is not None and found.assesses else None


class SchemeForm(PageForm):
    minimum_total = WholeNumberField(
        _l("Lowest total"),  # what for, and of which noun: `scheme_form` says
        missing=_l("Enter a number, 0 for none"),
        most=100,
        description=_l("Of 100; 0 for none."),
    )
    readers = WholeNumberField(_l("Assessors"), missing=_l("Enter the number of assessors"), least=1, most=MOST_READERS)
    version = VersionField()


class CriterionForm(PageForm):
    name = TextField(_l("Name"), missing=_l("Enter the name of the criterion"), most=80)
    description = ProseField(_l("What assessors look for"), rows=3)
    top = WholeNumberField(_l("Highest mark"), missing=_l("Enter the highest mark"), least=1, most=10)
    minimum = WholeNumberField(
        _l("Lowest mean mark that passes"),
        missing=_l("Enter a mark, 0 for none"),
        most=10,
        description=_l("0 for none."),
    )
    words = WordLimitedText(
        _l("What each mark means"),
        savable=True,
        rows=7,
        missing=_l("Say what each mark means"),
        description=_l("One line for each mark, beginning with 0."),
    )
    version = VersionField()


class NewCriterionForm(PageForm):
    name = TextField(_l("Name"), missing=_l("Enter the name of the criterion"), most=80)
    weight = WholeNumberField(_l("Weight"), missing=_l("Enter the weight"), least=1, most=100)


# the scheme


def scheme_form(stage: Stage, rows: list[Criterion], *, sent: bool) -> PageForm:
    """The form of the whole scheme, with a weight for each criterion that there is."""
    fields: dict[str, Any] = {
        f"weight-{row.key}": WholeNumberField(
            _l("Weight"), missing=_l("Enter the weight of each criterion"), least=1, most=100
        )
        for row in rows
    }
    for name in (wholes := calls_queries.wholes_of(rows)):
        fields[name] = WholeNumberField(
            _l("Weight"), missing=_l("Enter the weight of each criterion"), least=1, most=100
        )
    for name in calls_queries.seats_of(stage):
        fields[name] = (
            WholeNumberField(most_label(stage.call.kind), missing=_l("Enter a number, 0 for no limit"), most=MOST_SEATS)
            if stage.awards
            else WholeNumberField(
                _l("How many go on"), missing=_l("Enter a number, 0 for whoever passes"), most=MOST_SEATS
            )
        )
    if rows:
        choices = [("", _("No further criterion")), *((row.key, row.title) for row in rows)]
        for name, words in zip(calls_queries.ties_of(stage), TIE_WORDS, strict=True):
            fields[name] = ChoiceField(words, choices=choices, select=True)
    kind: type[SchemeForm] = type("CallSchemeForm", (SchemeForm,), fields)
    weights = {f"weight-{row.key}": row.weight for row in rows}
    values = {
        **values_of(stage, "criteria"),
        **weights,
        **wholes,
        **calls_queries.seats_of(stage),
        **calls_queries.ties_of(stage),
    }
    form = kind() if sent else kind(formdata=None, data=values)
    form.minimum_total.label.text = lowest_total(awards=stage.awards)
    form.readers.label.text = readers_label(stage.noun)
    return form


@pages.get("/manage/calls/<ref>/setup/criteria", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/criteria")
@allow(Permission.CALL_EDIT, load_assessing)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    rows = calls_queries.criteria_of(context.session(), stage_row.id)
    form = scheme_form(stage_row, rows, sent=False)
    return _scheme_page(stage_row, form, rows, **advice(stage_row.call, "criteria", stage_row.key))


def _scheme_page(stage: Stage, form: PageForm, rows: list[Criterion], **more: object) -> str:
    wholes = list(calls_queries.wholes_of(rows))
    own = [f"weight-{row.key}" for row in rows if not row.within]
    total, shown = sum(form[name].data or 0 for name in (*own, *wholes)), part(stage, "criteria")
    return render_template(
        "manage/criteria/index.html",
        **shown,
        ranks_by=shares_of(stage.ranks_by, {each.key: each.title for each in shown["stages"]}),
        form=form,
        rows=rows,
        wholes={row.key: calls_queries.whole_of(row, rows) for row in rows if row.within},
        total=total,
        ties=tuple(calls_queries.ties_of(stage)),
        most_awards=most_label(stage.call.kind),
        ends=_tie_ends(stage),
        **{"missing": [], **more},
    )


def _tie_ends(stage: Stage) -> str:
    """What happens to those who are equal by all of that."""
    if calls_queries.is_drawn(stage.call, stage, stages_queries.listed(context.session(), stage.call_id)):
        return _("Who is equal then is drawn by lot, in a way that everybody can do again.")
    if stage.awards:
        return _("Between those who are equal then it is chosen, with a reason that stays on record.")
    return _("Who is equal then shares a place.")


@pages.post("/manage/calls/<ref>/setup/criteria", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/criteria")
@allow(Permission.CALL_EDIT, load_assessing)
def save_scheme(stage_row: Stage, ref: str, stage: str) -> Page:
    rows = calls_queries.criteria_of(context.session(), stage_row.id)
    form = scheme_form(stage_row, rows, sent=True)
    if not form.sent():
        return _scheme_page(stage_row, form, rows), REFUSED
    values: dict[str, Any] = {name: form[name].data for name in STAGE_FIELDS["criteria"]}
    values |= {name: form[name].data or "" for name in calls_queries.ties_of(stage_row) if name in form}
    values |= {name: form[name].data for name in calls_queries.wholes_of(rows)}
    weights = {row.key: form[f"weight-{row.key}"].data for row in rows}
    seats = {row.lot.number: form[f"seats-{row.lot.number}"].data for row in stage_row.lots}
    version = form["version"].data
    try:
        do(criteria.save_scheme, stage_row.id, values, weights, seats, version=version)
    except Stale as stale:
        current = stages_queries.get(context.session(), stage_row.id)
        return stale_page(stale, form, scheme_form(current, rows, sent=False))
    flash(_("Saved."), "success")
    return after_saving(stage_row.call, "criteria", stage_row, back=url_for(".index", ref=ref, stage=stage_row.key))


# one criterion


def _criterion(stage: Stage, key: str) -> Criterion:
    found = next((row for row in calls_queries.criteria_of(context.session(), stage.id) if row.key == key), None)
    if found is None:
        abort(404)
    return found


def _criterion_values(row: Criterion) -> dict[str, Any]:
    names = calls_queries.CRITERION_FIELDS
    return {
        **{name: getattr(row, name) for name in names},
        "words": "\n".join(row.words),
        "version": calls_queries.criterion_mark(row),
    }


@pages.get("/manage/calls/<ref>/setup/criteria/new", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/new")
@allow(Permission.CALL_EDIT, load_assessing)
def new(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return render_template(
        "manage/criteria/edit.html", **frame(stage_row), form=NewCriterionForm(formdata=None), row=None
    )


@pages.post("/manage/calls/<ref>/setup/criteria/new", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/new")
@allow(Permission.CALL_EDIT, load_assessing)
def add(stage_row: Stage, ref: str, stage: str) -> Page:
    form = NewCriterionForm()
    if not form.sent():
        return render_template("manage/criteria/edit.html", **frame(stage_row), form=form, row=None), REFUSED
    name, weight = form.name.data, form.weight.data
    made = do(criteria.add_criterion, stage_row.id, name, weight)
    if request.form.get("then") == "another":
        flash(_("The criterion was added."), "success")
        return redirect(url_for(".new", ref=ref, stage=stage_row.key), 303)
    return redirect(url_for(".edit", ref=ref, stage=stage_row.key, key=made.key), 303)


@pages.get("/manage/calls/<ref>/setup/criteria/<key>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/<key>")
@allow(Permission.CALL_EDIT, load_assessing)
def edit(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    require_draft(stage_row.call)
    row = _criterion(stage_row, key)
    form = CriterionForm(formdata=None, data=_criterion_values(row))
    return render_template("manage/criteria/edit.html", **frame(stage_row), form=form, row=row)


@pages.post("/manage/calls/<ref>/setup/criteria/<key>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/<key>")
@allow(Permission.CALL_EDIT, load_assessing)
def save(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    row, form = _criterion(stage_row, key), CriterionForm()
    valid = form.sent()
    lines = [line.strip() for line in (form.words.data or "").splitlines() if line.strip()]
    if valid and form.minimum.data > form.top.data:
        form.refuse("minimum", _("The lowest mark that passes cannot be above the highest mark"))
        valid = False
    if not valid:
        return render_template("manage/criteria/edit.html", **frame(stage_row), form=form, row=row), REFUSED
    values = {
        **{name: form[name].data or "" for name in ("name", "description")},
        "words": lines,
        "top": form.top.data,
        "minimum": form.minimum.data,
    }
    version = form.version.data
    try:
        do(criteria.save_criterion, stage_row.id, key, values, version=version)
    except Stale as stale:
        other = CriterionForm(formdata=None, data=_criterion_values(_criterion(stage_row, key)))
        return stale_page(stale, form, other)
    flash(_("Saved."), "success")
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)


@pages.post("/manage/calls/<ref>/setup/criteria/<key>/remove", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/<key>/remove")
@allow(Permission.CALL_EDIT, load_assessing)
def remove(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    do(criteria.remove_criterion, stage_row.id, key)
    flash(_("The criterion was removed."), "success")
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)
