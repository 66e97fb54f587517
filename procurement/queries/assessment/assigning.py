"""Reading assessment for officers: who reads what, who is late, whom an application bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from procurement.models.applications import Application, Entry, Submission
from procurement.models.assessment import Assignment
from procurement.models.calls import Call, Lot
from procurement.models.history import Event
from procurement.models.people import Interest, Organisation, Person
from procurement.models.stages import Stage
from procurement.queries.assessment.marking import DECLARED
from procurement.queries.people import holders_of, holding
from procurement.queries.slots import missed
from procurement.rules.conflicts import Applied, Reader
from procurement.rules.ledger import digest
from workflows.catalogue import states


@dataclass(frozen=True)
class Assessor:
    """Somebody who may be asked, with how much they have to read in this stage and in all."""

    person: Person
    reader: Reader
    load: int
    total: int


def list_assessors(session: Session, stage: Stage) -> list[Assessor]:
    """Everybody with the role, with their conflicts and load: five statements, however many there are.

    A conflict is about an organisation, and bars from whatever it sent to any stage of the call; to have been asked
    bars in the same stage only.
    """
    people = session.scalars(
        holding("assessor")
        .options(selectinload(Person.roles), selectinload(Person.memberships))
        .order_by(Person.name, Person.id)
    ).all()
    ids = [person.id for person in people]
    interests: dict[int, dict[str, set[int]]] = {person_id: {"hard": set(), "soft": set()} for person_id in ids}
    for row in session.scalars(select(Interest).where(Interest.person_id.in_(ids))):
        interests[row.person_id][row.weight].add(row.organisation_id)
    here: dict[int, list[tuple[int, str]]] = {person_id: [] for person_id in ids}
    conflicted: dict[int, set[int]] = {person_id: set() for person_id in ids}
    for person_id, application_id, organisation_id, state, reason, stage_id in session.execute(
        select(
            Assignment.person_id,
            Assignment.application_id,
            Application.organisation_id,
            Assignment.state,
            Assignment.reason,
            Entry.stage_id,
        )
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.call_id == stage.call_id, Assignment.person_id.in_(ids))
    ):
        if state in states.assignment.conflicted:
            conflicted[person_id].add(application_id)
            interests[person_id]["hard"].add(organisation_id)
        if stage_id == stage.id and not has_ended(state, reason):
            here[person_id].append((application_id, state))
    totals = dict(
        session.execute(
            select(Assignment.person_id, func.count())
            .where(Assignment.person_id.in_(ids), Assignment.state.in_(states.assignment.due))
            .group_by(Assignment.person_id)
        ).all()
    )
    return [
        Assessor(
            person,
            Reader(
                person_id=person.id,
                roles=frozenset(held.role for held in person.roles),
                teams=frozenset(each.organisation_id for each in person.memberships),
                hard=frozenset(interests[person.id]["hard"]),
                soft=frozenset(interests[person.id]["soft"]),
                asked=frozenset(application for application, _ in here[person.id]),
                conflicted=frozenset(conflicted[person.id]),
            ),
            load=sum(1 for _, state in here[person.id] if state in states.assignment.live),
            total=int(totals.get(person.id, 0)),
        )
        for person in people
    ]


def has_ended(state: str, reason: str) -> bool:
    """Whether an assignment ended because its application was out, which may take part again: an officer who takes one
    away says why."""
    return state in states.assignment.removed and not reason


def ended_of(session: Session, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Assignment]:
    """The assignments of some (entry, person) that ended because their applications were out, held."""
    asked = select(Assignment).where(
        Assignment.entry_id.in_({entry_id for entry_id, _ in pairs}),
        Assignment.state.in_(states.assignment.removed),
        Assignment.reason == "",
    )
    found = {(each.entry_id, each.person_id): each for each in session.scalars(asked.with_for_update())}
    return {pair: found[pair] for pair in pairs if pair in found}


@dataclass(frozen=True)
class Pooled:
    """Somebody of the pool: when they last declared their interests, how many, and what they have had to read."""

    person: Person
    declared_at: datetime | None
    interests: int
    due: int
    done: int


def list_pool(session: Session) -> list[Pooled]:
    """Everybody with the role of an assessor, by name: four statements."""
    people = holders_of(session, "assessor")
    ids = [person.id for person in people]
    declared = {
        person_id: at
        for person_id, at in session.execute(
            select(Event.subject_id, func.max(Event.recorded_at))
            .where(Event.subject == "person", Event.tag == DECLARED, Event.subject_id.in_(ids))
            .group_by(Event.subject_id)
        )
    }
    interests = {
        person_id: count
        for person_id, count in session.execute(
            select(Interest.person_id, func.count()).where(Interest.person_id.in_(ids)).group_by(Interest.person_id)
        )
    }
    work = {
        person_id: (int(due), int(done))
        for person_id, due, done in session.execute(
            select(
                Assignment.person_id,
                func.sum(case((Assignment.state.in_(states.assignment.due), 1), else_=0)),
                func.sum(case((Assignment.state.in_(states.assignment.handed_in), 1), else_=0)),
            )
            .where(Assignment.person_id.in_(ids))
            .group_by(Assignment.person_id)
        )
    }
    return [
        Pooled(person, declared.get(person.id), interests.get(person.id, 0), *work.get(person.id, (0, 0)))
        for person in people
    ]


@dataclass(frozen=True)
class Row:
    """One entry of the progress table with whoever was asked to read it; `readers` of them count. It is loaded with
    its application."""

    entry: Entry
    organisation: Organisation
    lot: Lot
    assignments: tuple[Assignment, ...]

    @property
    def ref(self) -> str:
        return self.entry.application.ref

    @property
    def bid(self) -> Applied:
        return Applied(self.entry.application_id, self.organisation.id)

    @property
    def readers(self) -> int:
        return sum(1 for each in self.assignments if each.state in states.assignment.live)

    @property
    def cards_in(self) -> int:
        return sum(1 for each in self.assignments if each.state in states.assignment.handed_in)


def table_of(session: Session, stage_id: int) -> list[Row]:
    """Every entry that is or was assessed with its assignments and assessors: two statements; marks are not loaded.

    The fewest scorecards first, so that a neglected one is seen.
    """
    entries = session.execute(
        select(Entry, Organisation, Lot)
        .join(Application, Application.id == Entry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.ranked))
        .options(contains_eager(Entry.application))
        .order_by(Lot.number, Entry.id)
    ).all()
    given: dict[int, list[Assignment]] = {}
    for each in session.scalars(
        select(Assignment)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Entry.stage_id == stage_id)
        .options(joinedload(Assignment.person))
        .order_by(Assignment.id)
    ):
        given.setdefault(each.entry_id, []).append(each)
    rows = [Row(entry, firm, lot, tuple(given.get(entry.id, ()))) for entry, firm, lot in entries]
    return sorted(rows, key=lambda row: (row.readers, row.cards_in, row.lot.number, row.entry.id))


def assignments_of(session: Session, entry_id: int) -> list[Assignment]:
    """Whoever was asked to read an entry, with their person and marks."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.entry_id == entry_id)
            .options(joinedload(Assignment.person), selectinload(Assignment.marks))
            .order_by(Assignment.id)
        )
    )


