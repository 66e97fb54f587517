"""Reading who was disqualified, and who is proposed to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.disqualifications import Disqualification
from procurement.models.stages import Stage


@dataclass(frozen=True)
class Out:
    """An opened entry of a stage whose application was disqualified, and when."""

    entry: Entry
    application: Application
    ground: str
    at: datetime


def find(session: Session, application_id: int) -> Disqualification | None:
    """The disqualification of an application that waits or stands, with who proposed it."""
    return session.scalars(
        select(Disqualification)
        .where(Disqualification.application_id == application_id, Disqualification.ended_at.is_(None))
        .options(joinedload(Disqualification.proposer))
    ).one_or_none()


def find_approved(session: Session, application_id: int) -> Disqualification | None:
    """The disqualification of an application that stands, with the bid from which it was proposed and its stage."""
    return session.scalars(
        select(Disqualification)
        .where(Disqualification.application_id == application_id, Disqualification.approved_at.is_not(None))
        .options(joinedload(Disqualification.entry).joinedload(Entry.stage))
    ).one_or_none()


def newest_opened(session: Session, application_id: int) -> Entry:
    """The entry of the last stage in which an application was opened, with its stage."""
    return session.scalars(
        select(Entry)
        .join(Entry.stage)
        .where(Entry.application_id == application_id, Entry.opened_at.is_not(None))
        .options(joinedload(Entry.stage), joinedload(Entry.application))
        .order_by(Stage.window.desc(), Stage.number.desc())
        .limit(1)
    ).one()


def award_of(session: Session, entry_id: int) -> Award | None:
    """The award that was made on an entry, held."""
    return session.scalars(select(Award).where(Award.entry_id == entry_id).with_for_update()).one_or_none()


def of_stage(session: Session, stage_id: int) -> list[Out]:
    """Who of the opened bids of a stage was disqualified, here or in a later stage: the first one first."""
    rows = session.execute(
        select(Entry, Disqualification)
        .join(Disqualification, Disqualification.application_id == Entry.application_id)
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None), Disqualification.approved_at.is_not(None))
        .options(joinedload(Entry.application).joinedload(Application.organisation))
        .order_by(Disqualification.approved_at, Entry.id)
    ).all()
    return [
        Out(entry, entry.application, row.ground, row.approved_at) for entry, row in rows if row.approved_at is not None
    ]


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[Entry]:
    """The bids of some calls whose disqualification waits for an approver, with their applications and stages."""
    asked = (
        select(Entry)
        .join(Disqualification, Disqualification.entry_id == Entry.id)
        .where(
            Entry.call_id.in_(call_ids),
            Disqualification.approved_at.is_(None),
            Disqualification.ended_at.is_(None),
        )
        .options(joinedload(Entry.application), joinedload(Entry.stage).joinedload(Stage.call))
    )
    return list(session.scalars(asked.order_by(Entry.id)))
