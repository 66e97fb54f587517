"""An assessor's answer, before anything of an application is shown: accept, decline, or declare a conflict."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.assessment import Assignment
from procurement.queries import assessment as find
from procurement.rules.assessment import DECLINE_REASONS
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import progress
from procurement.services.assessment.taking import ASSESSOR, take_assignment
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

CONFLICT = "conflict"


def accept(session: Session, ports: Ports, assignment_id: int, *, by: Principal, now: datetime) -> Assignment:
    """Say yes, with no interest to declare; refused until the standing declaration was made."""
    call, assignment = take_assignment(session, assignment_id, by=by)
    if find.declared_at(session, assignment.person_id) is None:
        raise Refusal(Sentence("Declare your interests first, or state that you have none."))
    facts = find.facts(call, assignment, (), now=now)
    progress.move(session, ports, assignment, call, "accept", by=by, roles=ASSESSOR, facts=facts, now=now)
    return assignment


def decline(
    session: Session, ports: Ports, assignment_id: int, reason_code: str, words: str, *, by: Principal, now: datetime
) -> Assignment:
    """Say no, with a coded reason; `other` needs words."""
    call, assignment = take_assignment(session, assignment_id, by=by)
    if reason_code not in DECLINE_REASONS:
        raise Refusal(Sentence("Choose one of the reasons."))
    if reason_code == "other" and not words.strip():
        raise Refusal(Sentence("Give a reason."))
    said = str(DECLINE_REASONS[reason_code])
    reason = f"{said}: {words.strip()}" if words.strip() else f"{said}."
    facts = find.facts(call, assignment, (), now=now, reason=reason)
    progress.move(
        session,
        ports,
        assignment,
        call,
        "decline",
        by=by,
        roles=ASSESSOR,
        facts=facts,
        now=now,
        data={"code": reason_code},
    )
    assignment.reason_code, assignment.reason = reason_code, words.strip()
    return assignment


def declare_conflict(
    session: Session, ports: Ports, assignment_id: int, words: str, *, by: Principal, now: datetime
) -> Assignment:
    """Declare an interest in this application, also late: from here on it is not there for this person."""
    call, assignment = take_assignment(session, assignment_id, by=by)
    facts = find.facts(call, assignment, (), now=now, reason=words)
    progress.move(session, ports, assignment, call, "declare_conflict", by=by, roles=ASSESSOR, facts=facts, now=now)
    assignment.reason_code, assignment.reason = CONFLICT, words.strip()
    return assignment
