"""Files of an application: sent one by one, stored before anything else happens, taken out after asking, fetched."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Attachment, Entry
from procurement.queries import applications as applications_queries
from procurement.rules.permissions import Permission
from procurement.services import applications, vault
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.apply.frame import frame, load_entry, page
from procurement.web.apply.questions import question_page
from procurement.web.apply.receiving import receive
from procurement.web.context import do, ports
from procurement.web.parts.uploads import attachment, make_room

pages = Blueprint("apply_files", __name__, url_prefix="/applications/<ref>")


@pages.url_value_preprocessor
def room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if endpoint == "apply_files.add":
        make_room()


@pages.post("/questions/<key>/files")
@allow(Permission.APPLICATION_WRITE, load_entry)
def add(entry: Entry, ref: str, key: str) -> Page:
    """One file of an answer, as `receive` takes it."""
    extra: dict[str, Any] = {"from": "check"} if request.form.get("from") == "check" else {}
    entry_id, noun = entry.id, entry.stage.noun
    form = applications_queries.questions_of(context.session(), entry.stage_id)
    return receive(
        lambda kept: do(applications.add_file, entry_id, key, kept),
        lambda problems: question_page(entry, key, problems),
        closed="" if frame(entry).writable else _("Files cannot be added to this %(noun)s now.", noun=noun),
        back=url_for("apply_questions.show", ref=ref, key=key, **extra),
        question=next((each for each in form if each.key == key and each.kind.uploads), None),
    )


@pages.get("/questions/<key>/files")
@allow(Permission.APPLICATION_READ, load_entry)
def index(entry: Entry, ref: str, key: str) -> Page:
    """Where a refused file leaves somebody who loads the page again."""
    return redirect(url_for("apply_questions.show", ref=ref, key=key))


@pages.get("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, load_entry)
def ask(entry: Entry, ref: str, file: str) -> Page:
    found = _file(entry, file)
    if not frame(entry).writable:
        return redirect(url_for("apply_questions.show", ref=ref, key=found.key))
    return page("files/ask", entry, file=found)


@pages.post("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, load_entry)
def remove(entry: Entry, ref: str, file: str) -> Page:
    _file(entry, file)
    gone = do(applications.remove_file, entry.id, file)
    flash(_("“%(name)s” was removed.", name=gone.name), "success")
    return redirect(url_for("apply_questions.show", ref=ref, key=gone.key), 303)


@pages.get("/files/<file>", defaults={"stage": ""})
@pages.get("/stages/<stage>/files/<file>")
@allow(Permission.APPLICATION_READ, load_entry)
def show(entry: Entry, ref: str, stage: str, file: str) -> Page:
    """The file as it was sent."""
    found = _file(entry, file)
    return attachment(vault.open_file(ports(), found), found.name, found.media_type, found.size)


def _file(entry: Entry, ref: str) -> Attachment:
    found = applications_queries.find_attachment(context.session(), entry.id, ref)
    if found is None:
        abort(404)
    return found
