"""What a call has said since its publication: each version as it was frozen, as a page and as its bytes, and what
changed from one to the next."""

from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from procurement.models.amendments import Amendment
from procurement.models.call_documents import CallFile
from procurement.models.calls import Call, CallVersion
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_amendments as rules
from procurement.rules.amendments import WORDS, Value
from procurement.rules.ledger import canonical, digest
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import sentence
from procurement.web.parts.answers import exact
from procurement.web.parts.differences import Block, blocks, names_of
from procurement.web.public.calls import load
from procurement.web.public.version_texts import read_version

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
    blocks: list[Block]
    amendment: Amendment | None
    documents: list[CallFile]  # that are new with it, or have a new version


@pages.get("/changes")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str) -> str:
    session = context.session()
    versions = amendments_queries.versions_of(session, call.id)
    several = len(stages_queries.listed(session, call.id)) > 1
    moved = amendments_queries.of_call(session, call.id)
    amended = {each.version: each for each in call_amendments_queries.published(session, call.id)}
    names = names_of(*(_said(each) for each in amended.values()), call_amendments_queries.things_of(session, call))
    published = call_documents_queries.published_of(session, call.id, context.now())
    later = [file for each in published for file in each.files if file.reason]
    changes = []
    for version in versions[1:]:
        own = [each for each in moved if each.at == version.published_at]
        lines = [
            Line(each.stage.title if several else "", sentence(WORDS[one.field]), one.before, one.after)
            for each in own
            for one in each.changes
        ]
        amendment = amended.get(version.number)
        found = [] if amendment is None else blocks(rules.read_rows(amendment.changes), names)
        files = [each for each in later if each.published_at == version.published_at]
        reasons = [each.reason for each in own] + ([] if amendment is None else [amendment.reason])
        reasons += [each.reason for each in files]
        changes.append(Change(version, list(dict.fromkeys(reasons)), lines, found, amendment, files))
    return render_template(
        "public/changes/show.html",
        call=call,
        versions=versions,
        changes=changes,
        ended=[each for each in calls_queries.lots_of(session, call.id) if each.abandoned_at is not None],
        caption=_("Dates that moved"),
    )


def _said(amendment: Amendment) -> rules.Things:
    """What the call was made of when an amendment was begun: what it took out has its name from there."""
    return rules.read_things(amendment.base)


@pages.get("/versions/<int:number>")
@allow(Permission.CALL_READ, load)
def page(call: Call, ref: str, number: int) -> str:
    """One version for people, also one that was superseded: what it says stands there as it was frozen."""
    session = context.session()
    versions = amendments_queries.versions_of(session, call.id)
    found = next((each for each in versions if each.number == number), None)
    if found is None:
        abort(404)
    return render_template(
        "public/changes/version.html",
        call=call,
        version=found,
        newest=versions[-1],
        after=next((each for each in versions if each.number == number + 1), None),
        said=read_version(found.content, call_amendments_queries.schemes_of(session, call)),
    )


@pages.get("/schemes/<fingerprint>.json")
@allow(Permission.CALL_READ, load)
def scheme(call: Call, ref: str, fingerprint: str) -> Response:
    """A scheme that a stage of the call has or had, byte for byte what its fingerprint was taken of."""
    found = call_amendments_queries.schemes_of(context.session(), call).get(fingerprint)
    if found is None:
        abort(404)
    content = canonical(found)
    return exact(content, digest(content))


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
