"""What waits while a stage is checked, marked and moderated, as tasks of staff of calls."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.stages import Stage
from procurement.queries.tasks import APPROVER, OFFICER, Task
from procurement.rules.statuses import Outcome
from procurement.rules.work import Kind
from workflows.catalogue import states


def of_checks(session: Session, running: Sequence[Stage], call_of: dict[int, Call]) -> Iterator[Task]:
    """Eligibility: to decide while an open bid has no proposal, and proposals of ineligibility to approve."""
    # a review may let somebody in again while the others are marked
    open_to = (*states.stage.checking, *states.stage.assessing)
    checking = {stage.id: stage for stage in running if stage.state in open_to}
    rows = session.execute(
        select(Entry.stage_id, Entry.id, Decision.id, Decision.proposed_by)
        .join(
            Decision,
            and_(
                Decision.entry_id == Entry.id,
                Decision.superseded_at.is_(None),
                Decision.outcome == Outcome.INELIGIBLE,
            ),
            isouter=True,
        )
        .where(Entry.stage_id.in_(checking), Entry.state.in_(states.entry.checking))
        .order_by(Entry.id)
    ).all()
    undecided = {stage_id for stage_id, _entry, decision_id, _by in rows if decision_id is None}
    proposed: dict[int, list[tuple[int, int]]] = {}
    for stage_id, _entry, decision_id, by in rows:
        if decision_id is not None:
            proposed.setdefault(stage_id, []).append((decision_id, by))
    begun = {stage.id for stage in checking.values() if stage.state not in states.stage.checking}
    decided = set(checking) - begun - {stage_id for stage_id, *_rest in rows}
    for stage_id in undecided | decided:  # where all are decided, the assessment begins
        yield Task(Kind.DECIDE_ELIGIBILITY, call_of[checking[stage_id].call_id], OFFICER, checking[stage_id])
    for stage_id, found in proposed.items():
        proposers = frozenset(person_id for _decision, person_id in found)
        yield Task(
            Kind.FIND_INELIGIBLE,
            call_of[checking[stage_id].call_id],
            APPROVER,
            checking[stage_id],
            number=max(decision_id for decision_id, _by in found),
            but=proposers if len(proposers) == 1 else frozenset(),  # of several, each decides the others'
        )


def of_marks(session: Session, running: Sequence[Stage], call_of: dict[int, Call], now: datetime) -> Iterator[Task]:
    """Readers to find, marks that are late, marks that are all in."""
    assessing = [stage for stage in running if stage.state in states.stage.assessing and stage.assesses]
    rows = session.execute(
        select(
            Entry.stage_id,
            Entry.id,
            func.count(Assignment.id).filter(Assignment.state.in_(states.assignment.live)),
            func.count(Assignment.id).filter(Assignment.state.in_(states.assignment.handed_in)),
        )
        .join(Assignment, Assignment.entry_id == Entry.id, isouter=True)
        .where(Entry.stage_id.in_([stage.id for stage in assessing]), Entry.state.in_(states.entry.assessing))
        .group_by(Entry.stage_id, Entry.id)
    )
    by_stage: dict[int, list[tuple[int, int]]] = {}
    for stage_id, _entry, live, handed_in in rows:
        by_stage.setdefault(stage_id, []).append((live, handed_in))
    for stage in assessing:
        counts = by_stage.get(stage.id, [])
        call = call_of[stage.call_id]
        if any(live < stage.readers for live, _handed_in in counts):
            yield Task(Kind.ASSIGN, call, OFFICER, stage)
        elif all(handed_in >= max(live, 1) for live, handed_in in counts):
            yield Task(Kind.LOCK_MARKS, call, OFFICER, stage)
        if stage.assess_by is not None and stage.assess_by <= now and any(live > given for live, given in counts):
            yield Task(Kind.LATE_MARKS, call, OFFICER, stage)


def of_panels(running: Sequence[Stage], call_of: dict[int, Call]) -> Iterator[Task]:
    """Panels that settle marks: until their moderation is closed."""
    for stage in running:
        if stage.state in states.stage.moderating:
            yield Task(Kind.MODERATE, call_of[stage.call_id], OFFICER, stage)
