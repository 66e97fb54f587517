"""What the register knows of organisations: their awards, and nothing of their people."""

from flask import Blueprint, Response, abort, render_template, request

from procurement.queries import register as register_queries
from procurement.queries import registered as registered_queries
from procurement.queries.register import Search
from procurement.rules.columns import plain
from procurement.rules.organisations_table import RegisteredOrganisation, organisation_row
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.parts.answers import json_answer, provenance
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.public_data import takes
from procurement.web.parts.search import Parameters, query
from procurement.web.public.awards_data import rows_of

pages = Blueprint("organisations", __name__)


@pages.get("/organisations")
@allow(Permission.PUBLIC)
def index() -> str:
    session, read = context.session(), Parameters(request.args)
    q, asked = read.words(), read.number("page") or 1
    found = registered_queries.count_organisations(session, q)
    last = pages_of(found, registered_queries.PAGE)
    number = min(asked, last)
    return render_template(
        "public/organisations/index.html",
        rows=registered_queries.organisations(session, q, page=number),
        found=found,
        q=q,
        data_query=query({"q": q}),
        pager=Pager(number, last, lambda page: f"/organisations{query({'q': q, 'page': page})}", asked),
    )


@pages.get("/organisations.json")
@allow(Permission.PUBLIC)
@takes("q")
def as_json() -> Response:
    """Every organisation of the search, never cut."""
    session, read = context.session(), Parameters(request.args)
    q = read.words()
    read.refuse()
    found = [_plain(each) for each in registered_queries.organisations(session, q)]
    body = {**provenance(f"/organisations{query({'q': q})}"), "organisations": found, "count": len(found)}
    return json_answer(body, register_queries.version(session)[1])


@pages.get("/organisations/<ref>.json")
@allow(Permission.PUBLIC)
def record(ref: str) -> Response:
    """One organisation, and each of its awards in the words of the table of awards."""
    session = context.session()
    found = registered_queries.organisations(session, ref=ref)
    if not found:
        abort(404)  # an organisation is public once it has an award, and not before
    awards = list(register_queries.every(session, Search(organisation=ref)))
    body = {
        **provenance(f"/organisations/{ref}"),
        "organisation": _plain(found[0]),
        "awards": [{name: plain(value) for name, value in row.items()} for row in rows_of(awards)],
    }
    return json_answer(body, max(each.changed_at for each in awards))


def _plain(organisation: RegisteredOrganisation) -> dict[str, object]:
    row = organisation_row(organisation, context.config().base_url)
    return {name: plain(value) for name, value in row.items()}


@pages.get("/organisations/<ref>")
@allow(Permission.PUBLIC)
def show(ref: str) -> str:
    session = context.session()
    search = Search(organisation=ref)
    summary = register_queries.summary(register_queries.grouped(session, search), search)
    if not summary.found:
        abort(404)  # as above
    rows = list(register_queries.every(session, search))
    return render_template("public/organisations/show.html", rows=rows, summary=summary, organisation=rows[0])
