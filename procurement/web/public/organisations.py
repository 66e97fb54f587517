"""What the register knows of an organisation: its awards, and nothing of its people."""

from flask import Blueprint, abort, render_template

from procurement.queries import register as register_queries
from procurement.queries.register import Search
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow

pages = Blueprint("organisations", __name__)


@pages.get("/organisations/<ref>")
@allow(Permission.PUBLIC)
def show(ref: str) -> str:
    session = context.session()
    search = Search(organisation=ref)
    summary = register_queries.summary(register_queries.grouped(session, search), search)
    if not summary.found:
        abort(404)  # an organisation is public once it has an award, and not before
    rows = list(register_queries.every(session, search))
    return render_template("public/organisations/show.html", rows=rows, summary=summary, organisation=rows[0])
