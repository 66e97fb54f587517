"""When a question is asked at all: its rule in sentences, a clause added or taken away at a time, without script."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.stages import Question as QuestionRow
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Permission
from procurement.rules.questions import (
    MOST_CLAUSES,
    THE_LOT,
    Clause,
    Comparison,
    Joined,
    Question,
    ShownIf,
    clause_fault,
    comparisons_of,
)
from procurement.services import showing
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, ManyChoicesField, TextField, VersionField
from procurement.web.manage.forms import load_collecting
from procurement.web.manage.loading import frame
from procurement.web.manage.setup import require_draft
from procurement.web.parts.questions import COMPARISONS, asked_if

pages = Blueprint("manage_showing", __name__)
PATH = "form/questions/<key>/shown"
LOT = "lot"  # in an address, where a question has its key behind a dash
LONGEST_VALUE = 100  # characters


class JoinedForm(PageForm):
    joined = ChoiceField(
        _l("When several conditions are set"),
        choices=[
            (Joined.ALL.value, _l("all of them must be so")),
            (Joined.ANY.value, _l("one of them is enough")),
        ],
        missing=_l("Say whether all or one of them must be so"),
    )
    version = VersionField()


class ClauseForm(PageForm):
    comparison = ChoiceField(_l("What must be so?"), missing=_l("Say what must be so"))
    version = VersionField()


@pages.get(f"/manage/calls/<ref>/setup/{PATH}", defaults={"stage": ""})
@pages.get(f"/manage/calls/<ref>/stages/<stage>/{PATH}")
@allow(Permission.CALL_EDIT, load_collecting)
def show(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _rule_page(stage_row, key)


@pages.post(f"/manage/calls/<ref>/setup/{PATH}", defaults={"stage": ""})
@pages.post(f"/manage/calls/<ref>/stages/<stage>/{PATH}")
@allow(Permission.CALL_EDIT, load_collecting)
def join(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    form = JoinedForm()
    if not form.sent():
        return _rule_page(stage_row, key, form), REFUSED
    stage_key = stage_row.key
    do(showing.join, stage_row.id, key, Joined(form.joined.data), version=form.version.data)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", ref=ref, key=key, stage=stage_key), 303)


@pages.get(f"/manage/calls/<ref>/setup/{PATH}/new", defaults={"stage": ""})
@pages.get(f"/manage/calls/<ref>/stages/<stage>/{PATH}/new")
@allow(Permission.CALL_EDIT, load_collecting)
def new(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    require_draft(stage_row.call)
    row, before = _question(stage_row, key)
    subject = _subject(before)
    data = {"version": calls_queries.question_mark(row)}
    return _clause_page(stage_row, row, subject, clause_form(stage_row, subject, sent=False, data=data))


@pages.post(f"/manage/calls/<ref>/setup/{PATH}/new", defaults={"stage": ""})
@pages.post(f"/manage/calls/<ref>/stages/<stage>/{PATH}/new")
@allow(Permission.CALL_EDIT, load_collecting)
def add(stage_row: Stage, ref: str, key: str, stage: str) -> Page:
    row, before = _question(stage_row, key)
    subject = _subject(before)
    form = clause_form(stage_row, subject, sent=True)
    if not form.sent():
        return _clause_page(stage_row, row, subject, form), REFUSED
    clause = _typed(form, subject)
    numbers = {value for value, _words in _lots(stage_row)}
    if (fault := clause_fault(clause, subject, numbers)) is not None:
        asked = next(name for name in ("values", "value", "comparison") if name in form)
        form.refuse(asked, _("Change this: %(why)s", why=sentence(fault)))
        return _clause_page(stage_row, row, subject, form), REFUSED
    stage_key = stage_row.key
    do(showing.add_clause, stage_row.id, key, clause, version=form["version"].data)
    flash(_("The condition was added."), "success")
    return redirect(url_for(".show", ref=ref, key=key, stage=stage_key), 303)


@pages.post(f"/manage/calls/<ref>/setup/{PATH}/<int:place>/remove", defaults={"stage": ""})
@pages.post(f"/manage/calls/<ref>/stages/<stage>/{PATH}/<int:place>/remove")
@allow(Permission.CALL_EDIT, load_collecting)
def remove(stage_row: Stage, ref: str, key: str, place: int, stage: str) -> Page:
    stage_key = stage_row.key
    do(showing.drop_clause, stage_row.id, key, place, said=request.form.get("said", ""))
    flash(_("The condition was removed."), "success")
    return redirect(url_for(".show", ref=ref, key=key, stage=stage_key), 303)


# parts


def clause_form(stage: Stage, subject: Question | None, *, sent: bool, data: dict[str, Any] | None = None) -> PageForm:
    """What can be said of an answer: one of its choices, a value that it is compared with, or that there is one."""
    offered = comparisons_of(subject)
    choices = _lots(stage) if subject is None else [(v, sentence(w)) for v, w in subject.kind.choices(subject)]
    fields: dict[str, Any] = {}
    if any(each is not Comparison.ANSWERED for each in offered):
        if choices:
            hint = _("Tick one; for “is one of”, as many as you like.")
            fields["values"] = ManyChoicesField(_("Which?"), choices=choices, description=hint)
        else:
            hint = "" if subject is None else sentence(subject.kind.brief(subject))
            fields["value"] = TextField(_("What is it compared with?"), most=LONGEST_VALUE, description=hint)
    made = type("OneClauseForm", (ClauseForm,), fields)
    form: PageForm = made() if sent else made(formdata=None, data=data)
    comparison: Any = form["comparison"]
    comparison.choices = [(each.value, COMPARISONS[each]) for each in offered]
    return form


def _typed(form: PageForm, subject: Question | None) -> Clause:
    """The clause that was typed, with its values as the answers would be stored."""
    comparison = Comparison(form["comparison"].data)
    values: tuple[str, ...] = ()
    if comparison is not Comparison.ANSWERED:
        if "values" in form:
            values = tuple(form["values"].data or ())
        elif subject is not None and form["value"].data:
            values = (str(subject.kind.check(subject, form["value"].data).value),)
    return Clause(THE_LOT if subject is None else subject.key, comparison, values)


def _lots(stage: Stage) -> list[tuple[str, str]]:
    rows = calls_queries.lots_of(context.session(), stage.call_id)
    return [(str(lot.number), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title)) for lot in rows]


def _question(stage: Stage, key: str) -> tuple[QuestionRow, list[Question]]:
    """A question that can have a rule, and those before it."""
    rows = calls_queries.questions_of(context.session(), stage.id)
    place = next((place for place, row in enumerate(rows) if row.key == key), None)
    if place is None or rows[place].purpose:
        abort(404)
    return rows[place], [calls_queries.as_question(row) for row in rows[:place]]


def _subject(before: list[Question]) -> Question | None:
    """The question that the address names among those before; None for the lot."""
    kind, _dash, key = request.args.get("about", "").partition("-")
    if kind == LOT:
        return None
    found = next((each for each in before if each.key == key), None)
    if found is None:
        abort(404)
    return found


def _rule_page(stage: Stage, key: str, form: PageForm | None = None) -> str:
    row, before = _question(stage, key)
    question = calls_queries.as_question(row)
    rule = question.shown_if
    lots = calls_queries.lots_of(context.session(), stage.call_id)
    form_before = [*before, question]
    alone = [ShownIf(Joined.ALL, (clause,)) for clause in (rule.clauses if rule is not None else ())]
    sentences = [asked_if([*before, _with(question, each)], lots)[key] for each in alone]
    version = calls_queries.question_mark(row)
    joined = rule.joined.value if rule is not None else Joined.ALL.value
    subjects = [(f"question-{each.key}", each.text) for each in before]
    if len(lots) > 1:
        subjects = [(LOT, _("The lot that is applied for")), *subjects]
    return render_template(
        "manage/showing/show.html",
        **frame(stage),
        question=row,
        said=asked_if(form_before, lots).get(key, ""),
        clauses=sentences,
        form=form or JoinedForm(formdata=None, data={"joined": joined, "version": version}),
        subjects=subjects,
        full=len(sentences) >= MOST_CLAUSES,
    )


def _with(question: Question, rule: ShownIf) -> Question:
    return Question(question.key, question.section, question.text, question.kind, shown_if=rule)


def _clause_page(stage: Stage, row: QuestionRow, subject: Question | None, form: PageForm) -> str:
    about = _("The lot that is applied for") if subject is None else subject.text
    return render_template("manage/showing/clause.html", **frame(stage), question=row, about=about, form=form)
