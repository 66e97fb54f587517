"""Every document of a stage of a call: made, being made, or failed with its reason and another try; and how far all of
them are, and the messages about it."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.documents import Document
from procurement.models.stages import Stage
from procurement.queries import documents as documents_queries
from procurement.queries import slices as slices_queries
from procurement.queries.slices import Making
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import making, rendering
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, principal, session
from procurement.web.manage.loading import frame, load_stage
from procurement.web.parts.paging import Pager, pages_of

pages = Blueprint("manage_documents", __name__, url_prefix="/manage/calls/<ref>")


@pages.get("/documents", defaults={"stage": ""})
@pages.get("/stages/<stage>/documents")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    asked = whole_number(request.args.get("page", "")) or 1
    last = pages_of(slices_queries.count_of(session(), stage_row), slices_queries.PAGE)
    number, key = min(asked, last), stage_row.key
    return render_template(
        "manage/documents/show.html",
        **frame(stage_row),
        documents=_readable(slices_queries.page_of(session(), stage_row, number)),
        making=slices_queries.documents_of(session(), stage_row),
        going=slices_queries.messages_of(session(), stage_row),
        pager=Pager(
            number,
            last,
            lambda page: url_for(".show", ref=ref, stage=key, page=page if page > 1 else None),
            asked,
        ),
        how_far=how_far,
        may_retry=allowed(Permission.OUTCOME_TELL, stage_row),
    )


def _readable(documents: list[Document]) -> list[Document]:
    """Without those that tell of a bid of which whoever asks must know nothing."""
    who = principal().id
    return [each for each in documents if who not in documents_queries.barred_from(session(), each)]


@pages.get("/stages/<stage>/documents/progress/<makes>")
@allow(Permission.RANKING_READ, load_stage)
def progress(stage_row: Stage, ref: str, stage: str, makes: str) -> Page:
    """How far they are, for the page's script."""
    if makes == "letters":
        found = slices_queries.documents_of(session(), stage_row, documents_queries.LETTERS)
    elif makes == "documents":
        found = slices_queries.documents_of(session(), stage_row)
    elif makes == "messages":
        found = slices_queries.messages_of(session(), stage_row)
    else:
        abort(404)
    return jsonify(finished=not found.waiting, text=how_far(makes, found), done=found.made, total=found.total)


def how_far(makes: str, found: Making) -> str:
    """How many of the letters, documents or messages of a stage are there, in words."""
    if makes == "letters":
        text = _("%(made)s of %(total)s letters and summaries are made.", made=found.made, total=found.total)
    elif makes == "documents":
        text = _("%(made)s of %(total)s documents are made.", made=found.made, total=found.total)
    else:
        text = _("%(made)s of %(total)s messages have gone.", made=found.made, total=found.total)
    if not found.failed:
        return text
    failed = ngettext("%(num)s could not be made.", "%(num)s could not be made.", found.failed)
    if makes == "messages":
        failed = ngettext("%(num)s could not be sent.", "%(num)s could not be sent.", found.failed)
    return f"{text} {failed}"


@pages.post("/documents/<code>/retry", defaults={"stage": ""})
@pages.post("/stages/<stage>/documents/<code>/retry")
@allow(Permission.OUTCOME_TELL, load_stage)
def retry(stage_row: Stage, ref: str, stage: str, code: str) -> Page:
    found = next((each for each in documents_queries.documents_of(session(), stage_row) if each.code == code), None)
    if found is None:
        abort(404)
    document_id, key = found.id, stage_row.key
    do(rendering.retry, document_id)
    flash(_("The document is being made again."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/stages/<stage>/documents/retry")
@allow(Permission.OUTCOME_TELL, load_stage)
def retry_all(stage_row: Stage, ref: str, stage: str) -> Page:
    """All of a stage that could not be made, at one press."""
    stage_id, key = stage_row.id, stage_row.key
    count = do(making.retry_stage, stage_id)
    flash(ngettext("%(num)s is being made again.", "%(num)s are being made again.", count), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)
