"""Calls as data: JSON, Atom and calendar of any search, and of one call; the frozen rules under their fingerprints."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import funnel as funnel_queries
from procurement.queries import register as register_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.classification import classes_of
from procurement.rules.dates import start_of_day, uk_day
from procurement.rules.ledger import canonical, digest
from procurement.rules.money import as_number
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE
from procurement.rules.statuses import CallStatus
from procurement.rules.vat import vat_of
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import call_status_words, iso
from procurement.web.parts.answers import changed, exact, json_answer, provenance, written
from procurement.web.parts.calendars import Deadline, calendar_of
from procurement.web.parts.public_data import takes
from procurement.web.parts.search import query
from procurement.web.public import money_data
from procurement.web.public.amendment_data import amendments_of
from procurement.web.public.call_texts import banner, closings
from procurement.web.public.calls import GROUPS, load, parameters, read_search
from procurement.web.public.listed_calls import Listed, absolute, page_of
from workflows.catalogue import states

pages = Blueprint("feeds", __name__)
CALENDAR = "text/calendar; charset=utf-8"


def found() -> list[Listed]:
    asked, read = read_search()
    read.refuse()
    calls = calls_queries.list_public(context.session(), asked, context.now(), whole=True)
    stages = stages_queries.of_calls(context.session(), [call.id for call in calls])
    return _listed(calls, stages)


def _listed(calls: list[Call], stages: dict[int, list[Stage]]) -> list[Listed]:
    known = amendments_queries.last_changed(context.session(), [call.id for call in calls])
    published = register_queries.calls_changed(context.session(), [call.ref for call in calls])
    moved = call_amendments_queries.newest_reasons(context.session(), [call.id for call in calls])
    return [
        Listed(
            call,
            stages[call.id],
            *known.get(call.id, (1, call.published_at)),
            published.get(call.ref),
            moved.get(call.id),
        )
        for call in calls
    ]


def _whole(call: Call) -> Listed:
    return _listed([call], {call.id: stages_queries.listed(context.session(), call.id)})[0]


@pages.get("/calls.<any(json, atom, ics):shape>")
@allow(Permission.PUBLIC)
@takes("q", *GROUPS, "sort")
def index(shape: str) -> Response:
    """Every call of the search, never cut short."""
    rows = found()
    if shape == "ics":
        return calendar(rows, "calls.ics")
    if shape == "atom":
        return atom(rows)
    moments = [each.as_of for each in rows if each.as_of is not None]
    body = {
        **provenance(f"/calls{_query()}"),
        "calls": [plain(each) for each in rows],
        "count": len(rows),
        "as_of": _iso(max(moments, default=start_of_day(uk_day(context.now())))),
    }
    return json_answer(body, _newest(rows))


def _query() -> str:
    """The search as the address of any form of it."""
    return query(parameters(read_search()[0]))


def _newest(rows: list[Listed]) -> datetime | None:
    """Since when the newest of some calls is as it is: the clock opens and closes them too."""
    return max((each.as_of for each in rows if each.as_of is not None), default=None)


def plain(each: Listed) -> dict[str, Any]:
    """What a list says of a call, for programs: amounts in pounds, instants in UTC. It opens and closes for whoever
    begins to apply; the decision is the last one."""
    call = each.call
    return {
        "reference": call.ref,
        "title": call.title,
        "summary": call.summary,
        "kind": call.kind,
        "procedure": call.procedure,
        "theme": call.theme,
        "status": calls_queries.status_of(call, each.stages, context.now()),
        "status_text": banner(call, each.stages, context.now())[0],
        "budget": money_data.pounds(call.budget, vat_of(call)),
        "published_at": _iso(call.published_at),
        "opens_at": _iso(each.first.opens_at),
        "closes_at": _iso(each.first.closes_at),
        "decision_on": _iso(each.last.decide_by),
        "url": page_of(call),
    }


def _iso(value: datetime | date | int | None) -> str | int | None:
    """As JSON has it: an instant or a day as ISO text, a number of assessors as it is."""
    return value if value is None or isinstance(value, int) else iso(value)


@pages.get("/calls/<ref>.json")
@allow(Permission.CALL_READ, load)
def one(call: Call, ref: str) -> Response:
    session = context.session()
    (whole,) = _listed([call], {call.id: stages_queries.of_call(session, call.id)})
    texts = {name: getattr(call, name) for name in ("problem", "users", "outcome", "eligibility", "terms", "contact")}
    funnel, marked = funnel_queries.funnel_of(session, whole.stages), whole.marked
    links = {
        "page": page_of(call),
        "how_we_decide": absolute(url_for("procedures.of_call", ref=call.ref)),
        "form": absolute(url_for("calls.form", ref=call.ref, stage=whole.first.key)),
        **({} if marked is None else {"scheme": absolute(url_for("feeds.scheme", ref=call.ref, stage=marked.key))}),
        "workflow": absolute(url_for("feeds.workflow", ref=call.ref)),
        "version": absolute(url_for("feeds.version", ref=call.ref)),
        "changes": absolute(url_for("changes.show", ref=call.ref)),
    }
    body = {
        **provenance(f"/calls/{call.ref}"),
        **plain(whole),
        **texts,
        **money_data.bought(classes_of(call), context.setting("authority_name")),
        "assess_by": _iso(whole.last.assess_by),
        "starts_on": _iso(call.starts_on),
        "ends_on": _iso(call.ends_on),
        "told_at": _iso(whole.last.told_at),
        "cancelled_because": call.ended_reason or None,
        "lots": [_lot(call, lot) for lot in calls_queries.lots_of(session, call.id)],
        "stages": [_stage(call, stage, funnel) for stage in whole.stages],
        "windows": [_window(call, each) for each in windows_queries.windows_of(whole.stages)],
        "version": whole.version,
        "amendments": amendments_of(session, call),
        "scheme_sha256": None if marked is None else marked.scheme_fingerprint,
        "workflow_sha256": call.workflow_fingerprint,
        "links": links,
    }
    return json_answer(body, whole.updated)


def _stage(call: Call, stage: Stage, funnel: list[funnel_queries.Step]) -> dict[str, Any]:
    """A stage for programs: what it is made of, its dates, how many went through it once that is told, and where its
    form and its scheme are."""
    return {
        "key": stage.key,
        "window": stage.window,
        "number": stage.number,
        "title": stage.title,
        "steps": stage.steps,
        **{
            name: _iso(getattr(stage, name))
            for name in ("opens_at", "ask_by", "closes_at", "assess_by", "decide_by", "told_at")
        },
        "ranks_by": stage.ranks_by,
        "funnel": [
            {"lot": step.lot, "took_part": step.took_part, "assessed": step.assessed, "went_on": step.went_on}
            for step in funnel
            if step.stage_id == stage.id
        ],
        "scheme_sha256": stage.scheme_fingerprint,
        "links": {
            **({"form": absolute(url_for("calls.form", ref=call.ref, stage=stage.key))} if stage.collects else {}),
            **({"scheme": absolute(url_for("feeds.scheme", ref=call.ref, stage=stage.key))} if stage.scheme else {}),
        },
    }


def _window(call: Call, window: windows_queries.Window) -> dict[str, Any]:
    """A window for programs: from when until when an application to it begins, what each lot may cost in it, and why it
    was ended before it began."""
    first = window.first
    return {
        "number": window.number,
        "opens_at": _iso(first.opens_at),
        "closes_at": _iso(first.closes_at),
        "status": windows_queries.status_of(call, window, context.now()),
        "lots": [{"number": row.lot.number, "budget": as_number(row.money)} for row in first.lots],
        "ended_at": _iso(first.ended_at),
        "ended_because": first.ended_reason or None,
    }


def _lot(call: Call, lot: Lot) -> dict[str, Any]:
    return {
        "number": lot.number,
        "title": lot.title,
        "description": lot.description,
        "budget": money_data.budget_of(call, lot),
        **money_data.bought(classes_of(call, lot), context.setting("authority_name")),
        "abandoned_at": _iso(lot.abandoned_at),
        "abandoned_because": lot.ended_reason or None,
    }


@pages.get("/calls/<ref>/scheme.json", defaults={"stage": ""})
@pages.get("/calls/<ref>/stages/<stage>/scheme.json")
@allow(Permission.CALL_READ, load)
def scheme(call: Call, ref: str, stage: str) -> Response:
    """The scoring scheme of a stage, byte for byte what its fingerprint (SHA-256) was taken of; without a stage, of the
    one by which the call is decided."""
    whole = _whole(call)
    chosen = next((each for each in whole.stages if each.key == stage), None) if stage else whole.marked
    if chosen is None or chosen.scheme is None:
        abort(404)
    return _exact(chosen.scheme)


@pages.get("/calls/<ref>/workflow.json")
@allow(Permission.CALL_READ, load)
def workflow(call: Call, ref: str) -> Response:
    """The call's own workflows, byte for byte what their fingerprint was taken of."""
    return _exact(calls_queries.frozen_workflows(call))


