"""Reading for the auditor's own start: what happened lately, what was opened, who was given a role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.people import Person
from procurement.models.stages import Opening, Stage
from procurement.queries.history import OF_ENTRIES, UNSEALED

NEWEST = 20


@dataclass(frozen=True)
class Busy:
    """A call with how many events its history got since an instant, and when the newest was recorded."""

    call: Call
    events: int
    newest: datetime


@dataclass(frozen=True)
class RoleChange:
    """A role that somebody was given or lost: when, whose, which, and by whom (empty: a command on the machine)."""

    at: datetime
    person: str
    role: str
    given: bool
    by: str


def busy_calls(session: Session, since: datetime) -> list[Busy]:
    """The calls in which something happened since then that staff may see, the newest first."""
    opened = select(Stage.id).where(Stage.opened_at.is_not(None))
    entries = select(Entry.id).where(Entry.stage_id.in_(opened))
    whole = select(Stage.call_id).where(Stage.opened_at.is_not(None))
    seen = or_(
        Event.subject.in_(UNSEALED),
        and_(Event.subject.in_(OF_ENTRIES), Event.subject_id.in_(entries)),
        and_(Event.subject.not_in(OF_ENTRIES), Event.call_id.in_(whole)),
    )
    counted = (
        select(Event.call_id, func.count().label("events"), func.max(Event.recorded_at).label("newest"))
        .where(Event.recorded_at >= since, Event.call_id.is_not(None), seen)
        .group_by(Event.call_id)
        .subquery()
    )
    rows = session.execute(
        select(Call, counted.c.events, counted.c.newest)
        .join(counted, counted.c.call_id == Call.id)
        .where(Call.amends_id.is_(None))
        .order_by(counted.c.newest.desc(), Call.id)
        .limit(NEWEST)
    )
    return [Busy(call, events, newest) for call, events, newest in rows]


def openings(session: Session) -> list[tuple[Call, Stage, Opening]]:
    """The newest openings that are complete or asked for, each with both people."""
    rows = session.execute(
        select(Call, Stage, Opening)
        .join(Stage, Stage.id == Opening.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .options(joinedload(Opening.first), joinedload(Opening.second))
        .order_by(Opening.first_at.desc(), Opening.id.desc())
        .limit(NEWEST)
    )
    return [(call, stage, opening) for call, stage, opening in rows]


def role_changes(session: Session) -> list[RoleChange]:
    """The newest roles that were given or taken back."""
    found = session.execute(
        select(Event, Person.name)
        .join(Person, Person.id == Event.subject_id)
        .where(Event.subject == "person", Event.tag.in_(("role.grant", "role.revoke")))
        .options(joinedload(Event.actor))
        .order_by(Event.position.desc())
        .limit(NEWEST)
    )
    return [
        RoleChange(
            event.recorded_at,
            name,
            str(event.data.get("role", "")),
            event.tag == "role.grant",
            event.actor.name if event.actor else "",
        )
        for event, name in found
    ]
