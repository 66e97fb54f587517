"""A scorecard that is in, as officers see it: each time that it was submitted, and its return before the lock."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.assessment import Assignment
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.moderation import MOST_REASON
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_scorecards", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/scorecards")


class ReturnForm(PageForm):
    reason = WordLimitedText(
        _l("Why do you return it?"),
        description=_l("The assessor reads this. Say what is to be looked at again, and not which mark to give."),
        missing=_l("Give a reason"),
        limit=MOST_REASON,
        rows=4,
    )


@pages.get("/<assignment>")
@allow(Permission.ASSIGN, load_stage)
def show(stage_row: Stage, ref: str, stage: str, assignment: str) -> Page:
    return _page(stage_row, _card(stage_row, assignment), ReturnForm(formdata=None))


@pages.post("/<assignment>")
@allow(Permission.ASSIGN, load_stage)
def give_back(stage_row: Stage, ref: str, stage: str, assignment: str) -> Page:
    found, form = _card(stage_row, assignment), ReturnForm()
    if not form.sent():
        return _page(stage_row, found, form), REFUSED
    assignment_id, reason = found.id, form.reason.data or ""
    do(assessment.return_card, assignment_id, reason)
    flash(_("The scorecard is returned. Its assessor is told why."), "success")
    return redirect(url_for("manage_progress.show", ref=ref, stage=stage), 303)


def _card(stage: Stage, ref: str) -> Assignment:
    """A scorecard of the stage that is in, or was; 404 for one of which nobody has submitted anything."""
    found = assessment_queries.find_assignment(session(), ref)
    if found is None or found.entry.stage_id != stage.id:
        abort(404)
    if found.submitted_at is None and not assessment_queries.scorecards_of(session(), found.id):
        abort(404)
    return found


def _page(stage: Stage, assignment: Assignment, form: ReturnForm) -> str:
    workflow = workflows_queries.workflow_of(stage.call, "assignment")
    moves = {move.action for move in workflow.moves_from(assignment.state)}
    criteria = assessment_queries.criteria_of(session(), stage.id)
    return render_template(
        "manage/scorecards/show.html",
        **frame(stage),
        form=form,
        assignment=assignment,
        marks={mark.criterion: mark for mark in assignment.marks} if assignment.submitted_at else {},
        corrected=corrections_queries.of_card(session(), assignment.id),
        kept=assessment_queries.scorecards_of(session(), assignment.id),
        criteria=criteria,
        names={criterion.key: criterion.title for criterion in criteria},
        may_return="return" in moves
        and allowed(Permission.ASSIGN, stage)
        and assessment_queries.is_marking(stage.call, stage),
    )
