"""Returning a scorecard before the marks are locked. What was submitted is kept, each time that it was."""

from sqlalchemy import func, select

from procurement.models.assessment import Assignment, Scorecard
from procurement.queries import assessment as assessment_queries
from procurement.rules.ledger import digest
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_assignment
from procurement.services.assessment.mark_lock import card_of
from procurement.services.refusal import require_running


def return_card(act: Act, assignment_id: int, reason: str) -> Assignment:
    """Give a submitted scorecard back to its assessor, with the reason that they read, by an officer.

    It stays as it was submitted beside what will be submitted next.
    """
    call, assignment = lock_assignment(act.session, assignment_id)
    require_running(call.state)
    if assignment.submitted_at is not None and not _is_kept(act, assignment):
        keep_card(act, assignment)  # one from before each submission was kept
    facts = assessment_queries.facts(call, assignment, (), now=act.now, reason=reason.strip())
    progress.move(act, assignment, call, "return", roles=act.by.workflow_roles(), facts=facts)
    assignment.version += 1
    return assignment


def keep_card(act: Act, assignment: Assignment) -> Scorecard:
    """Keep a scorecard as it was submitted; its marks are loaded."""
    assert assignment.submitted_at is not None  # noqa: S101  (it is in)
    last = act.session.scalar(select(func.max(Scorecard.number)).where(Scorecard.assignment_id == assignment.id))
    marks = sorted(assignment.marks, key=lambda mark: mark.criterion)
    card = Scorecard(
        assignment_id=assignment.id,
        number=(last or 0) + 1,
        content={
            "marks": [{"criterion": each.criterion, "mark": each.mark, "comment": each.comment} for each in marks]
        },
        digest=digest(card_of(assignment)),
        submitted_at=assignment.submitted_at,
    )
    act.session.add(card)
    act.session.flush()
    return card


def _is_kept(act: Act, assignment: Assignment) -> bool:
    """Whether the submission that stands was kept when it was made."""
    asked = select(func.count()).where(
        Scorecard.assignment_id == assignment.id, Scorecard.submitted_at == assignment.submitted_at
    )
    return bool(act.session.scalar(asked))
