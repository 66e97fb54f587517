"""Reading whether a call is proposed to be abandoned, and what of it would end with that."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.abandonments import Abandonment
from procurement.models.awards import Award
from procurement.queries import awards as awards_queries
from workflows.catalogue import states


def find(session: Session, call_id: int) -> Abandonment | None:
    """The abandonment of a call that waits or stands, with who proposed it."""
    return session.scalars(
        select(Abandonment)
        .where(Abandonment.call_id == call_id, Abandonment.ended_at.is_(None))
        .options(joinedload(Abandonment.proposer))
    ).one_or_none()


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[Abandonment]:
    """Those of some calls that wait for an approver."""
    asked = select(Abandonment).where(
        Abandonment.call_id.in_(call_ids), Abandonment.approved_at.is_(None), Abandonment.ended_at.is_(None)
    )
    return list(session.scalars(asked.order_by(Abandonment.id)))


def awards_of(session: Session, call_id: int) -> list[Award]:
    """The awards of a call that are not settled, or were accepted: what would end, and what stands in the way. With
    their entries, stages and applications."""
    asked = select(Award).where(
        Award.call_id == call_id,
        Award.state.not_in([each for each in states.award.settled if each not in states.award.accepted]),
    )
    return list(session.scalars(asked.options(*awards_queries.SHOWN).order_by(Award.id)))
