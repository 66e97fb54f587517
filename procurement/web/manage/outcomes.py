"""Telling all applicants at one instant, after a dry run; and what became of the awards since."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Outcome
from procurement.services import awards
from procurement.services.decisions import MOVES
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.manage.loading import load_call
from workflows.catalogue import states

pages = Blueprint("manage_outcomes", __name__)


@pages.get("/manage/calls/<ref>/tell")
@allow(Permission.RANKING_READ, load_call)
def dry_run(call: Call, ref: str) -> Page:
    """Who would be told what, and whether every letter is ready. Nothing is sent by looking."""
    decided = call.state in states.call.decided
    return render_template(
        "manage/outcomes/dry_run.html",
        call=call,
        table=decisions_queries.table_of(session(), call) if decided else None,
        documents=documents_queries.documents_of(session(), call.id, documents_queries.LETTERS),
        words={outcome: _told_word(call, outcome) for outcome in decisions_queries.OUTCOMES},
        may_tell=allowed(Permission.OUTCOME_TELL, call),
    )


def _told_word(call: Call, outcome: Outcome) -> str:
    """What the applicant will read: the word of the state that the outcome leads to, once it is told."""
    workflow = workflows_queries.workflow_of(call, "application")
    target = next(move.target for move in workflow.moves if move.action == MOVES[outcome])
    return _(workflow.state(target).word(told=True))


@pages.post("/manage/calls/<ref>/tell")
@allow(Permission.OUTCOME_TELL, load_call)
def tell(call: Call, ref: str) -> Page:
    call_id = call.id
    do(awards.tell, call_id)
    flash(_("Every applicant has been told."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.get("/manage/calls/<ref>/outcomes")
@allow(Permission.RANKING_READ, load_call)
def show(call: Call, ref: str) -> Page:
    found, notice = awards_queries.of_call(session(), call.id), awards_queries.find_notice(session(), call.id)
    return render_template(
        "manage/outcomes/show.html",
        call=call,
        awards=found,
        confirmed={award.id for award in found if awards_queries.is_confirmed(award, now())},
        shown={award.id: awards_queries.shown(award, notice, now()) for award in found},
        needs_notice=awards_queries.needs_notice(call),
        notice=notice,
        unsettled=awards_queries.unsettled(session(), call.id),
        may_conclude=allowed(Permission.DECISION_PROPOSE, call),
    )


@pages.post("/manage/calls/<ref>/conclude")
@allow(Permission.DECISION_PROPOSE, load_call)
def conclude(call: Call, ref: str) -> Page:
    call_id = call.id
    do(awards.conclude, call_id)
    flash(_("The call is concluded."), "success")
    return redirect(url_for(".show", ref=ref), 303)