def _exact(value: object) -> Response:
    content = canonical(value)
    return exact(content, digest(content))


@pages.get("/calls/<ref>/version.json")
@allow(Permission.CALL_READ, load)
def version(call: Call, ref: str) -> Response:
    """Everything that the call says since it was published, or last changed, as it was frozen."""
    newest = calls_queries.newest_version(context.session(), call.id)
    if newest is None:
        abort(404)
    return exact(newest.content, newest.fingerprint, newest.published_at)


@pages.get("/calls/<ref>.ics")
@allow(Permission.CALL_READ, load)
def one_calendar(call: Call, ref: str) -> Response:
    return calendar([_whole(call)], f"{call.ref}.ics")


def atom(rows: list[Listed]) -> Response:
    text = render_template(
        "public/calls/feed.xml",
        calls=[
            {
                "call": each.call,
                "first": each.first,
                "closings": closings(each.call, each.stages, context.now()),
                "url": page_of(each.call),
                "updated": each.as_of,
                "status": (status := calls_queries.status_of(each.call, each.stages, context.now())),
                "label": call_status_words(status)[0],
                "status_text": banner(each.call, each.stages, context.now())[0],
                "moved": each.moved,
            }
            for each in rows
        ],
        updated=_newest(rows) or start_of_day(uk_day(context.now())),
        here=absolute(url_for("feeds.index", shape="atom") + _query()),
        page=absolute(url_for("calls.index") + _query()),
        cancelled=CallStatus.CANCELLED,
        licence=OPEN_GOVERNMENT_LICENCE,
    )
    return changed(Response(text, content_type="application/atom+xml; charset=utf-8"), _newest(rows))


