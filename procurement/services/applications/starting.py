"""Starting an application, or coming back to the one that was started."""

from procurement.models.applications import Application
from procurement.models.calls import Lot
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import installation as installation_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import questions as rules
from procurement.rules.permissions import NEVER_APPLY, Permission
from procurement.rules.references import BYTES_NEEDED, application_reference
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.applications.locks import lock_call_shared, require_open
from procurement.services.refusal import Refusal, require_team
from workflows.facts import Sentence


def start(act: Act, call_id: int, lot_id: int, organisation_id: int) -> Application:
    """The organisation's application to a lot: a new draft, or the one that is there, also after the call has closed.

    Refusal: 403 for staff of calls and for team members who may not write, 409 before the call opens, 410 after it
    has closed.
    """
    call = lock_call_shared(act.session, call_id)
    lot = act.session.get(Lot, lot_id)
    if lot is None or lot.call_id != call.id:
        raise Refusal(Sentence("Choose a lot of this call."))
    if act.by.holds(*NEVER_APPLY):
        raise Refusal(Sentence("People who work on calls or assess them cannot apply."), status=403)
    organisation = act.session.get(Organisation, organisation_id)
    require_team(act.by, Permission.ORGANISATION_APPLY, organisation, act.now)
    if (started := applications_queries.find_started(act.session, lot.id, organisation_id)) is not None:
        return started
    require_open(call, act.now)
    prefix = installation_queries.settings(act.session, act.today)["application_prefix"]
    application = Application(
        ref=application_reference(prefix, act.ports.randomness.bytes(BYTES_NEEDED)),
        call_id=call.id,
        lot_id=lot.id,
        organisation_id=organisation_id,
        state=workflows_queries.workflow_of(call, "application").start.key,
        missing=list(rules.missing(applications_queries.questions_of(act.session, call.id), {})),
        created_at=act.now,
        created_by=act.by.id,
    )
    act.session.add(application)
    act.session.flush()
    progress.begin(act, application, call, data={"lot": lot.id})
    return application
