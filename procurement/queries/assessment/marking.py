"""Reading assessment for the person who marks: one assignment, the queue, declared interests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Application, Entry, Submission
from procurement.models.assessment import Assignment, Mark, Scorecard
from procurement.models.calls import Call, Lot
from procurement.models.history import Event
from procurement.models.people import Interest, Organisation, Person
from procurement.models.stages import Criterion, Stage, StageLot, StagePerson
from procurement.queries.visibility import where
from procurement.queries.words import matching
from procurement.rules.assessment import explained
from procurement.rules.permissions import Permission, Principal
from workflows.catalogue import states
from workflows.facts import Facts

DECLARED = "person.declare_interests"


# an assignment as it is read and moved: with its marks, and the entry in its stage
MARKED = (selectinload(Assignment.marks), joinedload(Assignment.entry).joinedload(Entry.stage))


def is_blind(stage: Stage) -> bool:
    """Whether the assessors of this stage read without names."""
    return stage.blind


def is_marking(call: Call, stage: Stage) -> bool:
    """Whether assessors may mark in this stage now."""
    return stage.state in states.stage.assessing and call.state in states.call.published


def facts(call: Call, assignment: Assignment, criteria: Iterable[str], *, now: datetime, reason: str = "") -> Facts:
    """What the moves of an assignment look at; its marks, its entry and the stage of that are loaded."""
    marks = {mark.criterion: mark for mark in assignment.marks}
    keys = tuple(criteria)
    return Facts(
        now=now,
        actor=assignment.person_id,
        reason=reason,
        marks_missing=sum(1 for key in keys if key not in marks or marks[key].mark is None),
        comments_missing=sum(1 for key in keys if key not in marks or not explained(marks[key].comment)),
        assessment_over=not is_marking(call, assignment.entry.stage),
    )


def criteria_of(session: Session, stage_id: int) -> list[Criterion]:
    return list(
        session.scalars(
            select(Criterion).where(Criterion.stage_id == stage_id).order_by(Criterion.position, Criterion.id)
        )
    )


# one assignment


def find_assignment(session: Session, ref: str) -> Assignment | None:
    """An assignment with its marks, its entry with stage, call and submission, and the application of that with lot
    and organisation."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.ref == ref)
        .options(
            selectinload(Assignment.marks),
            joinedload(Assignment.person),
            joinedload(Assignment.entry).options(
                joinedload(Entry.stage).joinedload(Stage.call),
                joinedload(Entry.standing),
                joinedload(Entry.application).options(
                    joinedload(Application.lot), joinedload(Application.organisation)
                ),
            ),
        )
    ).one_or_none()


def get_marked(session: Session, assignment_id: int) -> Assignment:
    """An assignment with its marks, its entry and the stage of that as they are now."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(*MARKED)
        .execution_options(populate_existing=True)
    ).one()


def list_marked(session: Session, assignment_ids: Collection[int]) -> list[Assignment]:
    """As `get_marked`, of several, in the order of their ids."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.id.in_(assignment_ids))
            .options(*MARKED)
            .order_by(Assignment.id)
            .execution_options(populate_existing=True)
        )
    )


def scorecards_of(session: Session, assignment_id: int) -> list[Scorecard]:
    """Each submission of a scorecard, the first one first."""
    asked = select(Scorecard).where(Scorecard.assignment_id == assignment_id).order_by(Scorecard.number)
    return list(session.scalars(asked))


def find_mark(session: Session, assignment_id: int, criterion: str) -> Mark | None:
    return session.scalars(
        select(Mark).where(Mark.assignment_id == assignment_id, Mark.criterion == criterion)
    ).one_or_none()


def others_of(session: Session, assignment: Assignment) -> list[Assignment]:
    """The other scorecards of the same entry that are in, with their marks: as drawn for it."""
    return list(
        session.scalars(
            select(Assignment)
            .where(
                Assignment.entry_id == assignment.entry_id,
                Assignment.id != assignment.id,
                Assignment.state.in_(states.assignment.handed_in),
            )
            .options(selectinload(Assignment.marks))
            .order_by(Assignment.ref)
        )
    )


