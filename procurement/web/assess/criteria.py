"""Across all bids of a stage that a person marks: one criterion, or all own marks side by side."""

from flask import Blueprint, abort, redirect, render_template, url_for

from procurement.queries import assessment as assessment_queries
from procurement.rules.assessment import own_total
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.assess.naming import shown_name
from procurement.web.assess.walking import across_address, is_done, mark_of, own_tasks
from procurement.web.context import session
from workflows.catalogue import states
from workflows.scoring.schemes import read_scheme

pages = Blueprint("assess_criteria", __name__, url_prefix="/assess/stages/<call_ref>/<stage>")


@pages.get("/criteria")
@allow(Permission.ASSESSOR_HOME)
def begin(call_ref: str, stage: str) -> Page:
    """To the first criterion that is not done for every own bid; to the first where all are."""
    tasks = own_tasks(call_ref, stage)
    rows = assessment_queries.criteria_of(session(), tasks[0].stage.id) if tasks else []
    if not rows:
        abort(404)
    writable = [task.assignment for task in tasks if task.assignment.state in states.assignment.writable]
    left = (row for row in rows if not all(is_done(mark_of(each, row.key)) for each in writable))
    return redirect(url_for(".show", call_ref=call_ref, stage=stage, key=next(left, rows[0]).key), 303)


@pages.get("/criteria/<key>")
@allow(Permission.ASSESSOR_HOME)
def show(call_ref: str, stage: str, key: str) -> Page:
    """Every own bid with its mark for this criterion; nothing is there for whoever has accepted none of the stage."""
    tasks = own_tasks(call_ref, stage)
    if not tasks:
        abort(404)
    rows = assessment_queries.criteria_of(session(), tasks[0].stage.id)
    place = next((place for place, row in enumerate(rows) if row.key == key), None)
    if place is None:
        abort(404)
    lines = [(task, mark_of(task.assignment, key)) for task in tasks]
    open_ones = [task for task, mark in lines if task.assignment.state in states.assignment.writable]
    left = [task for task in open_ones if not is_done(mark_of(task.assignment, key))]
    return render_template(
        "assess/criteria/show.html",
        call=tasks[0].call,
        stage=tasks[0].stage,
        criterion=rows[place],
        rows=rows,
        place=place,
        lines=[(task, mark, is_done(mark), across_address(task.assignment.ref, key)) for task, mark in lines],
        name=shown_name,
        onwards=across_address(left[0].assignment.ref, key) if left else "",
        following=rows[place + 1] if place + 1 < len(rows) else None,
    )


@pages.get("/marks")
@allow(Permission.ASSESSOR_HOME)
def marks(call_ref: str, stage: str) -> Page:
    """Own bids by own marks, with a total where all marks of a bid are there; each leads to where it is changed."""
    tasks = own_tasks(call_ref, stage)
    if not tasks or tasks[0].stage.scheme is None:
        abort(404)
    rows, scheme = assessment_queries.criteria_of(session(), tasks[0].stage.id), read_scheme(tasks[0].stage.scheme)
    given = [{mark.criterion: mark.mark for mark in task.assignment.marks} for task in tasks]
    return render_template(
        "assess/criteria/marks.html",
        call=tasks[0].call,
        stage=tasks[0].stage,
        rows=rows,
        lines=[(task, card, own_total(scheme, card)) for task, card in zip(tasks, given, strict=True)],
        name=shown_name,
        across_address=across_address,
        marking=assessment_queries.is_marking(tasks[0].call, tasks[0].stage),
    )
