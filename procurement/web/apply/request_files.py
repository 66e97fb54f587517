"""Files of an answer to a request: sent one by one, taken out after asking, fetched as they were sent."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, flash, jsonify, redirect, url_for
from flask import Request as HttpRequest
from flask import request as http
from flask_babel import gettext as _

from procurement.models.applications import Attachment
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.rules.permissions import Permission
from procurement.rules.requests import prefix
from procurement.services import applications, requests, vault
from procurement.services.refusal import Refusal
from procurement.web import context, login
from procurement.web.access import Page, allow
from procurement.web.apply.frame import page
from procurement.web.apply.requests import is_writable, load_request, question_page
from procurement.web.context import do, ports
from procurement.web.filters import sentence
from procurement.web.parts import sizes
from procurement.web.parts.uploads import attachment, wants_json

pages = Blueprint("apply_request_files", __name__, url_prefix="/applications/<ref>/requests/<int:number>")
GONE = 410


@pages.url_value_preprocessor
def make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let somebody who is signed in send a file that is too large: the answer can then name it. It goes to the disk."""
    if endpoint == "apply_request_files.add" and login.secret():
        asked: HttpRequest = http
        asked.max_content_length = ports().bid_bytes + sizes.AROUND_A_FILE


@pages.post("/questions/<int:place>/files")
@allow(Permission.APPLICATION_WRITE, load_request)
def add(task: Request, ref: str, number: int, place: int) -> Page:
    """One file. For a script: {name} or {detail}; otherwise the page again, with the reason when it was not taken."""
    if not 1 <= place <= len(task.questions):
        abort(404)
    chosen = http.files.get("file")
    if chosen is None or not chosen.filename:
        return _refused(task, place, _("Choose a file first."), 422)
    if not is_writable(task):
        return _refused(task, place, _("Files cannot be added to this answer now."), 409)
    the_ports, key = ports(), f"{prefix(number)}{place}"
    context.close()  # storing may take a while: no connection is held meanwhile
    try:
        kept = applications.store_file(the_ports, chosen.filename, cast(BinaryIO, chosen.stream))
        added = do(requests.add_file, task.id, key, kept)
    except Refusal as refusal:
        if refusal.status == GONE and not wants_json():
            raise
        return _refused(task, place, " ".join(map(sentence, refusal.reasons)), refusal.status)
    finally:
        chosen.close()  # a large one lies in a file of its own
    if wants_json():
        return jsonify(name=added.name)
    flash(_("“%(name)s” was added.", name=added.name), "success")
    return redirect(url_for("apply_requests.question", ref=ref, number=number, place=place), 303)


@pages.get("/questions/<int:place>/files")
@allow(Permission.APPLICATION_READ, load_request)
def index(task: Request, ref: str, number: int, place: int) -> Page:
    """Where a refused file leaves somebody who loads the page again."""
    return redirect(url_for("apply_requests.question", ref=ref, number=number, place=place))


@pages.get("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, load_request)
def ask(task: Request, ref: str, number: int, file: str) -> Page:
    found = _file(task, file)
    if not is_writable(task):
        return redirect(url_for("apply_requests.show", ref=ref, number=number))
    return page("requests/remove", task.entry, task=task, file=found, place=_place(found))


@pages.post("/files/<file>/remove")
@allow(Permission.APPLICATION_WRITE, load_request)
def remove(task: Request, ref: str, number: int, file: str) -> Page:
    _file(task, file)
    gone = do(requests.remove_file, task.id, file)
    flash(_("“%(name)s” was removed.", name=gone.name), "success")
    return redirect(url_for("apply_requests.question", ref=ref, number=number, place=_place(gone)), 303)


@pages.get("/files/<file>")
@allow(Permission.APPLICATION_READ, load_request)
def show(task: Request, ref: str, number: int, file: str) -> Page:
    """The file as it was sent."""
    found = _file(task, file)
    return attachment(vault.open_file(ports(), found), found.name, found.media_type, found.size)


def _file(task: Request, ref: str) -> Attachment:
    found = applications_queries.find_attachment(context.session(), task.entry_id, ref)
    if found is None or not found.key.startswith(prefix(task.number)):
        abort(404)
    return found


def _place(file: Attachment) -> int:
    """Which question of its request a file belongs to."""
    return int(file.key.rpartition("-")[2])


def _refused(task: Request, place: int, reason: str, status: int) -> Page:
    if wants_json():
        return jsonify(detail=reason), status
    return question_page(task, place, [reason]), status
