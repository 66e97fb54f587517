"""The calls of the city for those who make them: the list, a call's own page, review, publication, cancellation."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.call_checks import Problem, call_advice, call_problems
from procurement.rules.calls import CALL_KINDS, SECTIONS, THEMES
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
from procurement.web.manage import overview
from procurement.web.manage.loading import load_call
from workflows.catalogue import LIFECYCLES, PROCEDURES, states
from workflows.engine import offers

pages = Blueprint("manage_calls", __name__)
CONFLICT = 409
LIFE = LIFECYCLES["call"]


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


@pages.get("/manage/calls")
@allow(Permission.CALL_MANAGE)
def index() -> str:
    session = context.session()
    rows = calls_queries.list_managed(session)
    groups = [(step, [row for row in rows if row.state in LIFE.in_step(step.key)]) for step in LIFE.steps]
    asked = request.args.get("phase", "")
    chosen, shown = next(
        (group for group in groups if group[0].key == asked), next((group for group in groups if group[1]), groups[0])
    )
    return render_template(
        "manage/calls/index.html",
        tabs=[
            {
                "text": _(step.title),
                "href": url_for(".index", phase=step.key),
                "current": step is chosen,
                "count": len(found),
            }
            for step, found in groups
        ],
        phase=_(chosen.title),
        rows=[(row, overview.stands(row)) for row in shown],
        counted=calls_queries.counted(session, [row.id for row in shown]),
        kinds={key: sentence(words) for key, words in CALL_KINDS.items()},
        everything=len(rows),
    )


def _new_form(*, sent: bool) -> NewForm:
    form = NewForm() if sent else NewForm(formdata=None)
    form.procedure.choices = [(key, procedure.title) for key, procedure in PROCEDURES.items()]
    return form


@pages.get("/manage/calls/new")
@allow(Permission.CALL_CREATE)
def new() -> str:
    return render_template("manage/calls/new.html", form=_new_form(sent=False))


@pages.post("/manage/calls/new")
@allow(Permission.CALL_CREATE)
def create() -> Page:
    form = _new_form(sent=True)
    if not form.sent():
        return render_template("manage/calls/new.html", form=form), REFUSED
    procedure, title = form.procedure.data, form.title.data
    ref = do(calls.create, procedure, title).ref
    return redirect(url_for(".show", ref=ref), 303)


# one call


@pages.get("/manage/calls/<ref>")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> str:
    session, who = context.session(), principal()
    problems = call_problems(calls_queries.draft_of(session, call), now()) if call.state in states.call.editable else ()
    return render_template(
        "manage/calls/show.html",
        call=call,
        status=overview.stands(call),
        steps=overview.steps(call),
        sections=tasks(call, problems) if call.state in states.call.editable else [],
        problems_count=len(problems),
        may_edit=may(who, Permission.CALL_EDIT, call, now()),
        may_cancel=may(who, Permission.CALL_CANCEL, call, now()) and _offered(call, "cancel"),
        counts=calls_queries.counted(session, [call.id]).get(call.id, calls_queries.Counted()),
        next=overview.next_step(session, call),
        places=overview.places(call),
    )


def _offered(call: Call, action: str) -> bool:
    """Whether the workflow has this move from here for the person's roles, whatever stands in its way."""
    moves = workflows_queries.workflow_of(call, "call").moves_from(call.state)
    return any(move.action == action and move.by & principal().workflow_roles() for move in moves)


