"""The lists of who reads what in pages: counts of the whole in SQL, and rows for one page only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Lot
from procurement.models.people import Organisation, Person
from procurement.models.stages import Stage
from procurement.queries.assessment.assigning import Row
from procurement.queries.slots import missed
from procurement.rules.assessment import explained
from workflows.catalogue import states

PAGE = 100  # applications on a page


@dataclass(frozen=True)
class Counts:
    """How many applications a list has in all, and how many of them have too few assessors."""

    all: int
    few: int


def _counted(stage: Stage) -> Select[tuple[int, int, int]]:
    """Each entry of a stage that is or was assessed, with how many read it and how many scorecards are in."""
    live = case((Assignment.state.in_(states.assignment.live), 1), else_=0)
    handed_in = case((Assignment.state.in_(states.assignment.handed_in), 1), else_=0)
    return (
        select(
            Entry.id.label("id"),
            func.coalesce(func.sum(live), 0).label("readers"),
            func.coalesce(func.sum(handed_in), 0).label("cards"),
        )
        .outerjoin(Assignment, Assignment.entry_id == Entry.id)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.ranked))
        .group_by(Entry.id)
    )


def counts_of(session: Session, stage: Stage) -> Counts:
    """One statement, whatever there is. Nobody is missed beside a team that did not come."""
    each = _counted(stage).subquery()
    few = (each.c.readers < stage.readers) & each.c.id.not_in(missed(stage.id))
    total, lacking = session.execute(
        select(func.count(), func.coalesce(func.sum(case((few, 1), else_=0)), 0)).select_from(each)
    ).one()
    return Counts(total, int(lacking))


def page_of(session: Session, stage: Stage, number: int, *, few: bool = False) -> list[Row]:
    """The entries on one page (from 1) with whoever was asked to read each: two statements; marks are not loaded.

    The fewest scorecards first, so that a neglected one is seen; `few`: only those with too few assessors.
    """
    each = _counted(stage).subquery()
    asked = (
        select(Entry, Organisation, Lot)
        .join(each, each.c.id == Entry.id)
        .join(Application, Application.id == Entry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .options(contains_eager(Entry.application))
        .order_by(each.c.readers, each.c.cards, Lot.number, Entry.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    if few:
        asked = asked.where(each.c.readers < stage.readers, each.c.id.not_in(missed(stage.id)))
    entries = session.execute(asked).all()
    given: dict[int, list[Assignment]] = {}
    for one in session.scalars(
        select(Assignment)
        .where(Assignment.entry_id.in_([entry.id for entry, _, _ in entries]))
        .options(joinedload(Assignment.person))
        .order_by(Assignment.id)
    ):
        given.setdefault(one.entry_id, []).append(one)
    return [Row(entry, firm, lot, tuple(given.get(entry.id, ()))) for entry, firm, lot in entries]


def finished_of(session: Session, assignment_ids: Collection[int]) -> dict[int, int]:
    """How many criteria of some scorecards are marked and explained: one statement."""
    found = dict.fromkeys(assignment_ids, 0)
    rows = session.execute(
        select(Mark.assignment_id, Mark.comment).where(Mark.assignment_id.in_(assignment_ids), Mark.mark.is_not(None))
    )
    for assignment_id, comment in rows:
        found[assignment_id] += explained(comment)
    return found


@dataclass(frozen=True)
class Reading:
    """How far one assessor is in a stage, and when they were last reminded."""

    person_id: int
    name: str
    due: int
    done: int
    waiting: int
    reminded: datetime | None


def readers_of(session: Session, stage_id: int) -> list[Reading]:
    """Everybody who was asked in a stage, the most to do first: one statement."""

    def counted(among: Collection[str]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((Assignment.state.in_(among), 1), else_=0)), 0)

    due = counted(states.assignment.due)
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            due,
            counted(states.assignment.handed_in),
            counted(states.assignment.invited),
            func.max(Assignment.reminded_at),
        )
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.ranked))
        .group_by(Person.id, Person.name)
        .order_by(due.desc(), Person.name, Person.id)
    )
    return [Reading(each, name, int(a), int(b), int(c), at) for each, name, a, b, c, at in rows]


def applicant_ids(session: Session, stage_id: int) -> frozenset[int]:
    """The organisations with an opened bid in a stage."""
    asked = (
        select(Application.organisation_id)
        .join(Entry, Entry.application_id == Application.id)
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
    )
    return frozenset(session.scalars(asked))
