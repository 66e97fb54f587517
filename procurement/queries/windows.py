"""Reading the windows of a call: its stages by window, which one is open, and which comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage, StageLot
from procurement.queries import stages as stages_queries
from procurement.rules.calls import mark
from procurement.rules.statuses import CallStatus
from workflows.catalogue import states
from workflows.engine import phase


@dataclass(frozen=True)
class Window:
    """One window: its number and its stages, in their order."""

    number: int
    stages: tuple[Stage, ...]

    @property
    def first(self) -> Stage:
        """The stage in which an application to it begins."""
        return self.stages[0]

    @property
    def ended(self) -> bool:
        """Whether it was ended before it began."""
        return self.first.ended_at is not None

    @property
    def begun(self) -> bool:
        return self.first.started_at is not None

    @property
    def told_at(self) -> datetime | None:
        """When the last of its stages was told; None while one is not."""
        told = [each.told_at for each in self.stages if each.told_at is not None]
        return max(told) if len(told) == len(self.stages) else None

    def by_clock(self, now: datetime) -> CallStatus:
        """Upcoming, open or closed."""
        return CallStatus(phase(self.first.opens_at, self.first.closes_at, now))


def status_of(call: Call, window: Window, now: datetime) -> CallStatus:
    """Where a window stands for everybody: by the clock, unless it was ended, or its call was cancelled before all of
    it was told, or every lot that it is for was abandoned."""
    lots = [row.lot for row in window.first.lots]
    idle = bool(lots) and all(lot.abandoned_at is not None for lot in lots)
    stopped = call.state in states.call.cancelled or idle
    if window.ended or (stopped and window.told_at is None):
        return CallStatus.CANCELLED
    return window.by_clock(now)


def windows_of(stages: Iterable[Stage]) -> list[Window]:
    """The windows of a call; its stages come in their order."""
    return [Window(number, tuple(own)) for number, own in groupby(stages, key=lambda stage: stage.window)]


def following(stages: Iterable[Stage], stage: Stage, lot_id: int, now: datetime) -> Stage | None:
    """Where an application to a lot begins anew after its window: the first stage of the next one that was not ended
    and has not closed; none where the lot was abandoned. Each stage has its lots."""
    return next(
        (
            each
            for each in stages_queries.firsts(stages)
            if each.window > stage.window
            and each.collects
            and any(row.lot_id == lot_id and row.lot.abandoned_at is None for row in each.lots)
            and not stages_queries.takes_nobody_more(each, now)
        ),
        None,
    )


def ahead(stages: Iterable[Stage]) -> list[Stage]:
    """The first stages of the windows that have not begun and were not ended."""
    return [each for each in stages_queries.firsts(stages) if each.started_at is None]


def to_come(stages: Iterable[Stage], now: datetime) -> list[Stage]:
    """Those of them that have not opened by the clock either: what can still be ended."""
    return [each for each in ahead(stages) if each.opens_at is None or each.opens_at > now]


def is_over(entry: Entry) -> bool:
    """Whether an application has come to an end in its window from which its team may begin anew in another: nothing
    was submitted, or it was taken back, or its team was told that it is not eligible or was declined."""
    if entry.state in (*states.entry.ineligible, *states.entry.declined):
        return entry.told
    return entry.state in (*states.entry.lapsed, *states.entry.withdrawn)


def again(session: Session, entries: Iterable[Entry], now: datetime) -> dict[int, Stage]:
    """Where the teams of applications that are over can apply again, now or when it opens, by the entry. The entries
    are the newest of their applications, each with its application and stage. Two statements at most."""
    over = [entry for entry in entries if is_over(entry)]
    if not over:
        return {}
    asked = (
        select(Stage)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Stage.call_id.in_({entry.call_id for entry in over}),
            Stage.window > 1,
            Call.state.in_(states.call.published),
        )
    )
    lots = selectinload(Stage.lots).joinedload(StageLot.lot)
    rows = session.scalars(asked.options(lots).order_by(*stages_queries.ORDER)).all()
    abandoned = {row.lot_id for stage in rows for row in stage.lots if row.lot.abandoned_at is not None}
    found = {}
    for entry in over:
        of_call = [stage for stage in rows if stage.call_id == entry.call_id]
        after = following(of_call, entry.stage, entry.application.lot_id, now)
        if after is not None and entry.application.lot_id not in abandoned:
            found[entry.id] = after
    return found


def due_to_begin(session: Session, now: datetime) -> list[int]:
    """The first stages of the windows that have opened by the clock and are not written down as begun."""
    return list(
        session.scalars(
            select(Stage.id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                Stage.number == 1,
                Stage.started_at.is_(None),
                Stage.ended_at.is_(None),
                Stage.opens_at <= now,
                Call.state.in_(states.call.published),
            )
            .order_by(Stage.id)
        )
    )


def budget_field(window: int, lot: int) -> str:
    """The name under which a page sends what a window may cost in a lot, by their numbers."""
    return f"budget-{window}-{lot}"


def budgets_of(stages: Iterable[Stage]) -> dict[str, Decimal | None]:
    """What each window may cost in each lot, by `budget_field`; None where nobody has said so."""
    return {budget_field(stage.window, row.lot.number): row.budget for stage in stages for row in stage.lots}


def budgets_mark(stages: Iterable[Stage]) -> int:
    """What a page of the budgets sends back as its version."""
    return mark(budgets_of(stages))
