"""An assessor's answer, before anything of an application is shown: accept, decline, or declare a conflict. There is
none in a call that does not run."""

from collections.abc import Collection

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.queries import assessment as assessment_queries
from procurement.rules.assessment import DECLINE_REASONS
from procurement.rules.permissions import Permission
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.assessment.locks import ASSESSOR, lock_assignment, lock_waiting
from procurement.services.refusal import Refusal, require_role, require_running
from workflows.facts import Sentence

CONFLICT_REASON = "conflict"


def accept(act: Act, assignment_id: int) -> Assignment:
    """Say yes, with no interest to declare; refused until the standing declaration was made."""
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    require_running(call.state)
    _require_declaration(act)
    facts = assessment_queries.facts(call, assignment, (), now=act.now)
    progress.move(act, assignment, call, "accept", roles=ASSESSOR, facts=facts)
    return assignment


def accept_all(act: Act, *, seen: Collection[int]) -> list[Assignment]:
    """Say yes to everything that waits for an answer, each as if it had been accepted alone: all of it or nothing.

    `seen` are the ids that the page listed. Refusal where something else waits by now, where nothing does, and until
    the standing declaration was made: nobody accepts, or leaves out, what they did not see.
    """
    require_role(act.by, Permission.ASSESSOR_HOME)
    waiting = lock_waiting(act.session, act.by)
    _require_declaration(act)
    if {each.id for each in waiting} != set(seen):
        raise Refusal(Sentence("What waits for your answer has changed. Read the list again."))
    if not waiting:
        raise Refusal(Sentence("Nothing waits for your answer."))
    for each in waiting:
        call = each.entry.stage.call
        facts = assessment_queries.facts(call, each, (), now=act.now)
        progress.move(act, each, call, "accept", roles=ASSESSOR, facts=facts)
    return waiting


def decline(act: Act, assignment_id: int, reason_code: str, explanation: str) -> Assignment:
    """Say no, with a coded reason; `other` needs explanation."""
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    require_running(call.state)
    if reason_code not in DECLINE_REASONS:
        raise Refusal(Sentence("Choose one of the reasons."))
    if reason_code == "other" and not explanation.strip():
        raise Refusal(Sentence("Give a reason."))
    said = str(DECLINE_REASONS[reason_code])
    reason = f"{said}: {explanation.strip()}" if explanation.strip() else f"{said}."
    facts = assessment_queries.facts(call, assignment, (), now=act.now, reason=reason)
    progress.move(act, assignment, call, "decline", roles=ASSESSOR, facts=facts, data={"code": reason_code})
    assignment.reason_code, assignment.reason = reason_code, explanation.strip()
    return assignment


def declare_conflict(act: Act, assignment_id: int, explanation: str) -> Assignment:
    """Declare an interest in an applicant, also late: from here on nothing that it sent to this call is there for this
    person, whatever of it they were asked to read and have not submitted."""
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    require_running(call.state)
    organisation_id = act.session.get_one(Application, assignment.application_id).organisation_id
    others = assessment_queries.live_with(act.session, assignment.person_id, [organisation_id])
    end_for_interest(act, assignment_id, explanation)
    for call_id, other_id in others:
        if call_id == call.id and other_id != assignment_id:
            end_for_interest(act, other_id, explanation)
    return assignment


def end_for_interest(act: Act, assignment_id: int, explanation: str) -> None:
    """Take one assignment from whoever declared an interest in its applicant."""
    call, assignment = lock_assignment(act.session, assignment_id, by=act.by)
    facts = assessment_queries.facts(call, assignment, (), now=act.now, reason=explanation)
    progress.move(act, assignment, call, "declare_conflict", roles=ASSESSOR, facts=facts)
    assignment.reason_code, assignment.reason = CONFLICT_REASON, explanation.strip()


def _require_declaration(act: Act) -> None:
    if assessment_queries.declared_at(act.session, act.by.id or 0) is None:
        raise Refusal(Sentence("Declare your interests first, or state that you have none."))
