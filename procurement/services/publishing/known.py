"""What the register knows of a call and its awards already: every later publication starts from it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.register import RegisterAward, RegisterEntry
from procurement.rules.published import PublishedAward, PublishedCall, PublishedStage, read


def published_call(session: Session, reference: str) -> PublishedCall | None:
    """The newest publication of a call."""
    entry = _newest(session, ("call",), reference)
    return None if entry is None else read(PublishedCall, _plain(entry))


def published_award(session: Session, reference: str) -> PublishedAward | None:
    """The newest publication of an award or grant."""
    entry = _newest(session, ("award", "grant"), reference)
    return None if entry is None else read(PublishedAward, _plain(entry))


def published_awards(session: Session, call_reference: str) -> list[PublishedAward]:
    """Every award of a call that the register knows, newest publication of each, in the order of their numbers."""
    session.flush()
    newest = (
        select(RegisterEntry.public_id, func.max(RegisterEntry.id).label("id"))
        .where(RegisterEntry.subject.in_(("award", "grant")))
        .group_by(RegisterEntry.public_id)
        .subquery()
    )
    rows = session.scalars(
        select(RegisterEntry)
        .join(newest, newest.c.id == RegisterEntry.id)
        .join(RegisterAward, RegisterAward.public_id == RegisterEntry.public_id)
        .where(RegisterAward.call_ref == call_reference)
        .order_by(RegisterAward.id)
    )
    return [read(PublishedAward, _plain(each)) for each in rows]


def _newest(session: Session, subjects: Sequence[str], reference: str) -> RegisterEntry | None:
    session.flush()
    return session.scalars(
        select(RegisterEntry)
        .where(RegisterEntry.subject.in_(subjects), RegisterEntry.public_id == reference)
        .order_by(RegisterEntry.number.desc(), RegisterEntry.id.desc())
        .limit(1)
    ).one_or_none()


def _plain(entry: RegisterEntry) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(entry.content)
    return plain


def grown(known: PublishedCall, now: PublishedCall) -> PublishedCall:
    """A call as it was published before, with the counts of now and who was told since. A call that was published
    before its stages were says nothing of them."""
    told: dict[str, PublishedStage] = {stage.key: stage for stage in now.stages}
    stages = tuple(
        replace(stage, told_at=told[stage.key].told_at) if stage.told_at is None and stage.key in told else stage
        for stage in known.stages
    )
    return replace(known, counts=now.counts, stages=stages)
