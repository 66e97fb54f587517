"""Reading assessment for the person who marks: one assignment, the queue, declared interests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Application
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call, Criterion, Lot
from procurement.models.history import Event
from procurement.models.people import Interest, Organisation
from procurement.queries.visibility import where
from procurement.queries.workflows import stage_of
from procurement.rules.assessment import explained
from procurement.rules.permissions import Permission, Principal
from workflows.catalogue import states
from workflows.facts import Facts

DECLARED = "person.declare_interests"


def is_blind(call: Call) -> bool:
    """Whether assessors read this call without names."""
    return stage_of(call).names == "hidden"


def facts(call: Call, assignment: Assignment, criteria: Iterable[str], *, now: datetime, reason: str = "") -> Facts:
    """What the moves of an assignment look at; its marks are loaded."""
    marks = {mark.criterion: mark for mark in assignment.marks}
    keys = tuple(criteria)
    return Facts(
        now=now,
        actor=assignment.person_id,
        reason=reason,
        marks_missing=sum(1 for key in keys if key not in marks or marks[key].mark is None),
        comments_missing=sum(1 for key in keys if key not in marks or not explained(marks[key].comment)),
        assessment_over=call.state not in states.call.assessing,
    )


def criteria_of(session: Session, call_id: int) -> list[Criterion]:
    return list(
        session.scalars(
            select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position, Criterion.id)
        )
    )


# one assignment


def find_assignment(session: Session, ref: str) -> Assignment | None:
    """An assignment with its marks, its application and the call, lot, organisation and submission of that."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.ref == ref)
        .options(
            selectinload(Assignment.marks),
            joinedload(Assignment.person),
            joinedload(Assignment.application).options(
                joinedload(Application.call),
                joinedload(Application.lot),
                joinedload(Application.organisation),
                joinedload(Application.standing),
            ),
        )
    ).one_or_none()


def get_marked(session: Session, assignment_id: int) -> Assignment:
    """An assignment with its marks as they are now."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(selectinload(Assignment.marks))
        .execution_options(populate_existing=True)
    ).one()


def find_mark(session: Session, assignment_id: int, criterion: str) -> Mark | None:
    return session.scalars(
        select(Mark).where(Mark.assignment_id == assignment_id, Mark.criterion == criterion)
    ).one_or_none()


def others_of(session: Session, assignment: Assignment) -> list[Assignment]:
    """The other scorecards of the same application that are in, with their marks: by their neutral order."""
    return list(
        session.scalars(
            select(Assignment)
            .where(
                Assignment.application_id == assignment.application_id,
                Assignment.id != assignment.id,
                Assignment.state.in_(states.assignment.handed_in),
            )
            .options(selectinload(Assignment.marks))
            .order_by(Assignment.id)
        )
    )


def applicants_of(session: Session, call_id: int) -> list[Organisation]:
    """Every organisation with an opened bid, by name: what a blind stage shows before content, linked to no title."""
    return list(
        session.scalars(
            select(Organisation)
            .where(
                Organisation.id.in_(
                    select(Application.organisation_id).where(
                        Application.call_id == call_id, Application.state.not_in(states.application.unopened)
                    )
                )
            )
            .order_by(func.lower(Organisation.name), Organisation.id)
        )
    )


# an assessor's queue


@dataclass(frozen=True)
class Task:
    """One line of an assessor's queue. `done` of the criteria have a mark and a comment that is long enough."""

    assignment: Assignment
    application: Application
    call: Call
    lot: Lot
    organisation: Organisation
    done: int

    @property
    def blind(self) -> bool:
        return is_blind(self.call)


def queue_of(session: Session, principal: Principal, now: datetime) -> list[Task]:
    """What a person was asked to read and may still see: two statements. The earliest due first."""
    asked = (
        select(Assignment, Application, Call, Lot, Organisation)
        .join(Application, Application.id == Assignment.application_id)
        .join(Call, Call.id == Assignment.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(where(Permission.ASSIGNMENT_READ, principal, now), Call.state.not_in(states.call.cancelled))
        .options(selectinload(Assignment.marks))
        .order_by(Call.assess_by, Call.id, Assignment.number, Assignment.id)
    )
    return [Task(*row, done=finished(row[0])) for row in session.execute(asked)]


def finished(assignment: Assignment) -> int:
    """How many criteria of a scorecard are marked and explained."""
    return sum(1 for mark in assignment.marks if mark.mark is not None and explained(mark.comment))


def criteria_counts(session: Session, call_ids: Sequence[int]) -> dict[int, int]:
    """How many criteria some calls have."""
    rows = session.execute(
        select(Criterion.call_id, func.count()).where(Criterion.call_id.in_(call_ids)).group_by(Criterion.call_id)
    )
    return {call_id: count for call_id, count in rows}


# interests


def interests_of(session: Session, person_id: int) -> list[Interest]:
    return list(
        session.scalars(
            select(Interest)
            .where(Interest.person_id == person_id)
            .options(joinedload(Interest.organisation))
            .order_by(Interest.id)
        )
    )


def declared_at(session: Session, person_id: int) -> datetime | None:
    """When a person last said which interests they have, or that they have none; None if never."""
    return session.scalar(
        select(Event.recorded_at)
        .where(Event.subject == "person", Event.subject_id == person_id, Event.tag == DECLARED)
        .order_by(Event.position.desc())
        .limit(1)
    )


def search_organisations(session: Session, words: str, limit: int = 20) -> list[Organisation]:
    """Organisations whose name has every word; nothing for no words."""
    found = words.lower().split()
    if not found:
        return []
    return list(
        session.scalars(
            select(Organisation)
            .where(*(func.lower(Organisation.name).contains(word, autoescape=True) for word in found))
            .order_by(func.lower(Organisation.name), Organisation.id)
            .limit(limit)
        )
    )


def organisations_by_id(session: Session, ids: Sequence[int]) -> list[Organisation]:
    return list(
        session.scalars(
            select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name, Organisation.id)
        )
    )
