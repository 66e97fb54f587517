"""What an assessor was asked to read: to answer, to mark, done."""

from flask import Blueprint, render_template

from procurement.queries import assessment as assessment_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.assess.naming import shown_name
from procurement.web.assess.times import appointments
from procurement.web.context import now, principal, session
from workflows.catalogue import states

pages = Blueprint("assess_queue", __name__)
DONE = (*states.assignment.handed_in, *states.assignment.declined)


@pages.get("/assess")
@allow(Permission.ASSESSOR_HOME)
def index() -> Page:
    person_id = principal().id or 0
    tasks = assessment_queries.queue_of(session(), principal(), now())
    totals = assessment_queries.criteria_counts(session(), sorted({task.stage.id for task in tasks}))
    return render_template(
        "assess/queue/index.html",
        to_answer=[task for task in tasks if task.assignment.state in states.assignment.invited],
        to_mark=[task for task in tasks if task.assignment.state in states.assignment.writable],
        done=[task for task in tasks if task.assignment.state in DONE],
        totals=totals,
        several=stages_queries.several(session(), (task.call.id for task in tasks)),
        name=shown_name,
        times=appointments(tasks),
        sits_on_a_panel=moderation_queries.sits_on_a_panel(session(), person_id),
        declared=assessment_queries.declared_at(session(), person_id),
    )
