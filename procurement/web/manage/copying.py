"""Beginning a call from another one: a template of the house, or a past call; and the list of the templates."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.queries import library as library_queries
from procurement.rules.permissions import Permission
from procurement.services import copying, library
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, TextField, WordLimitedText
from procurement.web.manage.loading import load_call

pages = Blueprint("manage_copying", __name__)
LATER, EMPTY = "later", "empty"


class CopyForm(PageForm):
    title = TextField(
        _l("Working title"),
        missing=_l("Enter a title"),
        most=120,
        description=_l("You can change it until publication."),
    )
    dates = ChoiceField(
        _l("What about its dates?"),
        missing=_l("Choose what happens to the dates"),
        choices=[
            (LATER, _l("Move them by whole weeks, so that the call begins anew")),
            (EMPTY, _l("Leave them empty")),
        ],
    )


class TemplateForm(PageForm):
    name = TextField(_l("Name of the template"), missing=_l("Enter a name"), most=80)
    note = WordLimitedText(_l("When to use it (optional)"), rows=3, limit=100)


def _copy_page(call: Call, form: PageForm) -> str:
    return render_template("manage/copying/copy.html", call=call, form=form)


@pages.get("/manage/calls/<ref>/copy")
@allow(Permission.CALL_CREATE, load_call)
def new(call: Call, ref: str) -> str:
    return _copy_page(call, CopyForm(formdata=None, data={"title": call.title, "dates": LATER}))


@pages.post("/manage/calls/<ref>/copy")
@allow(Permission.CALL_CREATE, load_call)
def make(call: Call, ref: str) -> Page:
    form = CopyForm()
    if not form.sent():
        return _copy_page(call, form), REFUSED
    title, moved = form.title.data, form.dates.data == LATER
    made = do(copying.copy_call, call.id, title, dates=moved).ref
    flash(_("The call was copied from %(ref)s. Nothing of its applicants came with it.", ref=ref), "success")
    return redirect(url_for("manage_calls.show", ref=made), 303)


# templates


@pages.get("/manage/templates")
@allow(Permission.CALL_MANAGE)
def templates() -> str:
    rows = library_queries.templates(context.session())
    used = library_queries.times_copied(context.session(), {row.call.ref for row in rows})
    return render_template("manage/copying/templates.html", rows=rows, used=used)


@pages.get("/manage/calls/<ref>/template")
@allow(Permission.CALL_CREATE, load_call)
def keep(call: Call, ref: str) -> Page:
    kept = library_queries.template_of(context.session(), call.id)
    if kept is not None:
        flash(_("This call is kept as the template “%(name)s” already.", name=kept.name), "success")
        return redirect(url_for(".templates"), 303)
    return _keep_page(call, TemplateForm(formdata=None, data={"name": call.title[:80]}))


def _keep_page(call: Call, form: PageForm) -> str:
    return render_template("manage/copying/keep.html", call=call, form=form)


@pages.post("/manage/calls/<ref>/template")
@allow(Permission.CALL_CREATE, load_call)
def save(call: Call, ref: str) -> Page:
    form = TemplateForm()
    if not form.sent():
        return _keep_page(call, form), REFUSED
    name, note = form.name.data, form.note.data or ""
    try:
        do(library.keep_template, call.id, name, note)
    except Refusal as refusal:
        form.refuse("name", sentence(refusal.reasons[0]))
        return _keep_page(call, form), REFUSED
    flash(_("“%(name)s” is a template of the house now.", name=name), "success")
    return redirect(url_for(".templates"), 303)


@pages.get("/manage/templates/<int:number>/remove")
@allow(Permission.CALL_CREATE)
def ask_remove(number: int) -> str:
    row = library_queries.find_template(context.session(), number)
    if row is None:
        abort(404)
    used = library_queries.times_copied(context.session(), {row.call.ref})
    return render_template("manage/copying/remove.html", row=row, used=used.get(row.call.ref, 0))


@pages.post("/manage/templates/<int:number>/remove")
@allow(Permission.CALL_CREATE)
def remove(number: int) -> Page:
    do(library.remove_template, number)
    flash(_("The template was removed. The calls that were begun from it stay as they are."), "success")
    return redirect(url_for(".templates"), 303)
