"""Building a call's form: the list first, one question a page, then the preview; the criteria are beside it."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call, Question
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Permission
from procurement.rules.questions import KINDS_FOR, MOST_FILES, MOST_WORDS, Kind, Purpose
from procurement.services import questions
from procurement.services.refusal import Stale
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    MoneyField,
    TextField,
    VersionField,
    WholeNumberField,
    WordLimitedText,
    YesNoField,
)
from procurement.web.manage.loading import load_call
from procurement.web.manage.setup import advice, require_draft, stale_page

pages = Blueprint("manage_forms", __name__)
STEPS = {"up": questions.UP, "down": questions.DOWN}
KINDS: dict[str, tuple[Any, Any]] = {
    "short_text": (_l("Short text"), _l("One line")),
    "long_text": (_l("Long text"), _l("With a limit in words")),
    "number": (_l("Number"), ""),
    "money": (_l("Money"), _l("An amount in pounds")),
    "yes_no": (_l("Yes or no"), ""),
    "one_of": (_l("One of several"), _l("You write the options")),
    "file": (_l("File"), _l("PDF, Word, a table or a picture")),
}


class QuestionForm(PageForm):
    """What every question has; `question_form` adds what its kind of answer needs."""

    text = TextField(_l("Question"), missing=_l("Write the question"), most=200)
    guidance = WordLimitedText(_l("Guidance"), rows=3, savable=True, description=_l("What helps to answer it well."))
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


@pages.get("/manage/calls/<ref>/setup/form")
@allow(Permission.CALL_EDIT, load_call)
def index(call: Call, ref: str) -> Page:
    require_draft(call)
    rows = calls_queries.questions_of(context.session(), call.id)
    criteria = {row.key: row for row in calls_queries.criteria_of(context.session(), call.id)}
    sections = [(name, [row for row in rows if row.section == name]) for name in questions.sections(rows)]
    return render_template(
        "manage/forms/index.html",
        call=call,
        sections=sections,
        criteria=criteria,
        kinds=KINDS,
        count=len(rows),
        words=sum(row.word_limit or 0 for row in rows),
        **advice(call, "form"),
    )


@pages.get("/manage/calls/<ref>/setup/form/preview")
@allow(Permission.CALL_MANAGE, load_call)
def preview(call: Call, ref: str) -> Page:
    rows = calls_queries.form_of(context.session(), call.id)
    sections = list(dict.fromkeys(row.section for row in rows))
    return render_template(
        "manage/forms/preview.html",
        call=call,
        count=len(rows),
        sections=[(name, [row for row in rows if row.section == name]) for name in sections],
        criteria={row.key: row for row in calls_queries.criteria_of(context.session(), call.id)},
        options={row.key: [(option, option) for option in row.options] for row in rows},
    )


# one question


def question_form(call: Call, kind: Kind, purpose: str, *, sent: bool, data: dict[str, Any] | None = None) -> PageForm:
    fields: dict[str, Any] = {}
    if kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        fields["word_limit"] = WholeNumberField(_l("Word limit"), least=1, most=MOST_WORDS)
    elif kind is Kind.ONE_OF:
        fields["options"] = WordLimitedText(
            _l("Options"),
            rows=6,
            savable=True,
            missing=_l("Write at least two options"),
            description=_l("One on each line."),
        )
    elif kind is Kind.FILE:
        fields["maximum"] = WholeNumberField(_l("How many files at most?"), least=1, most=MOST_FILES)
    elif kind is Kind.MONEY:
        fields["minimum"] = MoneyField(_l("Smallest amount"))
        fields["maximum"] = MoneyField(_l("Largest amount"))
    elif kind is Kind.NUMBER:
        bound = {"least": -LARGEST_NUMBER, "most": LARGEST_NUMBER}
        fields["minimum"] = WholeNumberField(_l("Smallest number"), **bound)
        fields["maximum"] = WholeNumberField(_l("Largest number"), **bound)
    made: type[QuestionForm] = type("OneQuestionForm", (QuestionForm,), fields)
    form = made() if sent else made(formdata=None, data=data)
    if purpose:
        del form.required
    criteria = calls_queries.criteria_of(context.session(), call.id)
    form.criterion.choices = [("", _("None")), *((row.key, row.name) for row in criteria)]
    return form


LARGEST_NUMBER = 1_000_000_000


def typed_values(form: PageForm, kind: Kind) -> dict[str, Any]:
    def of(name: str) -> Any:
        return form[name].data if name in form else None

    minimum, maximum = of("minimum"), of("maximum")
    return {
        "section": of("section"),
        "text": of("text"),
        "guidance": of("guidance") or "",
        "kind": kind.value,
        "required": bool(of("required")) if "required" in form else True,
        "word_limit": of("word_limit"),
        "options": [line.strip() for line in (of("options") or "").splitlines() if line.strip()],
        "minimum": None if minimum is None else Decimal(minimum),
        "maximum": None if maximum is None else Decimal(maximum),
        "criterion": of("criterion") or "",
    }


def stored_values(row: Question) -> dict[str, Any]:
    whole = row.kind in (Kind.NUMBER, Kind.FILE)
    bounds = {
        name: int(value) if whole and (value := getattr(row, name)) is not None else getattr(row, name)
        for name in ("minimum", "maximum")
    }
    names = ("section", "text", "guidance", "required", "word_limit", "criterion")
    return {
        **{name: getattr(row, name) for name in names},
        **bounds,
        "options": "\n".join(row.options),
        "version": calls_queries.question_mark(row),
    }


def _question(call: Call, key: str) -> Question:
    found = next((row for row in calls_queries.questions_of(context.session(), call.id) if row.key == key), None)
    if found is None:
        abort(404)
    return found


def _question_page(call: Call, form: PageForm, row: Question | None, kind: Kind) -> str:
    return render_template("manage/forms/question.html", call=call, form=form, question=row, kind=kind, kinds=KINDS)


def _kind(asked: str) -> Kind | None:
    return Kind(asked) if asked in KINDS else None


def _kinds_page(call: Call, question: Question | None = None) -> str:
    allowed = KINDS_FOR[Purpose(question.purpose)] if question is not None and question.purpose else set(Kind)
    items = [(key, words, hint) for key, (words, hint) in KINDS.items() if Kind(key) in allowed]
    return render_template("manage/forms/kinds.html", call=call, question=question, items=items)


@pages.get("/manage/calls/<ref>/setup/form/new")
@allow(Permission.CALL_EDIT, load_call)
def new(call: Call, ref: str) -> Page:
    require_draft(call)
    kind = _kind(request.args.get("kind", ""))
    if kind is None:
        return _kinds_page(call)
    rows = calls_queries.questions_of(context.session(), call.id)
    begin = {"section": rows[-1].section if rows else "", "required": True, "maximum": None}
    form = question_form(call, kind, "", sent=False, data=begin)
    return _question_page(call, form, None, kind)


@pages.post("/manage/calls/<ref>/setup/form/new")
@allow(Permission.CALL_EDIT, load_call)
def add(call: Call, ref: str) -> Page:
    kind = _kind(request.args.get("kind", ""))
    if kind is None:
        abort(404)
    form = question_form(call, kind, "", sent=True)
    if not form.sent():
        return _question_page(call, form, None, kind), REFUSED
    values = typed_values(form, kind)
    do(questions.add_question, call.id, values)
    flash(_("The question was added."), "success")
    return redirect(url_for(".index", ref=ref), 303)


@pages.get("/manage/calls/<ref>/setup/form/questions/<key>")
@allow(Permission.CALL_EDIT, load_call)
def edit(call: Call, ref: str, key: str) -> Page:
    require_draft(call)
    row = _question(call, key)
    asked = request.args.get("kind", "")
    if asked == "change" and not (row.purpose and len(KINDS_FOR[Purpose(row.purpose)]) == 1):
        return _kinds_page(call, row)
    kind = (None if row.purpose else _kind(asked)) or Kind(row.kind)
    form = question_form(call, kind, row.purpose, sent=False, data=stored_values(row))
    return _question_page(call, form, row, kind)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>")
@allow(Permission.CALL_EDIT, load_call)
def save(call: Call, ref: str, key: str) -> Page:
    row = _question(call, key)
    kind = (None if row.purpose else _kind(request.args.get("kind", ""))) or Kind(row.kind)
    form = question_form(call, kind, row.purpose, sent=True)
    if not form.sent():
        return _question_page(call, form, row, kind), REFUSED
    values, version = typed_values(form, kind), form["version"].data
    try:
        do(questions.save_question, call.id, key, values, version=version)
    except Stale as stale:
        other = question_form(call, kind, row.purpose, sent=False, data=stored_values(_question(call, key)))
        return stale_page(stale, form, other)
    flash(_("Saved."), "success")
    return redirect(url_for(".index", ref=ref), 303)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>/<any(up, down):step>")
@allow(Permission.CALL_EDIT, load_call)
def move(call: Call, ref: str, key: str, step: str) -> Page:
    do(questions.move_question, call.id, key, STEPS[step])
    return redirect(url_for(".index", ref=ref, _anchor=f"question-{key}"), 303)


@pages.post("/manage/calls/<ref>/setup/form/questions/<key>/remove")
@allow(Permission.CALL_EDIT, load_call)
def remove(call: Call, ref: str, key: str) -> Page:
    do(questions.remove_question, call.id, key)
    flash(_("The question was removed."), "success")
    return redirect(url_for(".index", ref=ref), 303)


# sections, by their place in the form


def _section(call: Call, number: int) -> str:
    names = questions.sections(calls_queries.questions_of(context.session(), call.id))
    if not 1 <= number <= len(names):
        abort(404)
    return names[number - 1]


@pages.post("/manage/calls/<ref>/setup/form/sections/<int:number>/<any(up, down):step>")
@allow(Permission.CALL_EDIT, load_call)
def move_section(call: Call, ref: str, number: int, step: str) -> Page:
    name = _section(call, number)
    do(questions.move_section, call.id, name, STEPS[step])
    return redirect(url_for(".index", ref=ref), 303)


@pages.get("/manage/calls/<ref>/setup/form/sections/<int:number>")
@allow(Permission.CALL_EDIT, load_call)
def section(call: Call, ref: str, number: int) -> Page:
    require_draft(call)
    name = _section(call, number)
    return render_template(
        "manage/forms/section.html", call=call, name=name, form=SectionForm(formdata=None, data={"name": name})
    )


@pages.post("/manage/calls/<ref>/setup/form/sections/<int:number>")
@allow(Permission.CALL_EDIT, load_call)
def rename_section(call: Call, ref: str, number: int) -> Page:
    name, form = _section(call, number), SectionForm()
    if not form.sent():
        return render_template("manage/forms/section.html", call=call, name=name, form=form), REFUSED
    wanted = form.name.data
    do(questions.rename_section, call.id, name, wanted)
    return redirect(url_for(".index", ref=ref), 303)
