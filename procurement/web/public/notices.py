"""Published notices, as pages that never change and as data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template

from procurement.models.register import RegisterAward, RegisterNotice
from procurement.queries import register as register_queries
from procurement.rules.classification import Classes
from procurement.rules.columns import in_utc, plain
from procurement.rules.endings import SUSPENDED, ended_at, ended_because, suspended_at
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso
from procurement.web.parts.answers import json_answer, provenance
from procurement.web.parts.classes import bought_and_where

pages = Blueprint("notices", __name__)


@pages.get("/notices")
@allow(Permission.PUBLIC)
def index() -> str:
    return render_template("public/notices/index.html", notices=register_queries.list_notices(context.session()))


@pages.get("/notices/<public_id>")
@allow(Permission.PUBLIC, register_queries.find_notice)
def show(notice: RegisterNotice, public_id: str) -> str:
    """What was published, and beside each award what became of it: the notice itself never changes."""
    named = [each["reference"] for each in notice.content["awards"]]
    awards = register_queries.awards_named(context.session(), named)
    because = {reference: ended_because(row.more) for reference, row in awards.items()}
    return render_template(
        "public/notices/show.html",
        notice=notice,
        content=notice.content,
        awards=awards,
        because=because,
        ended={reference: in_utc(ended_at(row.more) or None) for reference, row in awards.items()},
        held=SUSPENDED,
        suspended=any(suspended_at(row.more) for row in awards.values()),
        stands=any(not ended_at(row.more) for row in awards.values()),
        bought=bought_and_where(_classes(notice.content.get("call", {}))),
        moments={
            "outside": _moment(notice.content.get("outside", {}).get("at")),
            "ended": _moment(notice.content.get("decided_at")),
        },
    )


def _classes(call: Mapping[str, Any]) -> Classes:
    """What is bought and where in a call, each code once; nothing in those of before they said so."""
    said = [call, *call.get("lots", ())]
    cpv, places = (
        dict.fromkeys(code for each in said for name in names for code in each.get(name, "").split())
        for names in (("cpv", "also_cpv"), ("place", "also_places", "places"))
    )
    return Classes(tuple(cpv), tuple(places))


def _moment(text: str | None) -> datetime | None:
    """An instant that the notice says, in its own words for programs."""
    return None if text is None else datetime.fromisoformat(text)


@pages.get("/notices.json")
@allow(Permission.PUBLIC)
def as_json() -> Response:
    """Every published notice, newest first."""
    found = register_queries.list_notices(context.session())
    named = [award["reference"] for each in found for award in each.content["awards"]]
    awards = register_queries.awards_named(context.session(), named)
    notices = [{**_plain(each), "awards_today": _today(each, awards)} for each in found]
    moments = [*(each.published_at for each in found), *(row.changed_at for row in awards.values())]
    return json_answer({**provenance("/notices"), "notices": notices}, max(moments, default=None))


@pages.get("/notices/<public_id>.json")
@allow(Permission.PUBLIC, register_queries.find_notice)
def record(notice: RegisterNotice, public_id: str) -> Response:
    """One notice with its awards, which say the rest."""
    code = notice.document_code
    awards = register_queries.awards_named(context.session(), [each["reference"] for each in notice.content["awards"]])
    said = {
        **_plain(notice),
        "authority": notice.content["authority"],
        "working": notice.content["working"],
        "awards": [each["reference"] for each in notice.content["awards"]],
        "awards_today": _today(notice, awards),
        "find_a_tender": _outside(notice),
        "ended": notice.content.get("ended"),
        "lot": next(iter(notice.content.get("lots", ())), None),
        "reason": notice.content.get("reason"),
        "says": _says(notice),
        "decided_at": notice.content.get("decided_at"),
        "document": f"{context.config().base_url}/documents/{code}.pdf" if code else None,
    }
    moments = [notice.published_at, *(row.changed_at for row in awards.values())]
    return json_answer({**provenance(f"/notices/{public_id}"), "notice": said}, max(moments))


def _today(notice: RegisterNotice, awards: Mapping[str, RegisterAward]) -> list[dict[str, Any]]:
    """What became of the awards of a notice, which itself never changes, in the words of the table of awards."""
    rows = [awards[each["reference"]] for each in notice.content["awards"] if each["reference"] in awards]
    return [
        {
            "id": row.public_id,
            "status": str(row.status),
            "suspended_at": plain(in_utc(suspended_at(row.more) or None)),
            "ended_at": plain(in_utc(ended_at(row.more) or None)),
            "ended_because": str(ended_because(row.more) or "") or None,
        }
        for row in rows
    ]


def _says(notice: RegisterNotice) -> str | None:
    """What a notice says that was approved section by section, a line for each fact; nothing of the other kinds."""
    sections = notice.content.get("sections", ())
    lines = [f"{each['title']}: {fact['name']}: {fact['value']}" for each in sections for fact in each["facts"]]
    return "\n".join(lines) or None


def _outside(notice: RegisterNotice) -> dict[str, str | None]:
    """Where it was published in law; nothing of those that were published here alone."""
    said = notice.content.get("outside", {})
    return {name: said.get(name) or None for name in ("number", "address", "at")}


def _plain(notice: RegisterNotice) -> dict[str, Any]:
    ends = notice.standstill_ends_at
    return {
        "id": notice.public_id,
        "kind": notice.kind,
        "title": notice.title,
        "call": notice.call_ref,
        "call_title": notice.call_title,
        "published_at": iso(notice.published_at),
        "standstill_ends_at": iso(ends) if ends else None,
        "ocid": notice.ocid,
        "url": f"{context.config().base_url}/notices/{notice.public_id}",
    }
