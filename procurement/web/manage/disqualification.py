"""Disqualifying a bid that was opened, or disregarding a tender: proposed by an officer with a ground, decided by an
approver."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.applications import Entry
from procurement.models.disqualifications import Disqualification
from procurement.queries import disqualifications as disqualifications_queries
from procurement.rules.disqualification import (
    ENDINGS,
    GROUNDS,
    NO_EXCLUSION,
    SCHEDULE_OF,
    Exclusion,
    disregards,
    excludes,
    grounds_of,
    said,
)
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Ending
from procurement.services import disqualifying
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WholeNumberField, WordLimitedText
from procurement.web.manage.loading import frame, load_entry
from workflows.catalogue import states

pages = Blueprint(
    "manage_disqualification", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/bids/<bid>/disqualification"
)


class DisqualifyForm(PageForm):
    ground = ChoiceField(_l("On what ground?"), missing=_l("Select a ground"))
    reason = WordLimitedText(
        _l("What was found"),
        missing=_l("Give a reason"),
        limit=250,
        rows=6,
        description=_l("The applicant reads it in the letter. Say what was found, where, and when it could answer."),
    )

    paragraph = ChoiceField(_l("Which ground of Schedule 6 or 7?"), select=True)
    heard = WordLimitedText(
        _l("When and how was the supplier heard?"),
        limit=150,
        rows=4,
        description=_l(
            "Needed for an exclusion ground that we find: nobody is excluded before it could make representations "
            "(Procurement Act 2023 section 58). Not needed for the debarment list: a minister heard the supplier. "
            "Needed for an abnormally low price: when you said so, and what it demonstrated (section 19(4))."
        ),
    )


class EndForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


class ApproveForm(PageForm):
    seen = WholeNumberField()


@pages.get("")
@allow(Permission.BID_READ, load_entry)
def show(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    return _show(entry, _form(entry, sent=False))


@pages.post("/propose")
@allow(Permission.DISQUALIFICATION_PROPOSE, load_entry)
def propose(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    form, entry_id = _form(entry, sent=True), entry.id
    if not form.sent():
        return _show(entry, form), REFUSED
    ground, reason = form.ground.data, form.reason.data or ""
    exclusion = Exclusion(form.paragraph.data or "", form.heard.data or "") if "heard" in form else NO_EXCLUSION
    try:
        do(disqualifying.propose, entry_id, ground, reason, exclusion)
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("reason", sentence(each))
        again = load_entry(session(), ref, bid, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _show(again, form), refusal.status
    flash(
        _("It is proposed to disregard the tender. An approver decides.")
        if disregards(ground)
        else _("The disqualification is proposed. An approver decides."),
        "success",
    )
    return redirect(url_for(".show", ref=ref, stage=stage, bid=bid), 303)


@pages.post("/approve")
@allow(Permission.DISQUALIFICATION_APPROVE, load_entry, fresh=True)
def approve(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    seen = ApproveForm().seen.data or 0
    waiting = _waiting(entry)
    do(disqualifying.approve, waiting.id, seen=seen)
    flash(
        _("The tender is disregarded. Its team gets the letter with the ground and the reason.")
        if disregards(waiting.ground)
        else _("It is disqualified. Its team gets the letter with the ground and the reason."),
        "success",
    )
    return redirect(url_for("manage_bids.show", ref=ref, stage=stage, bid=bid), 303)


@pages.post("/send-back")
@allow(Permission.DISQUALIFICATION_APPROVE, load_entry)
def send_back(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    return _ended(entry, disqualifying.send_back, _("The proposal was sent back to whoever made it."))


@pages.post("/take-back")
@allow(Permission.DISQUALIFICATION_PROPOSE, load_entry)
def take_back(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    return _ended(entry, disqualifying.take_back, _("The proposal was taken back."))


def _ended(entry: Entry, act: Callable[..., object], done: str) -> Page:
    form, where = EndForm(), {"ref": entry.stage.call.ref, "stage": entry.stage.key, "bid": entry.application.ref}
    if not form.sent():
        return _show(entry, form), REFUSED
    do(act, _waiting(entry).id, form.reason.data or "")
    flash(done, "success")
    return redirect(url_for(".show", **where), 303)  # type: ignore[arg-type]  # because they are parts of the address


def _waiting(entry: Entry) -> Disqualification:
    """The proposal about this application; 404 where there is none."""
    found = disqualifications_queries.find(session(), entry.application_id)
    if found is None:
        abort(404)
    return found


def _form(entry: Entry, *, sent: bool) -> DisqualifyForm:
    form = DisqualifyForm() if sent else DisqualifyForm(formdata=None)
    known = grounds_of(entry.stage.call.route)
    form.ground.choices = [(key, sentence(GROUNDS[key])) for key in known]
    if any(map(excludes, known)):
        headings = {key: sentence(words) for each in SCHEDULE_OF.values() for key, words in each.items()}
        form.paragraph.choices = [("", _("None")), *headings.items()]
    else:
        del form.paragraph, form.heard
    return form


def _in_the_running(entry: Entry) -> bool:
    """As far as staff may know it: what was not opened yet says nothing."""
    opened = disqualifications_queries.newest_opened(session(), entry.application_id)
    out = (*states.entry.absent, *states.entry.ineligible, *states.entry.declined)
    return entry.application.entry_id != opened.id or opened.state not in out


def _show(entry: Entry, form: DisqualifyForm | EndForm) -> str:
    found = disqualifications_queries.find(session(), entry.application_id)
    return render_template(
        "manage/disqualification/show.html",
        **frame(entry.stage),
        entry=entry,
        application=entry.application,
        found=found,
        disregarded=found is not None and disregards(found.ground),
        excluded=found is not None and ENDINGS[found.ground] is Ending.EXCLUDED,
        can_disregard=any(map(disregards, grounds_of(entry.stage.call.route))),
        ground=""
        if found is None
        else " ".join(str(sentence(each)) for each in said(found.ground, found.paragraph, found.heard)),
        form=form,
        asking=form if isinstance(form, DisqualifyForm) else _form(entry, sent=False),
        ending=form if isinstance(form, EndForm) else EndForm(formdata=None),
        in_the_running=_in_the_running(entry),
        running=entry.stage.call.state in states.call.published,
        may_propose=allowed(Permission.DISQUALIFICATION_PROPOSE, entry),
        may_approve=allowed(Permission.DISQUALIFICATION_APPROVE, entry),
    )
