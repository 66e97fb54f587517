"""Files of an answer to a request: sent one by one, taken out after asking, fetched as they were sent."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _

from procurement.models.applications import Attachment
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.rules.permissions import Permission
from procurement.rules.requests import prefix
from procurement.services import requests, vault
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.apply.frame import page
from procurement.web.apply.receiving import receive
from procurement.web.apply.requests import is_writable, load_request, question_page
from procurement.web.context import do, ports
from procurement.web.parts.uploads import attachment, make_room

pages = Blueprint("apply_request_files", __name__, url_prefix="/applications/<ref>/requests/<int:number>")


@pages.url_value_preprocessor
def room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if endpoint == "apply_request_files.add":
        make_room()


@pages.post("/questions/<int:place>/files")
@allow(Permission.APPLICATION_WRITE, load_request)
def add(task: Request, ref: str, number: int, place: int) -> Page:
    """One file of an answer, as `receive` takes it."""
    if not 1 <= place <= len(task.questions):
        abort(404)
    task_id = task.id
    return receive(
        lambda kept: do(requests.add_file, task_id, f"{prefix(number)}{place}", kept),
        lambda problems: question_page(task, place, problems),
        closed="" if is_writable(task) else _("Files cannot be added to this answer now."),
        back=url_for("apply_requests.question", ref=ref, number=number, place=place),
    )


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
