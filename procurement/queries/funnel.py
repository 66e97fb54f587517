"""How many took part in each stage of a call and how many went on: counts of applications, once those are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Lot
from procurement.models.decisions import Decision
from procurement.models.stages import Stage
from procurement.rules.statuses import Outcome
from workflows.catalogue import states


@dataclass(frozen=True)
class Step:
    """One lot of one stage: how many were opened in it, were eligible and assessed to the end, and were told that they
    go on from it (to the next stage, or to an award), whatever became of them there."""

    stage_id: int
    lot: int
    took_part: int
    assessed: int
    went_on: int


def funnel_of(session: Session, stages: Sequence[Stage]) -> list[Step]:
    """Of the stages that are told, in the order of their stages and lots: one statement; none where none is told."""
    told = [stage.id for stage in stages if stage.told_at is not None]
    if not told:
        return []
    # whoever was told of a place in the ranking was assessed, whatever came later
    answered = and_(Entry.told_at == Stage.told_at, Entry.state.not_in(states.entry.ineligible))
    # and whoever was told that it goes on did, also where it was disqualified then
    chosen = (
        select(Decision.id)
        .where(
            Decision.entry_id == Entry.id,
            Decision.outcome.in_((Outcome.FUND, Outcome.ADVANCE)),
            Decision.approved_at.is_not(None),
            Decision.superseded_at.is_(None),
        )
        .exists()
    )
    rows = session.execute(
        select(
            Entry.stage_id,
            Lot.number,
            func.count(),
            _how_many(or_(Entry.state.in_(states.entry.ranked), answered)),
            _how_many(or_(Entry.state.in_(states.entry.advanced), and_(Entry.told_at.is_not(None), chosen))),
        )
        .join(Stage, Stage.id == Entry.stage_id)
        .join(Application, Application.id == Entry.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(Entry.stage_id.in_(told), Entry.opened_at.is_not(None))
        .group_by(Entry.stage_id, Lot.number)
    ).all()
    order = {stage_id: place for place, stage_id in enumerate(told)}
    return sorted((Step(*row) for row in rows), key=lambda step: (order[step.stage_id], step.lot))


def _how_many(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))
