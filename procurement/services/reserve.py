"""The reserve after the telling: the next in rank goes on by two people, or it ends with the next stage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.going_on import Promotion
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import claims as claims_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import limits as limits_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.money import PENNY, format_pounds
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.statuses import Outcome
from procurement.services import (
    about,
    amendments,
    applications,
    assistance,
    awards,
    decisions,
    limits,
    messages,
    progress,
    stages,
)
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_opened_entry
from procurement.services.effects.outcomes import renew_summaries
from procurement.services.history import record
from procurement.services.locks import lock_call, lock_organisations, lock_stage
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_running,
    require_somebody_else,
)
from workflows.catalogue import states
from workflows.facts import Sentence

SAME_TIME = "An application is taken from the reserve list, and everybody gets the time that it gets."


def propose(
    act: Act, entry_id: int, reason: str, *, amount: Decimal | None = None, closes_at: datetime | None = None
) -> Promotion:
    """Propose to let the next of a lot's reserve go on. Nobody is told before an approver agrees.

    `amount` where the stage awards; `closes_at` where too little time is left in the next stage, which then closes
    later for everybody.
    """
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    require_reason(reason)
    found, own = _require_next(act, call, entry)
    if entry.id in reserve_queries.waiting_of(act.session, entry.stage_id):
        raise Refusal(Sentence("It is proposed already, and waits for an approver."))
    _check_amount(found, own, amount)
    _require_within_assistance(act, call, entry, amount)
    if found.closes_from is None:
        closes_at = None
    elif closes_at is None or closes_at < found.closes_from:
        raise Refusal(
            Sentence("The next stage must close on %(least)s or later, for everybody.", least=found.closes_from)
        )
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    promotion = Promotion(
        stage_id=entry.stage_id,
        entry_id=entry.id,
        reason=reason.strip(),
        amount=amount,
        closes_at=closes_at,
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(promotion)
    act.session.flush()
    _record(act, call, "entry.propose_promotion", promotion, promotion.reason)
    return promotion


def send_back(act: Act, promotion_id: int, reason: str) -> Promotion:
    """An approver does not agree: it stays in reserve, and whoever proposed it reads why."""
    call, entry, promotion = _take(act.session, promotion_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_running(call.state)
    require_reason(reason)
    promotion.ended_at, promotion.answer = act.now, reason.strip()
    _record(act, call, "entry.send_back_promotion", promotion, promotion.answer)
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, promotion.proposed_by)],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": promotion.answer,
            "link": f"/manage/calls/{call.ref}/stages/{entry.stage.key}/reserve",
        },
        occasion=f"promotion_sent_back:{promotion.id}:",
        about=about.entry(entry),
    )
    return promotion


def approve(act: Act, promotion_id: int) -> Entry:
    """A second person agrees: it goes on at once, into the next stage or with an award, and its team is told.

    Where too little time is left in the next stage, that closes later for everybody, in the same act.
    """
    call, entry, promotion = _take(act.session, promotion_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    found, own = _require_next(act, call, entry)
    stage = entry.stage
    so = reserve_queries.facts(call, stage, found.after, now=act.now)
    so = reserve_queries.with_actor(so, act.by.id, promotion.proposed_by)
    require_somebody_else(act.by, promotion.proposed_by)
    if promotion.amount is not None:
        lot = act.session.get_one(Lot, entry.application.lot_id)
        limits.require_within(act, limits_queries.awarded(call, [(lot, promotion.amount)]))
    _check_amount(found, own, promotion.amount)
    _require_within_assistance(act, call, entry, promotion.amount)
    if found.closes_from is not None:
        _give_time(act, call, found, promotion)
    decision = _decide(act, call, entry, promotion)
    promotion.approved_by, promotion.approved_at = act.by.id, act.now
    act.session.flush()
    progress.move(
        act,
        entry,
        call,
        "promote",
        roles=act.by.workflow_roles(),
        facts=so,
        data={"decision": decision.id, "promotion": promotion.id},
    )
    if stage.awards:
        award = decisions.make_award(act, call, entry, entry.application.lot_id, decision)
        awards.tell_award(act, call, award, at=act.now)
        if awards_queries.needs_notice(call):
            renew_summaries(act, call, award)
    elif found.after is not None:
        _, after = lock_stage(act.session, found.after.id)
        if after.started_at is None:
            stages.start(act, call, after)
        applications.enter(act, call, entry.application, after)
    return entry


def release(act: Act, entry_id: int) -> bool:
    """End the reserve of an entry when the stage to which it would go on has closed, effective at that instant, or the
    call is concluded; False while it holds. What was proposed about it has been overtaken."""
    call, entry = lock_opened_entry(act.session, entry_id)
    released = _release(act, call, entry, stages_queries.of_call(act.session, call.id))
    if released:
        end_proposals(act, [entry.id])
    return released


def _release(act: Act, call: Call, entry: Entry, stages_of_call: Sequence[Stage]) -> bool:
    if entry.state not in states.entry.reserve or not entry.told or not reserve_queries.can_release(call, entry):
        return False
    after = stages_queries.following(stages_of_call, entry.stage, entry.application.lot_id)
    so = reserve_queries.facts(call, entry.stage, after, now=act.now)
    if not so.reserve_ended:
        return False
    by_closing = call.state in states.call.published and after is not None and after.collects
    progress.move(
        act.made_by(SYSTEM),
        entry,
        call,
        "release",
        roles=progress.SYSTEM_ROLES,
        facts=so,
        effective_at=after.closes_at if by_closing and after is not None else None,
    )
    return True


def _release_all(act: Act, call: Call) -> None:
    """Release whoever is in a reserve of a call: as many statements for many as for one."""
    entries = act.session.scalars(
        select(Entry)
        .where(Entry.id.in_(reserve_queries.in_reserve(act.session, call.id)))
        .options(joinedload(Entry.stage), joinedload(Entry.application))
        .order_by(Entry.id)
        .with_for_update(of=Entry)
        .execution_options(populate_existing=True)
    ).all()
    stages_of_call = stages_queries.of_call(act.session, call.id)
    with messages.together(act, {entry.application.organisation_id for entry in entries}):
        released = [entry.id for entry in entries if _release(act, call, entry, stages_of_call)]
    end_proposals(act, released)


def conclude(act: Act, call_id: int) -> Call:
    """Close a call in which nothing hangs (`queries.claims.hanging`). Whoever is still in a reserve is released from
    it, and hears so. Refused while a window is still to come, unless that was ended."""
    call = lock_call(act.session, call_id)
    for stage in windows_queries.ahead(stages_queries.of_call(act.session, call.id)):
        if call.state in states.call.published:
            raise Refusal(
                Sentence(
                    "Window %(number)s is still to come. End the windows to come first, or wait for it.",
                    number=stage.window,
                )
            )
    if call.state in states.call.published and (hanging := claims_queries.hanging(act.session, call)):
        raise Refusal(*hanging)
    facts = replace(
        calls_queries.facts(act.session, call, by=act.by, now=act.now),
        unsettled=awards_queries.unsettled(act.session, call.id),
    )
    progress.move(act, call, call, "conclude", roles=act.by.workflow_roles(), facts=facts)
    _release_all(act, call)
    return call


def end_proposals(act: Act, entry_ids: Sequence[int]) -> None:
    """What was proposed about some entries and is not approved was overtaken by what happened to them."""
    act.session.execute(
        update(Promotion)
        .where(Promotion.entry_id.in_(entry_ids), Promotion.approved_at.is_(None), Promotion.ended_at.is_(None))
        .values(ended_at=act.now)
    )


def _require_next(act: Act, call: Call, entry: Entry) -> tuple[reserve_queries.Reserve, decisions_queries.Ranked]:
    """The reserve of its lot and its own line in it, refused unless nobody is before it and nothing is in the way."""
    of_stage = reserve_queries.reserves_of(act.session, call, stages_queries.get(act.session, entry.stage_id), act.now)
    found = next((each for each in of_stage if any(row.entry.id == entry.id for row in each.entries)), None)
    if found is None:
        raise Refusal(Sentence("It is not in a reserve that was told."))
    own = next(row for row in found.entries if row.entry.id == entry.id)
    if problems := found.problems_of(own):
        raise Refusal(*problems)
    if own not in found.next:
        raise Refusal(Sentence("%(first)s is ranked higher, and is taken first.", first=found.next[0].ref))
    return found, own


def _check_amount(found: reserve_queries.Reserve, own: decisions_queries.Ranked, amount: Decimal | None) -> None:
    if found.left is None:
        if amount is not None:
            raise Refusal(Sentence("Only what is awarded has an amount."))
        return
    if amount is None or amount <= 0 or amount != amount.quantize(PENNY):
        raise Refusal(Sentence("Enter the amount in pounds, like 25000."))
    if found.as_tendered and amount != own.asks:
        raise Refusal(
            Sentence("It was tendered at %(asks)s, and is awarded at that amount.", asks=format_pounds(own.asks))
        )
    most = found.most(own)
    if most is not None and amount > most:
        raise Refusal(
            Sentence("%(most)s can be awarded at most: what it asks for and what is left.", most=format_pounds(most))
        )


def _require_within_assistance(act: Act, call: Call, entry: Entry, amount: Decimal | None) -> None:
    """Refuse a grant that would be above the ceiling of minimal financial assistance beside what its enterprise has,
    which is held from here on."""
    if amount is None:
        return
    lock_organisations(act.session, [entry.organisation_id])
    if above := assistance.too_much(act, call, [(entry, amount)]):
        raise Refusal(*above)


def _give_time(act: Act, call: Call, found: reserve_queries.Reserve, promotion: Promotion) -> None:
    """The next stage closes later, for everybody, as was proposed with the promotion."""
    assert found.closes_from is not None and found.after is not None  # noqa: PT018, S101  (asked before)
    if promotion.closes_at is None or promotion.closes_at < found.closes_from:
        raise Refusal(
            Sentence(
                "Too little time would be left in the next stage. Send it back, so that a later closing is proposed."
            )
        )
    amendments.move_closing(
        act, call, found.after.id, promotion.closes_at, SAME_TIME, proposed_by=promotion.proposed_by
    )


def _decide(act: Act, call: Call, entry: Entry, promotion: Promotion) -> Decision:
    """The decision that stands from here on, in the place of the one that held it in reserve."""
    before = decisions_queries.find_standing(act.session, entry.id)
    if before is not None:
        before.superseded_at = act.now
        act.session.flush()
    decision = Decision(
        call_id=call.id,
        application_id=entry.application_id,
        entry_id=entry.id,
        outcome=Outcome.FUND if entry.stage.awards else Outcome.ADVANCE,
        amount=promotion.amount,
        departure=promotion.reason,
        proposed_by=promotion.proposed_by,
        proposed_at=promotion.proposed_at,
        approved_by=act.by.id,
        approved_at=act.now,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def _take(session: Session, promotion_id: int) -> tuple[Call, Entry, Promotion]:
    """A promotion that waits, with its entry and the call, all held."""
    entry_id = session.scalar(select(Promotion.entry_id).where(Promotion.id == promotion_id))
    if entry_id is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call, entry = lock_opened_entry(session, entry_id)
    session.scalars(
        select(Application)
        .where(Application.id == entry.application_id)
        .options(joinedload(Application.lot), joinedload(Application.organisation))
    ).one()
    promotion = session.get_one(Promotion, promotion_id, with_for_update=True, populate_existing=True)
    if promotion.approved_at is not None or promotion.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, entry, promotion


def _record(act: Act, call: Call, tag: str, promotion: Promotion, note: str) -> None:
    data = {"promotion": promotion.id, "closes_at": promotion.closes_at}
    record(act, tag, "entry", promotion.entry_id, call_id=call.id, data=data, note=note)
