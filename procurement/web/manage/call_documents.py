"""Documents of a call, for who looks after it: which there are, what each says of itself, their order."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.call_documents import CallDocument, CallFile
from procurement.models.calls import Call
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_documents as rules
from procurement.rules.call_documents import DocumentType
from procurement.rules.permissions import Permission
from procurement.services import call_documents
from procurement.services.call_documents import Details
from procurement.services.refusal import Stale
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, TextField, TickField, VersionField
from procurement.web.manage.advising import advice
from procurement.web.manage.loading import load_call
from procurement.web.manage.sections import onward
from procurement.web.manage.setup import stale_page
from workflows.catalogue import states

pages = Blueprint("manage_call_documents", __name__, url_prefix="/manage/calls/<ref>/setup/documents")
STEPS = {"up": -1, "down": 1}


class DetailsForm(PageForm):
    """`fills`: the stage and the question at which a template is filled in, as `stage:question`."""

    title = TextField(_l("Title"), missing=_l("Give the document a title"), most=rules.LONGEST_TITLE)
    kind = ChoiceField(_l("What is it?"), missing=_l("Say what the document is"))
    fills = ChoiceField(
        _l("At which question is it uploaded again?"),
        select=True,
        description=_l("For a template: applicants get it at that question, fill it in and upload it there."),
    )
    language = ChoiceField(_l("In which language is it written?"), select=True)
    required = TickField(
        _l("Whoever applies must say that they have read it"),
        description=_l("Before they start, and again before they submit when there is a new version."),
    )
    version = VersionField()


def load_document(reading: Session, ref: str, number: int, **_: object) -> CallDocument | None:
    return call_documents_queries.find(reading, ref, number)


def writable(call: Call) -> bool:
    """Whether documents can be added or replaced now by who is asking."""
    running = call.state in states.call.editable or call.state in states.call.published
    return running and allowed(Permission.CALL_EDIT, call)


def is_out(document: CallDocument) -> bool:
    """Whether it was published: what it says of itself stays then."""
    return any(file.published_at is not None for file in document.files)


def newest(document: CallDocument) -> CallFile | None:
    """The file that holds, or will: of those that nobody ended the last one."""
    return next((file for file in reversed(document.files) if file.ended_at is None), None)


def listed(call: Call) -> dict[str, Any]:
    """The documents of a call for a page that shows them: each with its file, and what the kinds are called."""
    documents = call_documents_queries.documents_of(session(), call.id)
    return {
        "documents": [(each, newest(each)) for each in documents],
        "types": {key: sentence(words) for key, words in rules.TYPES.items()},
    }


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def index(call: Call, ref: str) -> Page:
    stages = stages_queries.listed(session(), call.id)
    writing = call.state in states.call.editable
    return render_template(
        "manage/call_documents/index.html",
        call=call,
        **listed(call),
        writable=writable(call),
        may_order=writing and allowed(Permission.CALL_EDIT, call),
        writing=writing,
        following=onward(call, stages, "documents") if writing else None,
        **(advice(call, "documents") if writing else {"missing": []}),
    )


def _form(call: Call, *, sent: bool, data: dict[str, Any] | None = None) -> DetailsForm:
    form = DetailsForm() if sent else DetailsForm(formdata=None, data=data or {"language": "en"})
    form.kind.choices = [(key, sentence(words)) for key, words in rules.TYPES.items()]
    form.language.choices = [(key, sentence(words)) for key, words in rules.LANGUAGES.items()]
    form.fills.choices = [("", _("At none: it is no template")), *_questions(call)]
    return form


def _questions(call: Call) -> list[tuple[str, str]]:
    """The questions of a call that take files; those of further windows are those of the first."""
    stages = [each for each in stages_queries.listed(session(), call.id) if each.window == 1 and each.collects]
    found = []
    for stage, keys in call_documents_queries.uploads_by_stage(session(), stages):
        several = f"{stage.title}: " if len(stages) > 1 else ""
        found += [(f"{stage.key}:{key}", f"{several}{text}") for key, text in keys.items()]
    return found


def _said(form: DetailsForm) -> Details:
    stage, _colon, question = (form.fills.data or "").partition(":")
    template = form.kind.data == DocumentType.TEMPLATE
    return Details(
        title=form.title.data or "",
        kind=form.kind.data,
        language=form.language.data,
        required=bool(form.required.data),
        stage=stage if template else "",
        question=question if template else "",
    )


def _values(document: CallDocument) -> dict[str, Any]:
    stage = "" if document.stage is None else document.stage.key
    return {
        "title": document.title,
        "kind": document.kind,
        "language": document.language,
        "required": document.required,
        "fills": f"{stage}:{document.key}" if document.key else "",
        "version": call_documents_queries.details_mark(document),
    }


@pages.get("/new")
@allow(Permission.CALL_EDIT, load_call)
def new(call: Call, ref: str) -> Page:
    if not writable(call):
        return redirect(url_for(".index", ref=ref))
    return render_template("manage/call_documents/edit.html", call=call, form=_form(call, sent=False), document=None)


@pages.post("/new")
@allow(Permission.CALL_EDIT, load_call)
def add(call: Call, ref: str) -> Page:
    form = _form(call, sent=True)
    if not form.sent():
        return render_template("manage/call_documents/edit.html", call=call, form=form, document=None), REFUSED
    made = do(call_documents.add, call.id, _said(form))
    flash(_("The document was added. Upload its file next."), "success")
    return redirect(url_for("manage_call_files.show", ref=ref, number=made.number), 303)


@pages.get("/<int:number>/details")
@allow(Permission.CALL_EDIT, load_document)
def edit(document: CallDocument, ref: str, number: int) -> Page:
    if is_out(document) or not writable(document.call):
        return redirect(url_for("manage_call_files.show", ref=ref, number=number))
    form = _form(document.call, sent=False, data=_values(document))
    return render_template("manage/call_documents/edit.html", call=document.call, form=form, document=document)


@pages.post("/<int:number>/details")
@allow(Permission.CALL_EDIT, load_document)
def save(document: CallDocument, ref: str, number: int) -> Page:
    form = _form(document.call, sent=True)
    if not form.sent():
        page = render_template("manage/call_documents/edit.html", call=document.call, form=form, document=document)
        return page, REFUSED
    said, version = _said(form), form.version.data
    try:
        do(call_documents.save, document.id, said, seen=version)
    except Stale as stale:
        current = call_documents_queries.find(session(), ref, number)
        if current is None:
            abort(404)
        return stale_page(stale, form, _form(current.call, sent=False, data=_values(current)))
    flash(_("Saved."), "success")
    return redirect(url_for("manage_call_files.show", ref=ref, number=number), 303)


@pages.post("/<int:number>/<any(up, down):way>")
@allow(Permission.CALL_EDIT, load_document)
def move(document: CallDocument, ref: str, number: int, way: str) -> Page:
    do(call_documents.move, document.id, STEPS[way])
    return redirect(url_for(".index", ref=ref, _anchor=f"document-{number}"), 303)


@pages.get("/<int:number>/remove")
@allow(Permission.CALL_EDIT, load_document)
def ask_remove(document: CallDocument, ref: str, number: int) -> Page:
    if is_out(document) or not writable(document.call):
        return redirect(url_for("manage_call_files.show", ref=ref, number=number))
    return render_template("manage/call_documents/remove.html", call=document.call, document=document)


@pages.post("/<int:number>/remove")
@allow(Permission.CALL_EDIT, load_document)
def remove(document: CallDocument, ref: str, number: int) -> Page:
    title = document.title
    do(call_documents.remove, document.id)
    flash(_("“%(title)s” was removed.", title=title), "success")
    return redirect(url_for(".index", ref=ref), 303)
