"""Taking a request in hand: the call first, then its stage or entry, then itself; and until when it is answered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.queries import awards as awards_queries
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Permission
from procurement.rules.requests import RequestKind, RequestStatus
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_role, require_team
from workflows.catalogue import states
from workflows.facts import Sentence

NO_SUCH = Sentence("There is no such request.")


def lock_entries(session: Session, stage_id: int, entry_ids: list[int]) -> tuple[Call, list[Entry]]:
    """Some opened entries of a stage, held in the order of their ids, and the call, held alone: whoever answers waits.

    Refusal 404 for what is not of the stage or was not opened.
    """
    call, stage = lock_stage(session, stage_id)
    held = session.scalars(
        select(Entry.id)
        .where(Entry.id.in_(entry_ids), Entry.stage_id == stage.id, Entry.opened_at.is_not(None))
        .order_by(Entry.id)
        .with_for_update()
    ).all()
    if not stage.opened or set(held) != set(entry_ids):
        raise Refusal(NO_SUCH, status=404)
    return call, applications_queries.get_entries(session, held)


def lock_asked(act: Act, request_id: int, permission: Permission) -> tuple[Call, Request]:
    """A request with all that belongs to it, held for somebody of the staff who may change it, with its call."""
    entry_id = act.session.scalar(select(Request.entry_id).where(Request.id == request_id))
    if entry_id is None:
        raise Refusal(NO_SUCH, status=404)
    stage_id = act.session.scalars(select(Entry.stage_id).where(Entry.id == entry_id)).one()
    call, _ = lock_entries(act.session, stage_id, [entry_id])
    require_role(act.by, permission)
    return call, _held(act.session, request_id)


def lock_answered(act: Act, request_id: int) -> tuple[Call, Request]:
    """A request, its entry and call (shared: teams do not wait for each other), held for somebody of its team. Refusal
    404 for anybody else."""
    entry_id = act.session.scalar(select(Request.entry_id).where(Request.id == request_id))
    if entry_id is None:
        raise Refusal(NO_SUCH, status=404)
    call, entry = lock_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_READ, entry, act.now)
    return call, _held(act.session, request_id)


def require_answerable(session: Session, call: Call, request: Request, now: datetime) -> None:
    """Refuse what is not open for its team now: 410 from the very closing instant on."""
    if request.status(now) is RequestStatus.LAPSED:
        raise Refusal(Sentence("This closed on %(closes_at)s.", closes_at=request.closes_at), status=410)
    require_waiting(session, call, request)


def require_waiting(session: Session, call: Call, request: Request) -> None:
    """Refuse what is not to be answered any more, whatever the time is."""
    if request.withdrawn_at is not None:
        raise Refusal(Sentence("We took this request back, so nothing has to be answered."))
    if request.answered_at is not None:
        raise Refusal(Sentence("This was answered already. An answer is sent once."))
    review = request.kind == RequestKind.REVIEW
    if request.kind == RequestKind.ASSISTANCE and not awards_queries.waits(session, request.entry_id):
        raise Refusal(Sentence("The award has ended, so nothing has to be confirmed."))
    # a call may be concluded while the time to ask for a review of what was told still runs
    if call.state not in ((*states.call.published, *states.call.concluded) if review else states.call.published):
        raise Refusal(Sentence("The call is not running any more, so nothing can be sent."))
    if request.entry.state not in requests_queries.answering(request.kind):
        raise Refusal(Sentence("This %(noun)s takes no further part, so nothing can be sent.", noun=_noun(request)))


def _noun(request: Request) -> str:
    return request.entry.stage.noun


def _held(session: Session, request_id: int) -> Request:
    session.get_one(Request, request_id, with_for_update=True, populate_existing=True)
    return requests_queries.get(session, request_id)
