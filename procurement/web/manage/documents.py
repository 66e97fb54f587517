"""Every document of a call: made, being made, or failed with its reason and another try."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.queries import documents as documents_queries
from procurement.rules.permissions import Permission
from procurement.services import rendering
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.manage.loading import load_call

pages = Blueprint("manage_documents", __name__)


@pages.get("/manage/calls/<ref>/documents")
@allow(Permission.RANKING_READ, load_call)
def show(call: Call, ref: str) -> Page:
    return render_template(
        "manage/documents/show.html",
        call=call,
        documents=documents_queries.documents_of(session(), call.id),
        may_retry=allowed(Permission.OUTCOME_TELL, call),
    )


@pages.post("/manage/calls/<ref>/documents/<code>/retry")
@allow(Permission.OUTCOME_TELL, load_call)
def retry(call: Call, ref: str, code: str) -> Page:
    found = next((each for each in documents_queries.documents_of(session(), call.id) if each.code == code), None)
    if found is None:
        abort(404)
    document_id = found.id
    do(rendering.retry, document_id)
    flash(_("The document is being made again."), "success")
    return redirect(url_for(".show", ref=ref), 303)
