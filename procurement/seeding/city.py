"""The city: a call in every state that can be reached, in the order in which it would have happened."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from procurement.rules.ports import Ports
from procurement.seeding import assessment, bids, clarifications, invitations, library, moderation, papers, slots
from procurement.seeding.firms import EVERY_FIRM, FIRMS, Firm
from procurement.seeding.parts import Part, parts_of
from procurement.seeding.people import settle_people
from procurement.seeding.plans import OLDER_PLANS, OPEN_PLANS, PLANS, Plan, Reach, Until
from procurement.seeding.timeline import Timeline

WRITTEN_BEFORE = timedelta(days=9)  # drafted this long before the call opens
KEPT_BEFORE = timedelta(hours=1)
NOT_RUN = (Reach.PLANNED, Reach.PUBLISHED, Reach.CANCELLED)  # nothing happens to what was sent


@dataclass(frozen=True)
class Scale:
    """How large a city is. `begins`: so long ago; `made`: documents asked for so lately are there when it is (None: all
    of them), the older ones are left to the workers of the service."""

    plans: tuple[Plan, ...]
    firms: tuple[Firm, ...]
    begins: timedelta
    made: timedelta | None = None


SCALES: Mapping[str, Scale] = {
    "small": Scale(PLANS, FIRMS, timedelta(days=170)),
    "city": Scale((*OLDER_PLANS, *PLANS, *OPEN_PLANS), EVERY_FIRM, timedelta(days=1190), timedelta(days=60)),
}


def seed(ports: Ports, password: str, now: datetime, scale: str = "small") -> None:
    """Make the city in an empty database; the clock ends at `now`."""
    made = SCALES[scale]
    timeline = Timeline.of(ports, now - made.begins, None if made.made is None else now - made.made)
    settle_people(timeline, password, made.firms)
    for plan in made.plans:
        _arrange(timeline, plan, now)
    timeline.at(now - KEPT_BEFORE, partial(library.keep, timeline))
    with _rarely_collected():
        timeline.play(now)


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for garbage a hundred times less often: a tenth of the time went there."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _arrange(timeline: Timeline, plan: Plan, now: datetime) -> None:
    """Put everything that happens to one call on the timeline."""
    parts = list(parts_of(plan, now))
    opens_at, reach = min(part.opens_at for part in parts), plan.begins.reach
    written = min(opens_at, now) - WRITTEN_BEFORE
    timeline.at(written, partial(bids.write_call, timeline, plan, parts))
    papers.arrange(timeline, plan, written)
    if reach is Reach.DRAFT:
        return
    timeline.at(written + timedelta(days=1), partial(bids.send_for_review, timeline, plan))
    if reach is Reach.IN_REVIEW:
        return
    timeline.at(written + timedelta(days=2), partial(bids.publish, timeline, plan))
    for part in parts:
        if part.window > 1 and part.says.reach is not Reach.PLANNED:
            timeline.at(part.opens_at, partial(bids.begin_window, timeline, part))
        if part.moderates:
            timeline.at(written + timedelta(days=3), partial(moderation.set_up, timeline, part))
        if part.shape.collects and part.says.reach is not Reach.PLANNED:
            _arrange_bids(timeline, part, now)
            if part.window == 1 and part.shape is parts[0].shape:
                clarifications.arrange(timeline, part, now)
        if part.says.reach is Reach.PUBLISHED and part.shape.assesses and part.opens_at <= now:
            invitations.arrange(timeline, part, written + timedelta(days=3), now)
        if part.says.reach not in NOT_RUN:
            if part.shape.presents:
                slots.arrange(timeline, part)
            assessment.arrange(timeline, part)
        elif part.shape.presents and part.says.reach is Reach.PUBLISHED:
            slots.arrange(timeline, part)
    if reach is Reach.CANCELLED:
        timeline.at(opens_at + timedelta(days=9), partial(bids.cancel, timeline, plan))


def _arrange_bids(timeline: Timeline, part: Part, now: datetime) -> None:
    """Put what the firms write and send to a stage on the timeline."""
    for number, bid in enumerate(part.bids):
        until = part.says.untils.get(bid.firm, bid.until)
        began = part.opens_at + timedelta(days=2 + number, hours=number)
        timeline.at(began, partial(bids.write_bid, timeline, part, bid, share=0.6 if until is Until.DRAFT else 1.0))
        last = min(part.closes_at, now) - timedelta(hours=26 - 3 * number, minutes=7 * number)
        if until is Until.LATE:
            timeline.at(part.closes_at + timedelta(minutes=3), partial(bids.submit_bid, timeline, part, bid))
        elif until is not Until.DRAFT:
            timeline.at(last, partial(bids.submit_bid, timeline, part, bid))
        if until is Until.REOPENED:
            timeline.at(last + timedelta(hours=2), partial(bids.reopen_bid, timeline, part, bid))
        if until is Until.WITHDRAWN:
            timeline.at(last + timedelta(hours=3), partial(bids.withdraw_bid, timeline, part, bid))
