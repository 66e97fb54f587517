"""Decisions: proposed one by one by officers, checked as a set, approved or sent back by somebody else."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.published import CallKind
from procurement.rules.reasons import GROUNDS
from procurement.rules.statuses import Outcome
from procurement.services import decisions
from procurement.services.proposals import Proposal, standing_below, too_many
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, MoneyField, WholeNumberField, WordLimitedText
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.parts.naming import sentence_of, warn_of_names, who_is_named
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import Refused, decide
from workflows.facts import Sentence

pages = Blueprint("manage_decisions", __name__)
RESERVE_OR_DECLINE = [(Outcome.RESERVE, _l("Keep it in reserve")), (Outcome.DECLINE, _l("Decline it"))]
FUND_OR_NOT = [(Outcome.FUND, _l("Award it")), *RESERVE_OR_DECLINE]
GO_ON_OR_NOT = [(Outcome.ADVANCE, _l("Let it go on")), *RESERVE_OR_DECLINE]
OUTCOME_CHOICES = [*FUND_OR_NOT, *GO_ON_OR_NOT]


class DecisionForm(PageForm):
    """Where the stage awards."""

    outcome = ChoiceField(
        _l("Decision"), choices=FUND_OR_NOT, missing=_l("Choose to award it, to keep it in reserve or to decline it")
    )
    amount = MoneyField(_l("Amount of the award"), description=_l("Only if you award it. Not more than it asks for."))
    reason = WordLimitedText(
        _l("Reason for the applicant"),
        limit=250,
        rows=5,
        description=_l("Printed in the letter as the reason. Needed unless you award it."),
    )
    departure = WordLimitedText(
        _l("Why rank order is left"),
        limit=250,
        rows=4,
        description=_l("Only where the decision departs from rank order. The approver reads it; the record keeps it."),
    )


class StageForm(PageForm):
    """Where whoever is chosen goes on to the next stage."""

    outcome = ChoiceField(
        _l("Decision"),
        choices=GO_ON_OR_NOT,
        missing=_l("Choose to let it go on, to keep it in reserve or to decline it"),
    )
    reason = WordLimitedText(
        _l("Reason for the applicant"),
        limit=250,
        rows=5,
        description=_l("Printed in the letter as the reason. Needed unless it goes on."),
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


def load_opened_bid(reading: Session, ref: str, bid: str, stage: str = "", **_: object) -> "_Bid | None":
    found = load_entry(reading, ref, bid, stage)
    return _Bid(found) if found is not None and found.was_opened else None


class _Bid:
    """A bid as the permissions for decisions look at it: by whether its stage was opened."""

    def __init__(self, entry: Entry) -> None:
        self.entry, self.stage, self.opened = entry, entry.stage, entry.stage.opened


@pages.get("/manage/calls/<ref>/decisions", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/decisions")
@allow(Permission.RANKING_READ, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    return _index(stage_row, SendBackForm(formdata=None))


@pages.get("/manage/calls/<ref>/decisions/<bid>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/decisions/<bid>")
@allow(Permission.DECISION_PROPOSE, load_opened_bid)
def edit(subject: _Bid, ref: str, bid: str, stage: str) -> Page:
    decision = decisions_queries.find_standing(session(), subject.entry.id)
    asks = subject.entry.amount
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
    return _edit(subject, _form_of(subject.stage, values))


@pages.post("/manage/calls/<ref>/decisions/<bid>", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/decisions/<bid>")
@allow(Permission.DECISION_PROPOSE, load_opened_bid)
def propose(subject: _Bid, ref: str, bid: str, stage: str) -> Page:
    form, stage_id, key = _form_of(subject.stage), subject.stage.id, subject.stage.key
    if not form.sent():
        return _edit(subject, form), REFUSED
    funds = form.outcome.data == Outcome.FUND
    amount = form.amount.data if isinstance(form, DecisionForm) and funds else None
    departure = form.departure.data or "" if form.departure is not None else ""
    proposal = Proposal(form.outcome.data, amount, form.reason.data or "", departure)
    try:
        do(decisions.propose, stage_id, {bid: proposal})
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("amount" if funds else "reason", sentence(reason))
        again = load_entry(session(), ref, bid, key)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _edit(_Bid(again), form), refusal.status
    flash(_("The proposal for %(bid)s is saved. An approver decides on all of them together.", bid=bid), "success")
    warn_of_names(stage_id, [(_("Reason for %(ref)s", ref=bid), proposal.reason)])
    return redirect(url_for(".index", ref=ref, stage=key), 303)


@pages.get("/manage/calls/<ref>/decisions/in-rank-order", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/decisions/in-rank-order")
@allow(Permission.DECISION_PROPOSE, load_stage)
def ask_in_rank_order(stage_row: Stage, ref: str, stage: str) -> Page:
    """Who would be proposed for what by nothing but their place; nothing is written by looking."""
    asked = whole_number(request.args.get("reserves", ""), longest=2)
    reserves = 1 if asked is None else asked
    return _in_rank_order(stage_row, RankOrderForm(formdata=None, data={"reserves": reserves}))


@pages.post("/manage/calls/<ref>/decisions/in-rank-order", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/decisions/in-rank-order")
@allow(Permission.DECISION_PROPOSE, load_stage)
def propose_in_rank_order(stage_row: Stage, ref: str, stage: str) -> Page:
    """All that was shown, in one transaction: every proposal is written, or none."""
    form, stage_id, key = RankOrderForm(), stage_row.id, stage_row.key
    if not form.sent():
        return _in_rank_order(stage_row, form), REFUSED
    reasons: dict[str, str] = {
        Outcome.RESERVE: form.reserve.data or "",
        Outcome.DECLINE: form.decline.data or "",
    }
    reserves, seen = form.reserves.data or 0, form.seen.data or ""
    try:
        count = do(decisions.propose_in_rank_order, stage_id, reserves, reasons, seen=seen)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("decline", sentence(reason))
        again = stages_queries.find(session(), ref, key)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _in_rank_order(again, form), refusal.status
    flash(ngettext("%(num)s proposal is saved.", "%(num)s proposals are saved.", count), "success")
    return redirect(url_for(".index", ref=ref, stage=key), 303)


def _in_rank_order(stage: Stage, form: RankOrderForm) -> str:
    deciding = decisions.is_deciding(stage.call, stage)
    table = decisions_queries.table_of(session(), stage.call, stage) if deciding else None
    form.seen.data = table.seen if table else ""  # what this page shows, also after a refusal
    outcomes = decisions_queries.outcomes_of(stage)
    groups: dict[str, list[decisions_queries.Ranked]] = {outcome: [] for outcome in outcomes}
    for entry, outcome in table.in_rank_order(form.reserves.data or 0) if table else ():
        groups[outcome].append(entry)
    return render_template(
        "manage/decisions/in_rank_order.html",
        **frame(stage),
        table=table,
        groups=groups,
        beyond=table.beyond if table else frozenset(),
        count=sum(map(len, groups.values())),
        form=form,
        words={
            **({Outcome.FUND: _("To award")} if stage.awards else {Outcome.ADVANCE: _("To go on to the next stage")}),
            Outcome.RESERVE: _("To keep in reserve"),
            Outcome.DECLINE: _("To decline"),
        },
    )


@pages.post("/manage/calls/<ref>/decisions/approve", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/decisions/approve")
@allow(Permission.DECISION_APPROVE, load_stage, fresh=True)
def approve(stage_row: Stage, ref: str, stage: str) -> Page:
    stage_id, key, seen = stage_row.id, stage_row.key, ApproveForm().seen.data or ""
    do(decisions.approve, stage_id, seen=seen)
    flash(_("The decisions are approved. The letters are being made; nobody is told yet."), "success")
    return redirect(url_for("manage_outcomes.dry_run", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/decisions/send-back", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/decisions/send-back")
@allow(Permission.DECISION_APPROVE, load_stage)
def send_back(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id, key = SendBackForm(), stage_row.id, stage_row.key
    if not form.sent():
        return _index(stage_row, form), REFUSED
    reason = form.reason.data or ""
    do(decisions.send_back, stage_id, reason)
    flash(_("The decisions were sent back to the people who proposed them."), "success")
    return redirect(url_for(".index", ref=ref, stage=key), 303)


def _index(stage: Stage, form: SendBackForm) -> str:
    call = stage.call
    if stage.state not in states.stage.ranked:
        return render_template("manage/decisions/index.html", **frame(stage), table=None)
    table = decisions_queries.table_of(session(), call, stage)
    facts = decisions_queries.facts(call, stage, table, by=principal(), now=now())
    workflow = workflows_queries.workflow_of(call, "stage", stage)
    answer = decide(workflow, stage.state, "decide", frozenset({Role.APPROVER}), facts)
    deciding = decisions.is_deciding(call, stage)
    return render_template(
        "manage/decisions/index.html",
        **frame(stage),
        table=table,
        form=form,
        deciding=deciding,
        reasons=_in_the_way(stage, table, answer) if deciding else (),
        approving=deciding and allowed(Permission.DECISION_APPROVE, stage),
        proposing=deciding and allowed(Permission.DECISION_PROPOSE, stage),
        words=dict(OUTCOME_CHOICES),
        out=disqualifications_queries.of_stage(session(), stage.id),
        binding=workflows_queries.rule_binds(call, stage),
        required=stage.reasons == decisions_queries.REQUIRED,
        explaining=stage.reasons == decisions_queries.REQUIRED or any(entry.explains for entry in table.entries),
        grounds={key: sentence(words) for key, words in GROUNDS.items()},
        named=[] if stage.state in states.stage.told else _named(stage, table),
    )


def _in_the_way(stage: Stage, table: decisions_queries.Table, answer: object) -> tuple[Sentence, ...]:
    """Why the decisions cannot be approved as they are: what the workflow says, and what binds besides."""
    own = answer.reasons if isinstance(answer, Refused) else ()
    corrected = (decisions.CORRECTED_FIRST,) if corrections_queries.waiting_of(session(), stage.id) else ()
    return (*own, *corrected, *standing_below(table), *too_many(table, {}, kind=CallKind(stage.call.kind)))


def _named(stage: Stage, table: decisions_queries.Table) -> list[str]:
    """The texts that an applicant reads and that name somebody whom it is not to know: the reasons of the decisions and
    of the marks, the comments where no reason is written, and the paragraphs of letters."""
    decided = [(_("Reason for %(ref)s", ref=each.ref), each.decision.reason) for each in table.entries if each.decision]
    marked = [
        (f"{entry.ref}, {each.name}", text)
        for entry in table.entries
        if not entry.missed
        for each in table.scheme.criteria
        for text in entry.explained(each.key)
    ]
    added = [(_("Paragraph in the letter to %(ref)s", ref=each.ref), each.paragraph) for each in table.entries]
    found = who_is_named(stage, [*decided, *marked, *added])
    return list(dict.fromkeys(sentence_of(each) for each in found))


def _form_of(stage: Stage, values: Mapping[str, Any] | None = None) -> DecisionForm | StageForm:
    """As it was sent, or with these values; where the rule binds, nothing departs from it."""
    form = (DecisionForm if stage.awards else StageForm)(data=values)
    if workflows_queries.rule_binds(stage.call, stage):
        del form.departure
    return form


def _edit(subject: _Bid, form: DecisionForm | StageForm) -> str:
    entry, stage = subject.entry, subject.stage
    ranked = stage.state in states.stage.ranked
    table = decisions_queries.table_of(session(), stage.call, stage) if ranked else None
    found = table.entry(entry.application.ref) if table else None
    return render_template(
        "manage/decisions/edit.html",
        **frame(stage),
        application=entry.application,
        entry=found,
        amounts=table is not None and table.knows_amounts,
        form=form,
        lot=next((each for each in table.lots if found and each.lot.id == found.lot.id), None) if table else None,
    )
