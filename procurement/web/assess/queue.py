"""What an assessor was asked to read: to answer, to mark, done."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.assess.naming import shown_name
from procurement.web.assess.times import appointments
from procurement.web.context import do, now, principal, session
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters
from workflows.catalogue import states

pages = Blueprint("assess_queue", __name__)
DONE = (*states.assignment.handed_in, *states.assignment.declined)
FINISHED, PAGE = "done", 20


@pages.get("/assess")
@allow(Permission.ASSESSOR_HOME)
def index() -> Page:
    """What waits first; what is done behind a link of its own, in pages."""
    person_id, read = principal().id or 0, Parameters(request.args)
    tasks = assessment_queries.queue_of(session(), principal(), now())
    done, shown = [task for task in tasks if task.assignment.state in DONE], read.one("show", (FINISHED,))
    last = pages_of(len(done), PAGE)
    asked = read.number("page") or 1
    number = min(asked, last)
    invited = invitations_queries.of_person(session(), principal(), now())
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
        finished=sum(1 for task in done if task.assignment.state not in states.assignment.declined),
        done=done,
        done_here=done[(number - 1) * PAGE : number * PAGE],
        shown=shown,
        ignored=[each.shown for each in read.ignored],
        pager=Pager(number, last, lambda page: url_for(".index", show=FINISHED, page=page), asked),
        invitations=[each for each in invited if each.accepted is None],
        undeclared=[each for each in invited if each.accepted and each.stage.opened and each.declared_at is None],
        agreed=[each for each in invited if each.accepted and not each.stage.opened],
        totals=totals,
        several=stages_queries.several(session(), (task.call.id for task in tasks)),
        name=shown_name,
        today=uk_day(now()),
        times=appointments(tasks),
        sits_on_a_panel=moderation_queries.sits_on_a_panel(session(), person_id),
        chaired=moderation_queries.stages_chaired(session(), person_id),
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
