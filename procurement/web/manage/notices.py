"""The contract award notice of a challenge: drafted by an officer, published by somebody else, with its standstill."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.queries import awards as awards_queries
from procurement.queries import notices as notices_queries
from procurement.rules.dates import standstill
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import notices
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session, setting
from procurement.web.manage.loading import load_call

pages = Blueprint("manage_notices", __name__)


@pages.get("/manage/calls/<ref>/notices")
@allow(Permission.RANKING_READ, load_call)
def show(call: Call, ref: str) -> Page:
    needed = awards_queries.needs_notice(call)
    notice = awards_queries.find_notice(session(), call.id)
    drafted = notice is not None and notice.state == NoticeStatus.DRAFT
    return render_template(
        "manage/notices/show.html",
        call=call,
        needed=needed,
        notice=notice,
        awards=notices_queries.awards_on_notice(session(), call.id),
        missing=notices_queries.missing(session(), call, now()) if needed and call.told_at is not None else (),
        runs=standstill(now(), setting("standstill_days")),
        may_draft=allowed(Permission.NOTICE_DRAFT, call),
        may_publish=drafted and allowed(Permission.NOTICE_PUBLISH, call),
        own=notice is not None and notice.drafted_by == principal().id,
    )


@pages.post("/manage/calls/<ref>/notices/draft")
@allow(Permission.NOTICE_DRAFT, load_call)
def draft(call: Call, ref: str) -> Page:
    call_id = call.id
    do(notices.draft, call_id)
    flash(_("The notice is drafted. Somebody else publishes it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/manage/calls/<ref>/notices/publish")
@allow(Permission.NOTICE_PUBLISH, load_call, fresh=True)
def publish(call: Call, ref: str) -> Page:
    notice = awards_queries.find_notice(session(), call.id)
    if notice is None:
        abort(404)
    notice_id = notice.id
    do(notices.publish, notice_id)
    flash(_("The notice is published. The standstill runs."), "success")
    return redirect(url_for(".show", ref=ref), 303)
