"""Marking: each mark is saved by itself over the version that was seen, and a submitted scorecard never changes."""

from dataclasses import dataclass
from datetime import datetime

from procurement.models.assessment import Assignment, Mark, MarkVersion
from procurement.models.calls import Call
from procurement.models.stages import Criterion
from procurement.queries import assessment as assessment_queries
from procurement.rules.numbers import whole_number
from procurement.rules.questions import normalise
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.assessment.locks import ASSESSOR, lock_assignment
from procurement.services.assessment.returning import keep_card
from procurement.services.refusal import Refusal, Stale
from workflows.catalogue import states
from workflows.facts import Sentence

MARK_FIELDS = ("mark", "comment", "note")
LONGEST_COMMENT = 20_000  # characters of a comment or note; the word limits are far below


@dataclass(frozen=True)
class Saved:
    """How a mark stands after it was saved; `version` is the one to save over next."""

    version: int
    saved_at: datetime


def save_mark(
    act: Act, assignment_id: int, criterion: str, *, mark: int | None, comment: str, note: str, version: int
) -> Saved:
    """Keep a mark with its comment to the applicant and the private note, complete or not.

    `version` is that of the mark which was on the page (0: none yet); Stale with both texts when another window saved
    something else since. Refusal 409 once the scorecard was submitted or the marks are locked.
    """
    call, assignment, row, scale = _writable(act, assignment_id, criterion)
    comment, note = _text(comment), _text(note)
    if mark is not None and not 0 <= mark <= scale.top:
        raise Refusal(Sentence("Choose one of the marks from 0 to %(top)s.", top=scale.top))
    if row is not None and (row.mark, row.comment, row.note) == (mark, comment, note):
        return Saved(row.version, row.saved_at)
    if version != (0 if row is None else row.version):
        raise _stale(row, mark, comment, note)
    return _write(act, call, assignment, row, criterion, mark, comment, note)


def save_field(act: Act, assignment_id: int, criterion: str, field: str, value: str, *, version: int) -> Saved:
    """Keep one field of a mark, as an autosave sends it; the others stay as they are. Raises as `save_mark`."""
    call, assignment, row, scale = _writable(act, assignment_id, criterion)
    now_so = (None, "", "") if row is None else (row.mark, row.comment, row.note)
    values: dict[str, int | str | None] = dict(zip(MARK_FIELDS, now_so, strict=True))
    if field == "mark":
        chosen = whole_number(value)
        if value and (chosen is None or chosen > scale.top):
            raise Refusal(Sentence("Choose one of the marks from 0 to %(top)s.", top=scale.top))
        values["mark"] = chosen
    elif field in MARK_FIELDS:
        values[field] = _text(value)
    else:
        raise Refusal(Sentence("There is no such field."), status=404)
    mark, comment, note = values["mark"], values["comment"], values["note"]
    assert (mark is None or isinstance(mark, int)) and isinstance(comment, str) and isinstance(note, str)  # noqa: PT018, S101
    if row is not None and (row.mark, row.comment, row.note) == (mark, comment, note):
        return Saved(row.version, row.saved_at)
    if version != (0 if row is None else row.version):
        raise _stale(row, mark, comment, note)
    return _write(act, call, assignment, row, criterion, mark, comment, note)


def submit_card(act: Act, assignment_id: int) -> Assignment:
    """Hand the scorecard in: every criterion has a mark and a comment. It does not change unless an officer returns it.

    It is kept as it is now. Pressing twice is one submission.
    """
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    if assignment.state in states.assignment.submitted:
        return assignment
    criteria = [row.key for row in assessment_queries.criteria_of(act.session, assignment.entry.stage_id)]
    facts = assessment_queries.facts(call, assignment, criteria, now=act.now)
    progress.move(act, assignment, call, "submit", roles=ASSESSOR, facts=facts, data={"version": assignment.version})
    keep_card(act, assignment)
    return assignment


def _writable(act: Act, assignment_id: int, criterion: str) -> tuple[Call, Assignment, Mark | None, Criterion]:
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    if assignment.state in states.assignment.handed_in:
        raise Refusal(Sentence("You have submitted this scorecard. A submitted scorecard does not change."))
    if assignment.state not in states.assignment.writable:
        raise Refusal(Sentence("There is no such assignment."), status=404)
    if not assessment_queries.is_marking(call, assignment.entry.stage):
        raise Refusal(Sentence("The marks for this call are locked. Marking has ended."))
    scale = next(
        (row for row in assessment_queries.criteria_of(act.session, assignment.entry.stage_id) if row.key == criterion),
        None,
    )
    if scale is None:
        raise Refusal(Sentence("There is no such criterion."), status=404)
    return call, assignment, next((row for row in assignment.marks if row.criterion == criterion), None), scale


def _write(
    act: Act,
    call: Call,
    assignment: Assignment,
    row: Mark | None,
    criterion: str,
    mark: int | None,
    comment: str,
    note: str,
) -> Saved:
    """Put a mark in the place of an old one, which is kept."""
    if assignment.state in states.assignment.unbegun:
        facts = assessment_queries.facts(call, assignment, (), now=act.now)
        progress.move(act, assignment, call, "begin", roles=ASSESSOR, facts=facts)
    if row is None:
        row = Mark(assignment_id=assignment.id, criterion=criterion, version=0)
        act.session.add(row)
    else:
        act.session.add(
            MarkVersion(
                assignment_id=assignment.id,
                criterion=criterion,
                version=row.version,
                mark=row.mark,
                comment=row.comment,
                note=row.note,
                saved_at=row.saved_at,
            )
        )
    row.mark, row.comment, row.note, row.saved_at = mark, comment, note, act.now
    row.version += 1
    assignment.version += 1
    act.session.flush()
    return Saved(row.version, act.now)


def _stale(row: Mark | None, mark: int | None, comment: str, note: str) -> Stale:
    theirs = (
        {"mark": "", "comment": "", "note": ""}
        if row is None
        else {
            "mark": _shown(row.mark),
            "comment": row.comment,
            "note": row.note,
        }
    )
    yours = {"mark": _shown(mark), "comment": comment, "note": note}
    differing = [name for name in MARK_FIELDS if yours[name] != theirs[name]]
    return Stale(
        yours={name: yours[name] for name in differing},
        theirs={name: theirs[name] for name in differing},
        version=0 if row is None else row.version,
    )


def _shown(mark: int | None) -> str:
    return "" if mark is None else str(mark)


def _text(value: str) -> str:
    text = normalise(value).strip()
    if len(text) > LONGEST_COMMENT:
        raise Refusal(Sentence("A text is longer than %(most)s characters. Shorten it.", most=LONGEST_COMMENT))
    return text
