"""Reading the stages of a call: their order, which one is running, and the facts that their moves look at."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.calls import Call
from procurement.models.stages import Stage, StageLot, StagePerson
from procurement.rules.permissions import Principal
from workflows.catalogue import states
from workflows.facts import Facts

ORDER = (Stage.window, Stage.number, Stage.id)
WHOLE = (joinedload(Stage.call), selectinload(Stage.lots).joinedload(StageLot.lot))
FORESEEN = "stages_foreseen"


def of_call(session: Session, call_id: int) -> list[Stage]:
    """The stages of a call in their order, each with its call and lots."""
    found = select(Stage).where(Stage.call_id == call_id).options(*WHOLE).order_by(*ORDER)
    return list(session.scalars(found))


@contextmanager
def foreseen(session: Session, call_id: int) -> Iterator[None]:
    """In here, the stages of a call are read once however often `seen` is asked for them: for acts on many things."""
    session.info[FORESEEN] = {call_id: of_call(session, call_id)}
    try:
        yield
    finally:
        del session.info[FORESEEN]


def seen(session: Session, call_id: int) -> list[Stage]:
    """As `of_call`: what was foreseen, if it was."""
    known: dict[int, list[Stage]] = session.info.get(FORESEEN, {})
    return known[call_id] if call_id in known else of_call(session, call_id)


def listed(session: Session, call_id: int) -> list[Stage]:
    """The stages of a call in their order, by themselves: one statement."""
    return list(session.scalars(select(Stage).where(Stage.call_id == call_id).order_by(*ORDER)))


def of_calls(session: Session, call_ids: Sequence[int], *, whole: bool = False) -> dict[int, list[Stage]]:
    """The stages of some calls in their order, by the call's id: one statement. `whole`: each with its call and lots,
    in one more."""
    found: dict[int, list[Stage]] = {call_id: [] for call_id in call_ids}
    asked = select(Stage).where(Stage.call_id.in_(call_ids)).order_by(*ORDER)
    for stage in session.scalars(asked.options(*WHOLE) if whole else asked):
        found[stage.call_id].append(stage)
    return found


def several(session: Session, call_ids: Iterable[int]) -> frozenset[int]:
    """Those of some calls that have several stages, so that one of them has to be named: one statement."""
    asked = select(Stage.call_id).where(Stage.call_id.in_(sorted(set(call_ids)))).group_by(Stage.call_id)
    return frozenset(session.scalars(asked.having(func.count() > 1)))


def find(session: Session, call_ref: str, key: str = "") -> Stage | None:
    """A stage by its key, with its call and lots; without a key the one that the call has come to (`newest`)."""
    asked = select(Stage).join(Call, Call.id == Stage.call_id).where(Call.ref == call_ref)
    if key:
        return session.scalars(asked.where(Stage.key == key).options(*WHOLE)).one_or_none()
    return newest(session.scalars(asked.options(*WHOLE).order_by(*ORDER)).all())


def get(session: Session, stage_id: int) -> Stage:
    """A stage with its call and lots."""
    return session.scalars(select(Stage).where(Stage.id == stage_id).options(*WHOLE)).one()


def newest(stages: Sequence[Stage]) -> Stage | None:
    """The last one that has begun, or the first where none has."""
    begun = [stage for stage in stages if stage.started_at is not None]
    return begun[-1] if begun else next(iter(stages), None)


def firsts(stages: Iterable[Stage]) -> list[Stage]:
    """Those in which an application begins: the first of each window, but for those that were ended before."""
    return [stage for stage in stages if stage.number == 1 and stage.ended_at is None]


def later_title(stage: Stage) -> str:
    """The title of a stage in which no application begins, for sentences about its dates; "" where the call's own dates
    are meant."""
    return "" if stage.number == 1 else stage.title


def following(stages: Iterable[Stage], stage: Stage, lot_id: int) -> Stage | None:
    """The stage to which an application to a lot goes on: the next of the same window that is for the lot."""
    later = [
        each
        for each in stages
        if each.window == stage.window and each.number > stage.number and any(row.lot_id == lot_id for row in each.lots)
    ]
    return min(later, key=lambda each: each.number, default=None)


def takes(stage: Stage) -> bool:
    """Whether a stage of a published call takes what is written and sent, while it is open by the clock. A window
    counts as begun from its opening on, also before the service has written that down."""
    return stage.state in states.stage.collecting or (stage.number == 1 and stage.started_at is None)


def takes_nobody_more(stage: Stage, now: datetime) -> bool:
    """Whether nobody can enter a stage any more: it has closed, or ranks what it marks where it collects nothing."""
    if stage.collects:
        return stage.closes_at is not None and stage.closes_at <= now
    return stage.state in states.stage.ranked


def closes_with_hold(stage: Stage) -> datetime | None:
    """From when a stage that has closed may be opened: at once where nothing was sealed, and so nothing is held."""
    if stage.closes_at is None:
        return None
    return stage.closes_at + timedelta(minutes=stage.hold_minutes if stage.sealed else 0)


def chair_missing(session: Session, stage: Stage) -> bool:
    """Whether a stage that moderates has a panel without a chair."""
    if not stage.moderates:
        return False
    asked = select(func.count()).where(StagePerson.stage_id == stage.id, StagePerson.role == "chair")
    return not session.scalar(asked)


def facts(call: Call, stage: Stage, *, by: Principal, now: datetime, reason: str = "") -> Facts:
    """What every move of a stage looks at; whoever moves it later adds what that move needs (`dataclasses.replace`)."""
    return Facts(
        now=now,
        opens_at=stage.opens_at,
        closes_at=stage.closes_at,
        hold_until=closes_with_hold(stage),
        later_stage=later_title(stage),
        actor=by.id,
        authors=frozenset(call.authors),
        reason=reason,
        told_at=stage.told_at,
        call_live=call.state in states.call.published,
    )


@dataclass(frozen=True)
class OfCall:
    """What the moves of a call look at in its stages."""

    opens_at: datetime | None  # the first of those in which an application begins
    closes_at: datetime | None
    told_at: datetime | None  # when the last of those that began was told; None while one of them is not
    award_decided: bool


def is_idle(stage: Stage) -> bool:
    """Whether nothing is to be done in a stage, since every lot that it is for was abandoned. It has its lots."""
    return bool(stage.lots) and all(row.lot.abandoned_at is not None for row in stage.lots)


def of_call_facts(stages: Sequence[Stage]) -> OfCall:
    """The stages have their lots."""
    begun = [stage for stage in stages if stage.started_at is not None and not is_idle(stage)]
    told = [stage.told_at for stage in begun if stage.told_at is not None]
    return OfCall(
        opens_at=min((each.opens_at for each in firsts(stages) if each.opens_at is not None), default=None),
        closes_at=min((each.closes_at for each in firsts(stages) if each.closes_at is not None), default=None),
        told_at=max(told) if begun and len(told) == len(begun) else None,
        award_decided=any(each.awards and each.state in states.stage.decided for each in stages),
    )
