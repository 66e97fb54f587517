"""Reading and marking on one page: the answer beside its criterion, saved as one goes, handed in once."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.assessment import Assignment, Mark
from procurement.models.stages import Criterion
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.assessment import LEAST_WORDS, MOST_COMMENT, MOST_NOTE, explained, named_in
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.ports import FileMissing, VaultRefused
from procurement.rules.questions import by_section
from procurement.services import assessment
from procurement.services.assessment.dossiers import dossier_of, open_dossier_file
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.assess.assignments import load
from procurement.web.assess.naming import shown_name
from procurement.web.assess.times import time_of
from procurement.web.assess.walking import is_done, mark_of, switch_of, walk_of
from procurement.web.context import do, now, ports, principal, session
from procurement.web.errors import problem
from procurement.web.filters import listed, uk_time
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, VersionField, WordLimitedText
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("assess_scorecards", __name__)
ASSESSOR_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class MarkForm(PageForm):
    mark = ChoiceField(_l("Your mark"), coerce=int)
    comment = WordLimitedText(
        _l("Comment to the applicant"),
        limit=MOST_COMMENT,
        least=LEAST_WORDS,
        rows=8,
        savable=True,
    )
    note = WordLimitedText(
        _l("Private note"), description=_l("Only you read it."), limit=MOST_NOTE, rows=3, savable=True
    )
    version = VersionField()


@pages.get("/assess/assignments/<ref>/mark")
@allow(Permission.DOSSIER_READ, load)
def begin(assignment: Assignment, ref: str) -> Page:
    """To the first criterion that is not done; to the whole when all are."""
    marks = _marks(assignment)
    for row in assessment_queries.criteria_of(session(), assignment.entry.stage_id):
        if not is_done(marks.get(row.key)):
            return redirect(url_for(".criterion", ref=ref, key=row.key), 303)
    return redirect(url_for(".check", ref=ref), 303)


@pages.get("/assess/assignments/<ref>/criteria/<key>")
@allow(Permission.DOSSIER_READ, load)
def criterion(assignment: Assignment, ref: str, key: str) -> Page:
    rows = assessment_queries.criteria_of(session(), assignment.entry.stage_id)
    row = _row(rows, key)
    return _page(assignment, rows, row, _filled(assignment, row, _marks(assignment).get(key)))


@pages.post("/assess/assignments/<ref>/criteria/<key>")
@allow(Permission.DOSSIER_MARK, load)
def save(assignment: Assignment, ref: str, key: str) -> Page:
    rows = assessment_queries.criteria_of(session(), assignment.entry.stage_id)
    row = _row(rows, key)
    form, walk = _offered(assignment, row, MarkForm()), walk_of(assignment, rows, row)
    if not form.sent():
        return _page(assignment, rows, row, form), REFUSED
    assignment_id, mark, comment, note = assignment.id, form.mark.data, form.comment.data or "", form.note.data or ""
    version = form.version.data or 0
    do(assessment.save_mark, assignment_id, key, mark=mark, comment=comment, note=note, version=version)
    if "next" not in request.form:
        return redirect(walk.steps[walk.place].href, 303)
    return redirect(walk.following.href if walk.following else walk.end, 303)


@pages.post("/assess/assignments/<ref>/criteria/<key>/autosave")
@allow(Permission.DOSSIER_MARK, load)
def autosave(assignment: Assignment, ref: str, key: str) -> Page:
    """One field, as the page's script sends it; what the Save button does without script."""
    sent, assignment_id = request.form, assignment.id
    version = whole_number(sent.get("version", "")) or 0
    try:
        saved = do(
            assessment.save_field, assignment_id, key, sent.get("field", ""), sent.get("value", ""), version=version
        )
    except Stale as stale:
        return problem(409, str(stale))
    except Refusal as refused:
        return problem(refused.status, str(refused))
    return jsonify(version=saved.version, saved_at=uk_time(saved.saved_at))


