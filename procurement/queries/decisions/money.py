"""What is committed of a lot's budget: the one sum of awards that stand, for whoever asks what is left."""

from decimal import Decimal

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Lot
from procurement.models.stages import Stage
from procurement.queries.decisions.tables import NOTHING
from workflows.catalogue import states

STANDING = (*states.award.approved, *states.award.made_known)  # neither refused nor dropped


def committed_before(stage: Stage) -> ScalarSelect[Decimal]:
    """What the stages of the call before this one have awarded in the lot of the statement around it."""
    other = aliased(Stage)
    earlier = or_(other.window < stage.window, and_(other.window == stage.window, other.number < stage.number))
    awarding = select(other.id).where(other.call_id == stage.call_id, earlier)
    return _awarded(Entry.stage_id.in_(awarding), Award.lot_id == Lot.id).correlate(Lot).scalar_subquery()


def committed_in(stage: Stage) -> ScalarSelect[Decimal]:
    """What the stage itself has awarded in the lot of the statement around it."""
    return _awarded(Entry.stage_id == stage.id, Award.lot_id == Lot.id).correlate(Lot).scalar_subquery()


def left_of(session: Session, lot: Lot) -> Decimal:
    """What is free of a lot's budget, whichever stage of its call awarded the rest."""
    return max(NOTHING, lot.budget - (session.scalar(_awarded(Award.lot_id == lot.id)) or NOTHING))


def _awarded(*which: ColumnElement[bool]) -> Select[Decimal]:
    return (
        select(func.sum(Award.amount)).join(Entry, Entry.id == Award.entry_id).where(Award.state.in_(STANDING), *which)
    )
