"""Reading whether a call or a lot is proposed to be abandoned, and what of it would end with that."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage, StageLot
from procurement.queries import awards as awards_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from workflows.catalogue import states

# in the running: whoever was told that it was declined, or whose award ended before, is not
GOING = (
    *states.entry.writable,
    *states.entry.submitted,
    *states.entry.checking,
    *states.entry.assessing,
    *states.entry.answered,
)


def find(session: Session, call_id: int, lot_id: int | None = None) -> Abandonment | None:
    """The abandonment of a call as a whole, or of one lot of it, that waits or stands, with who proposed it."""
    return session.scalars(
        select(Abandonment)
        .where(Abandonment.call_id == call_id, Abandonment.lot_id == lot_id, Abandonment.ended_at.is_(None))
        .options(joinedload(Abandonment.proposer))
    ).one_or_none()


def of_call(session: Session, call_id: int) -> list[Abandonment]:
    """Every abandonment of a call and of its lots that waits or stands, with its lot and who proposed it."""
    return list(
        session.scalars(
            select(Abandonment)
            .where(Abandonment.call_id == call_id, Abandonment.ended_at.is_(None))
            .options(joinedload(Abandonment.proposer), joinedload(Abandonment.lot))
            .order_by(Abandonment.id)
        )
    )


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[Abandonment]:
    """Those of some calls that wait for an approver."""
    asked = select(Abandonment).where(
        Abandonment.call_id.in_(call_ids), Abandonment.approved_at.is_(None), Abandonment.ended_at.is_(None)
    )
    return list(session.scalars(asked.order_by(Abandonment.id)))


def awards_of(session: Session, call_id: int, lot_id: int | None = None) -> list[Award]:
    """The awards of a call, or of one lot of it, that are not settled, or were accepted: what would end, and what
    stands in the way. With their entries, stages and applications."""
    asked = select(Award).where(
        Award.call_id == call_id,
        Award.state.not_in([each for each in states.award.settled if each not in states.award.accepted]),
    )
    if lot_id is not None:
        asked = asked.where(Award.lot_id == lot_id)
    return list(session.scalars(asked.options(*awards_queries.SHOWN).order_by(Award.id)))


def others_go_on(session: Session, lot: Lot) -> bool:
    """Whether another lot of the call is not abandoned."""
    asked = select(Lot.id).where(Lot.call_id == lot.call_id, Lot.id != lot.id, Lot.abandoned_at.is_(None))
    return session.scalar(asked.limit(1)) is not None


def knows_lots_that_end(session: Session, call: Call) -> bool:
    """Whether the rules that a call took know that a lot can end alone: those of before did not."""
    stages = stages_queries.listed(session, call.id)
    workflows = (workflows_queries.workflow_of(call, "entry", stage) for stage in stages)
    return all(any(move.action == "abandon" for move in workflow.moves) for workflow in workflows)


def in_the_running(session: Session, lot_id: int, ended: Collection[int] = ()) -> list[Entry]:
    """What the applications to a lot have come to, of those that are still in the running, held; each with its stage
    and its application. `ended` are the awards that end with the lot: their winners were in the running until now."""
    over = select(Award.entry_id).where(
        Award.lot_id == lot_id, Award.state.in_(states.award.settled), Award.id.not_in(ended)
    )
    return list(
        session.scalars(
            select(Entry)
            .join(Application, Application.entry_id == Entry.id)
            .where(
                Application.lot_id == lot_id,
                Entry.state.in_(GOING),
                or_(
                    Entry.told_at.is_(None),
                    and_(Entry.state.not_in(states.entry.declined), Entry.id.not_in(over)),
                ),
            )
            .options(joinedload(Entry.stage), joinedload(Entry.application))
            .order_by(Entry.id)
            .with_for_update(of=Entry)
            .execution_options(populate_existing=True)
        )
    )


def opened_of(session: Session, lot_id: int) -> list[Entry]:
    """What the applications to a lot have come to, of those that were opened and take part, or did until they were
    told that they were declined; each with its stage and its application. Also of a team whose accounts are closed."""
    asked = (
        select(Entry)
        .join(Application, Application.entry_id == Entry.id)
        .where(Application.lot_id == lot_id, Entry.opened_at.is_not(None), Entry.state.not_in(states.entry.absent))
        .options(joinedload(Entry.stage), joinedload(Entry.application))
        .order_by(Application.id)
    )
    return list(session.scalars(asked))


def was_opened(session: Session, lot_id: int) -> bool:
    """Whether a stage that a lot goes through was opened."""
    asked = select(Stage.id).join(StageLot, StageLot.stage_id == Stage.id).where(StageLot.lot_id == lot_id)
    return session.scalar(asked.where(Stage.opened_at.is_not(None)).limit(1)) is not None


def stages_to_come(session: Session, call_id: int) -> list[Stage]:
    """The stages of a call that have not begun and were not ended, with their lots."""
    asked = select(Stage).where(Stage.call_id == call_id, Stage.started_at.is_(None), Stage.ended_at.is_(None))
    return list(session.scalars(asked.options(selectinload(Stage.lots).joinedload(StageLot.lot)).order_by(Stage.id)))
