"""Starting an application, or coming back to the one that was started."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Lot
from procurement.queries import installation
from procurement.queries.applications import find_started, questions_of
from procurement.queries.workflows import workflow_of
from procurement.rules import questions as rules
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.references import BYTES_NEEDED, application_reference
from procurement.services import progress
from procurement.services.applications.taking import WRITERS, require_open, take_call
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

STAFF_OF_CALLS = frozenset({"officer", "approver", "assessor", "auditor"})


def start(
    session: Session, ports: Ports, call_id: int, lot_id: int, organisation_id: int, *, by: Principal, now: datetime
) -> Application:
    """The organisation's application to a lot: a new draft, or the one that is there, also after the call has closed.

    Refusal: 403 for staff of calls and for team members who may not write, 409 before the call opens, 410 after it
    has closed.
    """
    call = take_call(session, call_id)
    lot = session.get(Lot, lot_id)
    if lot is None or lot.call_id != call.id:
        raise Refusal(Sentence("Choose a lot of this call."))
    if by.roles & STAFF_OF_CALLS:
        raise Refusal(Sentence("People who work on calls or assess them cannot apply."), status=403)
    if by.teams.get(organisation_id) not in WRITERS:
        raise Refusal(Sentence("Only the lead and the editors of an organisation can apply for it."), status=403)
    if (started := find_started(session, lot.id, organisation_id)) is not None:
        return started
    require_open(call, now)
    prefix = installation.settings(session, now.date())["application_prefix"]
    application = Application(
        ref=application_reference(prefix, ports.chance.bytes(BYTES_NEEDED)),
        call_id=call.id,
        lot_id=lot.id,
        organisation_id=organisation_id,
        state=workflow_of(call, "application").start.key,
        missing=list(rules.missing(questions_of(session, call.id), {})),
        created_at=now,
        created_by=by.id,
    )
    session.add(application)
    session.flush()
    progress.begin(session, ports, application, call, by=by, now=now, data={"lot": lot.id})
    return application
