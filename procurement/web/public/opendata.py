"""Open data: OCDS for procurement, 360Giving for grants, and the page that says what there is."""

import json

from flask import Blueprint, Response, abort, render_template, request

from procurement.queries import register as register_queries
from procurement.rules.awards_table import data_package
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, Publisher, publisher
from procurement.rules.standards import ocds, threesixty
from procurement.web import context
from procurement.web.access import allow
from procurement.web.errors import problem
from procurement.web.parts.answers import json_answer

pages = Blueprint("opendata", __name__)


def _publisher() -> Publisher:
    return publisher(context.settings(), context.config().base_url)


@pages.get("/data")
@allow(Permission.PUBLIC)
def show() -> str:
    session = context.session()
    number, changed_at = register_queries.version(session)
    return render_template(
        "public/opendata/show.html",
        changed_at=changed_at,
        number=number,
        processes=register_queries.processes(session),
        grants=len(register_queries.grants(session)),
        licence=OPEN_GOVERNMENT_LICENCE,
    )


@pages.get("/ocds/releases.json")
@allow(Permission.PUBLIC)
def releases() -> Response:
    """Release packages in the order of publication; `links.next` leads to the next page."""
    after = whole_number(request.args.get("after", "0"))
    if after is None:
        return problem(400, "after must be the number that links.next gave")
    session, site = context.session(), context.config().base_url
    found = register_queries.releases_after(session, after, register_queries.RELEASES + 1)
    rows = found[: register_queries.RELEASES]
    following = f"{site}/ocds/releases.json?after={rows[-1].id}" if len(found) > len(rows) else ""
    package = ocds.release_package(
        [json.loads(row.content) for row in rows],
        _publisher(),
        f"{site}/ocds/releases.json" + (f"?after={after}" if after else ""),
        next_uri=following,
    )
    if package is None:
        return problem(404, "There is no release here. The standard has no empty package.")
    return json_answer(package, f"releases-{after}-{rows[-1].id}", rows[-1].moment)


@pages.get("/ocds/records/<ocid>.json")
@allow(Permission.PUBLIC)
def record(ocid: str) -> Response:
    """One contracting process: its releases and what they add up to."""
    rows = register_queries.releases_of(context.session(), ocid)
    if not rows:
        abort(404)
    address = f"{context.config().base_url}/ocds/records/{ocid}.json"
    package = ocds.record_package([json.loads(row.content) for row in rows], _publisher(), address)
    return json_answer(package, f"record-{rows[-1].release_id}", rows[-1].moment)


@pages.get("/data/360giving.json")
@allow(Permission.PUBLIC)
def grants() -> Response:
    """Every grant that stands."""
    session, site = context.session(), context.config().base_url
    rows = register_queries.grants(session)
    number, changed_at = register_queries.version(session)
    package = threesixty.package(
        [json.loads(row.content) for row in rows],
        _publisher(),
        download_url=f"{site}/data/360giving.json",
        page_url=f"{site}/data",
        issued_at=max((row.changed_at for row in rows), default=context.now()),
    )
    if package is None:
        return problem(404, "No grant has been awarded yet. The standard has no empty package.")
    return json_answer(package, f"grants-{number}", changed_at)


@pages.get("/data/datapackage.json")
@allow(Permission.PUBLIC)
def package() -> Response:
    """Frictionless: what the columns of the CSV are."""
    number, changed_at = register_queries.version(context.session())
    value = data_package(context.setting("authority_name"), context.config().base_url)
    return json_answer(value, f"package-{number}", changed_at)
