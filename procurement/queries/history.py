"""Reading what happened to a call, as far as whoever asks may know it."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.history import Event

PAGE = 50
# Before the opening staff may not know that an application exists, nor when: only what staff did themselves is shown.
UNSEALED = ("call", "opening")


def visible(call: Call) -> ColumnElement[bool]:
    """Which events of a call staff may see now."""
    return true() if call.opened else Event.subject.in_(UNSEALED)


def count_events(session: Session, call: Call) -> int:
    return session.scalar(select(func.count()).where(Event.call_id == call.id, visible(call))) or 0


def list_events(session: Session, call: Call, *, page: int = 1, whole: bool = False) -> list[Event]:
    """A page of the call's history, newest first; or all of it, oldest first."""
    found = (
        select(Event)
        .where(Event.call_id == call.id, visible(call))
        .options(joinedload(Event.actor), joinedload(Event.note))
    )
    if whole:
        return list(session.scalars(found.order_by(Event.position)))
    return list(session.scalars(found.order_by(Event.position.desc()).limit(PAGE).offset((page - 1) * PAGE)))


def references(session: Session, events: Sequence[Event]) -> dict[tuple[str, int], str]:
    """The references by which people know what events are about; at most three statements."""
    return dict(_references(session, events))


def _references(session: Session, events: Sequence[Event]) -> Iterator[tuple[tuple[str, int], str]]:
    ids = {subject: {event.subject_id for event in events if event.subject == subject} for subject in ABOUT}
    if ids["application"]:
        rows = session.execute(select(Application.id, Application.ref).where(Application.id.in_(ids["application"])))
        yield from ((("application", number), ref) for number, ref in rows)
    for subject, model in (("assignment", Assignment), ("award", Award)):
        if ids[subject]:
            found = (
                select(model.id, Application.ref)
                .join(Application, Application.id == model.application_id)
                .where(model.id.in_(ids[subject]))
            )
            yield from (((subject, number), ref) for number, ref in session.execute(found))


ABOUT = ("application", "assignment", "award")
