"""Telling staff of calls what waits for them: each thing once, or all of it in the morning, as they chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from procurement.models.history import Event
from procurement.models.people import Person
from procurement.models.work import WorkTold
from procurement.queries import people as people_queries
from procurement.queries import work as work_queries
from procurement.queries.work import Task
from procurement.rules.dates import uk_day
from procurement.rules.permissions import CALL_STAFF
from procurement.rules.work import NOBODY_IS_TOLD, TOLD_BY_THE_ACT, WORDS, Mail, is_time_for_digest
from procurement.services import messages
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.history import instant, record
from procurement.services.messages import Letter

MOST_IN_A_DIGEST = 50


def choose_mail(act: Act, how: Mail) -> None:
    """Say how one wants to be told of what waits."""
    person = act.session.get_one(Person, act.by.id, with_for_update=True)
    if person.work_mail != how:
        before, person.work_mail = person.work_mail, how
        record(act, "person.work_mail", "person", person.id, data={"from": before, "to": how})


@dataclass(frozen=True)
class Waiting:
    """What waits for one person, as it was found for everybody together."""

    person_id: int
    tasks: tuple[Task, ...]


def due_to_tell(session: Session, now: datetime) -> list[Waiting]:
    """The people for whom something waits of which they were not told, or was done that they were told of; everything
    that waits is gathered once for all of them."""
    tasks, told = work_queries.tasks(session, now), _told(session)
    found = [Waiting(person.id, tuple(_of(tasks, person))) for person in _staff(session)]
    return [each for each in found if {task.key for task in each.tasks} != told.get(each.person_id, set())]


def due_to_digest(session: Session, now: datetime) -> list[Waiting]:
    """The people who chose a digest and did not get that of today; nobody on a day off, or before the morning."""
    if not is_time_for_digest(now):
        return []
    today = uk_day(now)
    due = [
        person
        for person in _staff(session)
        if person.work_mail == Mail.DAILY and (person.digested_on is None or person.digested_on < today)
    ]
    tasks = work_queries.tasks(session, now) if due else []
    return [Waiting(person.id, tuple(_of(tasks, person))) for person in due]


def tell(act: Act, found: Waiting) -> None:
    """Tell a person of what waits for them now and did not before.

    Nothing is written to whoever did the last thing in the call, since they were just there; nor about what is told by
    the act itself, nor to whoever reads a digest. What is done is forgotten, so that it is told of when it comes back.
    """
    person_id = found.person_id
    person = act.session.get_one(Person, person_id, with_for_update=True)
    waiting = {task.key: task for task in found.tasks}
    told = _told(act.session, person_id).get(person_id, set())
    if gone := told - set(waiting):
        act.session.execute(
            delete(WorkTold)
            .where(WorkTold.person_id == person_id, WorkTold.task.in_(gone))
            .execution_options(synchronize_session=False)
        )
    new = [task for key, task in waiting.items() if key not in told]
    act.session.add_all(WorkTold(person_id=person_id, task=task.key, told_at=act.now) for task in new)
    act.session.flush()
    told_at = instant(act.now)
    last = _last_actors(act.session, {task.call.id for task in new})
    messages.stage_all(
        act,
        "work_waiting",
        [
            Letter(person, f"work:{person_id}:{task.key}:{told_at}", _fields(task), About(call_id=task.call.id))
            for task in new
            if task.kind not in TOLD_BY_THE_ACT and last.get(task.call.id) != person_id
        ],
    )


def digest(act: Act, waiting: Waiting) -> None:
    """Everything that waits for a person, in one message; none where nothing does."""
    person = act.session.get_one(Person, waiting.person_id, with_for_update=True)
    today = uk_day(act.now)
    if person.digested_on is not None and person.digested_on >= today:
        return
    person.digested_on = today
    found = waiting.tasks
    if not found:
        return
    lines = [f"{WORDS[task.kind][0]}: {_about(task)}" for task in found[:MOST_IN_A_DIGEST]]
    if len(found) > MOST_IN_A_DIGEST:
        lines.append(f"and {len(found) - MOST_IN_A_DIGEST} more")
    fields = {"count": str(len(found)), "tasks": lines, "link": "/manage"}
    messages.stage(act, "work_digest", f"digest:{person.id}:{today}", fields, person=person)


def _staff(session: Session) -> Sequence[Person]:
    asked = people_queries.holding(*sorted(CALL_STAFF)).options(selectinload(Person.roles)).order_by(Person.id)
    return session.scalars(asked).all()


def _of(tasks: Sequence[Task], person: Person) -> list[Task]:
    found = work_queries.mine(tasks, person.id, [held.role for held in person.roles])
    return [task for task in found if task.kind not in NOBODY_IS_TOLD]


def _told(session: Session, person_id: int | None = None) -> dict[int, set[str]]:
    asked = select(WorkTold.person_id, WorkTold.task)
    if person_id is not None:
        asked = asked.where(WorkTold.person_id == person_id)
    found: dict[int, set[str]] = {}
    for each, task in session.execute(asked):
        found.setdefault(each, set()).add(task)
    return found


def _last_actors(session: Session, call_ids: set[int]) -> dict[int | None, int | None]:
    """Who did the newest thing in each of some calls; None where the service did."""
    newest = select(func.max(Event.position)).where(Event.call_id.in_(call_ids)).group_by(Event.call_id)
    rows = session.execute(select(Event.call_id, Event.actor_id).where(Event.position.in_(newest)))
    return {call_id: actor_id for call_id, actor_id in rows}


def _fields(task: Task) -> dict[str, object]:
    title, because = WORDS[task.kind]
    return {
        "reference": task.ref or task.call.ref,
        "call": task.call.title,
        "what": str(title),
        "because": str(because),
        "about": _about(task),
        "link": "/manage",
    }


def _about(task: Task) -> str:
    return " · ".join(filter(None, (task.call.title, task.stage.title if task.stage else "", task.ref)))
