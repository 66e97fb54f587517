"""What changed in the register, and what was withdrawn from it: as a page, and for whoever follows it by program."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, render_template, request

from procurement.queries import registered as registered_queries
from procurement.queries.registered import Change
from procurement.rules import call_publications, publications
from procurement.rules.endings import ended_at
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso, sentence
from procurement.web.parts.answers import json_answer, provenance
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.public_data import takes
from procurement.web.parts.search import Ignored, Nonsense, Parameters, query

pages = Blueprint("register_changes", __name__)


class Line(NamedTuple):
    """A change as it is shown: of what, where that is, what it says, and whether something ended with it."""

    change: Change
    title: str
    page: str
    said: list[str]
    ends: bool


def _line(change: Change) -> Line:
    entry, before, after = change.entry, change.before, change.after
    if entry.subject == "call":
        said, ends = call_publications.call_changes(before, after), call_publications.ends(before, after)
        page = f"/calls/{entry.public_id}"
    else:
        said, ends = publications.changes(before, after), bool(ended_at(after)) and not ended_at(before)
        page = f"/awards/{entry.public_id}/publications/{entry.number}"
    return Line(change, str(after.get("title") or entry.public_id), page, [sentence(each) for each in said], ends)


@pages.get("/changes")
@allow(Permission.PUBLIC)
def show() -> str:
    session, read = context.session(), Parameters(request.args)
    asked = read.number("page") or 1
    last = pages_of(registered_queries.count_changes(session), registered_queries.PAGE)
    number = min(asked, last)
    return render_template(
        "public/register_changes/show.html",
        lines=[_line(each) for each in registered_queries.changes(session, number)],
        pager=Pager(number, last, lambda page: f"/changes{query({'page': page})}", asked),
    )


@pages.get("/changes.json")
@allow(Permission.PUBLIC)
@takes("after")
def as_json() -> Response:
    """A page of changes, oldest first. `links.next` goes on from its end; a page that is not full has none, and
    `after` says from where to go on once more is published."""
    read = Parameters(request.args)
    after = _after(read)
    read.refuse()
    found = registered_queries.changes_after(context.session(), after)
    last = (found[-1].entry.event_position or after) if found else after
    site = context.config().base_url
    following = f"{site}/changes.json{query({'after': last})}"
    full = len(found) == registered_queries.CHANGES
    body = {
        **provenance("/changes"),
        "changes": [_plain(_line(each), site) for each in found],
        "after": last,
        "links": {"next": following} if full else {},
    }
    response = json_answer(body, max((each.entry.published_at for each in found), default=None))
    response.headers.add("Link", f'<{following}>; rel="{"next" if full else "monitor"}"')
    return response


def _after(read: Parameters) -> int:
    if "after" not in request.args:
        return 0
    given = request.args.getlist("after")
    found = whole_number(given[0]) if len(given) == 1 else None
    if found is None:
        read.ignored.append(Ignored(Nonsense.NUMBER, "after", given[-1], "It takes the number that “after” gave."))
    return found or 0


def _plain(line: Line, site: str) -> dict[str, Any]:
    entry = line.change.entry
    return {
        "at": iso(entry.published_at),
        "of": entry.subject,
        "id": entry.public_id,
        "title": line.title,
        "publication": entry.number,
        "ends": line.ends,
        "said": line.said,
        "grant_id": line.change.after.get("grant_id") or None,
        "sha256": entry.digest,
        "url": f"{site}{line.page}",
    }
