"""Claims during the standstill: they suspend the awards of a lot until somebody else lifts that (s. 101).

Procurement Act 2023 s. 101: where a claim was begun and the authority has notice of it before the standstill ends, the
contract may not be entered into until the court has ended that, or the claim is determined, discontinued or disposed
of. That follows from the law, so what is typed suspends at once; a second person then agrees or ends it.
"""

from datetime import date

from procurement.models.claims import Claim
from procurement.queries import claims as claims_queries
from procurement.queries import people as people_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_fresh, require_role
from workflows.facts import Sentence, day_in_words

LONGEST = 4_000  # characters of what is claimed, and of an answer
OWN = Sentence("You wrote this. Somebody else must approve it.")


def give_notice(act: Act, call_id: int, lot_id: int, notified_on: date, said: str) -> Claim:
    """Type what notice of a claim says: the awards of the lot are suspended from now on.

    Refused unless the standstill of the call runs, and where nothing of the lot waits for its end. `notified_on` is the
    day on which the authority had notice, between that of the telling and today.
    """
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    ends_at = claims_queries.standstill_until(act.session, call)
    if ends_at is None:
        raise Refusal(Sentence("No standstill has begun, so there is nothing that a claim could suspend."))
    if ends_at <= act.now:
        raise Refusal(
            Sentence("The standstill ended on %(ends_at)s. A claim after it suspends nothing.", ends_at=ends_at)
        )
    if not said.strip():
        raise Refusal(Sentence("Write who claims, what, and the number of the court."))
    if len(said) > LONGEST:
        raise Refusal(Sentence("Keep it below %(most)s characters.", most=LONGEST))
    awards = claims_queries.waiting_awards(act.session, call.id, lot_id)
    if not awards:
        raise Refusal(Sentence("No award of this lot waits for the end of the standstill."))
    told = min(award.told_at for award in awards if award.told_at is not None)
    if not uk_day(told) <= notified_on <= act.today:
        raise Refusal(Sentence("Enter the day of the notice: not before applicants were told, and not after today."))
    before = [each for each in claims_queries.of_call(act.session, call.id) if each.lot_id == lot_id]
    held = [award.confirm_at for award in awards if award.confirm_at is not None]
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    claim = Claim(
        call_id=call.id,
        lot_id=lot_id,
        notified_on=notified_on,
        said=said.strip(),
        confirm_at=min(held) if held else before[0].confirm_at,
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(claim)
    for award in awards:
        award.confirm_at = None
    act.session.flush()
    _record(act, "call.claim", claim, claim.said)
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
    if not answer.strip():
        raise Refusal(Sentence("Give a reason."))
    claim.ended_by, claim.ended_at, claim.answer = act.by.id, act.now, answer.strip()
    act.session.flush()
    _record(act, "call.end_claim", claim, claim.answer)
    _let_go(act, claim, {"because": "It was found that there is no claim that suspends it."})
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
        raise Refusal(Sentence("Enter the day of the order: not before the claim, and not after today."))
    if not answer.strip():
        raise Refusal(Sentence("Give a reason."))
    claim.lifted_by, claim.lifted_at, claim.ordered_on = act.by.id, act.now, ordered_on
    claim.answer = answer.strip()
    act.session.flush()
    _record(act, "call.lift_suspension", claim, claim.answer)
    _let_go(act, claim, {"because": f"The suspension was lifted, by what was decided on {day_in_words(ordered_on)}."})
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
    if act.by.id == claim.proposed_by:
        raise Refusal(OWN)


def _let_go(act: Act, claim: Claim, said: dict[str, str]) -> None:
    """The awards of the lot stand when they would have, or now where that has passed; unless another claim holds."""
    if claim.lot_id in claims_queries.suspended(act.session, claim.call_id):
        return
    for award in claims_queries.waiting_awards(act.session, claim.call_id, claim.lot_id):
        award.confirm_at = max(claim.confirm_at, act.now)
    act.session.flush()
    _tell(act, claim, "suspension_lifted", said)


def _tell(act: Act, claim: Claim, kind: str, more: dict[str, str]) -> None:
    """Every team whose award waits, and nobody else: who claims what is not said."""
    call = lock_call(act.session, claim.call_id)
    for award in claims_queries.waiting_awards(act.session, claim.call_id, claim.lot_id):
        application, stage = award.application, award.entry.stage
        fields = {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/stages/{stage.key}/outcome",
            **more,
        }
        people = people_queries.reachable(act.session, application.organisation_id)
        occasion = f"{kind}:{claim.id}:{award.id}:"
        messages.tell(act, kind, people, fields, occasion=occasion, about=about.entry(award.entry))


def _record(act: Act, tag: str, claim: Claim, note: str = "") -> None:
    data = {"claim": claim.id, "lot": claim.lot_id, "notified_on": claim.notified_on.isoformat()}
    if claim.ordered_on is not None:
        data["ordered_on"] = claim.ordered_on.isoformat()
    record(act, tag, "call", claim.call_id, call_id=claim.call_id, data=data, note=note)
