"""The contract award notice of a challenge: drafted by an officer, published by somebody else, with its standstill."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.awards import Award
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import notices as notices_queries
from procurement.queries import publishable as publishable_queries
from procurement.rules.dates import standstill
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import notices
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session, setting
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_notices", __name__)


@pages.get("/manage/calls/<ref>/notices", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/notices")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    call = stage_row.call
    needed, told_at = awards_queries.needs_notice(call), notices_queries.told_at(session(), call.id)
    notice = awards_queries.find_notice(session(), call.id)
    drafted = notice is not None and notice.state == NoticeStatus.DRAFT
    return render_template(
        "manage/notices/show.html",
        **frame(stage_row),
        needed=needed,
        told_at=told_at,
        notice=notice,
        awards=[(each, _address(each)) for each in notices_queries.awards_on_notice(session(), call.id)],
        missing=notices_queries.missing(session(), call, now()) if needed and told_at is not None else (),
        runs=standstill(now(), setting("standstill_days")),
        may_draft=allowed(Permission.NOTICE_DRAFT, stage_row),
        may_publish=drafted and allowed(Permission.NOTICE_PUBLISH, stage_row),
        own=notice is not None and notice.drafted_by == principal().id,
    )


def _address(award: Award) -> str:
    """The address as the notice will say it, on one line: of a sole trader no more than the register shows."""
    firm = publishable_queries.organisation_to_publish(award.application.organisation, "")
    return ", ".join(filter(None, (firm.street, firm.locality, firm.postcode, firm.country)))


@pages.post("/manage/calls/<ref>/notices/draft", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/draft")
@allow(Permission.NOTICE_DRAFT, load_stage)
def draft(stage_row: Stage, ref: str, stage: str) -> Page:
    call_id, key = stage_row.call_id, stage_row.key
    do(notices.draft, call_id)
    flash(_("The notice is drafted. Somebody else publishes it."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/notices/publish", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/publish")
@allow(Permission.NOTICE_PUBLISH, load_stage, fresh=True)
def publish(stage_row: Stage, ref: str, stage: str) -> Page:
    notice, key = awards_queries.find_notice(session(), stage_row.call_id), stage_row.key
    if notice is None:
        abort(404)
    notice_id = notice.id
    do(notices.publish, notice_id)
    flash(_("The notice is published. The standstill runs."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)
