"""The contract or agreement of an accepted award: when it was signed, recorded by an officer and confirmed by somebody
else; and the contract details notice about it."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.awards import Award, Notice
from procurement.models.contracts import Contract
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import claims as claims_queries
from procurement.queries import contracts as contracts_queries
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.signing import LONGEST_INDICATORS, Terms, details_due, needs_details
from procurement.rules.statuses import NoticeStatus
from procurement.services import notices, signing
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, config, do, now, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DatePartsField, HiddenField, MoneyField, WordLimitedText
from procurement.web.manage.loading import frame, load_stage
from procurement.web.manage.notice_forms import ConfirmForm, EnterForm, SendBackForm, blank, entered, typed_at
from workflows.catalogue import states

pages = Blueprint("manage_contracts", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/awards/<award>/contract")
WORDS_OF_INDICATORS = LONGEST_INDICATORS // 10


class SigningForm(PageForm):
    signed_on = DatePartsField(_l("When had both signed?"), missing=_l("Enter the day on which both had signed"))
    starts_on = DatePartsField(_l("First day of the contract"), missing=_l("Enter the first day"))
    ends_on = DatePartsField(_l("Last day of the contract"), missing=_l("Enter the last day"))
    amount = MoneyField(_l("Amount"), missing=_l("Enter the amount"))
    indicators = WordLimitedText(
        _l("Key performance indicators, or why there are none"),
        limit=WORDS_OF_INDICATORS,
        rows=5,
        description=_l("The law asks for at least three above £5 million (Procurement Act 2023 section 52)."),
    )
    reason = WordLimitedText(_l("Why what was confirmed is corrected"), limit=250, rows=3)


class SeenForm(PageForm):
    """Which of what was recorded an approver has read."""

    seen = HiddenField()


@pages.get("")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    return _show(stage_row, _award(stage_row, award))


def _show(stage: Stage, award: Award, form: SigningForm | EnterForm | SendBackForm | None = None) -> str:
    call, found = stage.call, contracts_queries.of_award(session(), award.id)
    standing = next((each for each in found if each.confirmed_at and each.ended_at is None), None)
    waiting = next((each for each in found if not each.confirmed_at and each.ended_at is None), None)
    notice = contracts_queries.notice_of(session(), standing)
    signable = award.state in states.award.accepted and award.confirmed_at is not None
    asked = contracts_queries.signable(session(), call, award) if signable else None
    wanted = standing is not None and needs_details(call.route, contracts_queries.with_vat(standing, award))
    drafted = None
    if standing is not None and wanted and (notice is None or notice.state == NoticeStatus.DRAFT):
        drafted = notices.details_said(session(), standing, now(), config().base_url)
    due = None if standing is None else details_due(call.route, standing.signed_on)
    return render_template(
        "manage/contracts/show.html",
        **frame(stage),
        award=award,
        standing=standing,
        waiting=waiting,
        sent_back=found[0] if found and found[0].answer else None,
        asked=asked,
        suspended=award.lot_id in claims_queries.suspended(session(), call.id),
        signing=form if isinstance(form, SigningForm) else _blank(stage, award, waiting or standing),
        wanted=wanted,
        due=due,
        late=due is not None and due < uk_day(now()),
        typed_at=typed_at(url_for(".show", ref=call.ref, stage=stage.key, award=award.ref)),
        notice=notice,
        drafted=drafted,
        form=form,
        entering=form if isinstance(form, EnterForm) else blank(notice),
        returning=form if isinstance(form, SendBackForm) else SendBackForm(formdata=None),
        correctable=notice is None or notice.state == NoticeStatus.DRAFT,
        may_record=allowed(Permission.DECISION_PROPOSE, stage),
        may_confirm=allowed(Permission.DECISION_APPROVE, stage),
        may_draft=allowed(Permission.NOTICE_DRAFT, stage),
        may_publish=allowed(Permission.NOTICE_PUBLISH, stage),
        own=principal().id,
    )


def _blank(stage: Stage, award: Award, known: Contract | None) -> SigningForm:
    """The form as its page shows it first: with what was recorded, or what was published of the award."""
    if known is not None:
        names = ("signed_on", "starts_on", "ends_on", "amount", "indicators")
        return SigningForm(formdata=None, data={name: getattr(known, name) for name in names})
    said = {"amount": award.amount, "starts_on": stage.call.starts_on, "ends_on": stage.call.ends_on}
    return SigningForm(formdata=None, data=said)


@pages.post("")
@allow(Permission.DECISION_PROPOSE, load_stage)
def record(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    form, found = SigningForm(), _award(stage_row, award)
    if not form.sent():
        return _show(stage_row, found, form), REFUSED
    assert form.signed_on.data is not None and form.amount.data is not None  # noqa: PT018, S101  (sent whole)
    terms = Terms(
        form.signed_on.data, form.starts_on.data, form.ends_on.data, form.amount.data, form.indicators.data or ""
    )
    award_id = found.id
    try:
        do(signing.record_signing, award_id, terms, form.reason.data or "")
    except signing.Misdated as refusal:
        for name, said in refusal.faults.items():
            form.refuse(name, sentence(said))
        return _again(ref, stage, award, form), refusal.status
    except Refusal as refusal:
        if signing.CORRECTS not in refusal.reasons:
            raise
        form.refuse("reason", sentence(signing.CORRECTS))
        return _again(ref, stage, award, form), refusal.status
    flash(_("It is recorded. Somebody else confirms it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/confirm")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def confirm(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    do(signing.confirm, _seen(stage_row, award))
    flash(_("It is confirmed and public, and its team has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/send-back")
@allow(Permission.DECISION_APPROVE, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    form = SendBackForm()
    contract_id = _seen(stage_row, award)
    if not form.sent():
        return _show(stage_row, _award(stage_row, award), form), REFUSED
    do(signing.send_back, contract_id, form.reason.data or "")
    flash(_("It was sent back to whoever recorded it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/notice/draft")
@allow(Permission.NOTICE_DRAFT, load_stage)
def draft(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    standing = contracts_queries.standing(session(), _award(stage_row, award).id)
    if standing is None:
        abort(404)
    do(notices.draft_details, standing.id)
    flash(_("The notice is drafted. Somebody else approves it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/notice/approve")
@allow(Permission.NOTICE_PUBLISH, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    do(notices.approve, _notice(stage_row, award).id)
    flash(_("The notice is approved. An officer publishes it on Find a Tender, and enters here that it is."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/notice/enter")
@allow(Permission.NOTICE_DRAFT, load_stage)
def enter(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    form, notice_id = EnterForm(), _notice(stage_row, award).id
    if not form.sent():
        return _show(stage_row, _award(stage_row, award), form), REFUSED
    if status := entered(form, notice_id):
        return _again(ref, stage, award, form), status
    flash(_("It is kept where the notice was published. Somebody else confirms that."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/notice/send-back")
@allow(Permission.NOTICE_PUBLISH, load_stage)
def send_back_notice(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    form, notice_id = SendBackForm(), _notice(stage_row, award).id
    if not form.sent():
        return _show(stage_row, _award(stage_row, award), form), REFUSED
    do(notices.send_back, notice_id, form.reason.data or "")
    flash(_("It was sent back to whoever entered it."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


@pages.post("/notice/confirm")
@allow(Permission.NOTICE_PUBLISH, load_stage, fresh=True)
def confirm_notice(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    notice_id = _notice(stage_row, award).id
    do(notices.confirm, notice_id, seen=ConfirmForm().seen.data or "")
    flash(_("The contract details notice is published."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, award=award), 303)


def _again(ref: str, stage: str, award: str, form: SigningForm | EnterForm) -> str:
    """The page once more, after what was refused."""
    row = load_stage(session(), ref, stage)
    assert row is not None  # noqa: S101  (it was there a moment ago)
    return _show(row, _award(row, award), form)


def _award(stage: Stage, ref: str) -> Award:
    """An award of this stage that was told; 404 where there is none."""
    told = awards_queries.of_stage(session(), stage.id, awards_queries.TOLD)
    found = next((each for each in told if each.ref == ref), None)
    if found is None:
        abort(404)
    return found


def _seen(stage: Stage, ref: str) -> int:
    """What was recorded of the contract of an award, as the page showed it; 404 for anything else."""
    seen = whole_number(SeenForm().seen.data or "")
    if all(each.id != seen for each in contracts_queries.of_award(session(), _award(stage, ref).id)):
        abort(404)
    assert seen is not None  # noqa: S101  (it is one of them)
    return seen


def _notice(stage: Stage, ref: str) -> Notice:
    """The contract details notice of an award; 404 where there is none."""
    notice = contracts_queries.notice_of(session(), contracts_queries.standing(session(), _award(stage, ref).id))
    if notice is None:
        abort(404)
    return notice
