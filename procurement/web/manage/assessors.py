"""Who reads what: the pool of assessors, asking several at once or for one application, taking an assignment away."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.queries import assessment as assessment_queries
from procurement.rules.conflicts import conflict, soft_interest
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.manage.loading import load_bid, load_call
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


@pages.get("/manage/calls/<ref>/assign")
@allow(Permission.PROGRESS_READ, load_call)
def matrix(call: Call, ref: str) -> Page:
    rows = assessment_queries.table_of(session(), call.id)
    assessors, applicants = assessment_queries.list_assessors(session(), call.id), _applicants(call)
    return render_template(
        "manage/assessors/matrix.html",
        call=call,
        table=[(row, _cells(call, row, assessors, applicants)) for row in rows],
        assessors=assessors,
        standing=assessment_queries.progress_of(session(), call),
        may_assign=allowed(Permission.ASSIGN, call) and call.state in states.call.assessing,
    )


@pages.post("/manage/calls/<ref>/assign")
@allow(Permission.ASSIGN, load_call)
def assign(call: Call, ref: str) -> Page:
    pairs, call_id = _pairs(request.form.getlist("pair")), call.id
    made = do(lambda act: len(assessment.assign(act, call_id, pairs)))
    flash(
        ngettext(
            "%(num)s assignment was made. We have written to the assessor.",
            "%(num)s assignments were made. We have written to the assessors.",
            made,
        ),
        "success",
    )
    return redirect(url_for(".matrix", ref=ref), 303)


@pages.get("/manage/calls/<ref>/assign/<bid>")
@allow(Permission.BID_READ, load_bid)
def one(application: Application, ref: str, bid: str) -> Page:
    call = application.call
    row = assessment_queries.Row(
        application,
        application.organisation,
        application.lot,
        tuple(assessment_queries.assignments_of(session(), application.id)),
    )
    return render_template(
        "manage/assessors/one.html",
        call=call,
        row=row,
        cells=_cells(call, row, assessment_queries.list_assessors(session(), call.id), _applicants(call)),
        may_assign=allowed(Permission.ASSIGN, call)
        and call.state in states.call.assessing
        and application.state in states.application.assessing,
    )


@pages.get("/manage/calls/<ref>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_call)
def ask_to_remove(call: Call, ref: str, assignment: str) -> Page:
    return _removal(call, assignment, RemoveForm())


@pages.post("/manage/calls/<ref>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_call)
def remove(call: Call, ref: str, assignment: str) -> Page:
    form = RemoveForm()
    found = _assignment(call, assignment)
    if not form.sent():
        return _removal(call, assignment, form), REFUSED
    assignment_id, reason = found.id, form.reason.data
    do(assessment.remove, assignment_id, reason)
    flash(_("The assignment was taken away."), "success")
    return redirect(url_for(".matrix", ref=ref), 303)


def _removal(call: Call, ref: str, form: RemoveForm) -> str:
    return render_template("manage/assessors/remove.html", call=call, assignment=_assignment(call, ref), form=form)


def _assignment(call: Call, ref: str) -> Assignment:
    found = assessment_queries.find_assignment(session(), ref)
    if found is None or found.call_id != call.id:
        abort(404)
    return found


def _applicants(call: Call) -> frozenset[int]:
    return frozenset(firm.id for firm in assessment_queries.applicants_of(session(), call.id))


def _cells(
    call: Call,
    row: assessment_queries.Row,
    assessors: Sequence[assessment_queries.Assessor],
    applicants: frozenset[int],
) -> list[Cell]:
    given = {each.person_id: each for each in row.assignments}
    return [
        Cell(
            assessor=each,
            assignment=given.get(each.person.id),
            barred=conflict(each.reader, row.bid, applicants, frozenset(call.authors)),
            interest=soft_interest(each.reader, row.bid),
        )
        for each in assessors
    ]


def _pairs(sent: Sequence[str]) -> set[tuple[int, int]]:
    """What the boxes say: "application-person"; anything else is nobody's box."""
    found = set()
    for each in sent:
        application, _dash, person = each.partition("-")
        pair = whole_number(application), whole_number(person)
        if pair[0] is not None and pair[1] is not None:
            found.add((pair[0], pair[1]))
    return found