def calendar(rows: list[Listed], name: str) -> Response:
    """The openings, closings and decisions of calls, with the zone that they are told in; the UID of each stays."""
    dates = [
        _deadline(each, stage, key, title, at)
        for each in rows
        for stage in each.stages
        for key, title, at in _dates_of(each, stage)
        if at is not None
    ]
    response = written([calendar_of(dates, _("Calls"))], CALENDAR, _newest(rows))
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _dates_of(each: Listed, stage: Stage) -> list[tuple[str, str, datetime | date | None]]:
    """The key, title and instant of each event of a stage. The first keeps the keys of when there was but one."""
    title = each.call.title if len(each.stages) == 1 else f"{each.call.title} ({stage.title})"
    mark = "" if stage.id == each.stages[0].id else f"{stage.key}-"
    return [
        (f"{mark}opens", _("Opens: %(title)s", title=title), stage.opens_at),
        (f"{mark}questions", _("Questions are taken until now: %(title)s", title=title), stage.ask_by),
        (f"{mark}closes", _("Closes: %(title)s", title=title), stage.closes_at),
        (f"{mark}decision", *_decision(title, stage)),
    ]


def _decision(title: str, stage: Stage) -> tuple[str, date | None]:
    """The day on which a decision is expected, or was told."""
    if stage.told_at is not None:
        return _("Decided: %(title)s", title=title), uk_day(stage.told_at)
    return _("Decision expected: %(title)s", title=title), stage.decide_by


def _deadline(each: Listed, stage: Stage, key: str, title: str, at: datetime | date) -> Deadline:
    """What took place before a call or a stage of it ended stays; what was to come then is cancelled, with why."""
    call = each.call
    over = call.state in states.call.cancelled
    ended_at = stage.ended_at or (each.published_at if over else None)
    to_come = ended_at is not None and (at > ended_at if isinstance(at, datetime) else at >= uk_day(ended_at))
    cancelled = to_come and stage.told_at is None
    why = (stage.ended_reason or call.ended_reason) if cancelled else ""
    told = stage.told_at is not None and key.endswith("decision")
    return Deadline(
        uid=f"{call.ref}-{key}",
        title=_("Cancelled: %(title)s", title=title) if cancelled else title,
        at=at,
        description="\n\n".join(filter(None, (why, call.summary, page_of(call)))),
        page=page_of(call),
        revision=each.version + cancelled + told,
        revised_at=each.updated or context.now(),
        cancelled=cancelled,
    )
