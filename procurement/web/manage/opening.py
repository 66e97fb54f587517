"""Opening the bids of a stage: counts before it, two people to do it, the record after it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.stages import Stage
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import Permission
from procurement.services import opening
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.manage.loading import frame, load_stage
from workflows.catalogue import states
from workflows.engine import offers
from workflows.facts import Sentence

pages = Blueprint("manage_opening", __name__, url_prefix="/manage/calls/<ref>")


@pages.get("/opening", defaults={"stage": ""})
@pages.get("/stages/<stage>/opening")
@allow(Permission.CALL_MANAGE, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    who, call = principal(), stage_row.call
    row = opening_queries.find_opening(session(), stage_row.id)
    collecting = call.state in states.call.published and stage_row.state in states.stage.collecting
    reasons, unanswered = [], 0
    if collecting:
        facts = opening_queries.facts(call, stage_row, by=who, now=now(), second=True)
        workflow = workflows_queries.workflow_of(call, "stage", stage_row)
        offered = offers(workflow, stage_row.state, who.workflow_roles(), facts)
        reasons = [reason for offer in offered if offer.move.action == "open" for reason in offer.reasons]
        if unanswered := clarifications_queries.unanswered(session(), stage_row.id):
            reasons.append(Sentence(opening.UNANSWERED, count=unanswered))
    opened = stage_row.opened
    counts = opening_queries.counts(session(), stage_row.id)
    bids = sum(opening_queries.counts_by_state(session(), stage_row.id).values()) if opened else 0
    return render_template(
        "manage/opening/show.html",
        **frame(stage_row),
        counts=counts,
        opening=row,
        collecting=collecting,
        reasons=reasons,
        unanswered=unanswered,
        may_open=allowed(Permission.CALL_OPEN, call),
        mine=row is not None and row.first_id == who.id,
        record=opening_queries.find_record(session(), stage_row.id) if opened else None,
        bids=bids,
        silent=max(bids - counts.submitted, 0),
        damaged=len(opening_queries.damaged_ids(session(), stage_row.id)) if opened else 0,
    )


@pages.post("/opening/ask", defaults={"stage": ""})
@pages.post("/stages/<stage>/opening/ask")
@allow(Permission.CALL_OPEN, load_stage, fresh=True)
def ask(stage_row: Stage, ref: str, stage: str) -> Page:
    key, nouns = stage_row.key, stage_row.nouns
    do(opening.ask, stage_row.id)
    words = _("You have asked to open the %(nouns)s. We have written to everybody who can be the second.", nouns=nouns)
    flash(words, "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/opening/take-back", defaults={"stage": ""})
@pages.post("/stages/<stage>/opening/take-back")
@allow(Permission.CALL_OPEN, load_stage)
def take_back(stage_row: Stage, ref: str, stage: str) -> Page:
    key = stage_row.key
    do(opening.take_back, stage_row.id)
    flash(_("You have taken back your request. Nothing was opened."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/opening/complete", defaults={"stage": ""})
@pages.post("/stages/<stage>/opening/complete")
@allow(Permission.CALL_OPEN, load_stage, fresh=True)
def complete(stage_row: Stage, ref: str, stage: str) -> Page:
    key, nouns = stage_row.key, stage_row.nouns
    do(opening.complete, stage_row.id)
    flash(_("The %(nouns)s are open. The opening record is being made.", nouns=nouns), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)