@dataclass(frozen=True)
class Progress:
    """How far the marking of a stage is."""

    readers_missing: int
    scorecards_due: int
    scorecards_in: int
    applications: int


def progress_of(session: Session, stage: Stage) -> Progress:
    """How far the marking is, in two statements; what locking looks at.

    Nobody owes a mark on a team that did not come to its time: its scorecards are not due, and its readers not missing.
    """
    readers = (
        select(
            Entry.id,
            func.coalesce(func.sum(case((Assignment.state.in_(states.assignment.live), 1), else_=0)), 0).label(
                "readers"
            ),
        )
        .outerjoin(Assignment, Assignment.entry_id == Entry.id)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.assessing))
        .group_by(Entry.id)
        .subquery()
    )
    owed = readers.c.id.not_in(missed(stage.id))
    applications, missing = session.execute(
        select(
            func.count(), func.coalesce(func.sum(case((owed & (readers.c.readers < stage.readers), 1), else_=0)), 0)
        ).select_from(readers)
    ).one()
    is_due = Assignment.state.in_(states.assignment.due) & Entry.id.not_in(missed(stage.id))
    due, done = session.execute(
        select(
            func.coalesce(func.sum(case((is_due, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Assignment.state.in_(states.assignment.handed_in), 1), else_=0)), 0),
        )
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Entry.stage_id == stage.id)
    ).one()
    return Progress(int(missing), int(due), int(done), applications)


def numbers_of(session: Session, stage_id: int) -> dict[int, int]:
    """The neutral number of every entry of a stage that is open: an order that says nothing about who came when.

    It is the order of the digests of what was submitted, which are salted: to this stage, or last before it where the
    stage collects nothing. The numbers are kept with the entries once the bids are open.
    """
    last = (
        select(func.max(Submission.id))
        .where(Submission.application_id == Entry.application_id, Submission.entry_id <= Entry.id)
        .correlate(Entry)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Entry.id, Submission.digest)
        .join(Submission, Submission.id == func.coalesce(Entry.standing_id, last))
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
    ).all()
    order = sorted((digest(f"{stage_id}:{found}".encode()), entry_id) for entry_id, found in rows)
    return {entry_id: number for number, (_, entry_id) in enumerate(order, 1)}


def late_readers(
    session: Session, stage_id: int, person_ids: Sequence[int] | None = None
) -> dict[int, list[Assignment]]:
    """The assignments of a stage whose scorecard is still to come, by person."""
    asked = (
        select(Assignment)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(
            Entry.stage_id == stage_id,
            Assignment.state.in_(states.assignment.due),
            Entry.id.not_in(missed(stage_id)),
        )
        .options(joinedload(Assignment.person))
        .order_by(Assignment.person_id, Assignment.id)
    )
    if person_ids is not None:
        asked = asked.where(Assignment.person_id.in_(person_ids))
    found: dict[int, list[Assignment]] = {}
    for each in session.scalars(asked):
        found.setdefault(each.person_id, []).append(each)
    return found


def live_with(session: Session, person_id: int, organisation_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(call, assignment) of what a person still reads of some organisations in running calls, in the order of locks."""
    rows = session.execute(
        select(Assignment.call_id, Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Call, Call.id == Assignment.call_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(states.assignment.due),
            Application.organisation_id.in_(organisation_ids),
            Call.state.in_(states.call.published),
        )
        .order_by(Assignment.call_id, Assignment.id)
    )
    return [(call_id, assignment_id) for call_id, assignment_id in rows]


def officers_of(session: Session, call: Call) -> list[Person]:
    """The officers who look after a call: whoever wrote it and still holds the role, otherwise every officer."""
    officers = session.scalars(holding("officer").order_by(Person.id)).all()
    own = [person for person in officers if person.id in call.authors]
    return own or list(officers)
