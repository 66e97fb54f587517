"""Abandoning a call, or one lot of it: an officer proposes it with a reason, and somebody else decides. Everybody whom
it concerns is told.

It is possible from the publication until a contract or a grant is accepted, also while a standstill runs (Procurement
Act 2023 s. 55: a procurement that is ended without a contract). Awards that were told end with it for everybody to see;
what nobody knows of is dropped. No published call ends by one person alone (`services.calls.cancel`).
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application
from procurement.models.awards import Award
from procurement.models.calls import Call, Lot
from procurement.models.disqualifications import Disqualification
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import applications as applications_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import SYSTEM, Permission
from procurement.services import about, leaving, messages, progress, publishing
from procurement.services.act import Act
from procurement.services.effects.abandoned_lots import tell_of_lot, write_of_lot
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_somebody_else,
)
from workflows.catalogue import states
from workflows.facts import Sentence

LONGEST_REASON = 4_000  # characters; everybody reads it
NOT_RUNNING = Sentence("The call is not running, so there is nothing to abandon.")
UNDER_CONTRACT = Sentence(
    "An award of this call was accepted, so the call cannot be abandoned. End the contract or the grant by its own "
    "terms."
)
LOT_UNDER_CONTRACT = Sentence(
    "An award of this lot was accepted, so the lot cannot be abandoned. End the contract or the grant by its own terms."
)
PROPOSED_ALREADY = Sentence("It is proposed already, and waits for an approver.")
NO_SUCH_LOT = Sentence("Choose a lot of this call.")
ENDED_ALREADY = Sentence("This lot was abandoned already.")
THE_LAST = Sentence("No other lot of this call goes on, so propose to abandon the whole call.")
OLDER_RULES = Sentence(
    "The rules that this call took when it was published know no lot that ends alone. The whole call can be abandoned."
)


def propose(act: Act, call_id: int, reason: str, *, lot: int | None = None) -> Abandonment:
    """Propose to end a published call for good, or the lot of that number alone while the others go on. Nobody is told
    before somebody agrees."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_ABANDON)
    require_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    found = None if lot is None else _lot(act, call, lot)
    if abandonments_queries.find(act.session, call.id, None if found is None else found.id) is not None:
        raise Refusal(ENDED_ALREADY if found is not None and found.abandoned_at is not None else PROPOSED_ALREADY)
    _require_possible(act, call, found)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Abandonment(
        call_id=call.id,
        lot_id=None if found is None else found.id,
        reason=reason.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    _record(act, call, "call.propose_abandonment", row, row.reason)
    return row


def send_back(act: Act, abandonment_id: int, reason: str) -> Abandonment:
    """An approver does not agree: the call goes on, and whoever proposed it reads why."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_CANCEL)
    _end(act, call, row, "call.send_back_abandonment", reason)
    messages.tell_sent_back(act, call, row, f"/manage/calls/{call.ref}/abandon", about.call(call))
    return row


def take_back(act: Act, abandonment_id: int, reason: str) -> Abandonment:
    """An officer takes a proposal back before anybody agreed to it."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_ABANDON)
    _end(act, call, row, "call.take_back_abandonment", reason)
    return row


def approve(act: Act, abandonment_id: int, *, seen: int) -> Call:
    """A second person agrees: the call, or the lot that was named, ends now, with everything of it that was not
    accepted. `seen` is the id of the proposal that the approver read."""
    call, row = _take(act, abandonment_id)
    require_role(act.by, Permission.CALL_CANCEL)
    require_fresh(act.by, act.unshifted)
    if row.id != seen:
        raise Refusal(Sentence("The proposal was changed after you opened this page. Read it again."))
    require_somebody_else(act.by, row.proposed_by)
    lot = None if row.lot_id is None else act.session.get_one(Lot, row.lot_id, populate_existing=True)
    awards = _require_possible(act, call, lot)
    why = {"abandonment": row.id}
    with publishing.together(act, call):
        ended = [award.id for award in awards if leaving.end_award(act, call, award, why)]
    row.approved_by, row.approved_at = act.by.id, act.now
    act.session.flush()
    if lot is not None:
        _end_lot(act, call, lot, row, ended)
        return call
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


def _lot(act: Act, call: Call, number: int) -> Lot:
    """A lot of the call by its number."""
    found = next((each for each in calls_queries.lots_of(act.session, call.id) if each.number == number), None)
    if found is None:
        raise Refusal(NO_SUCH_LOT)
    return found


def _require_possible(act: Act, call: Call, lot: Lot | None) -> list[Award]:
    """The awards that end with the call or the lot, held; refused where it is over, or one of them was accepted."""
    if call.state not in states.call.published:
        raise Refusal(NOT_RUNNING)
    if lot is not None:
        if lot.abandoned_at is not None:
            raise Refusal(ENDED_ALREADY)
        if not abandonments_queries.others_go_on(act.session, lot):
            raise Refusal(THE_LAST)
        if not abandonments_queries.knows_lots_that_end(act.session, call):
            raise Refusal(OLDER_RULES)
    awards = abandonments_queries.awards_of(act.session, call.id, None if lot is None else lot.id)
    if any(award.state in states.award.accepted for award in awards):
        raise Refusal(UNDER_CONTRACT if lot is None else LOT_UNDER_CONTRACT)
    ids = [award.id for award in awards]
    act.session.execute(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id).with_for_update())
    return awards


