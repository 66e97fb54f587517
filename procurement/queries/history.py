"""Reading what happened to a call, as far as whoever asks may know it."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.stages import Stage

PAGE = 50
# Before the opening staff may not know that an application exists, nor when: only what staff did themselves is shown.
UNSEALED = ("call", "stage", "opening")
# What says that an application is in a stage. Those of before there were stages are about the application, whose one
# entry has its id.
OF_ENTRIES = ("entry", "application")


def visible(call: Call) -> ColumnElement[bool]:
    """Which events of a call staff may see now: an entry's from its stage's opening on, whatever was opened before."""
    opened = select(Stage.id).where(Stage.call_id == call.id, Stage.opened_at.is_not(None))
    entries = select(Entry.id).where(Entry.stage_id.in_(opened))
    return or_(
        Event.subject.in_(UNSEALED),
        and_(Event.subject.in_(OF_ENTRIES), Event.subject_id.in_(entries)),
        and_(Event.subject.not_in(OF_ENTRIES), opened.exists()),
    )


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
    """The references by which people know what events are about; at most four statements."""
    return dict(_references(session, events))


def _stages(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The titles of some stages of one call, where it has others too: else they would tell nothing."""
    calls = select(Stage.call_id).where(Stage.id.in_(ids))
    titles = {
        number: title
        for number, title in session.execute(select(Stage.id, Stage.title).where(Stage.call_id.in_(calls)))
    }
    return titles if len(titles) > 1 else {}


def _references(session: Session, events: Sequence[Event]) -> Iterator[tuple[tuple[str, int], str]]:
    ids = {subject: {event.subject_id for event in events if event.subject == subject} for subject in ABOUT}
    if ids["stage"]:
        yield from ((("stage", number), title) for number, title in _stages(session, ids["stage"]).items())
    entries = ids["entry"] | ids["application"]
    if entries:
        rows = session.execute(
            select(Entry.id, Application.ref)
            .join(Application, Application.id == Entry.application_id)
            .where(Entry.id.in_(entries))
        )
        yield from (((subject, number), ref) for number, ref in rows for subject in OF_ENTRIES)
    for subject, model in (("assignment", Assignment), ("award", Award)):
        if ids[subject]:
            found = (
                select(model.id, Application.ref)
                .join(Application, Application.id == model.application_id)
                .where(model.id.in_(ids[subject]))
            )
            yield from (((subject, number), ref) for number, ref in session.execute(found))


ABOUT = (*OF_ENTRIES, "stage", "assignment", "award")
