"""Reading claims: which suspend an award now, and what else hangs before a call can be concluded."""

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.disqualifications import Disqualification
from procurement.models.going_on import Promotion, StageAmendment
from procurement.models.requests import Request, Review
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.rules.statuses import NoticeStatus
from workflows.catalogue import states
from workflows.facts import Sentence

STANDING = and_(Claim.ended_at.is_(None), Claim.lifted_at.is_(None))


def of_call(session: Session, call_id: int) -> list[Claim]:
    """Every claim of a call, the newest first, with its lot and who typed it."""
    asked = select(Claim).where(Claim.call_id == call_id).options(joinedload(Claim.lot), joinedload(Claim.proposer))
    return list(session.scalars(asked.order_by(Claim.id.desc())))


def find(session: Session, call_id: int, claim_id: int) -> Claim | None:
    """One claim of a call."""
    return session.scalars(select(Claim).where(Claim.id == claim_id, Claim.call_id == call_id)).one_or_none()


def suspended(session: Session, call_id: int) -> frozenset[int]:
    """The lots of a call whose awards are suspended by a claim now."""
    return frozenset(session.scalars(select(Claim.lot_id).where(Claim.call_id == call_id, STANDING)))


def is_waiting(claim: Claim) -> bool:
    """Whether nobody else has looked at it yet."""
    return claim.approved_at is None and claim.ended_at is None


def waiting_awards(session: Session, call_id: int, lot_id: int) -> list[Award]:
    """The awards of a lot that were told and are not confirmed, with stage and application."""
    asked = select(Award).where(Award.call_id == call_id, Award.lot_id == lot_id, Award.state.in_(states.award.told))
    return list(session.scalars(asked.options(*awards_queries.SHOWN).order_by(Award.id)))


def standstill_until(session: Session, call: Call) -> datetime | None:
    """When the standstill of a call ends, or ended; None where none has begun."""
    notice = awards_queries.find_notice(session, call.id)
    if notice is None or notice.state != NoticeStatus.PUBLISHED:
        return None
    return notice.standstill_ends_at


def hanging(session: Session, call: Call) -> tuple[Sentence, ...]:
    """What still hangs in a call, so that it cannot be concluded: awards to answer, claims, reviews, proposals. Each is
    a sentence that says what is to be done."""
    of_stages = select(Stage.id).where(Stage.call_id == call.id)
    in_call = select(Entry.id).where(Entry.call_id == call.id)
    unseen = ("approved_at", "ended_at")
    counts = {
        Award: select(func.count())
        .select_from(Award)
        .where(Award.call_id == call.id, Award.state.not_in(states.award.settled)),
        Claim: select(func.count()).select_from(Claim).where(Claim.call_id == call.id, STANDING),
        Review: select(func.count())
        .select_from(Review)
        .join(Request, Request.id == Review.request_id)
        .where(Request.entry_id.in_(in_call), Request.answered_at.is_not(None), Review.decided_at.is_(None)),
        Promotion: select(func.count())
        .select_from(Promotion)
        .where(Promotion.stage_id.in_(of_stages), *(getattr(Promotion, each).is_(None) for each in unseen)),
        Disqualification: select(func.count())
        .select_from(Disqualification)
        .join(Application, Application.id == Disqualification.application_id)
        .where(Application.call_id == call.id, *(getattr(Disqualification, each).is_(None) for each in unseen)),
        StageAmendment: select(func.count())
        .select_from(StageAmendment)
        .where(StageAmendment.stage_id.in_(of_stages), *(getattr(StageAmendment, each).is_(None) for each in unseen)),
    }
    row = session.execute(select(*(each.scalar_subquery() for each in counts.values()))).one()
    return tuple(Sentence.plural(*WORDS[kind], count) for kind, count in zip(counts, row, strict=True) if count)


WORDS: dict[type, tuple[str, str]] = {
    Award: (
        "%(num)s award is still waiting to be accepted or refused.",
        "%(num)s awards are still waiting to be accepted or refused.",
    ),
    Claim: (
        "%(num)s claim suspends an award. It must be lifted first.",
        "%(num)s claims suspend awards. They must be lifted first.",
    ),
    Review: (
        "%(num)s review was asked for and is not answered.",
        "%(num)s reviews were asked for and are not answered.",
    ),
    Promotion: (
        "%(num)s promotion from the reserve is proposed and not decided.",
        "%(num)s promotions from the reserve are proposed and not decided.",
    ),
    Disqualification: (
        "%(num)s disqualification is proposed and not decided.",
        "%(num)s disqualifications are proposed and not decided.",
    ),
    StageAmendment: (
        "%(num)s change of dates is proposed and not decided.",
        "%(num)s changes of dates are proposed and not decided.",
    ),
}
