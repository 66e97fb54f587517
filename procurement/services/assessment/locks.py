"""Taking in hand what is about to change: the call first, then the rest by id."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.queries import assessment as assessment_queries
from procurement.rules.permissions import Principal
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal
from workflows.definition import Role
from workflows.facts import Sentence

ASSESSOR = frozenset({Role.ASSESSOR})


def lock_opened_application(session: Session, application_id: int) -> tuple[Call, Application]:
    """An application of an opened call, and the call, both held. Refusal 404 for what was never opened."""
    call_id = session.scalar(select(Application.call_id).where(Application.id == application_id))
    if call_id is None:
        raise Refusal(Sentence("There is no such application."), status=404)
    call = lock_call(session, call_id)
    application = session.get_one(Application, application_id, with_for_update=True, populate_existing=True)
    if not call.opened or not application.was_opened:
        raise Refusal(Sentence("There is no such application."), status=404)
    return call, application


def lock_assignment(session: Session, assignment_id: int, *, by: Principal | None = None) -> tuple[Call, Assignment]:
    """An assignment with its marks, and its call, held. With `by`, only that person's own: 404 for anybody else."""
    call_id = session.scalar(select(Assignment.call_id).where(Assignment.id == assignment_id))
    if call_id is None:
        raise Refusal(Sentence("There is no such assignment."), status=404)
    call = lock_call(session, call_id)
    session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    assignment = assessment_queries.get_marked(session, assignment_id)
    if by is not None and (assignment.person_id != by.id or not by.holds("assessor")):
        raise Refusal(Sentence("There is no such assignment."), status=404)
    return call, assignment
