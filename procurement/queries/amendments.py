"""Reading which dates of a call's stages moved after they were published, and which are proposed to."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry, NearMiss
from procurement.models.calls import Call, CallVersion, Lot
from procurement.models.going_on import StageAmendment
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.amendments import READERS, Begun, Change, Value
from procurement.rules.calls import Draft
from workflows.catalogue import states


@dataclass(frozen=True)
class Moved:
    """Dates of one stage that moved, as everybody may know it."""

    stage: Stage
    changes: tuple[Change, ...]
    reason: str
    at: datetime


@dataclass(frozen=True)
class Waiting:
    """What waits for an approver: the dates of a stage, and those of later stages that move with them."""

    first: StageAmendment
    amendments: tuple[StageAmendment, ...]
    changes: tuple[Change, ...]
    overtaken: bool  # whether one of the dates is not what it was when this was proposed

    @property
    def proposer(self) -> Person:
        return self.first.proposer

    @property
    def reason(self) -> str:
        return self.first.reason

    @property
    def seen(self) -> str:
        """What an approver has read."""
        return mark(self.changes, self.first.id)


def mark(changes: Sequence[Change], number: int = 0) -> str:
    """What a page showed of some changes: it is another one as soon as any of them is."""
    said = "|".join(f"{each.stage}.{each.field}:{_text(each.before)}>{_text(each.after)}" for each in changes)
    return hashlib.sha256(f"{number}|{said}".encode()).hexdigest()[:16]


def plain(dates: Mapping[str, Value | None]) -> dict[str, Any]:
    """Dates as they are kept: ISO text by the name of their field; a number as its figures."""
    return {name: _text(value) for name, value in dates.items()}


def _text(value: Value | None) -> str:
    if isinstance(value, int):
        return str(value)
    return "" if value is None else value.isoformat()


def _value(field: str, text: str) -> Value | None:
    if not text:
        return None
    if field == READERS:
        return int(text)
    return date.fromisoformat(text) if field == "decide_by" else datetime.fromisoformat(text)


def changes_in(key: str, amendment: StageAmendment) -> tuple[Change, ...]:
    """What an amendment moves in its stage, in the order in which dates are listed."""
    return tuple(
        Change(key, name, _value(name, amendment.before[name]), _value(name, amendment.after[name]))
        for name in ("opens_at", "ask_by", "closes_at", "choose_by", "assess_by", "decide_by", READERS)
        if name in amendment.after
    )


def newest_reasons(session: Session, call_ids: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    """When dates of each of some calls were last moved, and why; calls whose dates never moved are missing."""
    rows = session.execute(
        select(Stage.call_id, StageAmendment.approved_at, StageAmendment.reason)
        .join(Stage, Stage.id == StageAmendment.stage_id)
        .where(Stage.call_id.in_(call_ids), StageAmendment.approved_at.is_not(None))
        .order_by(StageAmendment.approved_at, StageAmendment.id)
    )
    return {call_id: (at, reason) for call_id, at, reason in rows if at is not None}


def of_call(session: Session, call_id: int) -> list[Moved]:
    """The amendments of a call's stages that were approved, the first one first."""
    rows = session.scalars(
        select(StageAmendment)
        .join(Stage, Stage.id == StageAmendment.stage_id)
        .where(Stage.call_id == call_id, StageAmendment.approved_at.is_not(None))
        .options(joinedload(StageAmendment.stage))
        .order_by(StageAmendment.approved_at, StageAmendment.id)
    )
    return [
        Moved(each.stage, changes_in(each.stage.key, each), each.reason, each.approved_at)
        for each in rows
        if each.approved_at is not None
    ]


def written(session: Session, call: Call, now: datetime) -> tuple[Draft, dict[str, Begun]]:
    """A published call as the rules of its dates look at it, and how far each of its stages is, by its key."""
    stages = stages_queries.of_call(session, call.id)
    begun = {each.key: Begun(_began(each, now), each.opened or each.ended_at is not None) for each in stages}
    return calls_queries.draft_of(session, call, stages), begun


def _began(stage: Stage, now: datetime) -> datetime | None:
    """Since when a stage takes what it collects; one in which applications begin does so by the clock."""
    if stage.started_at is None and stage.number == 1 and stage.opens_at is not None and stage.opens_at <= now:
        return stage.opens_at
    return stage.started_at


