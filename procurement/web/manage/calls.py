"""The calls of the city for those who make them: the list, a call's own page, review, publication, cancellation."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import comments as comments_queries
from procurement.queries import library as library_queries
from procurement.queries import planned as planned_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import edits
from procurement.rules.call_checks import Problem, call_advice, call_problems
from procurement.rules.calls import CALL_KINDS, THEMES, Draft, StageDraft
from procurement.rules.classification import classes_of
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission, may
from procurement.rules.questions import by_section
from procurement.services import calls
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do, now, principal
from procurement.web.filters import sentence, uk_datetime
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, TextField, WordLimitedText
from procurement.web.manage import binding, call_documents, overview, places, sections
from procurement.web.manage.advising import in_words
from procurement.web.manage.loading import load_call, to_amendment
from procurement.web.parts.classes import bought_and_where
from procurement.web.parts.edit_words import edited
from procurement.web.parts.questions import asked_if, counts_towards
from procurement.web.parts.route_texts import route_in_words, why
from procurement.web.parts.search import LONGEST_WORDS
from workflows.catalogue import LIFECYCLES, PROCEDURES, states
from workflows.engine import offers

pages = Blueprint("manage_calls", __name__)
CONFLICT = 409
LIFE, STAGE = LIFECYCLES["call"], LIFECYCLES["stage"]
PHASES = {
    "design": _l("Being prepared"),
    "live": _l("Published"),
    "assessment": _l("Assessment"),
    "decision": _l("Decision"),
    "ended": _l("Ended"),
}
OF_A_STAGE = {"plan": "live", "collect": "live", "decide": "decision"}  # all other steps of a stage are assessment


class NewForm(PageForm):
    procedure = ChoiceField(_l("What kind of call is it?"), missing=_l("Choose a procedure"))
    title = TextField(
        _l("Working title"),
        missing=_l("Enter a title"),
        most=120,
        description=_l("You can change it until publication."),
    )


class ReasonForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=300, rows=5)


@dataclass(frozen=True)
class Row:
    """One call of the list, with the stage that it has come to."""

    call: Call
    stage: Stage
    status: overview.Standing


@pages.get("/manage/calls")
@allow(Permission.CALL_MANAGE)
def index() -> str:
    session = context.session()
    found = calls_queries.list_managed(session)
    stages = stages_queries.of_calls(session, [call.id for call in found])
    rows = [Row(call, overview.newest(own := stages[call.id]), overview.stands(call, own)) for call in found]
    groups = [(key, title, [row for row in rows if _phase(row) == key]) for key, title in PHASES.items()]
    asked = request.args.get("phase", "")
    chosen, phase, shown = next(
        (group for group in groups if group[0] == asked), next((group for group in groups if group[2]), groups[0])
    )
    return render_template(
        "manage/calls/index.html",
        tabs=[
            {
                "text": title,
                "href": url_for(".index", phase=key),
                "current": key == chosen,
                "count": len(own),
            }
            for key, title, own in groups
        ],
        phase=phase,
        rows=shown,
        counted=calls_queries.counted(session, [row.stage.id for row in shown]),
        kinds={key: sentence(words) for key, words in CALL_KINDS.items()},
        everything=len(rows),
    )


def _phase(row: Row) -> str:
    """Under which tab a call stands: a published one where its stage is."""
    step = LIFE.state(row.call.state).step
    return OF_A_STAGE.get(STAGE.state(row.stage.state).step, "assessment") if step == "live" else step


def _new_form(*, sent: bool) -> NewForm:
    form = NewForm() if sent else NewForm(formdata=None)
    form.procedure.choices = [(key, procedure.title) for key, procedure in PROCEDURES.items()]
    return form


@pages.get("/manage/calls/new")
@allow(Permission.CALL_CREATE)
def new() -> str:
    return _new_page(_new_form(sent=False))


def _new_page(form: NewForm) -> str:
    """The three beginnings: a procedure, a template of the house, a past call."""
    session, words = context.session(), request.args.get("q", "")[:LONGEST_WORDS]
    return render_template(
        "manage/calls/new.html",
        form=form,
        words=words,
        templates=library_queries.templates(session),
        past=library_queries.calls_to_copy(session, words),
    )


@pages.post("/manage/calls/new")
@allow(Permission.CALL_CREATE)
def create() -> Page:
    form = _new_form(sent=True)
    if not form.sent():
        return _new_page(form), REFUSED
    procedure, title = form.procedure.data, form.title.data
    ref = do(calls.create, procedure, title).ref
    return redirect(url_for(".show", ref=ref), 303)


# one call


@pages.get("/manage/calls/<ref>")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    if call.amends_id is not None:
        return to_amendment(call)
    session, who = context.session(), principal()
    stages = stages_queries.of_call(session, call.id)
    editable, newest = call.state in states.call.editable, overview.newest(stages)
    today, lots = uk_day(now()), calls_queries.lots_of(session, call.id)
    problems = call_problems(calls_queries.draft_of(session, call, stages, on=today), now()) if editable else ()
    return render_template(
        "manage/calls/show.html",
        call=call,
        stages=stages,
        newest=newest,
        status=overview.stands(call, stages),
        stage_steps=overview.stage_steps(stages),
        steps=overview.steps(call, newest),
        invited=overview.invited(session, stages),
        strip=overview.strip(call, stages),
        may_end=may(who, Permission.WINDOWS_END, call, now())
        and call.state in states.call.published
        and bool(windows_queries.to_come(stages, now())),
        sections=sections.tasks(call, stages, problems) if editable else [],
        problems_count=len(problems),
        may_edit=may(who, Permission.CALL_EDIT, call, now()),
        may_cancel=may(who, Permission.CALL_CANCEL, call, now()) and call.state in states.call.under_review,
        may_abandon=call.state in states.call.published,
        several_lots=len(lots) > 1,
        ended_lots=[each for each in lots if each.abandoned_at is not None],
        has_terminations=awards_queries.needs_notice(call)
        and (call.state in states.call.cancelled or any(each.abandoned_at is not None for each in lots))
        and call.published_at is not None,
        counts=calls_queries.counted(session, [newest.id]).get(newest.id, calls_queries.Counted()),
        following=overview.next_steps(session, call, stages),
        places=places.places(call, stages),
        original=calls_queries.find_call(session, call.copied_from) if call.copied_from else None,
    )


# review and publication


@pages.get("/manage/calls/<ref>/review")
@allow(Permission.CALL_MANAGE, load_call)
def review(call: Call, ref: str) -> Page:
    return _review_page(call) if call.amends_id is None else to_amendment(call)


def _review_page(call: Call, reasons: tuple[object, ...] = (), form: ReasonForm | None = None) -> str:
    """The whole call as it would be published, what blocks it, and what this person can do about it."""
    session, who = context.session(), principal()
    stages = stages_queries.of_call(session, call.id)
    draft = calls_queries.draft_of(session, call, stages, on=uk_day(now()))
    preparing = call.state in states.call.unpublished
    problems = call_problems(draft, now()) if preparing else ()
    advised = call_advice(draft, now()) if preparing else ()
    facts = replace(calls_queries.facts(session, call, by=who, now=now(), stages=stages), problems=len(problems))
    # what follows the publication is offered on the pages that gather its facts
    moves = (
        offers(workflows_queries.workflow_of(call, "call"), call.state, who.workflow_roles(), facts)
        if preparing
        else ()
    )
    offered = {offer.move.action: offer.reasons for offer in moves}
    return render_template(
        "manage/calls/review.html",
        call=call,
        draft=draft,
        status=overview.stands(call, stages),
        blockers=[(sentence(each.sentence), _where(call, each)) for each in problems],
        advice=[(sentence(each.sentence), _where(call, each)) for each in advised],
        authors=[person.name for person in calls_queries.authors_of(session, call)],
        offered=offered,
        reasons=reasons,
        procedure=PROCEDURES[call.procedure].title,
        route=route_in_words(call.route),
        route_why=why(draft),
        conflicts_by=call.conflicts_by,
        money=binding.money_rows(draft),
        theme=sentence(THEMES[draft.theme]) if draft.theme in THEMES else "",
        bought=bought_and_where(classes_of(draft)),
        of_lots={lot.number: bought_and_where(classes_of(draft, lot)) for lot in draft.lots},
        parts_of_stages=[_part(draft, stage) for stage in draft.stages if stage.window == 1],
        windows=draft.stages if any(stage.window > 1 for stage in draft.stages) else (),
        opens_at=stages_queries.of_call_facts(stages).opens_at,
        **_since(call, draft, who.id if preparing else None),
        said=[in_words(each, draft) for each in comments_queries.open_at(session, call.id)] if preparing else [],
        **(call_documents.listed(call) if draft.documents else {"documents": ()}),
        reason_form=form or ReasonForm(formdata=None),
        form=form,
        planned=planned_queries.find_waiting(session, call.id),
    )


def _since(call: Call, draft: Draft, reader: int | None) -> dict[str, Any]:
    """What changed in a call since it was read last, line by line; nothing once nobody prepares it any more."""
    found = comments_queries.since_read(context.session(), call.id, reader) if reader is not None else None
    names = {("stage", each.key): each.title for each in draft.stages}
    for stage in draft.stages:
        names |= {("question", each.key): each.name for each in stage.questions}
        names |= {("criterion", each.key): each.name for each in stage.criteria}
    lines = edited(edits.written(found.changes), lambda kind, key: names.get((kind, key), key)) if found else ""
    return {"since": found, "changed": lines.splitlines()}


def _part(draft: Draft, stage: StageDraft) -> dict[str, Any]:
    """A stage as the page of the whole call shows it."""
    return {
        "stage": stage,
        "counts": counts_towards({criterion.key: criterion for criterion in stage.criteria}, stage.questions),
        "places": {each.key: place for place, each in enumerate(stage.questions, 1)},
        "asked_if": asked_if(stage.questions, draft.lots),
        "sections": by_section(stage.questions).items(),
        "binding": binding.rows_of(stage, draft.lots, {each.key: each.title for each in draft.stages}, draft.kind),
    }


def _where(call: Call, problem: Problem) -> str:
    editable = call.state in states.call.editable and may(principal(), Permission.CALL_EDIT, call, now())
    return sections.address(call, problem.section, problem.field, problem.stage) if editable else ""


def _refused(call: Call, refusal: Refusal) -> Page:
    """The review page again, with the reasons: nothing was changed."""
    fresh = calls_queries.get_call(context.session(), call.id)
    return _review_page(fresh, tuple(sentence(reason) for reason in refusal.reasons)), refusal.status


@pages.post("/manage/calls/<ref>/send-for-review")
@allow(Permission.CALL_EDIT, load_call)
def send(call: Call, ref: str) -> Page:
    try:
        do(calls.send_for_review, call.id)
    except Refusal as refusal:
        return _refused(call, refusal)
    flash(_("The call was sent for review. We have written to the approvers who did not write any of it."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/manage/calls/<ref>/send-back")
@allow(Permission.CALL_REVIEW, load_call)
def send_back(call: Call, ref: str) -> Page:
    form = ReasonForm()
    if not form.sent():
        return _review_page(call, form=form), REFUSED
    reason = form.reason.data
    try:
        do(calls.send_back, call.id, reason)
    except Refusal as refusal:
        return _refused(call, refusal)
    flash(_("The call was sent back. We have written to its authors."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/manage/calls/<ref>/publish")
@allow(Permission.CALL_REVIEW, load_call)
def publish(call: Call, ref: str) -> Page:
    version = whole_number(request.form.get("seen", "")) or 0
    try:
        do(calls.approve_and_publish, call.id, seen=version)
    except Refusal as refusal:
        return _refused(call, refusal)
    opens_at = stages_queries.of_call_facts(stages_queries.of_call(context.session(), call.id)).opens_at
    opens = uk_datetime(opens_at) if opens_at and opens_at > now() else ""
    later, at_once = _("The call is published. It opens on %(when)s.", when=opens), _("The call is open.")
    flash(later if opens else at_once, "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.get("/manage/calls/<ref>/cancel")
@allow(Permission.CALL_CANCEL, load_call)
def ask_cancel(call: Call, ref: str) -> Page:
    return _cancel_page(call, ReasonForm(formdata=None))


def _cancel_page(call: Call, form: ReasonForm) -> str:
    there = call.state in states.call.under_review
    return render_template("manage/calls/cancel.html", call=call, form=form, there=there)


@pages.post("/manage/calls/<ref>/cancel")
@allow(Permission.CALL_CANCEL, load_call)
def cancel(call: Call, ref: str) -> Page:
    form = ReasonForm()
    if not form.sent():
        return _cancel_page(call, form), REFUSED
    reason = form.reason.data
    do(calls.cancel, call.id, reason)
    flash(_("The call was cancelled. It was never published, so nobody outside is told."), "success")
    return redirect(url_for(".show", ref=ref), 303)
