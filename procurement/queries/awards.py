"""Reading awards: what their moves look at, which have fallen due, and an applicant's own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.rules.statuses import NoticeStatus
from workflows.catalogue import states
from workflows.definition import AWARD_NOTICE, Route
from workflows.facts import Facts


def needs_notice(call: Call) -> bool:
    """Whether the awards of a call wait for a contract award notice."""
    return call.route == Route.COVERED


def has_standstill(call: Call) -> bool:
    """Whether the awards of a call are confirmed only when a standstill has ended."""
    return call.route == Route.COVERED


def find_notice(session: Session, call_id: int) -> Notice | None:
    """The contract award notice of a call, drafted or published."""
    return session.scalars(select(Notice).where(Notice.call_id == call_id, Notice.kind == AWARD_NOTICE)).one_or_none()


# an award as pages and notices show it
SHOWN = (
    joinedload(Award.application).options(joinedload(Application.organisation), joinedload(Application.lot)),
    joinedload(Award.entry).joinedload(Entry.stage),
)


def of_call(session: Session, call_id: int) -> list[Award]:
    """The awards of a call with stage, application, organisation and lot, in the order of their numbers."""
    return list(session.scalars(select(Award).where(Award.call_id == call_id).options(*SHOWN).order_by(Award.id)))


def of_stage(session: Session, stage_id: int) -> list[Award]:
    """The awards of one stage, as `of_call`."""
    asked = select(Award).join(Entry, Entry.id == Award.entry_id).where(Entry.stage_id == stage_id)
    return list(session.scalars(asked.options(*SHOWN).order_by(Award.id)))


def of_entry(session: Session, entry_id: int) -> Award | None:
    return session.scalars(select(Award).where(Award.entry_id == entry_id)).one_or_none()


def unsettled(session: Session, call_id: int) -> int:
    return sum(1 for each in of_call(session, call_id) if each.state not in states.award.settled)


def facts(
    session: Session, call: Call, award: Award, *, now: datetime, actor: int | None = None, reason: str = ""
) -> Facts:
    """What the moves of an award, and the answer to it, look at; its entry and the stage of that are loaded."""
    notice = find_notice(session, call.id) if needs_notice(call) else None
    return Facts(
        now=now,
        actor=actor,
        authors=frozenset({award.proposed_by}),
        reason=reason,
        told_at=award.entry.stage.told_at,
        notice_published=not needs_notice(call) or (notice is not None and notice.state == NoticeStatus.PUBLISHED),
        standstill_ends_at=notice.standstill_ends_at if notice is not None else None,
        confirm_at=award.confirm_at,
    )


def is_confirmed(award: Award, now: datetime) -> bool:
    """Whether the award stands: by the clock, so that a confirmation that is due counts before it is written down."""
    return award.confirmed_at is not None or (
        award.state in states.award.told and award.confirm_at is not None and award.confirm_at <= now
    )


def shown(award: Award, notice: Notice | None, now: datetime) -> str:
    """The key of the word for where an award is: its state's, or what the clock has made of that."""
    if award.state not in states.award.told:
        return award.state
    if is_confirmed(award, now):
        return states.award.confirmed.only
    return states.STANDSTILL if notice is not None and notice.state == NoticeStatus.PUBLISHED else award.state


def due_to_confirm(session: Session, now: datetime) -> Sequence[int]:
    """The awards whose confirmation has fallen due."""
    return session.scalars(
        select(Award.id).where(Award.state.in_(states.award.told), Award.confirm_at <= now).order_by(Award.id)
    ).all()