def find_waiting(session: Session, stage: Stage) -> Waiting | None:
    """What is proposed about the dates of a stage, also where they move with those of an earlier one."""
    own = session.scalars(
        select(StageAmendment).where(
            StageAmendment.stage_id == stage.id,
            StageAmendment.approved_at.is_(None),
            StageAmendment.ended_at.is_(None),
        )
    ).one_or_none()
    return None if own is None else get_waiting(session, own.moved_with_id or own.id)


def waiting_in(session: Session, stage_ids: Collection[int]) -> set[int]:
    """Of these stages those of which some date is proposed, by itself or with those of an earlier one."""
    asked = select(StageAmendment.stage_id).where(
        StageAmendment.stage_id.in_(stage_ids),
        StageAmendment.approved_at.is_(None),
        StageAmendment.ended_at.is_(None),
    )
    return set(session.scalars(asked))


def get_waiting(session: Session, amendment_id: int) -> Waiting:
    """What waits, by the amendment of the stage whose dates were typed."""
    asked = (
        select(StageAmendment)
        .where((StageAmendment.id == amendment_id) | (StageAmendment.moved_with_id == amendment_id))
        .options(joinedload(StageAmendment.stage), joinedload(StageAmendment.proposer))
        .order_by(StageAmendment.id)
    )
    rows = session.scalars(asked).all()
    changes = tuple(change for each in rows for change in changes_in(each.stage.key, each))
    by_key = {each.stage.key: each.stage for each in rows}
    overtaken = any(getattr(by_key[each.stage], each.field) != each.before for each in changes)
    return Waiting(rows[0], tuple(rows), changes, overtaken)


def is_of_stage(session: Session, amendment_id: int, stage_id: int) -> bool:
    """Whether an amendment, or one that was proposed with it, is of that stage."""
    asked = select(func.count()).where(
        (StageAmendment.id == amendment_id) | (StageAmendment.moved_with_id == amendment_id),
        StageAmendment.stage_id == stage_id,
    )
    return bool(session.scalar(asked))


def count_to_revive(session: Session, stage_id: int) -> int:
    """How many drafts of a stage have lapsed and would come back: a count is all that staff may know of them."""
    return session.scalar(select(func.count()).select_from(_lapsed(stage_id).subquery())) or 0


def to_revive(session: Session, call: Call, stage: Stage) -> list[Entry]:
    """The drafts of a stage that have lapsed and come back with a later closing, held. Those whose application has gone
    on meanwhile stay as they are, and so do all of a call whose rules know no way back."""
    workflow = workflows_queries.workflow_of(call, "entry", stage)
    if not any(move.action == "revive" for move in workflow.moves):
        return []
    found = _lapsed(stage.id).options(
        joinedload(Entry.stage), joinedload(Entry.application).joinedload(Application.organisation)
    )
    held = found.order_by(Entry.id).with_for_update(of=Entry).execution_options(populate_existing=True)
    return list(session.scalars(held))


def _lapsed(stage_id: int) -> Any:
    return (
        select(Entry)
        .join(Application, Application.entry_id == Entry.id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.lapsed), Lot.abandoned_at.is_(None))
    )


def pressed_late(session: Session, entry_ids: Sequence[int]) -> dict[int, datetime]:
    """When Submit was pressed too late, the last time, by entry."""
    rows = session.execute(
        select(NearMiss.entry_id, func.max(NearMiss.received_at))
        .where(NearMiss.entry_id.in_(entry_ids))
        .group_by(NearMiss.entry_id)
    )
    return {entry_id: at for entry_id, at in rows}


# what the call said in public


def versions_of(session: Session, call_id: int) -> list[CallVersion]:
    """All that a call has said, the first one first."""
    return list(session.scalars(select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number)))


def last_changed(session: Session, call_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """The number of the newest version of each of some calls, and when it was published."""
    rows = session.execute(
        select(CallVersion.call_id, func.max(CallVersion.number), func.max(CallVersion.published_at))
        .where(CallVersion.call_id.in_(call_ids))
        .group_by(CallVersion.call_id)
    )
    return {call_id: (number, at) for call_id, number, at in rows}
