"""Published notices, as pages that never change and as data."""

from typing import Any

from flask import Blueprint, Response, render_template

from procurement.models.register import RegisterNotice
from procurement.queries import register as register_queries
from procurement.rules.endings import ended_because
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso
from procurement.web.parts.answers import json_answer, provenance

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
        "public/notices/show.html", notice=notice, content=notice.content, awards=awards, because=because
    )


@pages.get("/notices.json")
@allow(Permission.PUBLIC)
def as_json() -> Response:
    """Every published notice, newest first."""
    found = register_queries.list_notices(context.session())
    body = {**provenance("/notices"), "notices": [_plain(each) for each in found]}
    return json_answer(body, max((each.published_at for each in found), default=None))


@pages.get("/notices/<public_id>.json")
@allow(Permission.PUBLIC, register_queries.find_notice)
def record(notice: RegisterNotice, public_id: str) -> Response:
    """One notice with its awards, which say the rest."""
    code = notice.document_code
    said = {
        **_plain(notice),
        "authority": notice.content["authority"],
        "working": notice.content["working"],
        "awards": [each["reference"] for each in notice.content["awards"]],
        "document": f"{context.config().base_url}/documents/{code}.pdf" if code else None,
    }
    return json_answer({**provenance(f"/notices/{public_id}"), "notice": said}, notice.published_at)


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
