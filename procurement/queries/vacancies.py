"""What came free in a lot of a stage after everybody was told: a place, or money, that somebody else had."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.decisions import Decision
from procurement.models.going_on import Promotion
from procurement.models.stages import Stage
from procurement.rules.statuses import Outcome
from workflows.catalogue import states

OUT = (*states.entry.absent, *states.entry.ineligible)
ENDED = tuple(each for each in states.award.settled if each not in states.award.accepted)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Vacancy:
    """`places`: how many who were to go on do not any more, less those who were promoted since; `money`: what the
    awards that ended came to, less what was awarded by promotion since, in pounds; `taken`: how many still go on."""

    places: int
    money: Decimal
    taken: int


NONE = Vacancy(0, NOTHING, 0)


def of_stage(session: Session, stage: Stage) -> dict[int, Vacancy]:
    """By lot: what came free in a stage, since somebody refused, lapsed, withdrew or was disqualified. One statement.

    An award that was accepted stands, whatever becomes of it by its own terms.
    """
    newest = aliased(Entry)
    asked = (
        select(Application.lot_id, newest.state, Award.state, Award.amount, Promotion.id)
        .select_from(Decision)
        .join(Entry, Entry.id == Decision.entry_id)
        .join(Application, Application.id == Entry.application_id)
        .join(newest, newest.id == Application.entry_id)
        .outerjoin(Award, Award.entry_id == Entry.id)
        .outerjoin(Promotion, and_(Promotion.entry_id == Entry.id, Promotion.approved_at.is_not(None)))
        .where(
            Entry.stage_id == stage.id,
            Decision.approved_at.is_not(None),
            Decision.superseded_at.is_(None),
            Decision.outcome.in_((Outcome.FUND, Outcome.ADVANCE)),
        )
    )
    places: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    money: dict[int, Decimal] = {}
    for lot_id, state, award, amount, promotion in session.execute(asked):
        gone = state in OUT if award is None else award in ENDED
        places[lot_id] += gone - (promotion is not None)
        taken[lot_id] += not gone
        change = (amount if gone and award is not None else NOTHING) - (
            amount if promotion is not None and award is not None else NOTHING
        )
        money[lot_id] = money.get(lot_id, NOTHING) + change
    return {lot_id: Vacancy(places[lot_id], money[lot_id], taken[lot_id]) for lot_id in money}
