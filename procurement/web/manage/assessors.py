"""Who reads what: the pool of assessors, asking several at once or for one application, taking an assignment away."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.rules.conflicts import conflict, soft_interest
from procurement.rules.dates import uk_day
from procurement.rules.invitations import InvitationStatus
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.manage.reading_pages import COLUMNS, Listed, given, listed
from procurement.web.parts.paging import Pager, pages_of
from workflows.catalogue import states
from workflows.facts import Sentence

pages = Blueprint("manage_assessors", __name__)


class RemoveForm(PageForm):
    reason = WordLimitedText(_l("Why is the assignment taken away?"), missing=_l("Give a reason"), limit=100, rows=4)


@dataclass(frozen=True)
class Cell:
    """One assessor beside one application: asked already, barred with the reason, or free."""

    assessor: assessment_queries.Assessor
    assignment: Assignment | None
    barred: Sentence | None
    interest: bool


@pages.get("/manage/assessors")
@allow(Permission.CALL_MANAGE)
def pool() -> Page:
    return render_template("manage/assessors/pool.html", people=assessment_queries.list_pool(session()))


@pages.get("/manage/calls/<ref>/assign", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assign")
@allow(Permission.PROGRESS_READ, load_stage)
def matrix(stage_row: Stage, ref: str, stage: str) -> Page:
    here, found, applicants = listed(stage_row, ".matrix"), _ready_first(stage_row), _applicants(stage_row)
    across = _across(stage_row, here, len(found))
    assessors = found[(across.number - 1) * COLUMNS : across.number * COLUMNS]
    return render_template(
        "manage/assessors/matrix.html",
        **frame(stage_row),
        answers=_answers(stage_row),
        counts=invitations_queries.counts_of(session(), [stage_row.id], uk_day(now())).get(stage_row.id),
        listed=here,
        across=across,
        table=[(row, _cells(stage_row, row, assessors, applicants)) for row in here.rows],
        assessors=assessors,
        everybody=len(found),
        columns_of=COLUMNS,
        assessing=states.entry.assessing,
        standing=assessment_queries.progress_of(session(), stage_row),
        may_assign=_may_assign(stage_row),
    )


@pages.post("/manage/calls/<ref>/assign", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/assign")
@allow(Permission.ASSIGN, load_stage)
def assign(stage_row: Stage, ref: str, stage: str) -> Page:
    pairs, stage_id, key = _pairs(request.form.getlist("pair")), stage_row.id, stage_row.key
    kept = listed(stage_row, ".matrix").kept
    made = do(lambda act: len(assessment.assign(act, stage_id, pairs)))
    flash(
        ngettext(
            "%(num)s assignment was made. We have written to the assessor.",
            "%(num)s assignments were made. We have written to the assessors.",
            made,
        ),
        "success",
    )
    return redirect(url_for(".matrix", ref=ref, stage=key, **kept), 303)


@pages.get("/manage/calls/<ref>/assign/<bid>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assign/<bid>")
@allow(Permission.BID_READ, load_entry)
def one(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    application, stage_row = entry.application, entry.stage
    row = assessment_queries.Row(
        entry,
        application.organisation,
        application.lot,
        tuple(assessment_queries.assignments_of(session(), entry.id)),
    )
    assessors = _ready_first(stage_row)
    return render_template(
        "manage/assessors/one.html",
        **frame(stage_row),
        answers=_answers(stage_row),
        row=row,
        cells=_cells(stage_row, row, assessors, _applicants(stage_row)),
        may_assign=_may_assign(stage_row) and entry.state in states.entry.assessing,
    )


@pages.get("/manage/calls/<ref>/assignments/<assignment>/remove", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_stage)
def ask_to_remove(stage_row: Stage, ref: str, assignment: str, stage: str) -> Page:
    return _removal(stage_row, assignment, RemoveForm())


@pages.post("/manage/calls/<ref>/assignments/<assignment>/remove", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_stage)
def remove(stage_row: Stage, ref: str, assignment: str, stage: str) -> Page:
    form = RemoveForm()
    found, key = _assignment(stage_row, assignment), stage_row.key
    if not form.sent():
        return _removal(stage_row, assignment, form), REFUSED
    assignment_id, reason = found.id, form.reason.data
    do(assessment.remove, assignment_id, reason)
    flash(_("The assignment was taken away."), "success")
    return redirect(url_for(".matrix", ref=ref, stage=key), 303)


def _removal(stage: Stage, ref: str, form: RemoveForm) -> str:
    return render_template(
        "manage/assessors/remove.html", **frame(stage), assignment=_assignment(stage, ref), form=form
    )


def _assignment(stage: Stage, ref: str) -> Assignment:
    found = assessment_queries.find_assignment(session(), ref)
    if found is None or found.entry.stage_id != stage.id:
        abort(404)
    return found


# who can begin at once stands first, who said no last
_ORDER = (
    InvitationStatus.ACCEPTED,
    InvitationStatus.WAITING,
    InvitationStatus.OVERDUE,
    None,
    InvitationStatus.DECLINED,
)


def _answers(stage: Stage) -> dict[int, InvitationStatus]:
    """What each person who was invited to the stage answered."""
    today, standing = uk_day(now()), invitations_queries.standing(session(), stage.id)
    return {person_id: each.status(today) for person_id, each in standing.items()}


def _ready_first(stage: Stage) -> list[assessment_queries.Assessor]:
    """Everybody with the role: those who said that they can assess the stage first, by name within each answer."""
    answers = _answers(stage)
    found = assessment_queries.list_assessors(session(), stage)
    return sorted(found, key=lambda each: _ORDER.index(answers.get(each.person.id)))


def _may_assign(stage: Stage) -> bool:
    return allowed(Permission.ASSIGN, stage) and assessment_queries.is_marking(stage.call, stage)


def _applicants(stage: Stage) -> frozenset[int]:
    return assessment_queries.applicant_ids(session(), stage.id)


def _across(stage: Stage, here: Listed, people: int) -> Pager:
    """The pages of assessors beside each other, each with the same applications."""
    last = pages_of(people, COLUMNS)

    def address(columns: int) -> str:
        return url_for(".matrix", ref=stage.call.ref, stage=stage.key, **given(here.shown, here.pager.number, columns))

    return Pager(min(here.columns, last), last, address, here.columns)


def _cells(
    stage: Stage,
    row: assessment_queries.Row,
    assessors: Sequence[assessment_queries.Assessor],
    applicants: frozenset[int],
) -> list[Cell]:
    given = {each.person_id: each for each in row.assignments}
    return [
        Cell(
            assessor=each,
            assignment=given.get(each.person.id),
            barred=conflict(each.reader, row.bid, applicants, frozenset(stage.call.authors)),
            interest=soft_interest(each.reader, row.bid),
        )
        for each in assessors
    ]


def _pairs(sent: Sequence[str]) -> set[tuple[int, int]]:
    """What the boxes say: "entry-person"; anything else is nobody's box."""
    found = set()
    for each in sent:
        entry, _dash, person = each.partition("-")
        pair = whole_number(entry), whole_number(person)
        if pair[0] is not None and pair[1] is not None:
            found.add((pair[0], pair[1]))
    return found
