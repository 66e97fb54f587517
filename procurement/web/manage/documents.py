"""Every document of a stage of a call: made, being made, or failed with its reason and another try."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.documents import Document
from procurement.models.stages import Stage
from procurement.queries import documents as documents_queries
from procurement.rules.permissions import Permission
from procurement.services import rendering
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, principal, session
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_documents", __name__, url_prefix="/manage/calls/<ref>")


@pages.get("/documents", defaults={"stage": ""})
@pages.get("/stages/<stage>/documents")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return render_template(
        "manage/documents/show.html",
        **frame(stage_row),
        documents=_readable(documents_queries.documents_of(session(), stage_row)),
        may_retry=allowed(Permission.OUTCOME_TELL, stage_row),
    )


def _readable(documents: list[Document]) -> list[Document]:
    """Without those that tell of a bid of which whoever asks must know nothing."""
    who = principal().id
    return [each for each in documents if who not in documents_queries.barred_from(session(), each)]


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
