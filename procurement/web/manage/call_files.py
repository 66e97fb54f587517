"""The file of a document of a call: uploaded while the call is written; afterwards proposed with a reason by one person
and approved by another."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.call_documents import CallDocument, CallFile
from procurement.queries import call_documents as call_documents_queries
from procurement.rules import call_documents as rules
from procurement.rules.permissions import Permission
from procurement.services import applications, call_documents, vault
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, ports, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import FileField, HiddenField, WordLimitedText
from procurement.web.manage.call_documents import is_out, load_document, newest, writable
from procurement.web.parts.uploads import accepted, attachment, limits_in_words, make_room
from workflows.catalogue import states

pages = Blueprint("manage_call_files", __name__, url_prefix="/manage/calls/<ref>/setup/documents/<int:number>")


class UploadForm(PageForm):
    file = FileField(_l("Choose a file"), missing=_l("Choose a file first"), accept=accepted())
    reason = WordLimitedText(
        _l("Why it is added or replaced"),
        missing=_l("Give a reason"),
        limit=250,
        rows=4,
        description=_l("Everybody reads it, among the changes of the call and in the messages."),
    )


class ApproveForm(PageForm):
    seen = HiddenField()


class EndForm(PageForm):
    answer = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.url_value_preprocessor
def room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if endpoint == "manage_call_files.upload":
        make_room()


@pages.get("")
@allow(Permission.CALL_MANAGE, load_document)
def show(document: CallDocument, ref: str, number: int) -> Page:
    return _page(document)


def _upload_form(document: CallDocument, *, sent: bool) -> UploadForm:
    form = UploadForm() if sent else UploadForm(formdata=None)
    if document.call.published_at is None:
        del form.reason
    return form


def _page(document: CallDocument, form: UploadForm | None = None, *, ending: EndForm | None = None) -> str:
    call = document.call
    waiting = next((file for file in document.files if file.waits), None) if call.published_at is not None else None
    running = call.state in states.call.published
    stage = document.stage
    questions = {} if stage is None else call_documents_queries.upload_keys(session(), stage.id)
    return render_template(
        "manage/call_documents/show.html",
        call=call,
        document=document,
        kind=sentence(rules.TYPES[document.kind]),
        language=sentence(rules.LANGUAGES[document.language]),
        fills=questions.get(document.key, ""),
        file=newest(document),
        versions=[file for file in reversed(document.files) if file.published_at is not None],
        waiting=waiting,
        out=is_out(document),
        writable=writable(call),
        uploading=form or _upload_form(document, sent=False),
        form=ending or form,
        ending=ending or EndForm(formdata=None),
        limits=limits_in_words(ports().file_bytes),
        may_approve=running and allowed(Permission.CALL_REVIEW, call),
        may_take_back=running and allowed(Permission.CALL_EDIT, call),
    )


@pages.get("/file")
@allow(Permission.CALL_MANAGE, load_document)
def back(document: CallDocument, ref: str, number: int) -> Page:
    """Where a refused file leaves somebody who loads the page again."""
    return redirect(url_for(".show", ref=ref, number=number))


@pages.post("/file")
@allow(Permission.CALL_EDIT, load_document)
def upload(document: CallDocument, ref: str, number: int) -> Page:
    form = _upload_form(document, sent=True)
    if not form.sent():
        return _page(document, form), REFUSED
    chosen, the_ports, document_id = form.file.data, ports(), document.id
    reason = None if document.call.published_at is None else form.reason.data or ""
    context.close()  # storing may take a while: no connection is held meanwhile
    try:
        kept = applications.store_file(the_ports, chosen.filename, cast(BinaryIO, chosen.stream))
        if reason is None:
            do(call_documents.put_file, document_id, kept)
        else:
            do(call_documents.propose, document_id, kept, reason)
    except Refusal as refusal:
        again = load_document(session(), ref, number)
        if again is None:
            raise
        for each in refusal.reasons:
            form.refuse("file", sentence(each))
        return _page(again, form), refusal.status
    finally:
        chosen.close()  # a large one lies in a file of its own
    done = (
        _("“%(name)s” was uploaded.", name=kept.name)
        if reason is None
        else _("“%(name)s” is proposed. Nobody outside sees it before somebody else approves it.", name=kept.name)
    )
    flash(done, "success")
    return redirect(url_for(".show", ref=ref, number=number), 303)


@pages.get("/files/<file>")
@allow(Permission.CALL_MANAGE, load_document)
def download(document: CallDocument, ref: str, number: int, file: str) -> Page:
    """A file of the document, whatever became of it."""
    found = next((each for each in document.files if each.ref == file), None)
    if found is None:
        abort(404)
    plain = {"ref": found.ref, "stored": found.stored}
    return attachment(vault.open_file(ports(), plain), found.name, found.media_type, found.size)


@pages.post("/approve")
@allow(Permission.CALL_REVIEW, load_document, fresh=True)
def approve(document: CallDocument, ref: str, number: int) -> Page:
    form = ApproveForm()
    do(call_documents.approve, _waiting(document).id, seen=form.seen.data or "")
    flash(_("It is published, and everybody whom it concerns has been told."), "success")
    return redirect(url_for(".show", ref=ref, number=number), 303)


@pages.post("/send-back")
@allow(Permission.CALL_REVIEW, load_document)
def send_back(document: CallDocument, ref: str, number: int) -> Page:
    form = EndForm()
    if not form.sent():
        return _page(document, ending=form), REFUSED
    do(call_documents.send_back, _waiting(document).id, form.answer.data or "")
    flash(_("The proposal was sent back to whoever made it."), "success")
    return redirect(url_for(".show", ref=ref, number=number), 303)


@pages.post("/take-back")
@allow(Permission.CALL_EDIT, load_document)
def take_back(document: CallDocument, ref: str, number: int) -> Page:
    form = EndForm()
    if not form.sent():
        return _page(document, ending=form), REFUSED
    do(call_documents.take_back, _waiting(document).id, form.answer.data or "")
    flash(_("The proposal was taken back. Nothing was published."), "success")
    return redirect(url_for(".show", ref=ref, number=number), 303)


def _waiting(document: CallDocument) -> CallFile:
    """The file that is proposed; 404 where none is."""
    found = next((file for file in document.files if file.waits), None)
    if found is None or document.call.published_at is None:
        abort(404)
    return found
