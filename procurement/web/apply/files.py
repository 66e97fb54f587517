"""Files of an application: sent one by one, stored before anything else happens, taken out after asking, fetched."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, Request, abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Attachment, Entry
from procurement.queries import applications as applications_queries
from procurement.rules.permissions import Permission
from procurement.services import applications, vault
from procurement.services.refusal import Refusal
from procurement.web import context, login
from procurement.web.access import Page, allow
from procurement.web.apply.frame import frame, load_entry, page
from procurement.web.apply.questions import question_page
from procurement.web.context import do, ports
from procurement.web.filters import sentence
from procurement.web.parts import sizes
from procurement.web.parts.uploads import attachment, wants_json

pages = Blueprint("apply_files", __name__, url_prefix="/applications/<ref>")
GONE = 410


@pages.url_value_preprocessor
def make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let somebody who is signed in send a file that is too large: the answer can then name it. It goes to the disk."""
    if endpoint == "apply_files.add" and login.secret():
        asked: Request = request
        asked.max_content_length = ports().bid_bytes + sizes.AROUND_A_FILE


@pages.post("/questions/<key>/files")
@allow(Permission.APPLICATION_WRITE, load_entry)
def add(entry: Entry, ref: str, key: str) -> Page:
    """One file. For a script: {name} or {detail}; otherwise the page again, with the reason when it was not taken."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return _refused(entry, key, _("Choose a file first."), 422)
    if not frame(entry).writable:
        return _refused(entry, key, _("Files cannot be added to this %(noun)s now.", noun=entry.stage.noun), 409)
    the_ports = ports()
    context.close()  # storing may take a while: no connection is held meanwhile
    try:
        kept = applications.store_file(the_ports, chosen.filename, cast(BinaryIO, chosen.stream))
        added = do(applications.add_file, entry.id, key, kept)
    except Refusal as refusal:
        if refusal.status == GONE and not wants_json():
            raise
        return _refused(entry, key, " ".join(map(sentence, refusal.reasons)), refusal.status)
    finally:
        chosen.close()  # a large one lies in a file of its own
    if wants_json():
        return jsonify(name=added.name)
    flash(_("“%(name)s” was added.", name=added.name), "success")
    extra: dict[str, Any] = {"from": "check"} if request.form.get("from") == "check" else {}
    return redirect(url_for("apply_questions.show", ref=ref, key=key, **extra), 303)


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


def _refused(entry: Entry, key: str, reason: str, status: int) -> Page:
    if wants_json():
        return jsonify(detail=reason), status
    return question_page(entry, key, [reason]), status
