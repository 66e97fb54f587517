"""Files of an application: sent one by one, stored before anything else happens, taken out after asking, fetched."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, Request, abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Application, Attachment
from procurement.queries import applications as applications_queries
from procurement.rules.permissions import Permission
from procurement.services import applications, vault
from procurement.services.refusal import Refusal
from procurement.web import context, login
from procurement.web.access import Page, allow
from procurement.web.apply.frame import application_of, frame, page
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
@allow(Permission.APPLICATION_WRITE, application_of)
def add(application: Application, ref: str, key: str) -> Page:
    """One file. For a script: {name} or {detail}; otherwise the page again, with the reason when it was not taken."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return _refused(application, key, _("Choose a file first."), 422)
    if not frame(application).writable:
        return _refused(application, key, _("Files cannot be added to this application now."), 409)
    the_ports = ports()
    context.close()  # storing may take a while: no connection is held meanwhile
    try:
        kept = applications.store_file(the_ports, chosen.filename, cast(BinaryIO, chosen.stream))
        added = do(applications.add_file, application.id, key, kept)
    except Refusal as refusal:
        if refusal.status == GONE and not wants_json():
            raise
        return _refused(application, key, " ".join(map(sentence, refusal.reasons)), refusal.status)
    finally:
        chosen.close()  # a large one lies in a file of its own
    if wants_json():
        return jsonify(name=added.name)
    flash(_("“%(name)s” was added.", name=added.name), "success")
    extra: dict[str, Any] = {"from": "check"} if request.form.get("from") == "check" else {}
    return redirect(url_for("apply_questions.show", ref=ref, key=key, **extra), 303)


@pages.get("/questions/<key>/files")
@allow(Permission.APPLICATION_READ, application_of)
def index(application: Application, ref: str, key: str) -> Page:
    """Where a refused file leaves somebody who loads the page again."""
    return redirect(url_for("apply_questions.show", ref=ref, key=key))


@pages.get("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, application_of)
def ask(application: Application, ref: str, file: str) -> Page:
    found = _file(application, file)
    if not frame(application).writable:
        return redirect(url_for("apply_questions.show", ref=ref, key=found.key))
    return page("files/ask", application, file=found)


@pages.post("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, application_of)
def remove(application: Application, ref: str, file: str) -> Page:
    _file(application, file)
    gone = do(applications.remove_file, application.id, file)
    flash(_("“%(name)s” was removed.", name=gone.name), "success")
    return redirect(url_for("apply_questions.show", ref=ref, key=gone.key), 303)


@pages.get("/files/<file>")
@allow(Permission.APPLICATION_READ, application_of)
def show(application: Application, ref: str, file: str) -> Page:
    """The file as it was sent."""
    found = _file(application, file)
    return attachment(vault.open_file(ports(), found), found.name, found.media_type, found.size)


def _file(application: Application, ref: str) -> Attachment:
    found = applications_queries.find_attachment(context.session(), application.id, ref)
    if found is None:
        abort(404)
    return found


def _refused(application: Application, key: str, reason: str, status: int) -> Page:
    if wants_json():
        return jsonify(detail=reason), status
    return question_page(application, key, [reason]), status
