"""Reading contracts: what was signed of an award, what a contract is held to, and what still waits."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.contracts import Contract
from procurement.queries import awards as awards_queries
from procurement.rules.calls import BOUND
from procurement.rules.dates import uk_day
from procurement.rules.signing import Signable, length_of, needs_details
from procurement.rules.statuses import NoticeStatus
from procurement.rules.vat import vat_of
from workflows.catalogue import states
from workflows.definition import DETAILS_NOTICE

STANDS = and_(Contract.confirmed_at.is_not(None), Contract.ended_at.is_(None))
WAITS = and_(Contract.confirmed_at.is_(None), Contract.ended_at.is_(None))


def of_award(session: Session, award_id: int) -> list[Contract]:
    """Everything that was recorded of the contract of an award, the newest first, with who did it."""
    asked = select(Contract).where(Contract.award_id == award_id).order_by(Contract.id.desc())
    return list(session.scalars(asked.options(joinedload(Contract.proposer), joinedload(Contract.confirmer))))


def standing(session: Session, award_id: int) -> Contract | None:
    """What is confirmed of the contract of an award."""
    return session.scalars(select(Contract).where(Contract.award_id == award_id, STANDS)).one_or_none()


def waiting(session: Session, award_id: int) -> Contract | None:
    """What somebody recorded of it and nobody has confirmed yet."""
    return session.scalars(select(Contract).where(Contract.award_id == award_id, WAITS)).one_or_none()


def standing_of(session: Session, award_ids: Collection[int]) -> dict[int, Contract]:
    """The same of several awards, by their ids."""
    rows = session.scalars(select(Contract).where(Contract.award_id.in_(award_ids), STANDS))
    return {each.award_id: each for each in rows}


def notice_of(session: Session, contract: Contract | None) -> Notice | None:
    """The contract details notice of a contract."""
    if contract is None:
        return None
    return session.scalars(select(Notice).where(Notice.contract_id == contract.id)).one_or_none()


def signable(session: Session, call: Call, award: Award) -> Signable:
    """What a contract of a confirmed award is held to."""
    claims = session.scalars(
        select(Claim).where(Claim.call_id == call.id, Claim.lot_id == award.lot_id).order_by(Claim.id)
    )
    held = tuple(
        (each.notified_on, None if over is None else uk_day(over))
        for each in claims
        for over in (each.lifted_at or each.ended_at,)
    )
    assert award.confirmed_at is not None  # noqa: S101  (asked before)
    return Signable(
        route=call.route,
        confirmed_on=uk_day(award.confirmed_at),
        amount=award.amount,
        gross=award.amount_gross,
        length=length_of(call.starts_on, call.ends_on),
        held=held,
    )


@dataclass(frozen=True)
class Unsigned:
    """An accepted award whose contract nobody has recorded, or what was recorded and waits for somebody else."""

    award: Award
    waits: Contract | None


def unsigned(session: Session) -> list[Unsigned]:
    """The accepted awards of all calls that wait for the day of signing, with their stage and application: of a call
    that was abandoned afterwards too, since its contracts stand."""
    later = select(Contract.award_id).where(STANDS)
    rows = session.execute(
        select(Award, Contract)
        .outerjoin(Contract, and_(Contract.award_id == Award.id, WAITS))
        .where(
            Award.state.in_(states.award.accepted),
            # a correction waits for somebody else too
            or_(and_(Award.awaits_signing, Award.id.not_in(later)), Contract.id.is_not(None)),
        )
        .options(*awards_queries.SHOWN, joinedload(Award.call))
        .order_by(Award.id)
    )
    return [Unsigned(award, contract) for award, contract in rows]


@dataclass(frozen=True)
class Signed:
    """A signed contract of a procurement whose contract details notice is not published yet."""

    contract: Contract
    award: Award
    notice: Notice | None


def undetailed(session: Session) -> list[Signed]:
    """The contracts of all procurements whose details must be published and are not yet."""
    rows = session.execute(
        select(Contract, Award, Notice)
        .join(Award, Award.id == Contract.award_id)
        .join(Call, Call.id == Award.call_id)
        .outerjoin(Notice, and_(Notice.contract_id == Contract.id, Notice.kind == DETAILS_NOTICE))
        .where(
            STANDS,
            Call.route.in_(BOUND),
            or_(Notice.id.is_(None), Notice.state != NoticeStatus.PUBLISHED),
        )
        .options(*awards_queries.SHOWN, joinedload(Award.call))
        .order_by(Contract.id)
    )
    return [
        Signed(contract, award, notice)
        for contract, award, notice in rows
        if needs_details(award.call.route, with_vat(contract, award))
    ]


def with_vat(contract: Contract, award: Award) -> Decimal:
    """What a contract is for with VAT; the bare amount where its award does not say."""
    gross = vat_of(award).gross(contract.amount)
    return contract.amount if gross is None else gross
