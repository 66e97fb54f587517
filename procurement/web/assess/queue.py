"""What an assessor was asked to read: to answer, to mark, done."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from procurement.queries import assessment as assessment_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.assess.naming import shown_name
from procurement.web.assess.times import appointments
from procurement.web.context import do, now, principal, session
from workflows.catalogue import states

pages = Blueprint("assess_queue", __name__)
DONE = (*states.assignment.handed_in, *states.assignment.declined)


@pages.get("/assess")
@allow(Permission.ASSESSOR_HOME)
def index() -> Page:
    person_id = principal().id or 0
    tasks = assessment_queries.queue_of(session(), principal(), now())
    totals = assessment_queries.criteria_counts(session(), sorted({task.stage.id for task in tasks}))
    reading = {
        task.stage.id: (task.call, task.stage) for task in tasks if task.assignment.state in states.assignment.reading
    }
    to_mark = [task for task in tasks if task.assignment.state in states.assignment.writable]
    return render_template(
        "assess/queue/index.html",
        to_answer=[task for task in tasks if task.assignment.state in states.assignment.invited],
        to_mark=to_mark,
        across=[each for key, each in reading.items() if key in totals],
        done=[task for task in tasks if task.assignment.state in DONE],
        totals=totals,
        several=stages_queries.several(session(), (task.call.id for task in tasks)),
        name=shown_name,
        times=appointments(tasks),
        sits_on_a_panel=moderation_queries.sits_on_a_panel(session(), person_id),
        declared=assessment_queries.declared_at(session(), person_id),
    )


@pages.get("/assess/accept")
@allow(Permission.ASSESSOR_HOME)
def ask_to_accept_all() -> Page:
    """What one press would accept; under a blind stage the list of all applicants, as before a single answer."""
    tasks = assessment_queries.queue_of(session(), principal(), now())
    waiting = [task for task in tasks if task.assignment.state in states.assignment.invited]
    stages = {task.stage.id: task.stage for task in waiting}
    blind = [key for key, stage in stages.items() if assessment_queries.is_blind(stage)]
    return render_template(
        "assess/queue/accept.html",
        waiting=waiting,
        groups=[(stage, [task for task in waiting if task.stage.id == key]) for key, stage in stages.items()],
        applicants=assessment_queries.applicants_by_stage(session(), blind),
        several=stages_queries.several(session(), (task.call.id for task in waiting)),
        name=shown_name,
        declared=assessment_queries.declared_at(session(), principal().id or 0),
    )


@pages.post("/assess/accept")
@allow(Permission.ASSESSOR_HOME)
def accept_all() -> Page:
    seen = [found for each in request.form.get("seen", "").split() if (found := whole_number(each)) is not None]
    done = len(do(assessment.accept_all, seen=seen))
    flash(
        ngettext("You have accepted %(num)s application.", "You have accepted all %(num)s applications.", done),
        "success",
    )
    return redirect(url_for(".index"), 303)
