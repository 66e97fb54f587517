"""What a team must have read: the documents of the call that must be read, who said so and when."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry
from procurement.models.call_documents import CallFile
from procurement.queries import call_documents as call_documents_queries
from procurement.rules.permissions import Permission
from procurement.services import applications
from procurement.web.access import Page, allow
from procurement.web.apply.frame import frame, load_entry, page
from procurement.web.context import do, now, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ManyChoicesField

pages = Blueprint("apply_documents", __name__, url_prefix="/applications/<ref>/documents")


class ReadForm(PageForm):
    read = ManyChoicesField("", coerce=int)


def read_words(file: CallFile) -> str:
    """A version of a document, by its name."""
    return _("“%(title)s”, version %(version)s", title=file.document.title, version=file.version)


def unread(entry: Entry) -> list[CallFile]:
    """The versions that the team of an application has still to read."""
    return call_documents_queries.unread(session(), entry.call_id, entry.application_id, now())


def unread_words(entry: Entry) -> list[str]:
    """The same in words, for the pages from which one goes on to them."""
    return [_("Read %(what)s, and say so", what=read_words(each)) for each in unread(entry)]


def _form(entry: Entry) -> ReadForm:
    form = ReadForm()
    form.read.label.text = _("I have read")
    form.read.missing = _("Read each of them, and say so by a tick")
    form.read.offer((each.id, read_words(each)) for each in unread(entry))
    return form


def _page(entry: Entry, form: ReadForm) -> str:
    return page(
        "documents/show",
        entry,
        form=form,
        unread=unread(entry),
        readings=call_documents_queries.readings_of(session(), entry.application_id),
        words=read_words,
    )


@pages.get("")
@allow(Permission.APPLICATION_READ, load_entry)
def show(entry: Entry, ref: str) -> Page:
    return _page(entry, _form(entry))


@pages.post("")
@allow(Permission.APPLICATION_WRITE, load_entry)
def confirm(entry: Entry, ref: str) -> Page:
    form = _form(entry)
    if frame(entry).writable and not form.sent():
        return _page(entry, form), REFUSED
    do(applications.confirm_read, entry.id, form.read.data or [])
    flash(_("Thank you: that is noted."), "success")
    return redirect(url_for(".show" if unread_words(entry) else "apply_submitting.check", ref=ref), 303)