def _end_lot(act: Act, call: Call, lot: Lot, row: Abandonment, awards: Sequence[int]) -> None:
    """Nothing of the lot goes on: whoever is still in the running is out, and what was to be done about them ends.
    `awards` are those that end with it. Stages that wait for this lot alone do not begin."""
    teams = [
        *calls_queries.teams_of(act.session, call.id, lot_id=lot.id),
        *calls_queries.teams_of(act.session, call.id, lot_id=lot.id, declined=True),
    ]
    concerned = abandonments_queries.opened_of(act.session, lot.id)
    lot.abandoned_at, lot.ended_reason = act.now, row.reason
    record(act, "call.abandon_lot", "call", call.id, call_id=call.id, data=_named(act, row), note=row.reason)
    ending = abandonments_queries.in_the_running(act.session, lot.id, awards)
    # before an opening nobody may learn from the public data whether anything was sent
    opened = abandonments_queries.was_opened(act.session, lot.id)
    unsuccessful = opened and not awards and not any(each.was_opened for each in ending)
    ended = []
    for entry in ending:
        facts = applications_queries.facts(call, entry, now=act.now, actor=None)
        progress.catch_up(act.made_by(SYSTEM), entry, call, facts=facts)
        if entry.state in states.entry.absent:
            continue  # it was never submitted
        entry.version += 1  # a page that was made before this must not change what is here now
        data = {"abandonment": row.id}
        system = act.made_by(SYSTEM)
        progress.move(system, entry, call, "abandon", roles=progress.SYSTEM_ROLES, facts=facts, data=data)
        ended.append(entry)
    act.session.flush()
    leaving.take_out_all(act, call, ended)
    _end_disqualifications(act, lot)
    for stage in abandonments_queries.stages_to_come(act.session, call.id):
        if all(each.lot.abandoned_at is not None for each in stage.lots):
            stage.ended_at, stage.ended_reason = act.now, row.reason
    act.session.flush()
    publishing.publish_lot_end(act, call, lot, unsuccessful=unsuccessful)
    # who had not submitted in time was told just that
    tell_of_lot(act, call, lot, [each for each in teams if each[0].state not in states.entry.lapsed])
    write_of_lot(act, call, lot, concerned, noticed=awards_queries.needs_notice(call))


def _end_disqualifications(act: Act, lot: Lot) -> None:
    """Nobody of the lot takes part any more, so that what was proposed about them was overtaken."""
    of_lot = select(Application.id).where(Application.lot_id == lot.id)
    act.session.execute(
        update(Disqualification)
        .where(
            Disqualification.application_id.in_(of_lot),
            Disqualification.approved_at.is_(None),
            Disqualification.ended_at.is_(None),
        )
        .values(ended_at=act.now, answer=lot.ended_reason)
    )


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
    require_reason(reason)
    row.ended_at, row.answer = act.now, reason.strip()
    act.session.flush()
    _record(act, call, tag, row, row.answer)


def _record(act: Act, call: Call, tag: str, row: Abandonment, note: str) -> None:
    record(act, tag, "call", call.id, call_id=call.id, data=_named(act, row), note=note)


def _named(act: Act, row: Abandonment) -> dict[str, int]:
    """What an event keeps of a proposal: which, and of which lot where it is about one."""
    lot = {} if row.lot_id is None else {"lot": act.session.get_one(Lot, row.lot_id).number}
    return {"abandonment": row.id, **lot}
