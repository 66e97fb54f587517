"""Opening the bids of a call: counts before it, two people to do it, the record after it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.queries import opening as opening_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import Permission
from procurement.services import opening
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.manage.loading import load_call
from workflows.catalogue import states
from workflows.engine import offers

pages = Blueprint("manage_opening", __name__)


@pages.get("/manage/calls/<ref>/opening")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    who = principal()
    row = opening_queries.find_opening(session(), call.id)
    reasons = []
    if call.state in states.call.published:
        facts = opening_queries.facts(session(), call, by=who, now=now(), second=True)
        offered = offers(workflows_queries.workflow_of(call, "call"), call.state, who.workflow_roles(), facts)
        reasons = [reason for offer in offered if offer.move.action == "open" for reason in offer.reasons]
    return render_template(
        "manage/opening/show.html",
        call=call,
        counts=opening_queries.counts(session(), call.id),
        opening=row,
        reasons=reasons,
        may_open=allowed(Permission.CALL_OPEN, call),
        mine=row is not None and row.first_id == who.id,
        record=opening_queries.find_record(session(), call.id) if call.opened else None,
        bids=sum(opening_queries.counts_by_state(session(), call.id).values()) if call.opened else 0,
        damaged=len(opening_queries.damaged_ids(session(), call.id)) if call.opened else 0,
    )


@pages.post("/manage/calls/<ref>/opening/ask")
@allow(Permission.CALL_OPEN, load_call, fresh=True)
def ask(call: Call, ref: str) -> Page:
    do(opening.ask, call.id)
    flash(_("You have asked to open these bids. We have written to everybody who can be the second."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/manage/calls/<ref>/opening/take-back")
@allow(Permission.CALL_OPEN, load_call)
def take_back(call: Call, ref: str) -> Page:
    do(opening.take_back, call.id)
    flash(_("You have taken back your request. Nothing was opened."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/manage/calls/<ref>/opening/complete")
@allow(Permission.CALL_OPEN, load_call, fresh=True)
def complete(call: Call, ref: str) -> Page:
    do(opening.complete, call.id)
    flash(_("The bids are open. The opening record is being made."), "success")
    return redirect(url_for(".show", ref=ref), 303)
