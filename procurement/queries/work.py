"""What waits for whom: the one list behind *My work*, its messages and its daily digest; each thing is a task
(`queries.tasks`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.going_on import Promotion, StageAmendment
from procurement.models.requests import Request, Review
from procurement.models.stages import Opening, Stage
from procurement.queries import abandonments as abandonments_queries
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import claims as claims_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import limits as limits_queries
from procurement.queries import outages as outages_queries
from procurement.queries import planned as planned_queries
from procurement.queries import requests as requests_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.queries import work_assessment as work_assessment_queries
from procurement.queries import work_contracts as work_contracts_queries
from procurement.queries import work_notices as work_notices_queries
from procurement.queries.tasks import APPROVER, EITHER, OFFICER, Task, mine
from procurement.rules.clarifications import ClarificationStatus
from procurement.rules.dates import uk_day
from procurement.rules.work import Kind
from workflows.catalogue import states

__all__ = ["Task", "mine", "tasks"]


def tasks(session: Session, now: datetime) -> list[Task]:
    """Everything that waits for staff of calls, by kind and call: as many statements whatever there is."""
    calls = calls_queries.list_managed(session, states.call.live)
    ids = [call.id for call in calls]
    by_call = stages_queries.of_calls(session, ids, whole=True)
    running = [
        stage
        for call in calls
        if call.state in states.call.published
        for stage in by_call[call.id]
        if stage.started_at is not None and not stages_queries.is_idle(stage)
    ]
    call_of = {call.id: call for call in calls}
    found = [
        *_of_calls(calls, planned_queries.waiting_in(session, ids), _barred_of_calls(session, calls, now)),
        *_openings(session, running, call_of, now),
        *_outages(session, running, call_of),
        *_questions(session, by_call, call_of, now),
        *_proposals(session, by_call, call_of),
        *(Task(**each) for each in work_notices_queries.steps(session, running, call_of)),
        *work_contracts_queries.of_awards(session, uk_day(now)),
        *_decisions(session, running, call_of, now),
        *work_assessment_queries.of_checks(session, running, call_of),
        *_asked(session, running, ids, now),
        *work_assessment_queries.of_marks(session, running, call_of, now),
        *work_assessment_queries.of_panels(running, call_of),
        *_settling(session, running, by_call, call_of),
    ]
    order = list(Kind)
    return sorted(found, key=lambda task: order.index(task.kind))


def _barred_of_calls(session: Session, calls: Sequence[Call], now: datetime) -> dict[int, frozenset[int]]:
    """The approvers who may not approve so much as a call under review comes to, by the call."""
    limits = limits_queries.limits(session, uk_day(now))
    reviewed = [each for each in calls if each.state in states.call.under_review] if limits.hold else []
    if not reviewed:
        return {}
    approvers = limits_queries.approvers(session)
    values = limits_queries.of_calls(session, reviewed)
    return {call_id: limits.barred(value, approvers) for call_id, value in values.items()}


def _of_calls(calls: Sequence[Call], planned: set[int], barred: dict[int, frozenset[int]]) -> Iterator[Task]:
    """Calls to write and to review; one that is published at an instant waits for nobody."""
    for call in calls:
        authors = frozenset(call.authors)
        if call.state in states.call.under_review and call.id not in planned:
            but = authors | barred.get(call.id, frozenset())
            yield Task(Kind.REVIEW_CALL, call, APPROVER, number=call.version, but=but)
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
    held_up = {
        *clarifications_queries.stages_unanswered(session, [stage.id for stage in ready]),
        *outages_queries.waiting(session, [stage.id for stage in ready]),
    }
    for stage in ready:
        if stage.id in held_up:
            continue  # the questions and the outages stand in the list by themselves
        first = asked.get(stage.id)
        yield Task(
            Kind.OPEN, call_of[stage.call_id], EITHER, stage, but=frozenset() if first is None else frozenset({first})
        )


def _outages(session: Session, running: Sequence[Stage], call_of: dict[int, Call]) -> Iterator[Task]:
    """Outages before a closing that nobody has answered; where another closing is proposed, an approver has it."""
    found = outages_queries.waiting(session, [stage.id for stage in running if not stage.opened])
    proposed = amendments_queries.waiting_in(session, list(found)) if found else set()
    for stage in running:
        if stage.id in found and stage.id not in proposed:
            number = max(each.id for each in found[stage.id])
            yield Task(Kind.OUTAGE, call_of[stage.call_id], OFFICER, stage, number=number)


def _questions(
    session: Session, by_call: dict[int, list[Stage]], call_of: dict[int, Call], now: datetime
) -> Iterator[Task]:
    """Questions about calls that wait for an answer, and answers that wait for a second reader."""
    for row in clarifications_queries.waiting_in(session, list(by_call)):
        call = call_of[row.call_id]
        if call.state not in states.call.published:
            continue
        if row.status is ClarificationStatus.DRAFTED:
            but = frozenset() if row.drafted_by is None else frozenset({row.drafted_by})
            yield Task(Kind.PUBLISH_ANSWER, call, EITHER, row.stage, number=row.id, but=but)
        else:
            kind = Kind.OVERDUE_QUESTION if row.due_on < uk_day(now) else Kind.ANSWER_QUESTION
            yield Task(kind, call, OFFICER, row.stage, number=row.id)


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
    for written in call_amendments_queries.waiting_in(session, call_ids):
        call, authors = call_of[written.call_id], frozenset({*written.copy.authors, written.begun_by})
        if written.proposed_at is not None:
            yield Task(Kind.APPROVE_AMENDMENT, call, APPROVER, number=written.id, but=authors)
        else:
            yield Task(Kind.WRITE_AMENDMENT, call, OFFICER, number=written.id, only=authors)
    for file in call_documents_queries.waiting_in(session, call_ids):
        but = frozenset({file.added_by})
        call = call_of[file.document.call_id]
        yield Task(Kind.APPROVE_DOCUMENT, call, APPROVER, number=file.id, but=but)
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
    for correction in corrections_queries.waiting_in(session, call_ids):
        entry = correction.entry
        but = frozenset({correction.proposed_by})
        call, ref = call_of[entry.call_id], entry.application.ref
        yield Task(Kind.APPROVE_CORRECTION, call, APPROVER, entry.stage, ref, correction.id, but=but)
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


def _decisions(session: Session, running: Sequence[Stage], call_of: dict[int, Call], now: datetime) -> Iterator[Task]:
    """Decisions of whole stages: to propose until each applicant has one, then to approve."""
    deciding = [stage for stage in running if stage.state in states.stage.deciding]
    ripe = decisions_queries.fully_proposed(session, [stage.id for stage in deciding])
    newest = _newest_decisions(session, deciding)
    barred = _barred_of_decisions(session, [stage for stage in deciding if stage.id in ripe], call_of, now)
    for stage in deciding:
        call, proposers = call_of[stage.call_id], frozenset(stage.proposers)
        if stage.sent_back:
            yield Task(Kind.DECISIONS_SENT_BACK, call, OFFICER, stage, number=newest.get(stage.id, 0))
        elif stage.id in ripe:
            number = newest.get(stage.id, 0)
            yield Task(
                Kind.APPROVE_DECISIONS,
                call,
                APPROVER,
                stage,
                number=number,
                but=proposers | barred.get(stage.id, frozenset()),
            )
        else:
            yield Task(Kind.PROPOSE, call, OFFICER, stage)


def _barred_of_decisions(
    session: Session, stages: Sequence[Stage], call_of: dict[int, Call], now: datetime
) -> dict[int, frozenset[int]]:
    """The approvers who may not approve so much as is proposed to be awarded in a stage, by the stage."""
    limits = limits_queries.limits(session, uk_day(now))
    if not stages or not limits.hold:
        return {}
    approvers = limits_queries.approvers(session)
    values = limits_queries.of_decisions(session, stages, call_of)
    return {stage_id: limits.barred(value, approvers) for stage_id, value in values.items()}


def _newest_decisions(session: Session, stages: Sequence[Stage]) -> dict[int, int]:
    """The newest decision that was proposed in each of some stages."""
    rows = session.execute(
        select(Entry.stage_id, func.max(Decision.id))
        .join(Decision, Decision.entry_id == Entry.id)
        .where(Entry.stage_id.in_([stage.id for stage in stages]), Decision.superseded_at.is_(None))
        .group_by(Entry.stage_id)
    )
    return {stage_id: number for stage_id, number in rows}


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


def _settling(
    session: Session, running: Sequence[Stage], by_call: dict[int, list[Stage]], call_of: dict[int, Call]
) -> Iterator[Task]:
    """Outcomes to tell; then the end of the call, when all is told, no window is to come, and nothing hangs any more:
    what an applicant still has to answer, or a standstill, waits for nobody here."""
    told = []
    for stage in running:
        call = call_of[stage.call_id]
        if stage.state in states.stage.untold:
            yield Task(Kind.TELL, call, EITHER, stage)
        elif stage.state in states.stage.told and stage is stages_queries.newest(by_call[stage.call_id]):
            over = stages_queries.of_call_facts(by_call[call.id]).told_at is not None
            if over and not windows_queries.ahead(by_call[call.id]):
                told.append(stage)
    clear = claims_queries.without_hanging(session, {stage.call_id for stage in told}) if told else set()
    for stage in told:
        if stage.call_id in clear:
            yield Task(Kind.SETTLE, call_of[stage.call_id], OFFICER, stage)
