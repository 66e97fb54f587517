"""The small city: a call in every state that can be reached, in the order in which it would have happened."""

from datetime import datetime, time, timedelta
from functools import partial

from procurement.rules.dates import is_working_day, uk_day, uk_instant
from procurement.rules.ports import Ports
from procurement.seeding import assessment, bids
from procurement.seeding.people import settle_people
from procurement.seeding.plans import PLANS, Plan, Reach, Until
from procurement.seeding.timeline import Timeline

BEGINS = timedelta(days=170)
WRITTEN_BEFORE = timedelta(days=9)  # drafted this long before the call opens
NOON = time(12)


def seed(ports: Ports, password: str, now: datetime) -> None:
    """Make the small city in an empty database; it takes seconds, and the clock ends at `now`."""
    timeline = Timeline.of(ports, now - BEGINS)
    settle_people(timeline, password)
    for plan in PLANS:
        _arrange(timeline, plan, now)
    timeline.play(now)


def at_noon(now: datetime, distance: timedelta) -> datetime:
    """12 noon on the working day that is about this far away; distances below two days are taken as they are."""
    at = now + distance
    if abs(distance) < timedelta(days=2):
        return at.replace(minute=0, second=0, microsecond=0)
    day = uk_day(at)
    while not is_working_day(day):
        day -= timedelta(days=1)
    found = uk_instant(day, NOON)
    if not isinstance(found, datetime):
        raise ValueError(str(found))
    return found


def _arrange(timeline: Timeline, plan: Plan, now: datetime) -> None:
    """Put everything that happens to one call on the timeline."""
    opens_at, closes_at = at_noon(now, plan.opens), at_noon(now, plan.closes)
    written = min(opens_at, now) - WRITTEN_BEFORE
    timeline.at(written, partial(bids.write_call, timeline, plan, opens_at, closes_at))
    if plan.reach is Reach.DRAFT:
        return
    timeline.at(written + timedelta(days=1), partial(bids.send_for_review, timeline, plan))
    if plan.reach is Reach.IN_REVIEW:
        return
    timeline.at(written + timedelta(days=2), partial(bids.publish, timeline, plan))
    for number, bid in enumerate(plan.bids):
        began = opens_at + timedelta(days=2 + number, hours=number)
        timeline.at(began, partial(bids.write_bid, timeline, plan, bid, share=0.6 if bid.until is Until.DRAFT else 1.0))
        last = min(closes_at, now) - timedelta(hours=26 - 3 * number, minutes=7 * number)
        if bid.until is Until.LATE:
            timeline.at(closes_at + timedelta(minutes=3), partial(bids.submit_bid, timeline, plan, bid))
        elif bid.until is not Until.DRAFT:
            timeline.at(last, partial(bids.submit_bid, timeline, plan, bid))
        if bid.until is Until.REOPENED:
            timeline.at(last + timedelta(hours=2), partial(bids.reopen_bid, timeline, plan, bid))
        if bid.until is Until.WITHDRAWN:
            timeline.at(last + timedelta(hours=3), partial(bids.withdraw_bid, timeline, plan, bid))
    if plan.reach is Reach.CANCELLED:
        timeline.at(opens_at + timedelta(days=9), partial(bids.cancel, timeline, plan))
    elif plan.reach is not Reach.PUBLISHED:
        assessment.arrange(timeline, plan, closes_at)