@pages.get("/assess/assignments/<ref>/application")
@allow(Permission.DOSSIER_READ, load)
def whole(assignment: Assignment, ref: str) -> Page:
    dossier = dossier_of(session(), ports(), assignment)
    return render_template(
        "assess/scorecards/whole.html",
        ref=ref,
        call=assignment.entry.stage.call,
        **_money(assignment),
        dossier=dossier,
        sections=by_section(dossier.answers),
    )


@pages.get("/assess/assignments/<ref>/files/<int:number>")
@allow(Permission.DOSSIER_READ, load)
def file(assignment: Assignment, ref: str, number: int) -> Page:
    found = dossier_of(session(), ports(), assignment).file(number)
    if found is None:
        abort(404)
    try:
        content = open_dossier_file(session(), ports(), assignment.entry, number)
    except (FileMissing, VaultRefused):
        abort(404)
    return attachment(content, found.filename, found.media_type, found.size)


@pages.get("/assess/assignments/<ref>/check")
@allow(Permission.DOSSIER_READ, load)
def check(assignment: Assignment, ref: str) -> Page:
    rows, marks = assessment_queries.criteria_of(session(), assignment.entry.stage_id), _marks(assignment)
    dossier = dossier_of(session(), ports(), assignment)
    return render_template(
        "assess/scorecards/check.html",
        ref=ref,
        call=assignment.entry.stage.call,
        assignment=assignment,
        dossier=dossier,
        rows=[(row, marks.get(row.key)) for row in rows],
        missing=_problems(assignment, rows, marks, ref),
        named=_named(assignment, rows, marks, ref),
        time=time_of(assignment),
        others=_others(assignment),
        corrected=corrections_queries.of_card(session(), assignment.id),
        letters=ASSESSOR_LETTERS,
        over=not assessment_queries.is_marking(assignment.entry.stage.call, assignment.entry.stage),
    )


@pages.post("/assess/assignments/<ref>/check")
@allow(Permission.DOSSIER_MARK, load)
def submit(assignment: Assignment, ref: str) -> Page:
    assignment_id = assignment.id
    do(assessment.submit_card, assignment_id)
    return redirect(url_for(".submitted", ref=ref), 303)


@pages.get("/assess/assignments/<ref>/submitted")
@allow(Permission.DOSSIER_READ, load)
def submitted(assignment: Assignment, ref: str) -> Page:
    if assignment.state not in states.assignment.handed_in:
        return redirect(url_for(".check", ref=ref), 303)
    tasks = assessment_queries.queue_of(session(), principal(), now())
    of_stage, of_call = assignment.entry.stage_id, assignment.call_id
    due = [task for task in tasks if task.assignment.state in states.assignment.due]
    left = [task for task in due if task.call.id == of_call]
    here = [
        task
        for task in tasks
        if task.stage.id == assignment.entry.stage_id and task.assignment.state in states.assignment.reading
    ]
    return render_template(
        "assess/scorecards/submitted.html",
        ref=ref,
        assignment=assignment,
        call=assignment.entry.stage.call,
        left=left,
        elsewhere=len(due) - len(left),
        following=min(left, key=lambda task: task.stage.id != of_stage, default=None),  # of this stage first
        name=shown_name,
        done=sum(1 for task in here if task.assignment.state in states.assignment.handed_in),
        total=len(here),
    )


# parts


def _marks(assignment: Assignment) -> dict[str, Mark]:
    return {mark.criterion: mark for mark in assignment.marks}


def _row(rows: Sequence[Criterion], key: str) -> Criterion:
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        abort(404)
    return found


def _money(assignment: Assignment) -> dict[str, Any]:
    """What may be spent in the lot that is applied for, in this stage."""
    entry = assignment.entry
    return {
        "money": assessment_queries.money_of(session(), entry.stage_id, entry.application.lot_id),
        "several_lots": len(calls_queries.lots_of(session(), entry.call_id)) > 1,
    }


