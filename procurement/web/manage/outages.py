"""Outages before the closing of a stage: the facts, the later closing that is proposed, or why the closing stands."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.heartbeats import Outage
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import outages as outages_queries
from procurement.rules import outages as rules
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import outages
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import HiddenField, WordLimitedText
from procurement.web.manage.loading import frame, load_stage
from workflows.catalogue import states

pages = Blueprint("manage_outages", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/outages")


class StandForm(PageForm):
    seen = HiddenField()
    reason = WordLimitedText(
        _l("Why the closing stands"),
        missing=_l("Give a reason"),
        limit=250,
        rows=4,
        description=_l("Everybody reads it, on the page of the call."),
    )


@pages.get("")
@allow(Permission.CALL_MANAGE, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> str:
    return _page(stage_row, StandForm(formdata=None))


@pages.post("/stand")
@allow(Permission.CALL_EDIT, load_stage)
def stand(stage_row: Stage, ref: str, stage: str) -> Page:
    """One officer says so in public; two people have to open all the same."""
    form = StandForm()
    if not form.sent():
        return _page(stage_row, form), REFUSED
    do(outages.stand, stage_row.id, form.reason.data or "", seen=whole_number(form.seen.data or "") or 0)
    flash(_("The closing stands, and everybody can read why."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


def _page(stage: Stage, form: StandForm) -> str:
    found = outages_queries.of_stage(session(), stage.id)
    waiting = [each for each in found if each.answered_at is None]
    form.seen.data = str(max((each.id for each in waiting), default=0))
    running = stage.call.state in states.call.published and not stage.opened
    return render_template(
        "manage/outages/show.html",
        **frame(stage),
        form=form,
        outages=[(each, sentence(rules.length(each.began_at, each.ended_at))) for each in found],
        waiting=waiting,
        proposed=proposed(stage, waiting=waiting)["closes_at"] if waiting else None,
        amendment=amendments_queries.find_waiting(session(), stage),
        may_answer=running and allowed(Permission.CALL_EDIT, stage),
    )


def proposed(stage: Stage, waiting: list[Outage] | None = None) -> dict[str, object]:
    """What the form of the dates begins with while an outage waits for an answer: the later closing, and the reason."""
    found = waiting
    if found is None:
        found = outages_queries.waiting(session(), [stage.id]).get(stage.id, [])
    if not found or stage.closes_at is None:
        return {}
    silences = [(each.began_at, each.ended_at) for each in found]
    return {"closes_at": rules.proposed(stage.closes_at, silences, now()), "reason": rules.because(silences)}
