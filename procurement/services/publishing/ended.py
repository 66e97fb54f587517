"""By what an award ended, as the register tells it: the event of the move says so."""

from sqlalchemy.orm import Session

from procurement.models.abandonments import Abandonment
from procurement.models.history import Event
from procurement.rules.endings import CALL, LOT
from procurement.rules.statuses import AwardChange

BY_TAG = {"award.expire": AwardChange.EXPIRED, "award.refuse": AwardChange.REFUSED}


def ended_by(session: Session, event: Event) -> tuple[AwardChange, dict[str, str]]:
    """By its date or by its firm, with what was abandoned, or with a disqualification; and what is told with that."""
    if "abandonment" in event.data:
        row = session.get_one(Abandonment, event.data["abandonment"])
        told = {"abandoned": CALL if row.lot_id is None else LOT, "ended_reason": row.reason}
        return AwardChange.ABANDONED, told
    if "disqualification" in event.data:
        return AwardChange.DISQUALIFIED, {}
    return BY_TAG.get(event.tag, AwardChange.LAPSED), {}
