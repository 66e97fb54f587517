"""Documents that are not ready: why they failed, and once more."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.queries import admin as admin_queries
from procurement.rules.documents import DOCUMENT_KINDS
from procurement.rules.permissions import Permission
from procurement.services import rendering
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, session

pages = Blueprint("admin_jobs", __name__, url_prefix="/admin/jobs")


def load(database: Session, document_id: int) -> Document | None:
    return next((row for row in admin_queries.list_documents(database) if row.id == document_id), None)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    return render_template(
        "admin/jobs/show.html",
        documents=admin_queries.list_documents(session()),
        sealed=[
            (DOCUMENT_KINDS[kind].title, status, number)
            for kind, status, number in admin_queries.sealed_documents(session())
        ],
        kinds=DOCUMENT_KINDS,
        totals=admin_queries.counts(session()).documents,
    )


@pages.post("/<int:document_id>/retry")
@allow(Permission.OPERATE, load)
def retry(document: Document, document_id: int) -> Page:
    do(rendering.retry, document_id)
    flash(_("It will be made again in a moment."), "success")
    return redirect(url_for("admin_jobs.show"), 303)


@pages.post("/retry-all")
@allow(Permission.OPERATE)
def retry_all() -> Page:
    tried = 0
    for document_id in admin_queries.failed_ids(session(), Document):
        try:
            do(rendering.retry, document_id)
            tried += 1
        except Refusal:
            continue  # somebody else was quicker
    flash(ngettext("%(num)s document will be made again.", "%(num)s documents will be made again.", tried), "success")
    return redirect(url_for("admin_jobs.show"), 303)
