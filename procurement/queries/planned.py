"""Reading which calls become public at an instant to come."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.planned import PlannedPublication

WAITS = (PlannedPublication.made_at.is_(None), PlannedPublication.ended_at.is_(None))


def find_waiting(session: Session, call_id: int) -> PlannedPublication | None:
    """The publication of a call that is to come, with who approved it."""
    asked = select(PlannedPublication).where(PlannedPublication.call_id == call_id, *WAITS)
    return session.scalars(asked.options(joinedload(PlannedPublication.approver))).one_or_none()


def waiting_in(session: Session, call_ids: Sequence[int]) -> set[int]:
    """Those of some calls that are to be published at an instant."""
    return set(
        session.scalars(select(PlannedPublication.call_id).where(PlannedPublication.call_id.in_(call_ids), *WAITS))
    )


def due(session: Session, now: datetime) -> list[int]:
    """What is to be published by now, the earliest first."""
    asked = select(PlannedPublication.id).where(PlannedPublication.publish_at <= now, *WAITS)
    return list(session.scalars(asked.order_by(PlannedPublication.publish_at, PlannedPublication.id)))
