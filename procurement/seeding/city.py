"""The small city: a call in every state that can be reached, in the order in which it would have happened."""

from datetime import datetime, time, timedelta
from functools import partial

from procurement.rules.dates import is_working_day, uk_day, uk_instant
from procurement.rules.ports import Ports
from procurement.seeding import acts, judging
from procurement.seeding.people import settle_people
from procurement.seeding.plans import PLANS, Plan
from procurement.seeding.stage import Stage

BEGINS = timedelta(days=170)
WRITTEN_BEFORE = timedelta(days=9)  # drafted this long before the call opens
NOON = time(12)


def seed(ports: Ports, password: str, now: datetime) -> None:
    """Make the small city in an empty database; it takes seconds, and the clock ends at `now`."""
    stage = Stage.of(ports, now - BEGINS)
    settle_people(stage, password, stage.clock.at)
    for plan in PLANS:
        _arrange(stage, plan, now)
    stage.play(now)


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


def _arrange(stage: Stage, plan: Plan, now: datetime) -> None:
    """Put everything that happens to one call on the stage."""
    opens_at, closes_at = at_noon(now, plan.opens), at_noon(now, plan.closes)
    written = min(opens_at, now) - WRITTEN_BEFORE
    stage.at(written, partial(acts.write_call, stage, plan, opens_at, closes_at))
    if plan.reach == "draft":
        return
    stage.at(written + timedelta(days=1), partial(acts.send_for_review, stage, plan))
    if plan.reach == "in_review":
        return
    stage.at(written + timedelta(days=2), partial(acts.publish, stage, plan))
    for number, bid in enumerate(plan.bids):
        began = opens_at + timedelta(days=2 + number, hours=number)
        stage.at(began, partial(acts.write_bid, stage, plan, bid, share=0.6 if bid.until == "draft" else 1.0))
        last = min(closes_at, now) - timedelta(hours=26 - 3 * number, minutes=7 * number)
        if bid.until == "late":
            stage.at(closes_at + timedelta(minutes=3), partial(acts.submit_bid, stage, plan, bid))
        elif bid.until != "draft":
            stage.at(last, partial(acts.submit_bid, stage, plan, bid))
        if bid.until == "reopened":
            stage.at(last + timedelta(hours=2), partial(acts.reopen_bid, stage, plan, bid))
        if bid.until == "withdrawn":
            stage.at(last + timedelta(hours=3), partial(acts.withdraw_bid, stage, plan, bid))
    if plan.reach == "cancelled":
        stage.at(opens_at + timedelta(days=9), partial(acts.cancel, stage, plan))
    elif plan.reach != "published":
        judging.arrange(stage, plan, closes_at)
