"""Locking the marks: every scorecard is in, and each is committed to by a salted digest that the chain holds."""

from dataclasses import replace

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment, MarkLock
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.rules.assessment import canonical_card
from procurement.rules.ledger import commitment
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.history import SALT_BYTES
from procurement.services.locks import lock_stage
from workflows.catalogue import states
from workflows.facts import Facts


def lock_marks(act: Act, stage_id: int) -> Stage:
    """End the marking of a stage for good. Refused while an application has too few readers or a scorecard is to come.

    Nobody can claim other marks later: each scorecard's commitment stands in the history.
    """
    call, stage = lock_stage(act.session, stage_id)
    so_far = assessment_queries.progress_of(act.session, stage)
    facts = replace(
        stages_queries.facts(call, stage, by=act.by, now=act.now),
        attendance_missing=slots_queries.attendance_missing(act.session, stage),
        chair_missing=stages_queries.chair_missing(act.session, stage),
        undecided=opening_queries.undecided(act.session, stage.id),
        reviews_open=requests_queries.reviews_waiting(act.session, stage.id),
        readers_missing=so_far.readers_missing,
        scorecards_due=so_far.scorecards_due,
    )
    progress.move(
        act,
        stage,
        call,
        "lock_marks",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"scorecards": so_far.scorecards_in},
    )
    stage.marks_locked_at = act.now
    _take_back(act, call, stage)
    submitted = act.session.scalars(
        select(Assignment.id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Entry.stage_id == stage.id, Assignment.state.in_(states.assignment.submitted))
        .order_by(Assignment.id)
    ).all()
    for assignment in assessment_queries.list_marked(act.session, submitted):
        salt = act.ports.randomness.bytes(SALT_BYTES)
        made = commitment(salt, card_of(assignment))
        act.session.add(MarkLock(assignment_id=assignment.id, salt=salt, commitment=made, locked_at=act.now))
        progress.move(
            act,
            assignment,
            call,
            "lock",
            roles=progress.SYSTEM_ROLES,
            facts=Facts(now=act.now, actor=act.by.id),
            data={"commitment": made},
        )
    return stage


def _take_back(act: Act, call: Call, stage: Stage) -> None:
    """Nobody owes a mark on a team that did not come: what was not begun or not handed in is taken away."""
    left = act.session.scalars(
        select(Assignment.id)
        .where(Assignment.entry_id.in_(slots_queries.missed(stage.id)), Assignment.state.in_(states.assignment.due))
        .order_by(Assignment.id)
    ).all()
    for assignment in assessment_queries.list_marked(act.session, left):
        facts = Facts(now=act.now, actor=act.by.id, reason="The team did not come.")
        progress.move(act, assignment, call, "remove", roles=act.by.workflow_roles(), facts=facts)
        assignment.reason = facts.reason


def card_of(assignment: Assignment) -> bytes:
    """The bytes that a scorecard's commitment is made of; its marks are loaded."""
    marks = [{"criterion": each.criterion, "mark": each.mark, "comment": each.comment} for each in assignment.marks]
    return canonical_card(assignment.id, assignment.entry_id, marks)
