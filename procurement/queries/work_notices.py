"""What statutory notices wait for, as tasks of staff of calls: to be drafted, approved, published on the central
platform, and confirmed to be there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import notices as notices_queries
from procurement.queries.awards import AwardNotices
from procurement.rules.statuses import NoticeStatus
from procurement.rules.work import Kind
from workflows.catalogue import states
from workflows.definition import AWARD_NOTICE, TENDER_NOTICE, Route

AWARD_KINDS = (Kind.DRAFT_NOTICE, Kind.PUBLISH_NOTICE, Kind.ENTER_NOTICE, Kind.CONFIRM_NOTICE)
TENDER_KINDS = (
    Kind.DRAFT_TENDER_NOTICE,
    Kind.PUBLISH_TENDER_NOTICE,
    Kind.ENTER_TENDER_NOTICE,
    Kind.CONFIRM_TENDER_NOTICE,
)
TERMINATION_KINDS = (
    Kind.DRAFT_TERMINATION,
    Kind.PUBLISH_TERMINATION,
    Kind.ENTER_TERMINATION,
    Kind.CONFIRM_TERMINATION,
)
OFFICER, APPROVER = frozenset({"officer"}), frozenset({"approver"})
NOBODY: frozenset[int] = frozenset()


class Step(TypedDict):
    """The fields of a task (`queries.work.Task`)."""

    kind: Kind
    call: Call
    roles: frozenset[str]
    stage: Stage | None
    number: int
    but: frozenset[int]


def steps(session: Session, running: Sequence[Stage], call_of: Mapping[int, Call]) -> list[Step]:
    """Of the award notice of each covered procurement of which everybody is told, and of the termination notices of all
    that was abandoned: three statements, however many there are."""
    told = {
        stage.call_id: stage
        for stage in running
        if stage.awards and stage.told_at is not None and awards_queries.needs_notice(call_of[stage.call_id])
    }
    made: list[Step] = []
    if told:
        asked = select(Notice).where(Notice.call_id.in_(told), Notice.kind == AWARD_NOTICE)
        rows: dict[int, list[Notice]] = {}
        for notice in session.scalars(asked.order_by(Notice.number)):
            rows.setdefault(notice.call_id, []).append(notice)
        notices = {call_id: AwardNotices(tuple(rows.get(call_id, ()))) for call_id in told}
        standing = select(Award.call_id, Award.ref).where(
            Award.call_id.in_(told), Award.state.in_(states.award.made_known)
        )
        unnamed = {call_id for call_id, ref in session.execute(standing) if ref not in notices[call_id].named}
        # what is approved is out, or about to be: it is entered and confirmed whatever became of its awards
        out = {call_id for call_id, own in notices.items() if own.open and own.open.state != NoticeStatus.DRAFT}
        for call_id in sorted({*unnamed, *out}):
            own = notices[call_id]
            made += _of(AWARD_KINDS, call_of[call_id], own.open, told[call_id], len(own.rows))
    made += _of_tenders(session, call_of)
    for each in notices_queries.terminations_due(session):
        made += _of(TERMINATION_KINDS, each.abandonment.call, each.notice, None, each.abandonment.id)
    return made


def _of_tenders(session: Session, call_of: Mapping[int, Call]) -> Iterator[Step]:
    """Of the tender notices of calls that are written or run: those that are begun, and of covered procurements under
    review those that nobody began."""
    asked = select(Notice).where(Notice.call_id.in_(call_of), Notice.kind == TENDER_NOTICE)
    newest = {notice.call_id: notice for notice in session.scalars(asked.order_by(Notice.number))}
    for call_id, call in call_of.items():
        notice = newest.get(call_id)
        reviewed = call.route == Route.COVERED and call.state in states.call.under_review
        if notice is not None or reviewed:
            yield from _of(TENDER_KINDS, call, notice, None, 0)


def _of(
    kinds: tuple[Kind, Kind, Kind, Kind], call: Call, notice: Notice | None, stage: Stage | None, number: int
) -> Iterator[Step]:
    """What one notice waits for; `number` stands for what it is to be drafted about."""
    draft, approve, enter, confirm = kinds
    if notice is None:
        yield Step(kind=draft, call=call, roles=OFFICER, stage=stage, number=number, but=NOBODY)
    elif notice.state == NoticeStatus.DRAFT:
        but = frozenset({notice.drafted_by})
        yield Step(kind=approve, call=call, roles=APPROVER, stage=stage, number=notice.id, but=but)
    elif notice.state == NoticeStatus.APPROVED:
        yield Step(kind=enter, call=call, roles=OFFICER, stage=stage, number=notice.id, but=NOBODY)
    elif notice.state == NoticeStatus.ENTERED:
        but = frozenset({notice.drafted_by, notice.entered_by or 0})
        yield Step(kind=confirm, call=call, roles=APPROVER, stage=stage, number=notice.id, but=but)
