"""Open data: OCDS for procurement, 360Giving for grants, and the page that says what there is."""

import json

from flask import Blueprint, Response, abort, render_template, request

from procurement.queries import register as register_queries
from procurement.rules import linked_data
from procurement.rules.awards_table import ENCODING, PROTECTION, data_package
from procurement.rules.dates import start_of_day, uk_day
from procurement.rules.dictionary import SECTIONS, dictionary_of
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, Publisher, instant, publisher
from procurement.rules.standards import ocds, threesixty
from procurement.web import context
from procurement.web.access import allow
from procurement.web.errors import problem
from procurement.web.parts.answers import json_answer
from procurement.web.parts.public_data import takes
from procurement.web.parts.search import Ignored, Nonsense, Parameters, query

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
        grants=register_queries.count_grants(session),
        licence=OPEN_GOVERNMENT_LICENCE,
        sections=SECTIONS,
        linked_data=linked_data.catalogue(
            context.setting("authority_name"),
            context.config().base_url,
            uk_day(changed_at).isoformat() if changed_at else "",
        ),
        encoding=ENCODING,
        protection=PROTECTION,
    )


@pages.get("/ocds/releases.json")
@allow(Permission.PUBLIC)
@takes("after", "since", "until")
def releases() -> Response:
    """Release packages in the order of publication, a page at a time.

    The first page always has `links.next`, a later one exactly if it is full, so that whoever follows it comes to an
    end. Where to go on from once more is published is in the header `Link` of every page (`rel="monitor"`); an empty
    page says that nothing is new. `since` and `until` are days or instants of when releases were published.
    """
    read = Parameters(request.args)
    after, window = _after(read), register_queries.Window(read.moment("since"), read.moment("until", end=True))
    if window.since is not None and window.until is not None and window.since >= window.until:
        takes_what = "It takes a day or an instant after that of “since”."
        read.ignored.append(Ignored(Nonsense.MOMENT, "until", request.args["until"], takes_what))
    read.refuse()
    session = context.session()
    rows = register_queries.releases_after(session, after, window=window)
    last = (rows[-1].place or after) if rows else after
    here = _page_of_releases(after if "after" in request.args else None)
    following = _page_of_releases(last)
    going_on = "after" not in request.args or len(rows) == register_queries.RELEASES
    newest = max((row.recorded_at for row in rows), default=register_queries.newest_release(session))
    package = ocds.release_package(
        [json.loads(row.content) for row in rows],
        _publisher(),
        here,
        next_uri=following if going_on else "",
        published_at=newest or start_of_day(uk_day(context.now())),
    )
    response = json_answer(package, newest if rows else None)
    response.headers.add("Link", f'<{following}>; rel="monitor"')
    if going_on:
        response.headers.add("Link", f'<{following}>; rel="next"')
    return response


def _after(read: Parameters) -> int:
    """The place to go on from: the number that a page gave; 0 for the first page."""
    if "after" not in request.args:
        return 0
    given = request.args.getlist("after")
    found = whole_number(given[0]) if len(given) == 1 else None
    if found is None:
        takes_what = "It takes the number that links.next, or the header Link, gave."
        read.ignored.append(Ignored(Nonsense.NUMBER, "after", given[-1], takes_what))
    return found or 0


def _page_of_releases(after: int | None) -> str:
    """The address of the page that follows a release; None: of the first page."""
    kept = {name: request.args.get(name, "") for name in ("since", "until")}
    return f"{context.config().base_url}/ocds/releases.json{query({**kept, 'after': after})}"


@pages.get("/ocds/records/<ocid>.json")
@allow(Permission.PUBLIC)
def record(ocid: str) -> Response:
    """One contracting process: its releases and what they add up to."""
    rows = register_queries.releases_of(context.session(), ocid)
    if not rows:
        abort(404)
    address = f"{context.config().base_url}/ocds/records/{ocid}.json"
    package = ocds.record_package([json.loads(row.content) for row in rows], _publisher(), address)
    published_at = max(row.recorded_at for row in rows)
    return json_answer({**(package or {}), "publishedDate": instant(published_at)}, published_at)


@pages.get("/data/360giving.json")
@allow(Permission.PUBLIC)
def grants() -> Response:
    """Every grant that stands."""
    session, site = context.session(), context.config().base_url
    rows = register_queries.grants(session)
    dated = register_queries.grants_dated(session) or (context.now(), context.now())
    package = threesixty.package(
        [json.loads(row.content) for row in rows],
        _publisher(),
        download_url=f"{site}/data/360giving.json",
        page_url=f"{site}/data",
        dated=dated,
    )
    if package is None:
        return problem(404, "No grant has been awarded yet. The standard has no empty package.")
    return json_answer(package, dated[1])


@pages.get("/data/datapackage.json")
@allow(Permission.PUBLIC)
def package() -> Response:
    """Frictionless: what the columns of the CSV are."""
    _, changed_at = register_queries.version(context.session())
    value = data_package(context.setting("authority_name"), context.config().base_url, changed_at)
    return json_answer(value, changed_at)


@pages.get("/data/dictionary.json")
@allow(Permission.PUBLIC)
def dictionary() -> Response:
    """What every column of every form means."""
    return json_answer(dictionary_of(context.setting("authority_name"), context.config().base_url))
