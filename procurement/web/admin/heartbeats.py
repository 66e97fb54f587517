"""When each web process was heard of, the outages between, and the closings for which officers must answer them."""

from datetime import timedelta

from flask import Blueprint, render_template

from procurement.queries import outages as outages_queries
from procurement.rules.outages import KEPT_FOR, length
from procurement.rules.permissions import Permission
from procurement.web.access import allow
from procurement.web.context import now, session, unshifted
from procurement.web.filters import sentence

pages = Blueprint("admin_heartbeats", __name__, url_prefix="/admin/heartbeats")
SHOWN = timedelta(days=2)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    found = outages_queries.spans(session(), unshifted() - SHOWN)
    gaps = outages_queries.list_gaps(session(), now(), unshifted(), KEPT_FOR)
    return render_template(
        "admin/heartbeats/show.html",
        spans=sorted(found, key=lambda each: each.seen_at, reverse=True),
        gaps=[(each, sentence(length(each.began_at, each.ended_at or now()))) for each in reversed(gaps)],
        waiting=outages_queries.list_waiting(session()),
        days=KEPT_FOR.days,
    )
