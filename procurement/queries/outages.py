"""Reading when web processes were heard of, and the outages that a closing has to do with."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.calls import Call
from procurement.models.heartbeats import Heartbeat, Outage
from procurement.models.stages import Stage
from procurement.queries import installation as installation_queries
from procurement.rules.dates import uk_day
from procurement.rules.outages import BEAT, Gap, Span, concerns, gaps
from workflows.catalogue import states


def spans(session: Session, since: datetime) -> list[Span]:
    """Who was heard of since then (the machine's time), and who was heard of last before it."""
    last = select(func.max(Heartbeat.seen_at)).where(Heartbeat.seen_at < since).scalar_subquery()
    rows = session.scalars(select(Heartbeat).where((Heartbeat.seen_at >= since) | (Heartbeat.seen_at == last)))
    return [Span(each.process, each.began_at, each.seen_at, timedelta(seconds=each.ahead)) for each in rows]


def heard_of(session: Session, unshifted: datetime) -> int:
    """How many web processes were heard of just now."""
    asked = select(func.count(Heartbeat.process.distinct())).where(Heartbeat.seen_at >= unshifted - 2 * BEAT)
    return session.scalar(asked) or 0


def last_heard(session: Session) -> datetime | None:
    """When any web process was heard of last (the machine's time); None where none ever was."""
    return session.scalar(select(func.max(Heartbeat.seen_at)))


def list_gaps(session: Session, now: datetime, unshifted: datetime, since: timedelta) -> tuple[Gap, ...]:
    """The outages of so long a time, as far as heartbeats are kept."""
    values = installation_queries.settings(session, uk_day(now))
    return gaps(spans(session, unshifted - since), timedelta(minutes=values["outage_minutes"]), unshifted)


def _collecting(session: Session, now: datetime, hours: int) -> list[Stage]:
    """The stages of published calls that nobody has opened and that close soon, or have closed."""
    asked = (
        select(Stage)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Stage.state.in_(states.stage.collecting),
            Stage.started_at.is_not(None),
            Stage.ended_at.is_(None),
            Stage.closes_at <= now + timedelta(hours=hours),
            Call.state.in_(states.call.published),
        )
        .order_by(Stage.id)
    )
    return list(session.scalars(asked))


def touching(
    session: Session, stages: Sequence[Stage], now: datetime, unshifted: datetime | None = None
) -> dict[int, list[Gap]]:
    """The silences that the closings of some stages have to do with, by the stage, written down or not; with
    `unshifted` one that lasts too. As many statements whatever there is."""
    values = installation_queries.settings(session, uk_day(now))
    hours, least = values["outage_hours"], timedelta(minutes=values["outage_minutes"])
    closings = {each.id: each.closes_at for each in stages if each.closes_at is not None}
    if not closings:
        return {}
    ahead = timedelta(seconds=session.scalar(select(func.max(Heartbeat.ahead))) or 0)
    since = min(closings.values()) - timedelta(hours=hours) - ahead
    known = gaps(spans(session, since), least, unshifted)
    found = {key: [each for each in known if concerns(each, at, hours)] for key, at in closings.items()}
    return {key: silences for key, silences in found.items() if silences}


def due_to_note(session: Session, now: datetime) -> list[int]:
    """The stages of which an outage is over that nobody has written down."""
    hours = installation_queries.settings(session, uk_day(now))["outage_hours"]
    candidates = _collecting(session, now, hours)
    silences = touching(session, candidates, now) if candidates else {}
    if not silences:
        return []
    noted = _noted(session, silences)
    return [key for key, found in silences.items() if any((key, each.began_at) not in noted for each in found)]


def _noted(session: Session, stage_ids: Collection[int]) -> set[tuple[int, datetime]]:
    rows = session.execute(select(Outage.stage_id, Outage.began_at).where(Outage.stage_id.in_(stage_ids)))
    return {(stage_id, began_at) for stage_id, began_at in rows}


def to_note(session: Session, stage: Stage, now: datetime) -> list[Gap]:
    """The outages of one stage that are over and not written down."""
    noted = _noted(session, [stage.id])
    found = touching(session, [stage], now).get(stage.id, [])
    return [each for each in found if (stage.id, each.began_at) not in noted]


def lasts(session: Session, stage: Stage, now: datetime, unshifted: datetime) -> bool:
    """Whether the service cannot be reached right now, and the closing of a stage has to do with it."""
    return any(each.ended_at is None for each in touching(session, [stage], now, unshifted).get(stage.id, []))


def waiting(session: Session, stage_ids: Collection[int]) -> dict[int, list[Outage]]:
    """The outages of some stages that nobody has answered, the first one first, by the stage."""
    found: dict[int, list[Outage]] = {}
    asked = select(Outage).where(Outage.stage_id.in_(stage_ids), Outage.answered_at.is_(None))
    for each in session.scalars(asked.order_by(Outage.began_at, Outage.id)):
        found.setdefault(each.stage_id, []).append(each)
    return found


def of_stage(session: Session, stage_id: int) -> list[Outage]:
    """Every outage that a closing of a stage had to do with."""
    return list(session.scalars(select(Outage).where(Outage.stage_id == stage_id).order_by(Outage.began_at)))


def of_call(session: Session, call_id: int) -> list[Outage]:
    """Every outage that a closing of a call had to do with, each with its stage: for everybody."""
    asked = select(Outage).join(Stage, Stage.id == Outage.stage_id).where(Stage.call_id == call_id)
    return list(session.scalars(asked.options(joinedload(Outage.stage)).order_by(Outage.began_at, Outage.id)))


def list_waiting(session: Session) -> list[Outage]:
    """All that wait for an answer, for the operator: each with its stage and call."""
    asked = select(Outage).where(Outage.answered_at.is_(None))
    return list(
        session.scalars(asked.options(joinedload(Outage.stage).joinedload(Stage.call)).order_by(Outage.began_at))
    )
