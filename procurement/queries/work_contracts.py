"""What accepted awards wait for, as tasks of staff of calls: the day of signing, and of a procurement the contract
details notice about it."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from procurement.models.awards import Award
from procurement.queries import contracts as contracts_queries
from procurement.queries.contracts import Signed
from procurement.queries.tasks import APPROVER, OFFICER, Task
from procurement.rules.signing import details_due
from procurement.rules.statuses import NoticeStatus
from procurement.rules.work import Kind

NOBODY: frozenset[int] = frozenset()


def of_awards(session: Session, today: date) -> Iterator[Task]:
    """Of all calls, those that are concluded too: two statements, however many there are."""
    for each in contracts_queries.unsigned(session):
        if each.waits is None:
            yield _task(Kind.RECORD_SIGNING, each.award)
        else:
            but = frozenset({each.waits.proposed_by})
            yield _task(Kind.CONFIRM_SIGNING, each.award, each.waits.id, but=but)
    for signed in contracts_queries.undetailed(session):
        yield _of_details(signed, today)


def _of_details(signed: Signed, today: date) -> Task:
    notice, award = signed.notice, signed.award
    due = details_due(award.call.route, signed.contract.signed_on)
    late = due is not None and due < today
    if notice is not None and notice.state == NoticeStatus.DRAFT:
        but = frozenset({notice.drafted_by})
        return _task(Kind.PUBLISH_DETAILS, award, notice.id, due, but=but)
    if notice is not None and notice.state == NoticeStatus.ENTERED:
        but = frozenset({notice.drafted_by, notice.entered_by or 0})
        return _task(Kind.CONFIRM_DETAILS, award, notice.id, due, but=but)
    if late:
        return _task(Kind.OVERDUE_DETAILS, award, signed.contract.id, due)
    if notice is None:
        return _task(Kind.DRAFT_DETAILS, award, signed.contract.id, due)
    return _task(Kind.ENTER_DETAILS, award, notice.id, due)


def _task(
    kind: Kind, award: Award, number: int = 0, due_on: date | None = None, *, but: frozenset[int] = NOBODY
) -> Task:
    roles = APPROVER if kind in (Kind.CONFIRM_SIGNING, Kind.PUBLISH_DETAILS, Kind.CONFIRM_DETAILS) else OFFICER
    return Task(kind, award.call, roles, award.entry.stage, award.ref, number, but=but, due_on=due_on)
