"""What waits for whom: the one list behind *My work*, its messages and its daily digest.

Each task says who can do it, so that the same statements serve a person's page and the messages to everybody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.going_on import Promotion, StageAmendment
from procurement.models.requests import Request, Review
from procurement.models.stages import Opening, Stage
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import requests as requests_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import CALL_STAFF
from procurement.rules.statuses import NoticeStatus, Outcome
from procurement.rules.work import Kind
from workflows.catalogue import states

APPROVER, OFFICER, EITHER = frozenset({"approver"}), frozenset({"officer"}), frozenset({"officer", "approver"})


@dataclass(frozen=True)
class Task:
    """One thing that waits: of a call, a stage of it, or one application in that (`ref`, its reference).

    `roles`: one of these is needed; `only`: if not empty, it waits for these people alone; `but`: for none of these,
    since a second person is needed. `number` tells two of a kind about the same thing apart: asked again, it is new.
    """

    kind: Kind
    call: Call
    roles: frozenset[str]
    stage: Stage | None = None
    ref: str = ""
    number: int = 0
    only: frozenset[int] = field(default=frozenset())
    but: frozenset[int] = field(default=frozenset())

    @property
    def key(self) -> str:
        """What tells it from every other task, of today and of before."""
        stage = self.stage.id if self.stage is not None else 0
        return f"{self.kind}:{self.call.id}:{stage}:{self.ref}:{self.number}"

    def is_for(self, person_id: int | None, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles can do it."""
        return (
            person_id is not None
            and not self.roles.isdisjoint(roles)
            and person_id not in self.but
            and (not self.only or person_id in self.only)
        )


def tasks(session: Session, now: datetime) -> list[Task]:
    """Everything that waits for staff of calls, by kind and call: as many statements whatever there is."""
    calls = calls_queries.list_managed(session, states.call.live)
    ids = [call.id for call in calls]
    by_call = stages_queries.of_calls(session, ids)
    running = [
        stage
        for call in calls
        if call.state in states.call.published
        for stage in by_call[call.id]
        if stage.started_at is not None
    ]
    call_of = {call.id: call for call in calls}
    found = [
        *_of_calls(calls),
        *_openings(session, running, call_of, now),
        *_proposals(session, by_call, call_of),
        *_decisions(session, running, call_of),
        *_checks(session, running, call_of),
        *_asked(session, running, ids, now),
        *_assessment(session, running, call_of, now),
        *_settling(running, by_call, call_of),
    ]
    order = list(Kind)
    return sorted(found, key=lambda task: order.index(task.kind))


def _of_calls(calls: Sequence[Call]) -> Iterator[Task]:
    for call in calls:
        authors = frozenset(call.authors)
        if call.state in states.call.under_review:
            yield Task(Kind.REVIEW_CALL, call, APPROVER, number=call.version, but=authors)
        elif call.state in states.call.editable:
            kind = Kind.SENT_BACK if call.sent_back else Kind.DRAFT
            yield Task(kind, call, OFFICER, number=call.version if call.sent_back else 0, only=authors)


def _openings(session: Session, running: Sequence[Stage], call_of: dict[int, Call], now: datetime) -> Iterator[Task]:
    """Bids whose holding time is over: for two people, and so for no one who has pressed already."""
    ready = [
        stage
        for stage in running
        if stage.state in states.stage.collecting
        and (holds := stages_queries.closes_with_hold(stage)) is not None
        and holds <= now
    ]
    asked = {
        row.stage_id: row.first_id
        for row in session.scalars(select(Opening).where(Opening.stage_id.in_([stage.id for stage in ready])))
    }
    for stage in ready:
        first = asked.get(stage.id)
        yield Task(
            Kind.OPEN, call_of[stage.call_id], EITHER, stage, but=frozenset() if first is None else frozenset({first})
        )


def _proposals(session: Session, by_call: dict[int, list[Stage]], call_of: dict[int, Call]) -> Iterator[Task]:
    """What one person proposed and another decides."""
    call_ids = list(by_call)
    awarding = {call_id: next((each for each in stages if each.awards), None) for call_id, stages in by_call.items()}
    promotions = session.execute(
        select(Promotion, Stage)
        .join(Stage, Stage.id == Promotion.stage_id)
        .where(Stage.call_id.in_(call_ids), Promotion.approved_at.is_(None), Promotion.ended_at.is_(None))
        .order_by(Promotion.id)
    )
    for promotion, stage in promotions:
        but = frozenset({promotion.proposed_by})
        yield Task(Kind.APPROVE_PROMOTION, call_of[stage.call_id], APPROVER, stage, number=promotion.id, but=but)
    amendments = session.execute(
        select(StageAmendment, Stage)
        .join(Stage, Stage.id == StageAmendment.stage_id)
        .where(
            Stage.call_id.in_(call_ids),
            StageAmendment.moved_with_id.is_(None),
            StageAmendment.approved_at.is_(None),
            StageAmendment.ended_at.is_(None),
        )
        .order_by(StageAmendment.id)
    )
    for amendment, stage in amendments:
        but = frozenset({amendment.proposed_by})
        yield Task(Kind.APPROVE_DATES, call_of[stage.call_id], APPROVER, stage, number=amendment.id, but=but)
    disqualifications = session.execute(
        select(Disqualification, Entry)
        .join(Entry, Entry.id == Disqualification.entry_id)
        .where(Entry.call_id.in_(call_ids), Disqualification.approved_at.is_(None), Disqualification.ended_at.is_(None))
        .options(joinedload(Entry.application), joinedload(Entry.stage))
        .order_by(Disqualification.id)
    )
    for row, entry in disqualifications:
        yield Task(
            Kind.DECIDE_DISQUALIFICATION,
            call_of[entry.call_id],
            APPROVER,
            entry.stage,
            entry.application.ref,
            row.id,
            but=frozenset({row.proposed_by}),
        )
    notices = session.scalars(
        select(Notice).where(Notice.call_id.in_(call_ids), Notice.state == NoticeStatus.DRAFT).order_by(Notice.id)
    )
    for notice in notices:
        but = frozenset({notice.drafted_by})
        where = awarding[notice.call_id]
        yield Task(Kind.PUBLISH_NOTICE, call_of[notice.call_id], APPROVER, where, number=notice.id, but=but)
    claims = session.scalars(
        select(Claim)
        .where(Claim.call_id.in_(call_ids), Claim.approved_at.is_(None), Claim.ended_at.is_(None))
        .order_by(Claim.id)
    )
    for claim in claims:
        but = frozenset({claim.proposed_by})
        where = awarding[claim.call_id]
        yield Task(Kind.DECIDE_CLAIM, call_of[claim.call_id], APPROVER, where, number=claim.id, but=but)
    for abandonment in abandonments_queries.waiting_in(session, call_ids):
        but = frozenset({abandonment.proposed_by})
        call = call_of[abandonment.call_id]
        yield Task(Kind.DECIDE_ABANDONMENT, call, APPROVER, number=abandonment.id, but=but)


