"""Outages: when no web process was heard of, which closings that has to do with, and the later closing that is
proposed for it.

Heartbeats are read as spans of the machine's own time; what comes out is the service's time, since a demonstration's
clock may have been ahead. The clock being moved forward is no outage: nothing was silent meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from procurement.rules.dates import add_working_days, is_working_day, uk_day, uk_instant
from workflows.facts import UK, Sentence

BEAT = timedelta(minutes=1)  # how often each web process says that it is there
BREAK = timedelta(seconds=110)  # a process that is silent for longer begins anew: less than the shortest outage
KEPT_FOR = timedelta(days=60)  # how long it is known who was heard of when
OUTAGE_MINUTES = 5
OUTAGE_HOURS = 8
WORK_BEGINS, NOON, WORK_ENDS = time(9), time(12), time(17)  # of a working day, UK time
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    """For how long one process was heard of (the machine's time), and how far ahead the service's clock was of it."""

    process: str
    began_at: datetime
    seen_at: datetime
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True)
class Gap:
    """No web process was heard of between these instants of the service; `ended_at` is None while it lasts. `before`
    and `after`: who was heard of last, and first."""

    began_at: datetime
    ended_at: datetime | None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def gaps(spans: Iterable[Span], least: timedelta, unshifted: datetime | None = None) -> tuple[Gap, ...]:
    """Every silence of at least that length, the first one first. What was before the first heartbeat is not known, so
    it is none. `unshifted` is now, where a silence that lasts is asked for too."""
    found: list[Gap] = []
    ordered = sorted(spans, key=lambda each: (each.began_at, each.seen_at))
    if not ordered:
        return ()
    last = ordered[0]
    for place, span in enumerate(ordered):
        if span.began_at - last.seen_at >= least:
            before = tuple(sorted(each.process for each in ordered[:place] if last.seen_at - each.seen_at < BEAT))
            after = tuple(sorted(each.process for each in ordered[place:] if each.began_at - span.began_at < BEAT))
            found.append(Gap(last.seen_at + last.ahead, span.began_at + last.ahead, before, after))
        if span.seen_at > last.seen_at:
            last = span
    if unshifted is not None and unshifted - last.seen_at >= least:
        before = tuple(sorted(each.process for each in ordered if last.seen_at - each.seen_at < BEAT))
        found.append(Gap(last.seen_at + last.ahead, None, before))
    return tuple(found)


def concerns(gap: Gap, closes_at: datetime, hours: int) -> bool:
    """Whether a silence falls into so many hours before a closing, or covers it."""
    return gap.began_at < closes_at and (gap.ended_at is None or gap.ended_at > closes_at - timedelta(hours=hours))


def lost(outages: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long the service was not there in all."""
    return sum((ended - began for began, ended in outages), timedelta(0))


def proposed(closes_at: datetime, outages: Sequence[tuple[datetime, datetime]], now: datetime) -> datetime:
    """The later closing that is proposed: at least as long after the old one, or after now where that is over, as the
    service was not there, at a full hour from 9am to 5pm of a working day; else at noon of the next working day."""
    earliest = max(closes_at, now, *(ended for _, ended in outages)) + lost(outages)
    local = earliest.astimezone(UK)
    begins = local.replace(minute=0, second=0, microsecond=0)
    hour = begins if begins == local else begins + HOUR
    day = uk_day(earliest)
    if is_working_day(day) and uk_day(hour) == day and hour.time() <= WORK_ENDS:
        found = uk_instant(day, max(hour.time(), WORK_BEGINS))
    else:
        found = uk_instant(add_working_days(day, 1), NOON)
    assert isinstance(found, datetime)  # noqa: S101  (the clocks never change in the hours of work)
    return found


def length(began_at: datetime, ended_at: datetime) -> Sentence:
    """How long that was, in whole minutes, rounded up."""
    minutes = -(-(ended_at - began_at) // timedelta(minutes=1))
    if minutes < 120:  # noqa: PLR2004  (up to two hours people count in minutes)
        return Sentence.plural("%(num)s minute", "%(num)s minutes", minutes)
    hours, rest = divmod(minutes, 60)
    if not rest:
        return Sentence("%(hours)s hours", hours=hours)
    return Sentence("%(hours)s hours and %(minutes)s min", hours=hours, minutes=rest)


def because(outages: Sequence[tuple[datetime, datetime]]) -> str:
    """The public reason that is proposed with the later closing."""
    return " ".join(
        str(
            Sentence(
                "The service could not be reached from %(began)s to %(ended)s (%(length)s).",
                began=began,
                ended=ended,
                length=str(length(began, ended)),
            )
        )
        for began, ended in outages
    )
