"""What the register knows of a call and its awards already: every later publication starts from it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.register import RegisterAward, RegisterEntry
from procurement.rules.counts import kept
from procurement.rules.published import PublishedAward, PublishedCall, PublishedStage, read
from procurement.services.act import Act
from procurement.services.publishing.identity import identify


def published_call(session: Session, reference: str) -> PublishedCall | None:
    """The newest publication of a call."""
    entry = _newest(session, ("call",), reference)
    return None if entry is None else read(PublishedCall, _plain(entry))


def known_call(act: Act, call: Call) -> PublishedCall | None:
    """What the register says of a call, with the id that it has for ever: older publications did not say it."""
    known = published_call(act.session, call.ref)
    return None if known is None else replace(known, open_data_id=identify(act, call))


def published_by_reference(session: Session, references: Sequence[str]) -> dict[str, PublishedAward]:
    """The newest publication of each of some awards or grants that has one, by its reference."""
    session.flush()
    newest = (
        select(func.max(RegisterEntry.id))
        .where(RegisterEntry.subject.in_(("award", "grant")), RegisterEntry.public_id.in_(references))
        .group_by(RegisterEntry.public_id)
    )
    rows = session.scalars(select(RegisterEntry).where(RegisterEntry.id.in_(newest)))
    return {each.public_id: read(PublishedAward, _plain(each)) for each in rows}


def published_awards(session: Session, call_reference: str) -> list[PublishedAward]:
    """Every award of a call that the register knows, newest publication of each, in the order of their numbers."""
    session.flush()
    own = select(RegisterAward.public_id).where(RegisterAward.call_ref == call_reference)
    newest = (
        select(func.max(RegisterEntry.id).label("id"))
        .where(RegisterEntry.subject.in_(("award", "grant")), RegisterEntry.public_id.in_(own))
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
    """A call as it was published before, with the stages that were told since, and their counts. A call that was
    published before its stages were says nothing of them."""
    told: dict[str, PublishedStage] = {stage.key: stage for stage in now.stages}
    stages = tuple(
        replace(stage, told_at=told[stage.key].told_at) if stage.told_at is None and stage.key in told else stage
        for stage in known.stages
    )
    return replace(known, counts=kept(known.counts, now.counts), stages=stages)
