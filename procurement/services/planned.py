"""Publication at an instant: approved and frozen now, public from then on, taken back until then.

Nothing of it is in a public table before its instant, so no list, feed, search, count or download can show it early,
and what is taken back leaves no trace in what is public for ever. The sweep publishes it when its instant has come, and
compares what it says then with what was approved.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.models.planned import PlannedPublication
from procurement.queries import calls as calls_queries
from procurement.queries import limits as limits_queries
from procurement.queries import planned as planned_queries
from procurement.rules.ledger import digest
from procurement.rules.permissions import SYSTEM
from procurement.services import about, limits, messages, notices, progress, stages
from procurement.services.act import Act
from procurement.services.effects.calls import frozen_at
from procurement.services.history import instant
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal
from workflows.catalogue import states
from workflows.definition import Role
from workflows.facts import Sentence, in_words

LONGEST_WAIT = timedelta(days=366)
AS_APPROVED = frozenset({Role.APPROVER})  # the service does what an approver has decided
READ_AGAIN = Sentence("The call was changed after you opened this page. Read it again before you approve it.")
CHANGED = Sentence("What the call says is not what was approved any more. Send it for review again.")


def approve(act: Act, call_id: int, *, seen: int, at: datetime) -> PlannedPublication:
    """Approve a call, to become public at an instant: whoever wrote any of it is refused. The least periods that law
    gives are counted from that instant. `seen`: the `version` of the call that the approver read."""
    call = lock_call(act.session, call_id)
    if call.version != seen:
        raise Refusal(READ_AGAIN)
    if at <= act.now:
        raise Refusal(Sentence("%(at)s has passed. Choose a later time, or publish it at once.", at=at))
    if at > act.now + LONGEST_WAIT:
        raise Refusal(Sentence("Choose a time within a year."))
    limits.require_within(act, limits_queries.of_call(call, calls_queries.lots_of(act.session, call.id)))
    stages.fill_in_windows(act.session, call)
    facts = calls_queries.facts(act.session, call, by=act.by, now=at, whole=True)
    content = digest(frozen_at(act.session, call, at).content)
    data = {"publish_at": instant(at), "content": content}
    progress.move(act, call, call, "approve", roles=act.by.workflow_roles(), facts=facts, data=data)
    assert act.by.id is not None  # noqa: S101  (an approver is a person)
    row = PlannedPublication(call_id=call.id, publish_at=at, digest=content, approved_by=act.by.id, approved_at=act.now)
    act.session.add(row)
    act.session.flush()
    return row


def publish(act: Act, planned_id: int) -> bool:
    """Publish what is due: the sweep's. What cannot be published any more goes back to its authors with the reasons, so
    that nobody waits for it; False then, and where it was taken back meanwhile."""
    call_id = act.session.scalars(select(PlannedPublication.call_id).where(PlannedPublication.id == planned_id)).one()
    call = lock_call(act.session, call_id)
    row = act.session.get_one(PlannedPublication, planned_id, with_for_update=True, populate_existing=True)
    if row.made_at is not None or row.ended_at is not None or row.publish_at > act.now:
        return False
    system = act.made_by(SYSTEM)
    if digest(frozen_at(act.session, call, row.publish_at).content) != row.digest:
        return _missed(system, call, row, (CHANGED,))
    facts = calls_queries.facts(act.session, call, by=SYSTEM, now=act.now, whole=True)
    try:
        notices.require_as_noticed(system, call)
        data = {"approved_by": row.approved_by, "publish_at": instant(row.publish_at)}
        progress.move(system, call, call, "publish", roles=AS_APPROVED, facts=facts, data=data)
    except Refusal as refusal:
        return _missed(system, call, row, refusal.reasons)
    stages.begin(system, call)
    row.made_at = act.now
    act.session.flush()
    _tell(act, call, row)
    return True


def _missed(act: Act, call: Call, row: PlannedPublication, reasons: tuple[object, ...]) -> bool:
    """Back to the authors, who read why."""
    why = " ".join(str(each) for each in reasons)
    text = str(Sentence("It was to be published on %(at)s, and could not be: %(why)s", at=row.publish_at, why=why))
    if call.state in states.call.under_review:
        call.sent_back = text
        call.version += 1
        facts = calls_queries.facts(act.session, call, by=act.by, now=act.now, reason=text)
        progress.move(act, call, call, "send_back", roles=AS_APPROVED, facts=facts)
    end(act, call, text)
    return False


def end(act: Act, call: Call, reason: str) -> None:
    """What was planned for a call that is held ends with it, if anything was: it was sent back, or cancelled."""
    planned = planned_queries.find_waiting(act.session, call.id)
    if planned is not None:
        planned.ended_at, planned.answer = act.now, reason.strip()
        act.session.flush()


def _tell(act: Act, call: Call, row: PlannedPublication) -> None:
    people = [*calls_queries.authors_of(act.session, call), act.session.get_one(Person, row.approved_by)]
    fields = {"reference": call.ref, "call": call.title, "when": in_words(act.now), "link": f"/calls/{call.ref}"}
    messages.tell(act, "call_published", people, fields, occasion=f"call_published:{row.id}:", about=about.call(call))
