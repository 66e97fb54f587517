"""What a call has said since its publication: each version as it was frozen, and what changed from one to the next."""

from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from procurement.models.calls import Call, CallVersion
from procurement.queries import amendments as amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.amendments import WORDS, Value
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import sentence
from procurement.web.parts.answers import exact
from procurement.web.public.calls import load

pages = Blueprint("changes", __name__, url_prefix="/calls/<ref>")


class Line(NamedTuple):
    """One date that moved, in words; `stage` is empty where the call has but one."""

    stage: str
    date: str
    before: Value | None
    after: Value | None


class Change(NamedTuple):
    """A version that came after another one: what moved, and why."""

    version: CallVersion
    reasons: list[str]
    lines: list[Line]


@pages.get("/changes")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str) -> str:
    session = context.session()
    versions = amendments_queries.versions_of(session, call.id)
    several = len(stages_queries.listed(session, call.id)) > 1
    moved = amendments_queries.of_call(session, call.id)
    changes = []
    for version in versions[1:]:
        own = [each for each in moved if each.at == version.published_at]
        lines = [
            Line(each.stage.title if several else "", sentence(WORDS[one.field]), one.before, one.after)
            for each in own
            for one in each.changes
        ]
        changes.append(Change(version, list(dict.fromkeys(each.reason for each in own)), lines))
    return render_template(
        "public/changes/show.html",
        call=call,
        versions=versions,
        changes=changes,
        ended=[each for each in calls_queries.lots_of(session, call.id) if each.abandoned_at is not None],
        caption=_("Dates that moved"),
    )


@pages.get("/versions/<int:number>.json")
@allow(Permission.CALL_READ, load)
def version(call: Call, ref: str, number: int) -> Response:
    """Everything that the call said then, as it was frozen: byte for byte what its fingerprint was taken of."""
    found = next(
        (each for each in amendments_queries.versions_of(context.session(), call.id) if each.number == number), None
    )
    if found is None:
        abort(404)
    return exact(found.content, found.fingerprint, found.published_at)
