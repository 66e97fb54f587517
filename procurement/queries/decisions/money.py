"""What is committed of a lot's budget: the one sum of awards that stand, for whoever asks what is left."""

from decimal import Decimal

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Lot
from procurement.models.stages import Stage, StageLot
from procurement.queries.decisions.tables import NOTHING, LotTable
from workflows.catalogue import states

PUBLISHED = func.coalesce(StageLot.budget, Lot.budget)  # of the lot, in all or in the stage's window
STANDING = (*states.award.approved, *states.award.made_known)  # neither refused nor dropped


def committed_before(stage: Stage) -> ScalarSelect[Decimal]:
    """What the stages of the window before this one have awarded in the lot of the statement around it."""
    other = aliased(Stage)
    earlier = and_(other.window == stage.window, other.number < stage.number)
    awarding = select(other.id).where(other.call_id == stage.call_id, earlier)
    return _awarded(Entry.stage_id.in_(awarding), Award.lot_id == Lot.id).correlate(Lot).scalar_subquery()


def committed_in(stage: Stage) -> ScalarSelect[Decimal]:
    """What the stage itself has awarded in the lot of the statement around it."""
    return _awarded(Entry.stage_id == stage.id, Award.lot_id == Lot.id).correlate(Lot).scalar_subquery()


def left_of(session: Session, stage: Stage, lot: LotTable) -> Decimal:
    """What is free of what is published for a lot in a stage's window, whichever stage of it awarded the rest."""
    window = select(Stage.id).where(Stage.call_id == stage.call_id, Stage.window == stage.window)
    spent = session.scalar(_awarded(Entry.stage_id.in_(window), Award.lot_id == lot.lot.id))
    return max(NOTHING, lot.published - (spent or NOTHING))


def _awarded(*which: ColumnElement[bool]) -> Select[Decimal]:
    return (
        select(func.sum(Award.amount)).join(Entry, Entry.id == Award.entry_id).where(Award.state.in_(STANDING), *which)
    )
