"""Reading claims: which suspend an award now, and what else hangs before a call can be concluded."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.disqualifications import Disqualification
from procurement.models.going_on import Promotion, StageAmendment
from procurement.models.requests import Request, Review
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.rules.dates import uk_day
from workflows.catalogue import states
from workflows.facts import Sentence

STANDING = and_(Claim.ended_at.is_(None), Claim.lifted_at.is_(None))


def of_call(session: Session, call_id: int) -> list[Claim]:
    """Every claim of a call, the newest first, with its lot and who typed, confirmed, ended and lifted it."""
    whose = (joinedload(each) for each in (Claim.proposer, Claim.approver, Claim.ender, Claim.lifter))
    asked = select(Claim).where(Claim.call_id == call_id).options(joinedload(Claim.lot), *whose)
    return list(session.scalars(asked.order_by(Claim.id.desc())))


def find(session: Session, call_id: int, claim_id: int) -> Claim | None:
    """One claim of a call."""
    return session.scalars(select(Claim).where(Claim.id == claim_id, Claim.call_id == call_id)).one_or_none()


def suspended(session: Session, call_id: int) -> frozenset[int]:
    """The lots of a call whose awards are suspended by a claim now."""
    return frozenset(session.scalars(select(Claim.lot_id).where(Claim.call_id == call_id, STANDING)))


def is_standing(claim: Claim) -> bool:
    """Whether it suspends now: neither ended nor lifted."""
    return claim.ended_at is None and claim.lifted_at is None


def is_waiting(claim: Claim) -> bool:
    """Whether nobody else has looked at it yet."""
    return claim.approved_at is None and claim.ended_at is None


def known_awards(session: Session, call_id: int, lot_id: int) -> list[Award]:
    """The awards of a lot that were told and stand, with stage and application: a claim suspends them, also where the
    service has confirmed one, or its firm has accepted it, before anybody typed of what there was notice in time."""
    known = Award.state.in_(states.award.made_known)
    asked = select(Award).where(Award.call_id == call_id, Award.lot_id == lot_id, known)
    return list(session.scalars(asked.options(*awards_queries.SHOWN).order_by(Award.id)))


def is_suspendable(session: Session, call_id: int) -> bool:
    """Whether an award of a call was told and stands, so that a claim can suspend it."""
    known = Award.state.in_(states.award.made_known)
    return session.scalar(select(Award.id).where(Award.call_id == call_id, known).limit(1)) is not None


def ordered_in(claims: Sequence[Claim], claim: Claim) -> list[date]:
    """By which days' orders a suspension ended, of which `claim` was the last claim: those of the claims that stood,
    one over the other, since it began. `claims` are those of its lot, the newest first."""
    since = claim.proposed_at
    for each in claims:
        over = each.lifted_at or each.ended_at
        if over is not None and each.proposed_at < since <= over:
            since = each.proposed_at
    return [each.ordered_on for each in claims if each.ordered_on and each.lifted_at and each.lifted_at >= since]


def standstill_until(session: Session, call: Call) -> datetime | None:
    """When the last standstill of a call ends, or ended; None where none has begun."""
    notices = awards_queries.notices_of(session, call).rows
    return max((each.standstill_ends_at for each in notices if each.standstill_ends_at is not None), default=None)


def held_awards(session: Session, call: Call, lot_id: int, notified_on: date) -> list[Award]:
    """The awards of a lot that a claim holds of which there was notice on a day: those that stand and whose own
    standstill ran until then or longer. What was awarded before, and whose standstill was over, goes on."""
    notices = awards_queries.notices_of(session, call)
    found = ((each, notices.standstill_of(each)) for each in known_awards(session, call.id, lot_id))
    return [each for each, ends_at in found if ends_at is not None and notified_on <= uk_day(ends_at)]


def hanging(session: Session, call: Call) -> tuple[Sentence, ...]:
    """What still hangs in a call, so that it cannot be concluded: awards to answer, claims, reviews, proposals. Each is
    a sentence that says what is to be done."""
    counts = _counts()
    row = session.execute(select(*(each.scalar_subquery() for each in counts.values())).where(Call.id == call.id)).one()
    return tuple(Sentence.plural(*WORDS[kind], count) for kind, count in zip(counts, row, strict=True) if count)


def without_hanging(session: Session, call_ids: Collection[int]) -> set[int]:
    """Of some calls those in which nothing hangs: one statement."""
    clear = (each.scalar_subquery() == 0 for each in _counts().values())
    return set(session.scalars(select(Call.id).where(Call.id.in_(call_ids), *clear)))


def _counts() -> dict[type, Select[int]]:
    """How many of each kind hang in the call of the statement around it."""
    of_stages = select(Stage.id).where(Stage.call_id == Call.id).correlate(Call)
    in_call = select(Entry.id).where(Entry.call_id == Call.id).correlate(Call)
    unseen = ("approved_at", "ended_at")
    found = {
        Award: select(func.count())
        .select_from(Award)
        .where(Award.call_id == Call.id, Award.state.not_in(states.award.settled)),
        Claim: select(func.count()).select_from(Claim).where(Claim.call_id == Call.id, STANDING),
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
        .where(Application.call_id == Call.id, *(getattr(Disqualification, each).is_(None) for each in unseen)),
        Abandonment: select(func.count())
        .select_from(Abandonment)
        .where(Abandonment.call_id == Call.id, *(getattr(Abandonment, each).is_(None) for each in unseen)),
        StageAmendment: select(func.count())
        .select_from(StageAmendment)
        .where(StageAmendment.stage_id.in_(of_stages), *(getattr(StageAmendment, each).is_(None) for each in unseen)),
    }
    return {kind: asked.correlate(Call) for kind, asked in found.items()}


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
    Abandonment: (
        "%(num)s proposal to abandon is not decided.",
        "%(num)s proposals to abandon are not decided.",
    ),
    StageAmendment: (
        "%(num)s change of dates is proposed and not decided.",
        "%(num)s changes of dates are proposed and not decided.",
    ),
}
