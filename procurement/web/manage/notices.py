"""The contract award notice of a challenge: drafted by an officer, approved by somebody else, published on the central
platform, where an officer says that it is and somebody else confirms that; with its standstill."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.awards import Award, Notice
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import notices as notices_queries
from procurement.queries import publishable as publishable_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import standstill, work_can_start
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import notices
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session, setting
from procurement.web.forms.base import REFUSED
from procurement.web.manage.loading import frame, load_stage
from procurement.web.manage.notice_forms import ConfirmForm, EnterForm, SendBackForm, blank, entered

pages = Blueprint("manage_notices", __name__)


@pages.get("/manage/calls/<ref>/notices", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/notices")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return _show(stage_row)


def _show(stage_row: Stage, form: EnterForm | SendBackForm | None = None) -> str:
    call = stage_row.call
    needed, told_at = awards_queries.needs_notice(call), notices_queries.told_at(session(), call.id)
    notices = awards_queries.notices_of(session(), call)
    notice = notices.open
    lacks = notice is None or notice.state == NoticeStatus.DRAFT  # afterwards it is as it was approved
    if notice is None:
        awards = notices_queries.awards_on_notice(session(), call)
    else:
        awards = notices_queries.awards_of_notice(session(), call, notice)
    going = needed and (bool(awards) or notice is not None or not notices.rows)
    runs = standstill(now() if notice is None else notice.outside_at or now(), setting("standstill_days"))
    return render_template(
        "manage/notices/show.html",
        **frame(stage_row),
        needed=needed,
        told_at=told_at,
        notice=notice,
        published=[each for each in notices.rows if each.state == NoticeStatus.PUBLISHED],
        going=going,
        given_at=max((each.told_at for each in awards if each.told_at is not None), default=told_at),
        awards=[(each, _address(each)) for each in awards],
        missing=notices_queries.missing(session(), call, now())
        if lacks and needed and going and told_at is not None
        else (),
        runs=runs,
        starts_too_early=call.starts_on is not None and work_can_start(call.starts_on, runs.ends_at) is None,
        form=form,
        entering=form if isinstance(form, EnterForm) else blank(notice),
        returning=form if isinstance(form, SendBackForm) else SendBackForm(formdata=None),
        may_draft=allowed(Permission.NOTICE_DRAFT, stage_row),
        may_publish=allowed(Permission.NOTICE_PUBLISH, stage_row),
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
    flash(_("The notice is drafted. Somebody else approves it."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/notices/approve", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/approve")
@allow(Permission.NOTICE_PUBLISH, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str) -> Page:
    notice, key = _notice(stage_row), stage_row.key
    do(notices.approve, notice.id)
    flash(_("The notice is approved. An officer publishes it on Find a Tender, and enters here that it is."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/notices/enter", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/enter")
@allow(Permission.NOTICE_DRAFT, load_stage)
def enter(stage_row: Stage, ref: str, stage: str) -> Page:
    form, notice, key = EnterForm(), _notice(stage_row), stage_row.key
    if not form.sent():
        return _show(stage_row, form), REFUSED
    if status := entered(form, notice.id):
        again = stages_queries.find(session(), ref, key)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form), status
    flash(_("It is kept where the notice was published. Somebody else confirms that."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/notices/send-back", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/send-back")
@allow(Permission.NOTICE_PUBLISH, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str) -> Page:
    form, notice, key = SendBackForm(), _notice(stage_row), stage_row.key
    if not form.sent():
        return _show(stage_row, form), REFUSED
    do(notices.send_back, notice.id, form.reason.data or "")
    flash(_("It was sent back to whoever entered it."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/notices/confirm", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/notices/confirm")
@allow(Permission.NOTICE_PUBLISH, load_stage, fresh=True)
def confirm(stage_row: Stage, ref: str, stage: str) -> Page:
    notice, key = _notice(stage_row), stage_row.key
    do(notices.confirm, notice.id, seen=ConfirmForm().seen.data or "")
    flash(_("The notice is published, and the standstill runs."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


def _notice(stage: Stage) -> Notice:
    """The notice of a call that is not published yet, or else its last; 404 where there is none."""
    notices = awards_queries.notices_of(session(), stage.call)
    notice = notices.open or notices.newest
    if notice is None:
        abort(404)
    return notice
