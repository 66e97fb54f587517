"""The tender notice of a call: drafted from what is written, published in law by the same steps as any notice, before
the call is published here."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import notices as notices_queries
from procurement.rules import references
from procurement.rules.call_checks import call_problems
from procurement.rules.dates import uk_day
from procurement.rules.notice_contents import to_plain
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.rules.tender_notices import is_needed
from procurement.services import notices
from procurement.web.access import Page, allow
from procurement.web.context import allowed, config, do, now, session, setting
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED
from procurement.web.manage import sections
from procurement.web.manage.loading import load_call
from procurement.web.manage.notice_forms import ConfirmForm, EnterForm, SendBackForm, blank, entered, typed_at

pages = Blueprint("manage_tender_notices", __name__, url_prefix="/manage/calls/<ref>/tender-notice")


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    return _show(call)


def _show(call: Call, form: EnterForm | SendBackForm | None = None) -> str:
    written = calls_queries.draft_of(session(), call, on=uk_day(now()))
    if not is_needed(written):
        return render_template("manage/tender_notices/show.html", call=call, needed=False)
    ocid = call.open_data_id or references.ocid(setting("ocid_prefix"), call.ref)
    drafted = notices.tender_said(session(), call, now(), config().base_url, ocid)
    found = notices_queries.tenders(session(), call.id)
    notice = found[-1] if found and found[-1].state != NoticeStatus.PUBLISHED else None
    last = found[-1] if found else None
    open_ = notices.can_be_tendered_for(session(), call, now())
    differs = last is None or (
        last.state == NoticeStatus.PUBLISHED and last.content["sections"] != to_plain(drafted.sections)
    )
    problems = call_problems(written, now()) if call.published_at is None else ()
    drafts = notice is None or notice.state == NoticeStatus.DRAFT
    return render_template(
        "manage/tender_notices/show.html",
        call=call,
        needed=True,
        published=[each for each in found if each.state == NoticeStatus.PUBLISHED],
        notice=notice,
        may_begin=notice is None and open_ and differs,
        lacks=drafted.lacks if drafts else (),
        problems=[
            (sentence(each.sentence), sections.address(call, each.section, each.field, each.stage)) for each in problems
        ],
        sections=drafted.sections
        if notice is None or notice.state == NoticeStatus.DRAFT
        else notice.content["sections"],
        typed_at=typed_at(),
        form=form,
        entering=form if isinstance(form, EnterForm) else blank(notice),
        returning=form if isinstance(form, SendBackForm) else SendBackForm(formdata=None),
        may_draft=allowed(Permission.TENDER_NOTICE_DRAFT, call),
        may_publish=allowed(Permission.TENDER_NOTICE_PUBLISH, call),
    )


@pages.post("/draft")
@allow(Permission.TENDER_NOTICE_DRAFT, load_call)
def draft(call: Call, ref: str) -> Page:
    do(notices.draft_tender, call.id)
    flash(_("The notice is drafted. Somebody else approves it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/approve")
@allow(Permission.TENDER_NOTICE_PUBLISH, load_call, fresh=True)
def approve(call: Call, ref: str) -> Page:
    do(notices.approve, _notice(call).id)
    flash(_("The notice is approved. An officer publishes it on Find a Tender, and enters here that it is."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/enter")
@allow(Permission.TENDER_NOTICE_DRAFT, load_call)
def enter(call: Call, ref: str) -> Page:
    form, notice_id = EnterForm(), _notice(call).id
    if not form.sent():
        return _show(call, form), REFUSED
    if status := entered(form, notice_id):
        again = load_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form), status
    flash(_("It is kept where the notice was published. Somebody else confirms that."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/send-back")
@allow(Permission.TENDER_NOTICE_PUBLISH, load_call)
def send_back(call: Call, ref: str) -> Page:
    form, notice_id = SendBackForm(), _notice(call).id
    if not form.sent():
        return _show(call, form), REFUSED
    do(notices.send_back, notice_id, form.reason.data or "")
    flash(_("It was sent back to whoever entered it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/confirm")
@allow(Permission.TENDER_NOTICE_PUBLISH, load_call, fresh=True)
def confirm(call: Call, ref: str) -> Page:
    do(notices.confirm, _notice(call).id, seen=ConfirmForm().seen.data or "")
    flash(_("The tender notice is published."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def _notice(call: Call) -> Notice:
    """The newest tender notice of a call; 404 where there is none."""
    notice = notices_queries.newest_tender(session(), call.id)
    if notice is None:
        abort(404)
    return notice
