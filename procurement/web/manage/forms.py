"""Building a call's form: the list first, one question a page, then the preview; the criteria are beside it."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.stages import Question as QuestionRow
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.rules import effort
from procurement.rules.permissions import Permission
from procurement.rules.questions import (
    SETTINGS,
    UNSET,
    Kind,
    Measure,
    Purpose,
    Setting,
    by_section,
    find_fitting,
    find_kind,
    get_kind,
    list_kinds,
)
from procurement.services import questions
from procurement.services.refusal import Stale
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, ProseField, TextField, VersionField, YesNoField
from procurement.web.manage import conditions, layouts
from procurement.web.manage.advising import advice
from procurement.web.manage.loading import frame, load_written
from procurement.web.manage.setting_fields import field_for
from procurement.web.manage.setup import part, require_draft, stale_page
from procurement.web.parts.questions import shown_by

pages = Blueprint("manage_forms", __name__)
STEPS = {"up": questions.UP, "down": questions.DOWN}


def load_collecting(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """A stage that collects: the others have no form."""
    found = load_written(session, ref, stage)
    return found if found is not None and found.collects else None


class QuestionForm(PageForm):
    """What every question has; `question_form` adds what its kind of answer needs."""

    text = TextField(_l("Question"), missing=_l("Write the question"), most=200)
    guidance = ProseField(_l("Guidance"), rows=3)
    section = TextField(
        _l("Section"),
        missing=_l("Say which section the question belongs to"),
        most=80,
        description=_l("Questions with the same section stand together; a new name makes a new section."),
    )
    required = YesNoField(_l("Must it be answered?"), missing=_l("Say whether it must be answered"))
    criterion = ChoiceField(_l("Which criterion marks the answer?"), select=True)
    version = VersionField()


class SectionForm(PageForm):
    name = TextField(_l("Name of the section"), missing=_l("Enter the name of the section"), most=80)


# the list


@pages.get("/manage/calls/<ref>/setup/form", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/form")
@allow(Permission.CALL_EDIT, load_collecting)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    rows = calls_queries.questions_of(context.session(), stage_row.id)
    criteria = {row.key: row for row in calls_queries.criteria_of(context.session(), stage_row.id)}
    return render_template(
        "manage/forms/index.html",
        **part(stage_row, "form"),
        sections=by_section(rows).items(),
        criteria=criteria,
        conditions={row.key: calls_queries.as_question(row) for row in rows if row.condition},
        **shown_by(
            [calls_queries.as_question(row) for row in rows],
            calls_queries.lots_of(context.session(), stage_row.call_id),
        ),
        kinds={each.key: sentence(each.title) for each in list_kinds()},
        count=len(rows),
        words=sum(row.word_limit or 0 for row in rows),
        minutes=effort.in_words(effort.minutes_to_answer(map(calls_queries.as_question, rows))),
        **advice(stage_row.call, "form", stage_row.key),
    )


# one question


def question_form(
    stage: Stage, kind: Kind, purpose: str, *, sent: bool, data: dict[str, Any] | None = None
) -> PageForm:
    fields = {setting.name: field_for(setting) for setting in kind.settings}
    if conditions.are_asked(stage, kind, purpose):
        fields |= conditions.fields_for(kind)
    made: type[QuestionForm] = type("OneQuestionForm", (QuestionForm,), fields)
    form = made() if sent else made(formdata=None, data=data)
    if purpose:
        del form.required
    criteria = calls_queries.criteria_of(context.session(), stage.id)
    form.criterion.choices = [("", _("None")), *((row.key, row.title) for row in criteria)]
    return form


BOUND_SETTINGS = ("minimum", "maximum")


def typed_values(form: PageForm, kind: Kind) -> dict[str, Any]:
    return {
        "section": form["section"].data,
        "text": form["text"].data,
        "guidance": form["guidance"].data or "",
        "kind": kind.key,
        "required": bool(form["required"].data) if "required" in form else True,
        "criterion": form["criterion"].data or "",
        "condition": conditions.typed(form),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in UNSET.items()},
        **{each.name: _typed_setting(each, form[each.name].data) for each in kind.settings if not each.laid},
        "layout": layouts.typed(form, kind),
    }


def _typed_setting(setting: Setting, value: Any) -> Any:
    """As the question keeps it: lines as a list, a bound as an exact number."""
    if setting.measure is Measure.LINES:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]
    if value is None:
        return UNSET[setting.name]
    return Decimal(value) if setting.name in BOUND_SETTINGS else value


def stored_values(row: QuestionRow) -> dict[str, Any]:
    """What the fields of a stored question hold: those of its own kind as they are typed, the others as they are."""
    measures = {each.name: each.measure for each in get_kind(row.kind).settings}
    bounds = {name: getattr(row, name) for name in BOUND_SETTINGS}
    names = ("section", "text", "guidance", "required", "criterion", *SETTINGS)
    return {
        **{name: getattr(row, name) for name in names},
        **{
            name: int(value) if value is not None and measures.get(name) is Measure.WHOLE else value
            for name, value in bounds.items()
        },
        "options": "\n".join(row.options),
        **layouts.stored(row),
        **conditions.stored(row, get_kind(row.kind)),
        "version": calls_queries.question_mark(row),
    }


def _question(stage: Stage, key: str) -> QuestionRow:
    found = next((row for row in calls_queries.questions_of(context.session(), stage.id) if row.key == key), None)
    if found is None:
        abort(404)
    return found


def _question_page(stage: Stage, form: PageForm, row: Any, kind: Kind) -> str:
    changes = row is None or len(list_kinds(Purpose(row.purpose))) > 1
    about = {"form": form, "question": row, "kind": kind, "changes": changes}
    return render_template("manage/forms/question.html", **frame(stage), **about)


def _kinds_page(stage: Stage, question: Any = None) -> str:
    kinds = list_kinds(Purpose(question.purpose) if question is not None else Purpose.NONE)
    items = [(each.key, sentence(each.title), sentence(each.hint) if each.hint else "") for each in kinds]
    return render_template("manage/forms/kinds.html", **frame(stage), question=question, items=items)


@pages.get("/manage/calls/<ref>/setup/form/new", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/form/new")
@allow(Permission.CALL_EDIT, load_collecting)
def new(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    kind = find_kind(request.args.get("kind", ""))
    if kind is None:
        return _kinds_page(stage_row)
    rows = calls_queries.questions_of(context.session(), stage_row.id)
    begin = {"section": rows[-1].section if rows else "", "required": True, "maximum": None, "effect": ""}
    form = question_form(stage_row, kind, "", sent=False, data=begin)
    return _question_page(stage_row, form, None, kind)


@pages.post("/manage/calls/<ref>/setup/form/new", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/new")
@allow(Permission.CALL_EDIT, load_collecting)
def add(stage_row: Stage, ref: str, stage: str) -> Page:
    kind = find_kind(request.args.get("kind", ""))
    if kind is None:
        abort(404)
    form = question_form(stage_row, kind, "", sent=True)
    if not (form.sent() and conditions.complete(form)):
        return _question_page(stage_row, form, None, kind), REFUSED
    values = typed_values(form, kind)
    do(questions.add_question, stage_row.id, values)
    flash(_("The question was added."), "success")
    if request.form.get("then") == "another":
        return redirect(url_for(".new", ref=ref, stage=stage_row.key, kind=kind.key), 303)
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)


@pages.get("/manage/calls/<ref>/setup/form/questions/<key>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/form/questions/<key>")
@allow(Permission.CALL_EDIT, load_collecting)
def edit(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    require_draft(stage_row.call)
    row = _question(stage_row, key)
    asked = request.args.get("kind", "")
    if asked == "change" and not (row.purpose and len(list_kinds(Purpose(row.purpose))) == 1):
        return _kinds_page(stage_row, row)
    kind = find_fitting(asked, Purpose(row.purpose)) or get_kind(row.kind)
    form = question_form(stage_row, kind, row.purpose, sent=False, data=stored_values(row))
    return _question_page(stage_row, form, row, kind)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>")
@allow(Permission.CALL_EDIT, load_collecting)
def save(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    row = _question(stage_row, key)
    kind = find_fitting(request.args.get("kind", ""), Purpose(row.purpose)) or get_kind(row.kind)
    form = question_form(stage_row, kind, row.purpose, sent=True)
    if not (form.sent() and conditions.complete(form)):
        return _question_page(stage_row, form, row, kind), REFUSED
    values, version = typed_values(form, kind), form["version"].data
    try:
        do(questions.save_question, stage_row.id, key, values, version=version)
    except Stale as stale:
        other = question_form(stage_row, kind, row.purpose, sent=False, data=stored_values(_question(stage_row, key)))
        return stale_page(stale, form, other)
    flash(_("Saved."), "success")
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>/<any(up, down):step>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/<any(up, down):step>")
@allow(Permission.CALL_EDIT, load_collecting)
def move(stage_row: Stage, ref: str, key: str, step: str, stage: str) -> Page:
    do(questions.move_question, stage_row.id, key, STEPS[step])
    return redirect(url_for(".index", ref=ref, stage=stage_row.key, _anchor=f"question-{key}"), 303)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>/remove", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/remove")
@allow(Permission.CALL_EDIT, load_collecting)
def remove(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    do(questions.remove_question, stage_row.id, key)
    flash(_("The question was removed."), "success")
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)


# sections, by their place in the form


def _section(stage: Stage, number: int) -> str:
    names = list(by_section(calls_queries.questions_of(context.session(), stage.id)))
    if not 1 <= number <= len(names):
        abort(404)
    return names[number - 1]


@pages.post("/manage/calls/<ref>/setup/form/sections/<int:number>/<any(up, down):step>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/sections/<int:number>/<any(up, down):step>")
@allow(Permission.CALL_EDIT, load_collecting)
def move_section(stage_row: Stage, ref: str, number: int, step: str, stage: str) -> Page:
    name = _section(stage_row, number)
    do(questions.move_section, stage_row.id, name, STEPS[step])
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)


@pages.get("/manage/calls/<ref>/setup/form/sections/<int:number>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/form/sections/<int:number>")
@allow(Permission.CALL_EDIT, load_collecting)
def section(stage_row: Stage, ref: str, number: int, stage: str) -> Page:
    require_draft(stage_row.call)
    name = _section(stage_row, number)
    return render_template(
        "manage/forms/section.html", **frame(stage_row), name=name, form=SectionForm(formdata=None, data={"name": name})
    )


@pages.post("/manage/calls/<ref>/setup/form/sections/<int:number>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/form/sections/<int:number>")
@allow(Permission.CALL_EDIT, load_collecting)
def rename_section(stage_row: Stage, ref: str, number: int, stage: str) -> Page:
    name, form = _section(stage_row, number), SectionForm()
    if not form.sent():
        return render_template("manage/forms/section.html", **frame(stage_row), name=name, form=form), REFUSED
    wanted = form.name.data
    do(questions.rename_section, stage_row.id, name, wanted)
    return redirect(url_for(".index", ref=ref, stage=stage_row.key), 303)