def tasks(call: Call, problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """The set-up as a task list; what is missing in a section is counted beside it."""
    rows = []
    for key, words in SECTIONS.items():
        missing = [sentence(problem.sentence) for problem in problems if problem.section == key]
        hint = missing[0] if len(missing) == 1 else _("%(number)s missing", number=len(missing)) if missing else ""
        rows.append(
            {
                "text": sentence(words),
                "href": section_address(call, key),
                "hint": hint,
                "status": "in_progress" if missing else "completed",
            }
        )
    send = {
        "text": _("Check and send for review"),
        "href": url_for(".review", ref=call.ref),
        "status": "cannot_start_yet" if problems else "not_started",
    }
    return [{"title": _("Write the call"), "tasks": rows}, {"title": _("Publish it"), "tasks": [send]}]


def section_address(call: Call, section: str, field: str = "") -> str:
    """The page that a problem is put right on, at the field that it is about."""
    if section == "form":
        if field:
            return url_for("manage_forms.edit", ref=call.ref, key=field)
        return url_for("manage_forms.index", ref=call.ref)
    if section == "criteria":
        own = field and field not in ("readers", "minimum_total")
        if own:
            return url_for("manage_criteria.edit", ref=call.ref, key=field)
        return url_for("manage_criteria.index", ref=call.ref, _anchor=field or None)
    if section == "money":
        if field.startswith("lot-"):
            return url_for("manage_setup.lot", ref=call.ref, number=int(field.removeprefix("lot-")))
        return url_for("manage_setup.money", ref=call.ref, _anchor=field or None)
    dated = field in ("opens_at", "closes_at", "assess_by", "decision_on", "starts_on", "ends_on")
    anchor = f"{field}-day" if dated else field
    return url_for("manage_setup.edit", ref=call.ref, section=section, _anchor=anchor or None)


# review and publication


@pages.get("/manage/calls/<ref>/review")
@allow(Permission.CALL_MANAGE, load_call)
def review(call: Call, ref: str) -> Page:
    return _review_page(call)


def _review_page(call: Call, reasons: tuple[object, ...] = (), form: ReasonForm | None = None) -> str:
    """The whole call as it would be published, what blocks it, and what this person can do about it."""
    session, who = context.session(), principal()
    draft = calls_queries.draft_of(session, call)
    preparing = call.state in states.call.unpublished
    problems = call_problems(draft, now()) if preparing else ()
    advised = call_advice(draft, now()) if preparing else ()
    facts = replace(calls_queries.facts(session, call, by=who, now=now()), problems=len(problems))
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
        status=overview.stands(call),
        blockers=[(sentence(each.sentence), _where(call, each)) for each in problems],
        advice=[(sentence(each.sentence), _where(call, each)) for each in advised],
        authors=[person.name for person in calls_queries.authors_of(session, call)],
        offered=offered,
        reasons=reasons,
        theme=sentence(THEMES[draft.theme]) if draft.theme in THEMES else "",
        criteria={criterion.key: criterion for criterion in draft.criteria},
        sections=by_section(draft.questions).items(),
        reason_form=form or ReasonForm(formdata=None),
        form=form,
    )


def _where(call: Call, problem: Problem) -> str:
    editable = call.state in states.call.editable and may(principal(), Permission.CALL_EDIT, call, now())
    return section_address(call, problem.section, problem.field) if editable else ""


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
    opens = uk_datetime(call.opens_at) if call.opens_at and call.opens_at > now() else ""
    later, at_once = _("The call is published. It opens on %(when)s.", when=opens), _("The call is open.")
    flash(later if opens else at_once, "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.get("/manage/calls/<ref>/cancel")
@allow(Permission.CALL_CANCEL, load_call)
def ask_cancel(call: Call, ref: str) -> Page:
    return _cancel_page(call, ReasonForm(formdata=None))


def _cancel_page(call: Call, form: ReasonForm) -> str:
    counts = calls_queries.counted(context.session(), [call.id]).get(call.id, calls_queries.Counted())
    there = _offered(call, "cancel")
    return render_template("manage/calls/cancel.html", call=call, form=form, counts=counts, there=there)


@pages.post("/manage/calls/<ref>/cancel")
@allow(Permission.CALL_CANCEL, load_call)
def cancel(call: Call, ref: str) -> Page:
    form = ReasonForm()
    if not form.sent():
        return _cancel_page(call, form), REFUSED
    reason = form.reason.data
    do(calls.cancel, call.id, reason)
    flash(_("The call was cancelled. We have written to everybody who was applying."), "success")
    return redirect(url_for(".show", ref=ref), 303)
