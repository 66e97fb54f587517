"""How the windows of a call read in public: which is open, which is next, and what became of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.statuses import CallStatus
from procurement.web.filters import status_words, uk_date, uk_datetime
from workflows.catalogue import states


@dataclass(frozen=True)
class Row:
    """One window in the table of a call's page. `words`: where it stands; `now`: whether it is the one that is open."""

    number: int
    opens_at: datetime | None
    closes_at: datetime | None
    decide_by: date | None
    budget: Decimal
    words: str
    now: bool


def rows(stages: Sequence[Stage], now: datetime, *, cancelled: bool = False) -> list[Row]:
    """The windows of a published call, where it has several, or of one that was cancelled. Its stages have their
    lots."""
    there = windows_queries.windows_of(stages)
    if all(each.number == 1 for each in there):
        return []
    after = next((each.window for each in windows_queries.to_come(stages, now)), 0)
    found = []
    for window in there:
        last = next((each for each in reversed(window.stages) if each.awards), window.first)
        budget = sum((row.money for row in last.lots), Decimal(0))
        status = window.by_clock(now)
        words = _words(window, status, is_next=window.number == after)
        if cancelled and window.told_at is None:
            words = _("Cancelled")
        shown = status is CallStatus.OPEN and not window.ended and not cancelled
        first = window.first
        found.append(Row(window.number, first.opens_at, first.closes_at, last.decide_by, budget, words, shown))
    return found


def _words(window: windows_queries.Window, status: CallStatus, *, is_next: bool) -> str:
    if window.ended:
        return _("Not opened: %(reason)s", reason=window.first.ended_reason)
    if window.told_at is not None:
        return _("Decided on %(day)s", day=uk_date(window.told_at))
    if status is CallStatus.OPEN:
        return _("Open now")
    if status is CallStatus.UPCOMING:
        return _("Next") if is_next else _("Later")
    here = stages_queries.newest(window.stages)
    if here is None or here.state not in states.stage.in_hand:
        return _("Closed")
    return _("Closed, and %(step)s", step=being_done(here))


def being_done(stage: Stage) -> str:
    """What is being done with what was handed in to a stage that is opened and not told: `being checked`."""
    return status_words(stage.state, "stage", public=True)[0].lower()


def then(stages: Sequence[Stage], first: Stage) -> str:
    """When the window after the one that is shown opens, as a sentence; empty where there is none."""
    later = (each for each in stages_queries.firsts(stages) if each.window > first.window)
    after = next(later, None)
    return "" if after is None else _("The next window opens on %(when)s.", when=uk_datetime(after.opens_at))
