"""The day on which the contract or the agreement of an accepted award was signed: recorded by an officer, confirmed by
somebody else, and public from then on. What is signed is made outside this service.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.models.people import Person
from procurement.queries import claims as claims_queries
from procurement.queries import contracts as contracts_queries
from procurement.queries import people as people_queries
from procurement.rules.permissions import Permission
from procurement.rules.signing import Terms, faults
from procurement.rules.statuses import NoticeStatus
from procurement.services import about, messages, publishing
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_somebody_else,
)
from workflows.catalogue import states
from workflows.facts import Sentence, day_in_words

NO_SUCH = Sentence("There is no such award.")
NOT_ACCEPTED = Sentence("The award is not accepted, so nothing was signed.")
SUSPENDED = Sentence(
    "A claim suspends the awards of this lot, so nothing can be signed until that is lifted (Procurement Act 2023 "
    "section 101)."
)
CORRECTS = Sentence("It was confirmed already. Give the reason why that is corrected.")


class Misdated(Refusal):
    """What is wrong with what was typed of a contract: a sentence for each field of `Terms`."""

    def __init__(self, wrong: Mapping[str, Sentence]) -> None:
        super().__init__(*wrong.values())
        self.faults = wrong


def record_signing(act: Act, award_id: int, terms: Terms, reason: str = "") -> Contract:
    """Record when both had signed, and what was signed; recorded again before it is confirmed, the new one stands.
    `reason`: needed where one is confirmed, which this corrects, as long as no contract details notice of it is
    approved."""
    call, award = _take(act, award_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    _require_signable(act, call, award)
    if wrong := faults(terms, contracts_queries.signable(act.session, call, award), act.today):
        raise Misdated(wrong)
    standing = contracts_queries.standing(act.session, award.id)
    if standing is not None and not reason.strip():
        raise Refusal(CORRECTS)
    if (before := contracts_queries.waiting(act.session, award.id)) is not None:
        before.ended_at = act.now
        act.session.flush()
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    contract = Contract(
        award_id=award.id,
        signed_on=terms.signed_on,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        amount=terms.amount,
        indicators=terms.indicators.strip(),
        reason="" if standing is None else reason.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(contract)
    act.session.flush()
    _record(act, call, "award.record_signing", contract, contract.reason)
    return contract


def send_back(act: Act, contract_id: int, reason: str) -> Contract:
    """Somebody else does not agree: whoever recorded it reads why, and records it anew."""
    call, award, contract = _take_waiting(act, contract_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_somebody_else(act.by, contract.proposed_by)
    require_reason(reason)
    contract.ended_at, contract.answer = act.now, reason.strip()
    act.session.flush()
    _record(act, call, "award.send_back_signing", contract, contract.answer)
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, contract.proposed_by)],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": contract.answer,
            "link": f"/manage/calls/{call.ref}/stages/{award.entry.stage.key}/awards/{award.ref}/contract",
        },
        occasion=f"signing_sent_back:{contract.id}:",
        about=about.award(award),
    )
    return contract


def confirm(act: Act, contract_id: int) -> Contract:
    """Somebody else has seen what was signed: it stands, it is published, and its team is told. What was confirmed
    before is corrected by it."""
    call, award, contract = _take_waiting(act, contract_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    require_somebody_else(act.by, contract.proposed_by)
    _require_signable(act, call, award)
    said = Terms(contract.signed_on, contract.starts_on, contract.ends_on, contract.amount, contract.indicators)
    if wrong := faults(said, contracts_queries.signable(act.session, call, award), act.today):
        raise Misdated(wrong)
    before = contracts_queries.standing(act.session, award.id)
    if before is not None:
        before.ended_at = act.now
        act.session.flush()
        _let_draft_follow(act, before, contract)
    contract.confirmed_by, contract.confirmed_at = act.by.id, act.now
    act.session.flush()
    _record(act, call, "award.confirm_signing", contract, contract.reason)
    commit(act, contract)
    publishing.publish_signing(act, contract, award, call)
    application = award.application
    messages.tell(
        act,
        "contract_signed",
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "day": day_in_words(contract.signed_on),
            "link": f"/applications/{application.ref}/stages/{award.entry.stage.key}/outcome",
        },
        occasion=f"contract_signed:{contract.id}:",
        about=about.entry(award.entry),
    )
    return contract


def _let_draft_follow(act: Act, before: Contract, contract: Contract) -> None:
    """A notice that was drafted about what is corrected is about the correction."""
    notice = contracts_queries.notice_of(act.session, before)
    if notice is not None:
        notice.contract_id = contract.id
        act.session.flush()


def _require_signable(act: Act, call: Call, award: Award) -> None:
    if award.state not in states.award.accepted or award.confirmed_at is None:
        raise Refusal(NOT_ACCEPTED)
    if award.lot_id in claims_queries.suspended(act.session, call.id):
        raise Refusal(SUSPENDED)
    notice = contracts_queries.notice_of(act.session, contracts_queries.standing(act.session, award.id))
    if notice is not None and notice.state != NoticeStatus.DRAFT:
        raise Refusal(
            Sentence("The contract details notice that says this day is approved, so it cannot be corrected.")
        )


def _take(act: Act, award_id: int) -> tuple[Call, Award]:
    """An award with its entry, stage and application, and its call, held."""
    stage_id = act.session.scalar(
        select(Entry.stage_id).join(Award, Award.entry_id == Entry.id).where(Award.id == award_id)
    )
    if stage_id is None:
        raise Refusal(NO_SUCH, status=404)
    call, _ = lock_stage(act.session, stage_id)
    award = act.session.scalars(
        select(Award)
        .where(Award.id == award_id)
        .options(
            joinedload(Award.application).joinedload(Application.organisation),
            joinedload(Award.entry).options(
                joinedload(Entry.stage), joinedload(Entry.application).joinedload(Application.lot)
            ),
        )
        .with_for_update(of=Award)
        .execution_options(populate_existing=True)
    ).one()
    return call, award


def _take_waiting(act: Act, contract_id: int) -> tuple[Call, Award, Contract]:
    award_id = act.session.scalar(select(Contract.award_id).where(Contract.id == contract_id))
    if award_id is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call, award = _take(act, award_id)
    contract = act.session.get_one(Contract, contract_id, with_for_update=True, populate_existing=True)
    if contract.confirmed_at is not None or contract.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, award, contract


def _record(act: Act, call: Call, tag: str, contract: Contract, note: str) -> None:
    data = {"contract": contract.id, "signed_on": contract.signed_on.isoformat()}
    record(act, tag, "award", contract.award_id, call_id=call.id, data=data, note=note)