def _offered(assignment: Assignment, row: Criterion, form: MarkForm) -> MarkForm:
    """With the marks that can be given, and with what becomes of the comment."""
    form.comment.description = (
        _(
            "The reason that the applicant reads is written from it. Say what in the answer earned this mark. Do not "
            "name yourself."
        )
        if assignment.entry.stage.reasons == decisions_queries.REQUIRED
        else _("They read it with the outcome. Say what in the answer earned this mark. Do not name yourself.")
    )
    form.mark.choices = [(mark, f"{mark} – {words}") for mark, words in sorted(enumerate(row.words), reverse=True)]
    return form


def _filled(assignment: Assignment, row: Criterion, mark: Mark | None) -> MarkForm:
    data = (
        {"version": 0}
        if mark is None
        else {
            "mark": mark.mark,
            "comment": mark.comment,
            "note": mark.note,
            "version": mark.version,
        }
    )
    return _offered(assignment, row, MarkForm(formdata=None, data=data))


def _others(assignment: Assignment) -> list[tuple[str, dict[str, Mark]]]:
    """The others' marks under letters, once the own scorecard is in and where the stage says so."""
    shown = assignment.entry.stage.other_marks
    own_in = assignment.state in states.assignment.handed_in
    if shown == "never" or (shown == "after_own" and not own_in):
        return []
    others = assessment_queries.others_of(session(), assignment)
    return [(ASSESSOR_LETTERS[place % len(ASSESSOR_LETTERS)], _marks(each)) for place, each in enumerate(others)]


def _problems(
    assignment: Assignment, rows: Sequence[Criterion], marks: dict[str, Mark], ref: str
) -> list[tuple[str, str]]:
    if assignment.state not in states.assignment.writable:
        return []
    found = []
    for row in rows:
        mark, href = marks.get(row.key), url_for(".criterion", ref=ref, key=row.key)
        if mark is None or mark.mark is None:
            found.append((_("“%(name)s” has no mark yet", name=row.title), href))
        if mark is None or not explained(mark.comment):
            found.append(
                (_("The comment on “%(name)s” has fewer than %(least)s words", name=row.title, least=LEAST_WORDS), href)
            )
    return found


def _named(
    assignment: Assignment, rows: Sequence[Criterion], marks: dict[str, Mark], ref: str
) -> list[tuple[str, str]]:
    """Which comments name an assessor or an address, though the applicant is to know nobody; nothing once handed in."""
    if assignment.state not in states.assignment.writable:
        return []
    names = assessment_queries.names_beside(session(), assignment.entry.stage, assignment.person_id)
    return [
        (
            _("The comment on “%(name)s” names %(who)s", name=row.title, who=listed(found)),
            url_for(".criterion", ref=ref, key=row.key),
        )
        for row in rows
        if row.key in marks and (found := named_in(marks[row.key].comment, names))
    ]


def _page(assignment: Assignment, rows: Sequence[Criterion], row: Criterion, form: MarkForm) -> str:
    walk = walk_of(assignment, rows, row)
    dossier = dossier_of(session(), ports(), assignment)
    mark = mark_of(assignment, row.key)
    return render_template(
        "assess/scorecards/criterion.html",
        ref=assignment.ref,
        call=assignment.entry.stage.call,
        **_money(assignment),
        dossier=dossier,
        answers=dossier.for_criterion(row.key),
        direct=any(answer.criterion == row.key for answer in dossier.answers),
        criterion=row,
        rows=rows,
        place=rows.index(row),
        walk=walk,
        switch=switch_of(walk, walk.steps[walk.place].href),
        form=form,
        mark=mark,
        saved=_("Saved at %(time)s", time=uk_time(mark.saved_at)) if mark is not None else "",
        writable=assignment.state in states.assignment.writable
        and assessment_queries.is_marking(assignment.entry.stage.call, assignment.entry.stage),
        others=[(letter, each.get(row.key)) for letter, each in _others(assignment)],
        corrected=corrections_queries.of_card(session(), assignment.id),
        time=time_of(assignment),
    )
