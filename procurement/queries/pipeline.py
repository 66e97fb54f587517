"""Reading planned calls: what everybody may know of, and what staff write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.people import Person
from procurement.models.pipeline import PlannedCall

SUBJECT = "plan"  # of the events about one
_PUBLIC = (PlannedCall.published_at.is_not(None), PlannedCall.withdrawn_at.is_(None))
_WHOLE = (joinedload(PlannedCall.call), joinedload(PlannedCall.writer), joinedload(PlannedCall.publisher))


def ahead(session: Session) -> Sequence[PlannedCall]:
    """What is published and still to come, the nearest month first."""
    asked = select(PlannedCall).where(*_PUBLIC, PlannedCall.call_id.is_(None)).options(*_WHOLE)
    return session.scalars(asked.order_by(PlannedCall.month, PlannedCall.id)).all()


def find_public(session: Session, planned_id: int) -> PlannedCall | None:
    """One that everybody may read, also when a call came of it."""
    asked = select(PlannedCall).where(PlannedCall.id == planned_id, PlannedCall.published_at.is_not(None))
    return session.scalars(asked.options(*_WHOLE)).one_or_none()


def find(session: Session, planned_id: int) -> PlannedCall | None:
    """Any of them, for staff."""
    return session.scalars(select(PlannedCall).where(PlannedCall.id == planned_id).options(*_WHOLE)).one_or_none()


def listed(session: Session) -> Sequence[PlannedCall]:
    """All of them, for staff, the newest month first."""
    asked = select(PlannedCall).options(*_WHOLE).order_by(PlannedCall.month.desc(), PlannedCall.id.desc())
    return session.scalars(asked).all()


@dataclass(frozen=True)
class Waiting:
    """What waits for whoever looks: plans that somebody else wrote, and plans whose month has passed."""

    to_publish: int
    overdue: int


def waiting(session: Session, person_id: int | None, month: date) -> Waiting:
    """Counts in one statement. `month`: this one, by its first day."""
    open_ = and_(PlannedCall.withdrawn_at.is_(None), PlannedCall.call_id.is_(None))
    unread = and_(open_, PlannedCall.published_at.is_(None), PlannedCall.written_by != person_id)
    late = and_(open_, PlannedCall.published_at.is_not(None), PlannedCall.month < month)
    found = session.execute(select(_count(unread), _count(late))).one()
    return Waiting(found[0], found[1])


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, PlannedCall.id)))


def history_of(session: Session, planned_id: int) -> list[tuple[Event, str]]:
    """What happened to one, the newest first: each event with its note, and who did it."""
    asked = select(Event, Person.name).join(Person, Person.id == Event.actor_id)
    asked = asked.where(Event.subject == SUBJECT, Event.subject_id == planned_id).options(joinedload(Event.note))
    return [(event, name) for event, name in session.execute(asked.order_by(Event.position.desc()))]


def find_published_call(session: Session, ref: str) -> Call | None:
    """A call that is published, by its reference however it is written."""
    asked = select(Call).where(func.upper(Call.ref) == ref.strip().upper(), Call.published_at.is_not(None))
    return session.scalars(asked).one_or_none()
