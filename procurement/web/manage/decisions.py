"""Decisions: proposed one by one by officers, checked as a set, approved or sent back by somebody else."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import opening as opening_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Outcome
from procurement.services import decisions
from procurement.services.decisions import Proposal
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, MoneyField, WholeNumberField, WordLimitedText
from procurement.web.manage.loading import load_call
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import Refused, decide

pages = Blueprint("manage_decisions", __name__)
OUTCOME_CHOICES = [
    (Outcome.FUND, _l("Fund it")),
    (Outcome.RESERVE, _l("Keep it in reserve")),
    (Outcome.DECLINE, _l("Decline it")),
]


class DecisionForm(PageForm):
    outcome = ChoiceField(
        _l("Decision"), choices=OUTCOME_CHOICES, missing=_l("Choose to fund, to keep in reserve or to decline")
    )
    amount = MoneyField(_l("Amount of the award"), description=_l("Only if you fund it. Not more than it asks for."))
    reason = WordLimitedText(
        _l("Reason for the applicant"),
        limit=250,
        rows=5,
        description=_l("Printed in the letter. Needed unless you fund it; for an award you can name a condition."),
    )
    departure = WordLimitedText(
        _l("Why rank order is left"),
        limit=250,
        rows=4,
        description=_l("Only where the decision departs from rank order. The approver reads it; the record keeps it."),
    )


class RankOrderForm(PageForm):
    """One reason for all that are kept in reserve, and one for all that are declined."""

    reserves = WholeNumberField(_l("How many to keep in reserve, for each lot"), most=50)
    reserve = WordLimitedText(_l("Reason for those kept in reserve"), limit=250, rows=4)
    decline = WordLimitedText(_l("Reason for those declined"), limit=250, rows=4)
    seen = HiddenField()


class SendBackForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=5)


class ApproveForm(PageForm):
    seen = HiddenField()


def load_opened_bid(reading: Session, ref: str, bid: str) -> "_Bid | None":
    return (
        _Bid(found) if (found := opening_queries.find_bid(reading, ref, bid)) is not None and found.was_opened else None
    )


class _Bid:
    """A bid as the permissions for decisions look at it: by whether its call was opened."""

    def __init__(self, application: Application) -> None:
        self.application, self.call, self.opened = application, application.call, application.call.opened


@pages.get("/manage/calls/<ref>/decisions")
@allow(Permission.RANKING_READ, load_call)
def index(call: Call, ref: str) -> Page:
    return _index(call, SendBackForm(formdata=None))


@pages.get("/manage/calls/<ref>/decisions/<bid>")
@allow(Permission.DECISION_PROPOSE, load_opened_bid)
def edit(subject: _Bid, ref: str, bid: str) -> Page:
    decision = decisions_queries.find_standing(session(), subject.application.id)
    asks = subject.application.amount
    values = (
        {"amount": asks}
        if decision is None
        else {
            "outcome": decision.outcome,
            "amount": decision.amount or asks,
            "reason": decision.reason,
            "departure": decision.departure,
        }
    )
    return _edit(subject, DecisionForm(data=values))


@pages.post("/manage/calls/<ref>/decisions/<bid>")
@allow(Permission.DECISION_PROPOSE, load_opened_bid)
def propose(subject: _Bid, ref: str, bid: str) -> Page:
    form, call_id = DecisionForm(), subject.call.id
    if not form.sent():
        return _edit(subject, form), REFUSED
    funds = form.outcome.data == Outcome.FUND
    proposal = Proposal(
        form.outcome.data, form.amount.data if funds else None, form.reason.data or "", form.departure.data or ""
    )
    try:
        do(decisions.propose, call_id, {bid: proposal})
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("amount" if funds else "reason", sentence(reason))
        again = opening_queries.find_bid(session(), ref, bid)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _edit(_Bid(again), form), refusal.status
    flash(_("The proposal for %(bid)s is saved. An approver decides on all of them together.", bid=bid), "success")
    return redirect(url_for(".index", ref=ref), 303)


@pages.get("/manage/calls/<ref>/decisions/in-rank-order")
@allow(Permission.DECISION_PROPOSE, load_call)
def ask_in_rank_order(call: Call, ref: str) -> Page:
    """Who would be proposed for what by nothing but their place; nothing is written by looking."""
    asked = whole_number(request.args.get("reserves", ""), longest=2)
    reserves = 1 if asked is None else asked
    return _in_rank_order(call, RankOrderForm(formdata=None, data={"reserves": reserves}))


@pages.post("/manage/calls/<ref>/decisions/in-rank-order")
@allow(Permission.DECISION_PROPOSE, load_call)
def propose_in_rank_order(call: Call, ref: str) -> Page:
    """All that was shown, in one transaction: every proposal is written, or none."""
    form, call_id = RankOrderForm(), call.id
    if not form.sent():
        return _in_rank_order(call, form), REFUSED
    reasons: dict[str, str] = {
        Outcome.FUND: "",
        Outcome.RESERVE: form.reserve.data or "",
        Outcome.DECLINE: form.decline.data or "",
    }
    reserves, seen = form.reserves.data or 0, form.seen.data or ""
    try:
        count = do(decisions.propose_in_rank_order, call_id, reserves, reasons, seen=seen)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("decline", sentence(reason))
        again = calls_queries.find_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _in_rank_order(again, form), refusal.status
    flash(ngettext("%(num)s proposal is saved.", "%(num)s proposals are saved.", count), "success")
    return redirect(url_for(".index", ref=ref), 303)


def _in_rank_order(call: Call, form: RankOrderForm) -> str:
    table = decisions_queries.table_of(session(), call) if call.state in states.call.deciding else None
    form.seen.data = table.seen if table else ""  # what this page shows, also after a refusal
    groups: dict[str, list[decisions_queries.Ranked]] = {outcome: [] for outcome, _words in OUTCOME_CHOICES}
    for entry, outcome in table.in_rank_order(form.reserves.data or 0) if table else ():
        groups[outcome].append(entry)
    return render_template(
        "manage/decisions/in_rank_order.html",
        call=call,
        table=table,
        groups=groups,
        form=form,
        words={
            Outcome.FUND: _("To fund"),
            Outcome.RESERVE: _("To keep in reserve"),
            Outcome.DECLINE: _("To decline"),
        },
    )


@pages.post("/manage/calls/<ref>/decisions/approve")
@allow(Permission.DECISION_APPROVE, load_call, fresh=True)
def approve(call: Call, ref: str) -> Page:
    call_id, seen = call.id, ApproveForm().seen.data or ""
    do(decisions.approve, call_id, seen=seen)
    flash(_("The decisions are approved. The letters are being made; nobody is told yet."), "success")
    return redirect(url_for("manage_outcomes.dry_run", ref=ref), 303)


@pages.post("/manage/calls/<ref>/decisions/send-back")
@allow(Permission.DECISION_APPROVE, load_call)
def send_back(call: Call, ref: str) -> Page:
    form, call_id = SendBackForm(), call.id
    if not form.sent():
        return _index(call, form), REFUSED
    reason = form.reason.data or ""
    do(decisions.send_back, call_id, reason)
    flash(_("The decisions were sent back to the people who proposed them."), "success")
    return redirect(url_for(".index", ref=ref), 303)


def _index(call: Call, form: SendBackForm) -> str:
    if call.state not in states.call.ranked:
        return render_template("manage/decisions/index.html", call=call, table=None)
    table = decisions_queries.table_of(session(), call)
    facts = decisions_queries.facts(session(), call, table, by=principal(), now=now())
    answer = decide(
        workflows_queries.workflow_of(call, "call"), call.state, "decide", frozenset({Role.APPROVER}), facts
    )
    approving = call.state in states.call.deciding and allowed(Permission.DECISION_APPROVE, call)
    return render_template(
        "manage/decisions/index.html",
        call=call,
        table=table,
        form=form,
        reasons=answer.reasons if isinstance(answer, Refused) and call.state in states.call.deciding else (),
        approving=approving,
        proposing=call.state in states.call.deciding and allowed(Permission.DECISION_PROPOSE, call),
        words=dict(OUTCOME_CHOICES),
    )


def _edit(subject: _Bid, form: DecisionForm) -> str:
    table = decisions_queries.table_of(session(), subject.call) if subject.call.state in states.call.ranked else None
    entry = table.entry(subject.application.ref) if table else None
    return render_template(
        "manage/decisions/edit.html",
        call=subject.call,
        application=subject.application,
        entry=entry,
        form=form,
        lot=next((each for each in table.lots if entry and each.lot.id == entry.lot.id), None) if table else None,
    )
