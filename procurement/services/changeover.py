"""Taking up, in the chain of events, what was made before the chain knew of it: calls of before there were stages, and
rows of before there were commitments.

Their rows were moved by migration 0015, in which nothing can be chained. So the first start after it writes one event
for each such call: which stage it is now, and how many entries that has. Calls made since begin with such events.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.history import Event
from procurement.models.stages import Stage
from procurement.services import commitments
from procurement.services.act import Act
from procurement.services.history import record

TAG = "stage.take_up"


def list_due(session: Session) -> list[tuple[int, int]]:
    """(call, stage) of every stage of which the chain knows nothing yet, in the order of calls."""
    known = select(Event.subject_id).where(Event.subject == "stage", Event.tag.in_(("stage.begin", TAG)))
    found = select(Stage.call_id, Stage.id).where(Stage.id.not_in(known)).order_by(Stage.call_id, Stage.id)
    return [(call_id, stage_id) for call_id, stage_id in session.execute(found)]


def take_up(act: Act) -> int:
    """One event for each stage that the migration made; returns how many. Doing it again does nothing."""
    due = list_due(act.session)
    for call_id, stage_id in due:
        entries = act.session.scalar(select(func.count()).where(Entry.stage_id == stage_id)) or 0
        record(act, TAG, "stage", stage_id, call_id=call_id, data={"entries": entries})
    commitments.take_up(act)
    return len(due)
