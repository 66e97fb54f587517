"""To which stages the applications go on from one, and whether those can begin."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from workflows.catalogue import states


def next_problems(session: Session, call: Call, stage: Stage, now: datetime) -> int:
    """What the stages lack to which somebody goes on from here, before they can begin. 0 where nothing follows."""
    return sum(
        calls_queries.count_stage_problems(session, call, each, now)
        for each in {each.id: each for each in following_of(session, call, stage).values()}.values()
        if each.started_at is None
    )


def following_of(session: Session, call: Call, stage: Stage) -> dict[int, Stage]:
    """The stage to which each lot goes on from here, by the lot's id, for lots of which somebody does."""
    lots = session.scalars(
        select(Application.lot_id)
        .join(Entry, Entry.application_id == Application.id)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.advanced))
        .distinct()
    ).all()
    stages = stages_queries.of_call(session, call.id)
    return {lot: after for lot in lots if (after := stages_queries.following(stages, stage, lot)) is not None}
