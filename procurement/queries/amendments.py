"""Reading which dates of a call's stages moved after they were published."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage


@dataclass(frozen=True)
class Moved:
    """A closing time that moved, as everybody may know it."""

    stage: Stage
    before: datetime
    after: datetime
    reason: str
    at: datetime


def of_call(session: Session, call_id: int) -> list[Moved]:
    """The amendments of a call's stages that were approved, the first one first."""
    rows = session.scalars(
        select(StageAmendment)
        .join(Stage, Stage.id == StageAmendment.stage_id)
        .where(Stage.call_id == call_id, StageAmendment.approved_at.is_not(None))
        .options(joinedload(StageAmendment.stage))
        .order_by(StageAmendment.approved_at, StageAmendment.id)
    )
    return [
        Moved(
            each.stage,
            datetime.fromisoformat(each.before["closes_at"]),
            datetime.fromisoformat(each.after["closes_at"]),
            each.reason,
            each.approved_at,
        )
        for each in rows
        if each.approved_at is not None
    ]
