"""Claims during the standstill: they suspend the awards of a lot until somebody else lifts that (s. 101).

Procurement Act 2023 s. 101: where a claim was begun and the authority has notice of it before the standstill ends, the
contract may not be entered into until the court has ended that, or the claim is determined, discontinued or disposed
of. That follows from the law, so what is typed suspends at once; a second person then agrees or ends it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.queries import awards as awards_queries
from procurement.queries import claims as claims_queries
from procurement.queries import people as people_queries
from procurement.rules.dates import start_of_day, uk_day
from procurement.rules.permissions import Permission
from procurement.rules.statuses import AwardChange
from procurement.services import about, messages, progress, publishing
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_fresh, require_reason, require_role, require_somebody_else
from workflows.catalogue import states
from workflows.facts import Sentence, day_in_words

LONGEST = 4_000  # characters of what is claimed, and of an answer
NOT_BEGUN = Sentence("No standstill has begun, so there is nothing that a claim could suspend.")
NO_SUCH_DAY = Sentence("Enter the day of the order: not before the claim, and not after today.")


def give_notice(act: Act, call_id: int, lot_id: int, notified_on: date, said: str) -> Claim:
    """Type what notice of a claim says: the awards of the lot are suspended from now on.

    `notified_on` is the day on which the authority had notice, and that day decides, not the day of typing: between
    that of the telling and the last of the standstill, and not after today. So it can be typed when the standstill is
    over, and holds awards that were confirmed or accepted meanwhile. Refused where no award of the lot stands, and for
    the same claim twice.
    """
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    ends_at = claims_queries.standstill_until(act.session, call)
    if ends_at is None:
        raise Refusal(NOT_BEGUN)
    if not said.strip():
        raise Refusal(Sentence("Write who claims, what, and the number of the court."))
    if len(said) > LONGEST:
        raise Refusal(Sentence("Keep it below %(most)s characters.", most=LONGEST))
    _end_unanswered(act, call, lot_id)
    known = claims_queries.known_awards(act.session, call.id, lot_id)
    if not known:
        raise Refusal(Sentence("No award of this lot stands, so there is nothing that a claim could suspend."))
    notices = awards_queries.notices_of(act.session, call)
    begun = [each for each in map(notices.standstill_of, known) if each is not None]
    if not begun:
        raise Refusal(NOT_BEGUN)
    ends_at = max(begun)
    told = min(award.told_at for award in known if award.told_at is not None)
    if not uk_day(told) <= notified_on <= act.today:
        raise Refusal(Sentence("Enter the day of the notice: not before applicants were told, and not after today."))
    if notified_on > uk_day(ends_at):
        raise Refusal(
            Sentence(
                "The standstill ended on %(ends_at)s. A claim of which there was no notice before suspends nothing.",
                ends_at=ends_at,
            )
        )
    awards = claims_queries.held_awards(act.session, call, lot_id, notified_on)
    standing = [each for each in _of_lot(act, call.id, lot_id) if claims_queries.is_standing(each)]
    if any(each.notified_on == notified_on and _folded(each.said) == _folded(said) for each in standing):
        raise Refusal(Sentence("This claim is recorded already."))
    held = [*(each.confirm_at for each in awards if each.confirm_at), *(each.confirm_at for each in standing)]
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    claim = Claim(
        call_id=call.id,
        lot_id=lot_id,
        notified_on=notified_on,
        said=said.strip(),
        confirm_at=min(held, default=start_of_day(uk_day(ends_at) + timedelta(days=1))),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(claim)
    for award in awards:
        if award.state in states.award.told:
            award.confirm_at = None
        award.accept_by = award.reminded_at = None
    act.session.flush()
    _record(act, "call.claim", claim, claim.said)
    if not standing:  # its team and the public know otherwise
        _publish(act, call, awards, AwardChange.SUSPENDED)
        _tell(act, claim, "award_suspended", {})
    return claim


def approve(act: Act, claim_id: int) -> Claim:
    """A second person agrees that it is a claim that suspends."""
    claim = _take(act, claim_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    _require_waiting(act, claim)
    claim.approved_by, claim.approved_at = act.by.id, act.now
    act.session.flush()
    _record(act, "call.approve_claim", claim)
    return claim


def end(act: Act, claim_id: int, answer: str) -> Claim:
    """A second person does not agree: nothing is suspended by it any more. `answer` is kept."""
    claim = _take(act, claim_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    _require_waiting(act, claim)
    require_reason(answer)
    claim.ended_by, claim.ended_at, claim.answer = act.by.id, act.now, answer.strip()
    act.session.flush()
    _record(act, "call.end_claim", claim, claim.answer)
    _let_go(act, claim)
    return claim


def lift(act: Act, claim_id: int, ordered_on: date, answer: str) -> Claim:
    """Somebody else than who typed it lifts the suspension: by an order of the court of that day, or since the claim
    was determined, discontinued or disposed of then. `answer` says which."""
    claim = _take(act, claim_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    if claim.approved_at is None or claim.ended_at is not None or claim.lifted_at is not None:
        raise Refusal(Sentence("There is no suspension to lift."))
    if act.by.id == claim.proposed_by:
        raise Refusal(Sentence("You typed this claim. Somebody else must lift the suspension."))
    if not claim.notified_on <= ordered_on <= act.today:
        raise Refusal(NO_SUCH_DAY)
    require_reason(answer)
    claim.lifted_by, claim.lifted_at, claim.ordered_on = act.by.id, act.now, ordered_on
    claim.answer = answer.strip()
    act.session.flush()
    _record(act, "call.lift_suspension", claim, claim.answer)
    _let_go(act, claim)
    return claim


def _take(act: Act, claim_id: int) -> Claim:
    found = act.session.get(Claim, claim_id)
    if found is None:
        raise Refusal(Sentence("There is no such claim."), status=404)
    lock_call(act.session, found.call_id)
    return act.session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)


def _require_waiting(act: Act, claim: Claim) -> None:
    if not claims_queries.is_waiting(claim):
        raise Refusal(Sentence("There is no proposal to decide on."))
    require_somebody_else(act.by, claim.proposed_by)


def _let_go(act: Act, claim: Claim) -> None:
    """The awards of the lot stand when they would have, or now where that has passed; unless another claim holds. Who
    could accept already has the whole time for it again. Their teams are told by what the suspension ended: by an
    order also where what was ended last was no claim."""
    if claim.lot_id in claims_queries.suspended(act.session, claim.call_id):
        return
    call = lock_call(act.session, claim.call_id)
    for award in claims_queries.held_awards(act.session, call, claim.lot_id, claim.notified_on):
        if award.state in states.award.told:
            award.confirm_at = max(claim.confirm_at, act.now)
        elif award.state in states.award.confirmed:
            award.accept_by = awards_queries.accept_until(act.session, call, act.now)
    act.session.flush()
    awards = claims_queries.held_awards(act.session, call, claim.lot_id, claim.notified_on)
    _publish(act, call, awards, AwardChange.RESUMED)
    ordered = claims_queries.ordered_in(_of_lot(act, claim.call_id, claim.lot_id), claim)
    because = (
        f"The suspension was lifted, by what was decided on {day_in_words(max(ordered))}."
        if ordered
        else "It was found that there is no claim that suspends it."
    )
    _tell(act, claim, "suspension_lifted", {"because": because})


def _end_unanswered(act: Act, call: Call, lot_id: int) -> None:
    """An award of the lot that nobody answered by its date has ended, whether the sweep was there or not: no claim
    gives it a new time. One that was to be confirmed by now is not: of what there was notice in time holds it."""
    notices = awards_queries.notices_of(act.session, call)
    with publishing.together(act, call):
        for award in claims_queries.known_awards(act.session, call.id, lot_id):
            if award.state not in states.award.confirmed:
                continue
            facts = awards_queries.facts_with(notices.of(award), call, award, now=act.now)
            progress.catch_up(act, award, call, facts=facts)
    act.session.flush()


def _publish(act: Act, call: Call, awards: Sequence[Award], change: AwardChange) -> None:
    """That awards which the register knows are suspended, or no more: not by whom, nor what is claimed."""
    with publishing.together(act, call):
        for award in awards:
            publishing.publish_award_change(act, award, call, change=change, at=act.now)


def _of_lot(act: Act, call_id: int, lot_id: int) -> list[Claim]:
    return [each for each in claims_queries.of_call(act.session, call_id) if each.lot_id == lot_id]


def _folded(said: str) -> str:
    """What a claim says, by which the same one typed twice is known: without its blanks and capitals."""
    return " ".join(said.split()).casefold()


def _tell(act: Act, claim: Claim, kind: str, more: dict[str, str]) -> None:
    """Every team whose award stands, and nobody else: who claims what is not said."""
    call = lock_call(act.session, claim.call_id)
    awards = claims_queries.held_awards(act.session, call, claim.lot_id, claim.notified_on)
    teams = people_queries.reachable_of(act.session, {each.application.organisation_id for each in awards})
    for award in awards:
        application, stage = award.application, award.entry.stage
        fields = {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/stages/{stage.key}/outcome",
            **more,
        }
        occasion = f"{kind}:{claim.id}:{award.id}:"
        people = teams[application.organisation_id]
        messages.tell(act, kind, people, fields, occasion=occasion, about=about.entry(award.entry))


def _record(act: Act, tag: str, claim: Claim, note: str = "") -> None:
    data = {"claim": claim.id, "lot": claim.lot_id, "notified_on": claim.notified_on.isoformat()}
    if claim.ordered_on is not None:
        data["ordered_on"] = claim.ordered_on.isoformat()
    record(act, tag, "call", claim.call_id, call_id=claim.call_id, data=data, note=note)
