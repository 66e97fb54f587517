"""Planned calls for everybody: as pages, as data and as a calendar."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from procurement.models.pipeline import PlannedCall
from procurement.queries import pipeline as pipeline_queries
from procurement.rules.calls import CALL_KINDS, THEMES
from procurement.rules.money import as_number
from procurement.rules.permissions import Permission
from procurement.rules.pipeline import month_words
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso, sentence
from procurement.web.parts.answers import changed, json_answer, provenance
from procurement.web.parts.calendars import Deadline, calendar_of
from procurement.web.parts.planned import value_words
from procurement.web.parts.public_data import takes

pages = Blueprint("pipeline", __name__)
CALENDAR = "text/calendar; charset=utf-8"


@pages.get("/pipeline")
@allow(Permission.PUBLIC)
def index() -> str:
    rows = pipeline_queries.ahead(context.session())
    return render_template("public/pipeline/index.html", cards=[(row, _said(row)) for row in rows])


@pages.get("/pipeline/<int:planned_id>")
@allow(Permission.PUBLIC, pipeline_queries.find_public)
def show(planned: PlannedCall, planned_id: int) -> str:
    return render_template("public/pipeline/show.html", planned=planned, said=_said(planned))


def _said(row: PlannedCall) -> list[tuple[str, str]]:
    found = [
        (_("Kind"), sentence(CALL_KINDS[row.kind])),
        (_("Priority area"), sentence(THEMES[row.theme])),
        (_("Expected"), month_words(row.month)),
        (_("May be worth"), value_words(row)),
    ]
    return [*found, (_("Questions to"), row.contact)] if row.contact else found


@pages.get("/pipeline.<any(json, ics):shape>")
@allow(Permission.PUBLIC)
@takes()
def data(shape: str) -> Response:
    """What is still to come: a program's list, or a calendar with a day for each month's first."""
    rows = pipeline_queries.ahead(context.session())
    newest = max((row.written_at for row in rows), default=None)
    if shape == "json":
        return json_answer({**provenance("/pipeline"), "plans": [_plain(row) for row in rows]}, newest)
    days = [
        Deadline(
            uid=f"planned-{row.id}@thousand-trades",
            title=_("Planned: %(title)s", title=row.title),
            at=row.month,
            description=_("Expected in %(month)s. A plan binds nobody.", month=month_words(row.month)),
            page=_page(row),
            revision=row.version,
            revised_at=row.written_at,
            cancelled=False,
        )
        for row in rows
    ]
    return changed(Response(calendar_of(days, "pipeline.ics"), content_type=CALENDAR), newest)


def _page(row: PlannedCall) -> str:
    return f"{context.config().base_url}{url_for('pipeline.show', planned_id=row.id)}"


def _plain(row: PlannedCall) -> dict[str, Any]:
    worth = {} if row.value is None else {"value": as_number(row.value), "valueWithVat": row.kind == "challenge"}
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "theme": row.theme,
        "summary": row.summary,
        "expected": row.month.isoformat()[: len("2027-09")],
        **worth,
        "page": _page(row),
        "publishedAt": iso(row.published_at or row.written_at),
        "changedAt": iso(row.written_at),
    }