def names_beside(session: Session, stage: Stage, writer: int | None) -> list[str]:
    """Whose names a text that an applicant reads should not have in it: whoever writes it, everybody who assesses in
    the stage or gave the marks that it reads again, and its panel."""
    marked = select(Stage.id).where(Stage.call_id == stage.call_id, Stage.window == stage.window)
    stages = or_(Entry.stage_id == stage.id, Entry.stage_id.in_(marked.where(Stage.key == stage.marks_of)))
    assesses = select(Assignment.person_id).join(Entry, Entry.id == Assignment.entry_id).where(stages)
    sits = select(StagePerson.person_id).where(StagePerson.stage_id == stage.id)
    asked = (
        select(Person.name)
        .where(or_(Person.id == writer, Person.id.in_(assesses), Person.id.in_(sits)))
        .order_by(case((Person.id == writer, 0), else_=1), Person.words, Person.id)
    )
    return list(session.scalars(asked))


def shown_before(session: Session, entry: Entry) -> list[tuple[Stage, Submission]]:
    """What the application submitted to the earlier stages that the entry's stage shows to its assessors."""
    if not entry.stage.shows:
        return []
    rows = session.execute(
        select(Stage, Submission)
        .join(Entry, Entry.stage_id == Stage.id)
        .join(Submission, Submission.id == Entry.standing_id)
        .where(
            Entry.application_id == entry.application_id,
            Entry.opened_at.is_not(None),
            Stage.key.in_(entry.stage.shows),
        )
        .order_by(Stage.number, Stage.id)
    )
    return [(stage, submission) for stage, submission in rows]


def applicants_of(session: Session, stage_id: int) -> list[Organisation]:
    """Every organisation with an opened bid in a stage, by name: what a blind stage shows before content, linked
    to no title."""
    return applicants_by_stage(session, [stage_id]).get(stage_id, [])


def applicants_by_stage(session: Session, stage_ids: Sequence[int]) -> dict[int, list[Organisation]]:
    """The same of some stages at once; a stage where nothing was opened is missing."""
    applied = (
        select(Entry.stage_id, Application.organisation_id)
        .join(Application, Application.id == Entry.application_id)
        .where(Entry.stage_id.in_(stage_ids), Entry.opened_at.is_not(None))
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(applied.c.stage_id, Organisation)
        .join(Organisation, Organisation.id == applied.c.organisation_id)
        .order_by(Organisation.words, Organisation.id)
    )
    found: dict[int, list[Organisation]] = {}
    for stage_id, organisation in rows:
        found.setdefault(stage_id, []).append(organisation)
    return found


def money_of(session: Session, stage_id: int, lot_id: int) -> StageLot:
    """A lot as a stage has it, loaded with the lot: what may be spent there."""
    asked = select(StageLot).where(StageLot.stage_id == stage_id, StageLot.lot_id == lot_id)
    return session.scalars(asked.options(joinedload(StageLot.lot))).one()


# an assessor's queue


@dataclass(frozen=True)
class Task:
    """One line of an assessor's queue. `done` of the criteria have a mark and a comment that is long enough."""

    assignment: Assignment
    entry: Entry
    stage: Stage
    call: Call
    lot: Lot
    organisation: Organisation
    done: int

    @property
    def blind(self) -> bool:
        return is_blind(self.stage)


def queue_of(session: Session, principal: Principal, now: datetime) -> list[Task]:
    """What a person was asked to read and may still see: two statements. The earliest due first."""
    asked = (
        select(Assignment, Entry, Stage, Call, Lot, Organisation)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Stage, Stage.id == Entry.stage_id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Call, Call.id == Assignment.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(where(Permission.ASSIGNMENT_READ, principal, now), Call.state.not_in(states.call.cancelled))
        .options(selectinload(Assignment.marks))
        .order_by(Stage.assess_by, Call.id, Stage.number, Entry.number, Assignment.id)
    )
    return [Task(*row, done=finished(row[0])) for row in session.execute(asked)]


def finished(assignment: Assignment) -> int:
    """How many criteria of a scorecard are marked and explained."""
    return sum(1 for mark in assignment.marks if mark.mark is not None and explained(mark.comment))


def criteria_counts(session: Session, stage_ids: Sequence[int]) -> dict[int, int]:
    """How many criteria some stages have."""
    rows = session.execute(
        select(Criterion.stage_id, func.count()).where(Criterion.stage_id.in_(stage_ids)).group_by(Criterion.stage_id)
    )
    return {stage_id: count for stage_id, count in rows}


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
    if not words.strip():
        return []
    return list(
        session.scalars(
            select(Organisation)
            .where(*matching(words, Organisation.words))
            .order_by(Organisation.words, Organisation.id)
            .limit(limit)
        )
    )


def organisations_by_id(session: Session, ids: Sequence[int]) -> list[Organisation]:
    return list(
        session.scalars(
            select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name, Organisation.id)
        )
    )
