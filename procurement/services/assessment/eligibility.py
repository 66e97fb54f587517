"""Who is in: eligible by an officer with a reason, ineligible only when an approver agrees."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries
from procurement.rules.permissions import Permission, Principal
from procurement.rules.statuses import Outcome
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_opened_application
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.facts import Facts, Sentence

WAITS = Sentence("Somebody has proposed to find this application ineligible. That must be approved or sent back first.")


def find_eligible(act: Act, application_id: int, reason: str) -> Application:
    """Take an application into the assessment, with the reason that the record keeps."""
    call, application = lock_opened_application(act.session, application_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    if opening_queries.find_proposal(act.session, application.id) is not None:
        raise Refusal(WAITS)
    facts = _facts(call, application, by=act.by, now=act.now, reason=reason)
    progress.move(act, application, call, "find_eligible", roles=act.by.workflow_roles(), facts=facts)
    application.eligibility_reason = reason.strip()
    return application


def propose_ineligible(act: Act, application_id: int, reason: str) -> Decision:
    """Propose to leave an application out. Nothing is decided, and nobody told, before an approver agrees."""
    call, application = lock_opened_application(act.session, application_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    if application.state not in states.application.checking or call.state not in states.call.checking:
        raise Refusal(Sentence("Whether this application is eligible has been decided."))
    if opening_queries.find_proposal(act.session, application.id) is not None:
        raise Refusal(WAITS)
    proposal = Decision(
        call_id=call.id,
        application_id=application.id,
        outcome=Outcome.INELIGIBLE,
        reason=reason.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(proposal)
    act.session.flush()
    record(
        act,
        "application.propose_ineligible",
        "application",
        application.id,
        call_id=call.id,
        data={"decision": proposal.id},
        note=proposal.reason,
    )
    return proposal


def withdraw_proposal(act: Act, application_id: int) -> Application:
    """An officer takes a proposal back; without one nothing happens."""
    call, application = lock_opened_application(act.session, application_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    proposal = opening_queries.find_proposal(act.session, application.id)
    if proposal is not None and proposal.approved_at is None:
        proposal.superseded_at = act.now
        record(
            act,
            "application.withdraw_ineligible",
            "application",
            application.id,
            call_id=call.id,
            data={"decision": proposal.id},
        )
    return application


def send_back_ineligible(act: Act, application_id: int, reason: str) -> Application:
    """An approver does not agree: the officers decide anew, and the record keeps why."""
    call, application = lock_opened_application(act.session, application_id)
    require_role(act.by, Permission.ELIGIBILITY_APPROVE)
    proposal = _proposal(act.session, application)
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    proposal.superseded_at = act.now
    record(
        act,
        "application.send_back_ineligible",
        "application",
        application.id,
        call_id=call.id,
        data={"decision": proposal.id},
        note=reason.strip(),
    )
    return application


def approve_ineligible(act: Act, application_id: int, *, seen: int) -> Application:
    """A second person agrees: the application is out, and its team gets the letter with the reason.

    `seen` is the id of the proposal that the approver read, since nobody approves what they have not seen.
    """
    call, application = lock_opened_application(act.session, application_id)
    require_role(act.by, Permission.ELIGIBILITY_APPROVE)
    proposal = _proposal(act.session, application)
    if proposal.id != seen:
        raise Refusal(Sentence("The proposal was changed after you opened this page. Read it again."))
    facts = replace(
        _facts(call, application, by=act.by, now=act.now, reason=proposal.reason),
        authors=frozenset({proposal.proposed_by}),
    )
    application.eligibility_reason = proposal.reason
    progress.move(
        act,
        application,
        call,
        "find_ineligible",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"decision": proposal.id},
    )
    proposal.approved_by, proposal.approved_at = act.by.id, act.now
    return application


def begin_assessment(act: Act, call_id: int) -> Call:
    """From here on assessors can be asked; refused while any application is undecided."""
    call = lock_call(act.session, call_id)
    facts = replace(
        calls_queries.facts(act.session, call, by=act.by, now=act.now),
        undecided=opening_queries.undecided(act.session, call.id),
    )
    progress.move(act, call, call, "begin_assessment", roles=act.by.workflow_roles(), facts=facts)
    return call


def _proposal(session: Session, application: Application) -> Decision:
    proposal = opening_queries.find_proposal(session, application.id)
    if proposal is None or proposal.approved_at is not None:
        raise Refusal(Sentence("There is no proposal to decide on."))
    return proposal


def _facts(call: Call, application: Application, *, by: Principal, now: datetime, reason: str) -> Facts:
    return replace(applications_queries.facts(call, application, now=now, actor=by.id), reason=reason)
