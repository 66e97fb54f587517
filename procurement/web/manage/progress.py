"""How far the assessment is: who is in, who is late, reminders, and the end of the marking."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import slots as slots_queries
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.manage.loading import frame, load_stage
from procurement.web.manage.reading_pages import listed
from workflows.catalogue import states

pages = Blueprint("manage_progress", __name__)


@pages.get("/manage/calls/<ref>/progress", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/progress")
@allow(Permission.PROGRESS_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    here = listed(stage_row, ".show")
    marking = [one.id for row in here.rows for one in row.assignments if one.state in states.assignment.marking]
    today = uk_day(now())
    people = [line for line in assessment_queries.readers_of(session(), stage_row.id) if line.due or line.done]
    return render_template(
        "manage/progress/show.html",
        **frame(stage_row),
        listed=here,
        people=people,
        reminded={line.person_id for line in people if line.reminded is not None and uk_day(line.reminded) == today},
        standing=assessment_queries.progress_of(session(), stage_row),
        missed=slots_queries.missed_ids(session(), stage_row.id) if stage_row.presents else frozenset(),
        unnoted=slots_queries.attendance_missing(session(), stage_row),
        total=assessment_queries.criteria_counts(session(), [stage_row.id]).get(stage_row.id, 0),
        finished=assessment_queries.finished_of(session(), marking),
        late=stage_row.assess_by is not None and stage_row.assess_by <= now(),
        may_act=allowed(Permission.ASSIGN, stage_row) and assessment_queries.is_marking(stage_row.call, stage_row),
    )


@pages.post("/manage/calls/<ref>/progress/remind", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/progress/remind")
@allow(Permission.ASSIGN, load_stage)
def remind(stage_row: Stage, ref: str, stage: str) -> Page:
    sent, stage_id, key = request.form.get("person", ""), stage_row.id, stage_row.key
    person_id = whole_number(sent)
    chosen = ([] if person_id is None else [person_id]) if sent else None
    count = do(assessment.remind, stage_id, chosen)
    if count:
        flash(ngettext("%(num)s assessor was reminded.", "%(num)s assessors were reminded.", count), "success")
    else:
        flash(_("Nobody was reminded: everybody concerned has been reminded today, or has nothing left to mark."))
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.post("/manage/calls/<ref>/progress/lock", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/progress/lock")
@allow(Permission.ASSIGN, load_stage)
def lock(stage_row: Stage, ref: str, stage: str) -> Page:
    stage_id, key = stage_row.id, stage_row.key
    do(assessment.lock_marks, stage_id)
    flash(_("The marks are locked. Nobody can change them any more."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)
