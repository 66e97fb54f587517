"""Calls as data: JSON, Atom and calendar of any search, and of one call; the frozen rules under their fingerprints."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from procurement.models.calls import Call, Lot
from procurement.queries import calls as calls_queries
from procurement.rules.ledger import canonical
from procurement.rules.money import as_number
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso
from procurement.web.public.call_texts import status_of
from procurement.web.public.calls import asked, load
from workflows.catalogue import states
from workflows.facts import UK

pages = Blueprint("feeds", __name__)
JSON = "application/json; charset=utf-8"


def absolute(path: str) -> str:
    return f"{context.config().base_url}{path}"


def page_of(call: Call) -> str:
    return absolute(url_for("calls.show", ref=call.ref))


def found() -> list[Call]:
    return calls_queries.list_public(context.session(), asked().search, context.now(), whole=True)


@pages.get("/calls.<any(json, atom, ics):shape>")
@allow(Permission.PUBLIC)
def index(shape: str) -> Response:
    """Every call of the search, never cut short."""
    rows = found()
    if shape == "ics":
        return calendar(rows, "calls.ics")
    if shape == "atom":
        return atom(rows)
    return jsonify(
        calls=[plain(call) for call in rows],
        count=len(rows),
        as_of=iso(context.now()),
        licence="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    )


def plain(call: Call) -> dict[str, Any]:
    """What a list says of a call, for programs: amounts in pounds, instants in UTC."""
    return {
        "reference": call.ref,
        "title": call.title,
        "summary": call.summary,
        "kind": call.kind,
        "procedure": call.procedure,
        "theme": call.theme,
        "status": status_of(call, context.now()),
        "budget": {"amount": None if call.budget is None else as_number(call.budget), "currency": "GBP"},
        **{name: _iso(getattr(call, name)) for name in ("published_at", "opens_at", "closes_at", "decision_on")},
        "url": page_of(call),
    }


def _iso(value: datetime | date | None) -> str | None:
    return None if value is None else iso(value)


@pages.get("/calls/<ref>.json")
@allow(Permission.CALL_READ, load)
def one(call: Call, ref: str) -> Response:
    session = context.session()
    texts = {name: getattr(call, name) for name in ("problem", "users", "outcome", "eligibility", "terms", "contact")}
    links = {
        "page": page_of(call),
        "form": absolute(url_for("calls.form", ref=call.ref)),
        "scheme": absolute(url_for("feeds.scheme", ref=call.ref)),
        "workflow": absolute(url_for("feeds.workflow", ref=call.ref)),
        "version": absolute(url_for("feeds.version", ref=call.ref)),
    }
    return jsonify(
        **plain(call),
        **texts,
        assess_by=_iso(call.assess_by),
        starts_on=_iso(call.starts_on),
        ends_on=_iso(call.ends_on),
        told_at=_iso(call.told_at),
        cancelled_because=call.ended_reason or None,
        lots=[_lot(lot) for lot in calls_queries.lots_of(session, call.id)],
        scheme_sha256=call.scheme_fingerprint,
        workflow_sha256=call.workflow_fingerprint,
        links=links,
    )


def _lot(lot: Lot) -> dict[str, Any]:
    budget = {"amount": as_number(lot.budget), "currency": "GBP"}
    return {"number": lot.number, "title": lot.title, "description": lot.description, "budget": budget}


@pages.get("/calls/<ref>/scheme.json")
@allow(Permission.CALL_READ, load)
def scheme(call: Call, ref: str) -> Response:
    """The scoring scheme, byte for byte what its fingerprint (SHA-256) was taken of."""
    return Response(canonical(call.scheme), content_type=JSON)


@pages.get("/calls/<ref>/workflow.json")
@allow(Permission.CALL_READ, load)
def workflow(call: Call, ref: str) -> Response:
    """The call's own workflows, byte for byte what their fingerprint was taken of."""
    return Response(canonical(calls_queries.frozen_workflows(call)), content_type=JSON)


@pages.get("/calls/<ref>/version.json")
@allow(Permission.CALL_READ, load)
def version(call: Call, ref: str) -> Response:
    """Everything that the call said when it was published, as it was frozen."""
    newest = calls_queries.newest_version(context.session(), call.id)
    if newest is None:
        abort(404)
    response = Response(newest.content, content_type=JSON)
    response.set_etag(newest.fingerprint)
    return response


@pages.get("/calls/<ref>.ics")
@allow(Permission.CALL_READ, load)
def one_calendar(call: Call, ref: str) -> Response:
    return calendar([call], f"{call.ref}.ics")


def atom(rows: list[Call]) -> Response:
    moments = [moment for call in rows if (moment := call.told_at or call.published_at)]
    text = render_template(
        "public/calls/feed.xml",
        calls=[{"call": call, "url": page_of(call), "updated": call.told_at or call.published_at} for call in rows],
        updated=max(moments, default=context.now()),
        here=absolute(url_for("feeds.index", shape="atom")),
        page=absolute(url_for("calls.index")),
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def calendar(rows: list[Call], name: str) -> Response:
    """The openings, closings and decisions of calls, with the zone that they are told in; the UID of each stays."""
    whole = Calendar()
    whole.add("prodid", f"-//{context.config().base_url}//calls//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", _("Calls"))
    for call in rows:
        for key, title, at in (
            ("opens", _("Opens: %(title)s", title=call.title), call.opens_at),
            ("closes", _("Closes: %(title)s", title=call.title), call.closes_at),
            ("decision", _("Decision expected: %(title)s", title=call.title), call.decision_on),
        ):
            if at is not None:
                whole.add_component(_event(call, key, title, at))
    whole.add_missing_timezones()
    response = Response(whole.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _event(call: Call, key: str, title: str, at: datetime | date) -> Event:
    event = Event()
    event.add("uid", f"{call.ref}-{key}@{context.config().base_url.partition('://')[2]}")
    event.add("dtstamp", call.published_at)
    event.add("dtstart", at.astimezone(UK) if isinstance(at, datetime) else at)
    event.add("summary", title)
    event.add("description", f"{call.summary}\n\n{page_of(call)}")
    event.add("url", page_of(call))
    event.add("transp", "TRANSPARENT")
    cancelled = call.state in states.call.cancelled
    event.add("sequence", 1 if cancelled else 0)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event
