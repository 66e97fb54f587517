"""Reading who was disqualified or whose tender disregarded, and who is proposed to be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.disqualifications import Disqualification
from procurement.models.stages import Stage
from procurement.rules.disqualification import ENDINGS, GROUNDS, disregards
from procurement.rules.statuses import Ending
from workflows.facts import Sentence

# agreed to by a second person, and not reversed by a review
STANDS = (Disqualification.approved_at.is_not(None), Disqualification.ended_at.is_(None))


@dataclass(frozen=True)
class Out:
    """An opened entry of a stage whose application was disqualified, and when."""

    entry: Entry
    application: Application
    ground: str
    at: datetime

    @property
    def disregarded(self) -> bool:
        """Whether its tender was, so that its supplier was not disqualified."""
        return disregards(self.ground)

    @property
    def excluded(self) -> bool:
        """Whether its supplier was excluded, on a ground of the law."""
        return ENDINGS[self.ground] is Ending.EXCLUDED

    @property
    def because(self) -> Sentence:
        return GROUNDS[self.ground]


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
        .where(Disqualification.application_id == application_id, *STANDS)
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
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None), *STANDS)
        .options(joinedload(Entry.application).joinedload(Application.organisation))
        .order_by(Disqualification.approved_at, Entry.id)
    ).all()
    return [
        Out(entry, entry.application, row.ground, row.approved_at) for entry, row in rows if row.approved_at is not None
    ]
