"""Taking in hand what is about to change: the call first, then the rest by id."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.rules.permissions import Principal
from procurement.services.locks import lock_call, lock_stage
from procurement.services.refusal import Refusal
from workflows.catalogue import states
from workflows.definition import Role
from workflows.facts import Sentence

ASSESSOR = frozenset({Role.ASSESSOR})


def lock_opened_entry(session: Session, entry_id: int) -> tuple[Call, Entry]:
    """An opened entry with its stage and application, and the call, all held. Refusal 404 for what was never opened."""
    stage_id = session.scalar(select(Entry.stage_id).where(Entry.id == entry_id))
    if stage_id is None:
        raise Refusal(Sentence("There is no such application."), status=404)
    call, stage = lock_stage(session, stage_id)
    session.get_one(Entry, entry_id, with_for_update=True, populate_existing=True)
    entry = session.scalars(
        select(Entry).where(Entry.id == entry_id).options(joinedload(Entry.stage), joinedload(Entry.application))
    ).one()
    if not stage.opened or not entry.was_opened:
        raise Refusal(Sentence("There is no such application."), status=404)
    return call, entry


def lock_assignment(session: Session, assignment_id: int, *, by: Principal | None = None) -> tuple[Call, Assignment]:
    """An assignment with its marks, its entry and stage, and its call, held.

    With `by`, only that person's own: 404 for anybody else.
    """
    stage_id = session.scalar(
        select(Entry.stage_id).join(Assignment, Assignment.entry_id == Entry.id).where(Assignment.id == assignment_id)
    )
    if stage_id is None:
        raise Refusal(Sentence("There is no such assignment."), status=404)
    call, _ = lock_stage(session, stage_id)
    session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    assignment = assessment_queries.get_marked(session, assignment_id)
    if by is not None and (assignment.person_id != by.id or not by.holds("assessor")):
        raise Refusal(Sentence("There is no such assignment."), status=404)
    return call, assignment


def lock_waiting(session: Session, by: Principal) -> list[Assignment]:
    """Everything that waits for a person's answer in calls that go on, with marks, entry, stage and call, all held.

    The calls by id, then the assignments by id. What is asked of the person in another call meanwhile is not there.
    """
    asked = (
        select(Assignment.call_id)
        .join(Call, Call.id == Assignment.call_id)
        .where(
            Assignment.person_id == by.id,
            Assignment.state.in_(states.assignment.invited),
            Call.state.in_(states.call.published),
        )
    )
    held = sorted(set(session.scalars(asked)))
    for call_id in held:
        lock_call(session, call_id)
    found = session.scalars(
        asked.with_only_columns(Assignment)
        .where(Assignment.call_id.in_(held))
        .options(
            selectinload(Assignment.marks), joinedload(Assignment.entry).joinedload(Entry.stage).joinedload(Stage.call)
        )
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return list(found)
