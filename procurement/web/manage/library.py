"""The library of questions and criteria: looked through, changed, and put into forms; and those of other calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.library import LibraryItem
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import library as library_queries
from procurement.queries import stages as stages_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.questions import get_kind
from procurement.services import library
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import TextField, VersionField, WordLimitedText
from procurement.web.manage.criteria import load_assessing
from procurement.web.manage.forms import load_collecting
from procurement.web.manage.loading import frame
from procurement.web.manage.setup import require_draft
from procurement.web.parts.search import LONGEST_WORDS

pages = Blueprint("manage_library", __name__)
QUESTION, CRITERION = "question", "criterion"
CONFLICT = 409


class ItemForm(PageForm):
    title = TextField(_l("Name"), missing=_l("Enter the words"), most=200)
    note = WordLimitedText(_l("What it explains"), rows=3, savable=True)
    tags = TextField(_l("Tags"), most=200, description=_l("Words by which it is found, with commas between them."))
    version = VersionField()


@dataclass(frozen=True)
class Shown:
    """An item as a list shows it: what it is, what it explains, what is asked for; `value` chooses it."""

    value: str
    title: str
    note: str
    brief: str
    tags: tuple[str, ...] = ()


def _words() -> str:
    return request.args.get("q", "")[:LONGEST_WORDS]


def _shown(item: LibraryItem) -> Shown:
    if item.kind == QUESTION:
        question = library_queries.as_question(item)
        brief = f"{sentence(question.kind.title)}, {sentence(question.kind.brief(question))}"
    else:
        brief = _("Marks from 0 to %(top)s", top=item.content["top"])
    return Shown(str(item.id), item.title, item.note, brief, tuple(item.tags.split()))


# the library by itself


@pages.get("/manage/library")
@allow(Permission.CALL_MANAGE)
def index() -> str:
    kind = CRITERION if request.args.get("kind") == CRITERION else QUESTION
    tag, words = request.args.get("tag", "")[:LONGEST_WORDS], _words()
    rows = library_queries.items(context.session(), kind, words, tag)
    return render_template(
        "manage/library/index.html",
        kind=kind,
        words=words,
        tag=tag,
        tags=library_queries.tags(context.session(), kind),
        rows=[_shown(row) for row in rows],
        uses=library_queries.uses(context.session(), [row.id for row in rows]),
        most=library_queries.MOST_SHOWN,
    )


def _item(number: int) -> LibraryItem:
    row = library_queries.find_item(context.session(), number)
    if row is None:
        abort(404)
    return row


def _form(row: LibraryItem, *, sent: bool) -> ItemForm:
    data = {"title": row.title, "note": row.note, "tags": ", ".join(row.tags.split()), "version": row.version}
    form = ItemForm() if sent else ItemForm(formdata=None, data=data)
    if row.kind == QUESTION:
        form.title.label.text, form.note.label.text = _("Question"), _("Guidance")
    else:
        form.note.label.text = _("What assessors look for")
    return form


def _item_page(row: LibraryItem, form: PageForm) -> str:
    used = library_queries.uses(context.session(), [row.id])[row.id]
    return render_template("manage/library/item.html", row=row, form=form, shown=_shown(row), used=used)


@pages.get("/manage/library/<int:number>")
@allow(Permission.CALL_CREATE)
def edit(number: int) -> str:
    row = _item(number)
    return _item_page(row, _form(row, sent=False))


@pages.post("/manage/library/<int:number>")
@allow(Permission.CALL_CREATE)
def save(number: int) -> Page:
    row = _item(number)
    form = _form(row, sent=True)
    if not form.sent():
        return _item_page(row, form), REFUSED
    given = {name: form[name].data or "" for name in ("title", "note", "tags")}
    try:
        do(library.change_item, number, **given, seen=form.version.data)
    except Refusal as refusal:
        form.refuse("title", sentence(refusal.reasons[0]))
        return _item_page(_item(number), form), CONFLICT
    flash(_("Saved. The calls that use it stay as they are."), "success")
    return redirect(url_for(".index", kind=row.kind), 303)


@pages.get("/manage/library/<int:number>/remove")
@allow(Permission.CALL_CREATE)
def ask_remove(number: int) -> str:
    row = _item(number)
    used = library_queries.uses(context.session(), [row.id])[row.id]
    return render_template("manage/library/remove.html", row=row, used=used)


@pages.post("/manage/library/<int:number>/remove")
@allow(Permission.CALL_CREATE)
def remove(number: int) -> Page:
    kind = _item(number).kind
    do(library.remove_item, number)
    flash(_("Removed from the library. The calls that use it keep it."), "success")
    return redirect(url_for(".index", kind=kind), 303)


# between the library and a form


def _kept(made: LibraryItem) -> Page:
    flash(_("Kept in the library. Give it tags, so that others find it."), "success")
    return redirect(url_for(".edit", number=made.id), 303)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/questions/<key>/keep")
@allow(Permission.CALL_EDIT, load_collecting)
def keep_question(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    return _kept(do(library.keep_question, stage_row.id, key))


@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/<key>/keep")
@allow(Permission.CALL_EDIT, load_assessing)
def keep_criterion(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    return _kept(do(library.keep_criterion, stage_row.id, key))


def _choose_page(stage: Stage, kind: str, *, error: str = "") -> str:
    rows = library_queries.items(context.session(), kind, _words())
    back = "manage_forms.index" if kind == QUESTION else "manage_criteria.index"
    return render_template(
        "manage/library/choose.html",
        **frame(stage),
        kind=kind,
        words=_words(),
        rows=[_shown(row) for row in rows],
        back=url_for(back, ref=stage.call.ref, stage=stage.key),
        error=error,
    )


def _put(stage: Stage, kind: str, put: Callable[..., int]) -> Page:
    ids = [number for each in request.form.getlist("chosen") if (number := whole_number(each)) is not None]
    if not ids:
        return _choose_page(stage, kind, error=_("Choose at least one.")), REFUSED
    return _added(stage, kind, do(put, stage.id, ids))


def _added(stage: Stage, kind: str, count: int) -> Page:
    if kind == QUESTION:
        flash(ngettext("%(num)s question was added.", "%(num)s questions were added.", count), "success")
        return redirect(url_for("manage_forms.index", ref=stage.call.ref, stage=stage.key), 303)
    flash(ngettext("%(num)s criterion was added.", "%(num)s criteria were added.", count), "success")
    return redirect(url_for("manage_criteria.index", ref=stage.call.ref, stage=stage.key), 303)


@pages.get("/manage/calls/<ref>/stages/<stage>/form/library")
@allow(Permission.CALL_EDIT, load_collecting)
def choose_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _choose_page(stage_row, QUESTION)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/library")
@allow(Permission.CALL_EDIT, load_collecting)
def put_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    return _put(stage_row, QUESTION, library.put_questions)


@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/library")
@allow(Permission.CALL_EDIT, load_assessing)
def choose_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _choose_page(stage_row, CRITERION)


@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/library")
@allow(Permission.CALL_EDIT, load_assessing)
def put_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    return _put(stage_row, CRITERION, library.put_criteria)


# from another call


def _of_stage(stage: Stage, kind: str) -> list[Shown]:
    session = context.session()
    if kind == CRITERION:
        return [
            Shown(row.key, row.name, row.description, _("Weight: %(weight)s%%", weight=row.weight))
            for row in calls_queries.criteria_of(session, stage.id)
        ]
    return [
        Shown(row.key, row.text, row.guidance, sentence(get_kind(row.kind).title))
        for row in calls_queries.questions_of(session, stage.id)
    ]


def _source(kind: str) -> Stage | None:
    """The stage of another call that the address names, where it has what is looked for."""
    ref, _dash, key = request.args.get("from", "")[:LONGEST_WORDS].partition("/")
    found = stages_queries.find(context.session(), ref, key) if key else None
    there = found is not None and (found.collects if kind == QUESTION else found.assesses)
    return found if there else None


def _copy_page(stage: Stage, kind: str, *, error: str = "") -> str:
    session, source = context.session(), _source(kind)
    calls = library_queries.calls_to_copy(session, _words()) if source is None else []
    of_calls = stages_queries.of_calls(session, [call.id for call in calls])
    there = {
        call.id: [each for each in of_calls[call.id] if each.window == 1 and _has(each, kind) and each.id != stage.id]
        for call in calls
    }
    back = "manage_forms.index" if kind == QUESTION else "manage_criteria.index"
    return render_template(
        "manage/library/copy.html",
        **frame(stage),
        kind=kind,
        words=_words(),
        source=source,
        rows=_of_stage(source, kind) if source is not None else [],
        calls=[(call, there[call.id]) for call in calls if there[call.id]],
        here=request.path,
        back=url_for(back, ref=stage.call.ref, stage=stage.key),
        error=error,
    )


def _has(stage: Stage, kind: str) -> bool:
    return stage.collects if kind == QUESTION else stage.assesses


def _copied(stage: Stage, kind: str, copy: Callable[..., Any]) -> Page:
    source, keys = _source(kind), request.form.getlist("chosen")
    if source is None:
        abort(404)
    if not keys:
        return _copy_page(stage, kind, error=_("Choose at least one.")), REFUSED
    return _added(stage, kind, do(copy, stage.id, source.id, keys))


@pages.get("/manage/calls/<ref>/stages/<stage>/form/copy")
@allow(Permission.CALL_EDIT, load_collecting)
def find_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _copy_page(stage_row, QUESTION)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/copy")
@allow(Permission.CALL_EDIT, load_collecting)
def copy_questions(stage_row: Stage, ref: str, stage: str) -> Page:
    return _copied(stage_row, QUESTION, library.copy_questions)


@pages.get("/manage/calls/<ref>/stages/<stage>/criteria/copy")
@allow(Permission.CALL_EDIT, load_assessing)
def find_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    return _copy_page(stage_row, CRITERION)


@pages.post("/manage/calls/<ref>/stages/<stage>/criteria/copy")
@allow(Permission.CALL_EDIT, load_assessing)
def copy_criteria(stage_row: Stage, ref: str, stage: str) -> Page:
    return _copied(stage_row, CRITERION, library.copy_criteria)
