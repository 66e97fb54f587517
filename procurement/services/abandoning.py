"""Abandoning a call: an officer proposes it with a reason, and somebody else decides. Everybody is told.

It is possible until a contract or a grant is accepted, also while a standstill runs (Procurement Act 2023 s. 55: a
procurement that is ended without a contract). Awards that were told end with it for everybody to see; what nobody knows
of is dropped. An approver alone can cancel a call only before its awards are decided (`services.calls.cancel`).
"""

from dataclasses import replace

from sqlalchemy import select

from procurement.models.abandonments import Abandonment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import SYSTEM, Permission
from procurement.services import about, messages, progress
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_fresh, require_role
from workflows.catalogue import states
from workflows.facts import Sentence

LONGEST_REASON = 4_000  # characters; everybody reads it
NOTHING_WAITS = Sentence("There is no proposal to decide on.")
NOT_RUNNING = Sentence("The call is not running, so there is nothing to abandon.")
UNDER_CONTRACT = Sentence(
    "An award of this call was accepted, so the call cannot be abandoned. End the contract or the grant by its own "
    "terms."
)


def propose(act: Act, call_id: int, reason: str) -> Abandonment:
    """Propose to end a published call for good. Nobody is told before somebody agrees."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_ABANDON)
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    if len(reason) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    if abandonments_queries.find(act.session, call.id) is not None:
        raise Refusal(Sentence("It is proposed already, and waits for an approver."))
    _require_possible(act, call)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Abandonment(call_id=call.id, reason=reason.strip(), proposed_by=act.by.id, proposed_at=act.now)
    act.session.add(row)
    act.session.flush()
    _record(act, call, "call.propose_abandonment", row, row.reason)
    return row


def send_back(act: Act, abandonment_id: int, reason: str) -> Abandonment:
    """An approver does not agree: the call goes on, and whoever proposed it reads why."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_CANCEL)
    _end(act, call, row, "call.send_back_abandonment", reason)
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, row.proposed_by)],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": row.answer,
            "link": f"/manage/calls/{call.ref}/abandon",
        },
        occasion=f"abandonment_sent_back:{row.id}:",
        about=about.call(call),
    )
    return row


def take_back(act: Act, abandonment_id: int, reason: str) -> Abandonment:
    """An officer takes a proposal back before anybody agreed to it."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_ABANDON)
    _end(act, call, row, "call.take_back_abandonment", reason)
    return row


def approve(act: Act, abandonment_id: int, *, seen: int) -> Call:
    """A second person agrees: the call ends now, with everything that was not accepted. `seen` is the id of the
    proposal that the approver read."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_CANCEL)
    require_fresh(act.by, act.unshifted)
    if row.id != seen:
        raise Refusal(Sentence("The proposal was changed after you opened this page. Read it again."))
    if act.by.id == row.proposed_by:
        raise Refusal(Sentence("You wrote this. Somebody else must approve it."))
    awards = _require_possible(act, call)
    for award in awards:
        _end_award(act, call, award)
    row.approved_by, row.approved_at = act.by.id, act.now
    call.ended_reason = row.reason
    act.session.flush()
    # what stands in the way of one approver alone does not stand in the way of two people
    facts = replace(
        calls_queries.facts(act.session, call, by=act.by, now=act.now, reason=row.reason), award_decided=False
    )
    data = {"abandonment": row.id}
    progress.move(act, call, call, "cancel", roles=act.by.workflow_roles(), facts=facts, data=data)
    _tell_declined(act, call, row)
    return call


def _require_possible(act: Act, call: Call) -> list[Award]:
    """The awards that end with the call, held; refused where it is over, or one of them was accepted."""
    if call.state not in states.call.published:
        raise Refusal(NOT_RUNNING)
    awards = abandonments_queries.awards_of(act.session, call.id)
    if any(award.state in states.award.accepted for award in awards):
        raise Refusal(UNDER_CONTRACT)
    ids = [award.id for award in awards]
    act.session.execute(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id).with_for_update())
    return awards


def _end_award(act: Act, call: Call, award: Award) -> None:
    """One that nobody knows of is dropped; one that was told ends for everybody to see."""
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id)
    if award.state in states.award.answerable:
        system = act.made_by(SYSTEM)
        progress.catch_up(system, award, call, facts=facts)
        if award.state in states.award.settled:
            return  # nobody had answered it by its date
        progress.move(system, award, call, "lapse", roles=progress.SYSTEM_ROLES, facts=facts)
    else:
        progress.move(act, award, call, "drop", roles=act.by.workflow_roles(), facts=facts)


def _tell_declined(act: Act, call: Call, row: Abandonment) -> None:
    """Whoever was told that it goes no further reads of it too: what it was told has no winner any more."""
    with messages.together(act):
        for entry, team in calls_queries.teams_of(act.session, call.id, declined=True):
            fields = {
                "reference": entry.application.ref,
                "call": call.title,
                "reason": row.reason,
                "link": f"/applications/{entry.application.ref}",
            }
            messages.tell(act, "cancelled", team, fields, occasion=f"cancelled-{entry.id}-", about=about.entry(entry))


def _take(act: Act, abandonment_id: int) -> tuple[Call, Abandonment]:
    """A proposal that waits, and its call, both held."""
    found = act.session.get(Abandonment, abandonment_id)
    if found is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call = lock_call(act.session, found.call_id)
    row = act.session.get_one(Abandonment, abandonment_id, with_for_update=True, populate_existing=True)
    if row.approved_at is not None or row.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, row


def _end(act: Act, call: Call, row: Abandonment, tag: str, reason: str) -> None:
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    row.ended_at, row.answer = act.now, reason.strip()
    act.session.flush()
    _record(act, call, tag, row, row.answer)


def _record(act: Act, call: Call, tag: str, row: Abandonment, note: str) -> None:
    record(act, tag, "call", call.id, call_id=call.id, data={"abandonment": row.id}, note=note)
