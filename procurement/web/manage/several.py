"""Several questions, criteria or lots at once, each on a line of its own; and questions put in another place."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.rules import set_lines
from procurement.rules.permissions import Permission
from procurement.rules.questions import list_kinds
from procurement.rules.set_lines import Taken
from procurement.services import calls, criteria, questions
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import TextField, TickField, WholeNumberField, WordLimitedText
from procurement.web.manage.criteria import load_assessing
from procurement.web.manage.forms import load_collecting
from procurement.web.manage.loading import frame, load_call
from procurement.web.manage.sections import after_saving
from procurement.web.manage.setup import require_draft

pages = Blueprint("manage_several", __name__)


class LinesForm(PageForm):
    lines = WordLimitedText(_l("One on each line"), missing=_l("Write at least one line"), savable=True, rows=16)
    instead = TickField(_l("Put them in the place of those that are there"))


def _taken(form: PageForm, read: Callable[[str], Taken[Any]]) -> Taken[Any] | None:
    """What was typed, read; None where the page is shown again, with each fault beside the field."""
    if not form.sent():
        return None
    taken = read(form["lines"].data or "")
    for each in taken.problems:
        form.refuse("lines", sentence(each))
    return None if taken.problems else taken


def _only_lines(*, sent: bool) -> LinesForm:
    """The form of what is only added to: a lot that is there is changed or removed on its own page."""
    form = LinesForm() if sent else LinesForm(formdata=None)
    del form.instead
    return form


# questions


def _names(stage: Stage) -> dict[str, str]:
    return {row.key: row.title for row in calls_queries.criteria_of(context.session(), stage.id)}


def _questions_page(stage: Stage, form: PageForm) -> str:
    kinds = [sentence(each.title) for each in list_kinds()]
    names = list(_names(stage).values())
    return render_template("manage/several/questions.html", **frame(stage), form=form, kinds=kinds, criteria=names)


@pages.get("/manage/calls/<ref>/stages/<stage>/form/several")
@allow(Permission.CALL_EDIT, load_collecting)
def new_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _questions_page(stage_row, LinesForm(formdata=None))


@pages.post("/manage/calls/<ref>/stages/<stage>/form/several")
@allow(Permission.CALL_EDIT, load_collecting)
def add_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    form, names = LinesForm(), _names(stage_row)
    taken = _taken(form, lambda text: set_lines.questions_in(text, names))
    if taken is None:
        return _questions_page(stage_row, form), REFUSED
    count = do(questions.add_several, stage_row.id, taken.found, instead=bool(form.instead.data))
    flash(ngettext("%(num)s question was added.", "%(num)s questions were added.", count), "success")
    back = url_for("manage_forms.index", ref=ref, stage=stage_row.key)
    return after_saving(stage_row.call, "form", stage_row, back=back)


# criteria


@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/several")
@allow(Permission.CALL_EDIT, load_assessing)
def new_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return render_template("manage/several/criteria.html", **frame(stage_row), form=LinesForm(formdata=None))


@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/several")
@allow(Permission.CALL_EDIT, load_assessing)
def add_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    form = LinesForm()
    taken = _taken(form, set_lines.criteria_in)
    if taken is None:
        return render_template("manage/several/criteria.html", **frame(stage_row), form=form), REFUSED
    count = do(criteria.add_several, stage_row.id, taken.found, instead=bool(form.instead.data))
    flash(ngettext("%(num)s criterion was added.", "%(num)s criteria were added.", count), "success")
    back = url_for("manage_criteria.index", ref=ref, stage=stage_row.key)
    return after_saving(stage_row.call, "criteria", stage_row, back=back)


# the sub-criteria of one criterion


def _parts_page(stage: Stage, form: PageForm, key: str) -> str:
    rows = calls_queries.criteria_of(context.session(), stage.id)
    row = next((each for each in rows if each.key == key), None)
    if row is None:
        abort(404)
    return render_template("manage/several/parts.html", **frame(stage), form=form, criterion=row)


@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/<key>/split")
@allow(Permission.CALL_EDIT, load_assessing)
def new_parts(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    require_draft(stage_row.call)
    return _parts_page(stage_row, _only_lines(sent=False), key)


@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/<key>/split")
@allow(Permission.CALL_EDIT, load_assessing)
def split(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    form = _only_lines(sent=True)
    taken = _taken(form, set_lines.criteria_in)
    if taken is None:
        return _parts_page(stage_row, form, key), REFUSED
    count = do(criteria.split, stage_row.id, key, taken.found)
    flash(ngettext("%(num)s sub-criterion was made.", "%(num)s sub-criteria were made.", count), "success")
    return redirect(url_for("manage_criteria.index", ref=ref, stage=stage_row.key), 303)


# lots


@pages.get("/manage/calls/<ref>/setup/lots/several")
@allow(Permission.CALL_EDIT, load_call)
def new_lots(call: Call, ref: str) -> Page:
    require_draft(call)
    return render_template("manage/several/lots.html", call=call, form=_only_lines(sent=False))


@pages.post("/manage/calls/<ref>/setup/lots/several")
@allow(Permission.CALL_EDIT, load_call)
def add_lots(call: Call, ref: str) -> Page:
    form = _only_lines(sent=True)
    taken = _taken(form, set_lines.lots_in)
    if taken is None:
        return render_template("manage/several/lots.html", call=call, form=form), REFUSED
    count = do(calls.add_lots, call.id, taken.found)
    flash(ngettext("%(num)s lot was added.", "%(num)s lots were added.", count), "success")
    return after_saving(call, "money", back=url_for("manage_setup.money", ref=ref))


# one question: its place, and a copy of it


class PlaceForm(PageForm):
    section = TextField(_l("Section"), missing=_l("Say which section the question belongs to"), most=80)
    place = WholeNumberField(_l("Place in the section"), missing=_l("Enter the place"), least=1, most=100)


def _place_page(stage: Stage, form: PageForm, key: str) -> str:
    rows = calls_queries.questions_of(context.session(), stage.id)
    row = next((each for each in rows if each.key == key), None)
    if row is None:
        abort(404)
    names = list(dict.fromkeys(each.section for each in rows))
    return render_template("manage/several/place.html", **frame(stage), form=form, question=row, sections=names)


@pages.get("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/place")
@allow(Permission.CALL_EDIT, load_collecting)
def place(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    require_draft(stage_row.call)
    rows = calls_queries.questions_of(context.session(), stage_row.id)
    own = next((each.section for each in rows if each.key == key), "")
    here = [each.key for each in rows if each.section == own]
    data = {"section": own, "place": here.index(key) + 1 if key in here else 1}
    return _place_page(stage_row, PlaceForm(formdata=None, data=data), key)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/place")
@allow(Permission.CALL_EDIT, load_collecting)
def move(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    form = PlaceForm()
    if not form.sent():
        return _place_page(stage_row, form, key), REFUSED
    do(questions.place_question, stage_row.id, key, form.section.data, form.place.data)
    return redirect(url_for("manage_forms.index", ref=ref, stage=stage_row.key, _anchor=f"question-{key}"), 303)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/copy")
@allow(Permission.CALL_EDIT, load_collecting)
def copy(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    made = do(questions.copy_question, stage_row.id, key)
    flash(_("The question was copied. The copy stands behind it."), "success")
    return redirect(url_for("manage_forms.index", ref=ref, stage=stage_row.key, _anchor=f"question-{made.key}"), 303)