def _decisions(session: Session, running: Sequence[Stage], call_of: dict[int, Call]) -> Iterator[Task]:
    """Decisions of whole stages: to propose until each applicant has one, then to approve."""
    deciding = [stage for stage in running if stage.state in states.stage.deciding]
    ripe = decisions_queries.fully_proposed(session, [stage.id for stage in deciding])
    newest = _newest_decisions(session, deciding)
    for stage in deciding:
        call, proposers = call_of[stage.call_id], frozenset(stage.proposers)
        if stage.sent_back:
            yield Task(Kind.DECISIONS_SENT_BACK, call, OFFICER, stage, number=newest.get(stage.id, 0))
        elif stage.id in ripe:
            number = newest.get(stage.id, 0)
            yield Task(Kind.APPROVE_DECISIONS, call, APPROVER, stage, number=number, but=proposers)
        else:
            yield Task(Kind.PROPOSE, call, OFFICER, stage)


def _newest_decisions(session: Session, stages: Sequence[Stage]) -> dict[int, int]:
    """The newest decision that was proposed in each of some stages."""
    rows = session.execute(
        select(Entry.stage_id, func.max(Decision.id))
        .join(Decision, Decision.entry_id == Entry.id)
        .where(Entry.stage_id.in_([stage.id for stage in stages]), Decision.superseded_at.is_(None))
        .group_by(Entry.stage_id)
    )
    return {stage_id: number for stage_id, number in rows}


def _checks(session: Session, running: Sequence[Stage], call_of: dict[int, Call]) -> Iterator[Task]:
    """Eligibility: to decide while an open bid has no proposal, and proposals of ineligibility to approve."""
    checking = {stage.id: stage for stage in running if stage.state in states.stage.checking}
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
    decided = set(checking) - {stage_id for stage_id, *_rest in rows}
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


def _asked(session: Session, running: Sequence[Stage], call_ids: Sequence[int], now: datetime) -> Iterator[Task]:
    """Answers of applicants and of assessors, and those that did not come."""
    ids = [stage.id for stage in running]
    for request in requests_queries.to_look_at(session, ids):
        entry = request.entry
        yield Task(Kind.LOOK_AT_ANSWER, entry.stage.call, OFFICER, entry.stage, entry.application.ref, request.number)
    reviews = session.scalars(
        select(Review)
        .join(Request, Request.id == Review.request_id)
        .join(Entry, Entry.id == Request.entry_id)
        .where(Entry.stage_id.in_(ids), Request.answered_at.is_not(None), Review.decided_at.is_(None))
        .options(
            joinedload(Review.request).joinedload(Request.entry).joinedload(Entry.stage).joinedload(Stage.call),
            joinedload(Review.request).joinedload(Request.entry).joinedload(Entry.application),
            joinedload(Review.decision),
            joinedload(Review.disqualification),
        )
        .order_by(Review.id)
    )
    for review in reviews:
        entry = review.request.entry
        but = frozenset(review.authors)
        yield Task(
            Kind.ANSWER_REVIEW, entry.stage.call, OFFICER, entry.stage, entry.application.ref, review.id, but=but
        )
    for stage in invitations_queries.stages_unanswered(session, call_ids, uk_day(now)):
        yield Task(Kind.ASK_ASSESSORS, stage.call, OFFICER, stage)


def _assessment(session: Session, running: Sequence[Stage], call_of: dict[int, Call], now: datetime) -> Iterator[Task]:
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


def _settling(running: Sequence[Stage], by_call: dict[int, list[Stage]], call_of: dict[int, Call]) -> Iterator[Task]:
    """Outcomes to tell; then awards to settle, or the end of the call."""
    for stage in running:
        call = call_of[stage.call_id]
        if stage.state in states.stage.untold:
            yield Task(Kind.TELL, call, EITHER, stage)
        elif stage.state in states.stage.told and (
            stage.awards or stage is stages_queries.newest(by_call[stage.call_id])
        ):
            yield Task(Kind.SETTLE, call, EITHER, stage)


def mine(found: Iterable[Task], person_id: int | None, roles: Iterable[str]) -> list[Task]:
    """Those of some tasks that wait for one person."""
    held = frozenset(roles) & CALL_STAFF
    return [task for task in found if task.is_for(person_id, held)]
