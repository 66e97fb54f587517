"""How teams come to present in the demonstration: times offered, chosen, reminded of, and who came."""

from datetime import datetime, time, timedelta
from functools import partial

from procurement.queries import slots as slots_queries
from procurement.rules.dates import uk_day, uk_instant
from procurement.rules.permissions import SYSTEM
from procurement.rules.slots import REMINDED_BEFORE, Attendance, Offer, series
from procurement.seeding.bids import OFFICER
from procurement.seeding.firms import LEADS
from procurement.seeding.parts import CHOOSE_BEFORE, Part, entries_of, stage_of
from procurement.seeding.timeline import Timeline
from procurement.services import slots
from procurement.services.act import Act

PLACE, JOINING = "STEAMhouse, Belmont Row, demonstration hall", "https://meet.city.example/demonstrations"
FIRST = time(9, 30)


def arrange(timeline: Timeline, part: Part) -> None:
    """Put the times of a stage on the timeline: the day on which the teams come is the one on which it closes."""
    begins = part.opens_at if not part.shape.collects else part.closes_at + timedelta(days=1)
    come = part.marked_from
    timeline.at(begins, partial(offer, timeline, part))
    for number in range(len(part.bids)):
        timeline.at(begins + timedelta(hours=5 + 3 * number), partial(choose, timeline, part, number))
    timeline.at(come - CHOOSE_BEFORE + timedelta(hours=2), partial(give, timeline, part))
    timeline.at(come - REMINDED_BEFORE + timedelta(hours=4), partial(remind, timeline))
    timeline.at(come + timedelta(hours=7), partial(note, timeline, part))


def offer(timeline: Timeline, part: Part) -> None:
    """A time for each team and two more."""
    first = uk_instant(uk_day(part.marked_from), FIRST)
    if not isinstance(first, datetime):
        raise ValueError(str(first))

    def make(act: Act) -> None:
        count = len(entries_of(act.session, part)) + 2
        times = series(first, minutes=40, pause=20, count=count)
        slots.offer(act, stage_of(act.session, part).id, Offer(times, PLACE, JOINING))

    timeline.do(timeline.person(OFFICER), make)


def choose(timeline: Timeline, part: Part, number: int) -> None:
    """A team takes the first time that is free; the last of them does not come to it, nor does who waits."""
    with timeline.ports.database.reading() as session:
        there = entries_of(session, part)
    if number >= len(there) - 1:
        return
    bid, entry = there[number]
    if bid.firm in part.says.waits:
        return

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        free = slots_queries.free_for(act.session, stage.id, entry.application.lot_id, act.now)
        slots.choose(act, entry.id, free[0].id)

    timeline.do(timeline.person(LEADS[bid.firm]), make)


def give(timeline: Timeline, part: Part) -> None:
    """Whoever did not choose is given a time by the officer."""

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        for entry in slots_queries.without_slot(act.session, stage.id):
            free = slots_queries.free_for(act.session, stage.id, entry.application.lot_id, act.now)
            slots.assign(act, free[0].id, entry.id)

    timeline.do(timeline.person(OFFICER), make)


def remind(timeline: Timeline) -> None:
    """What the sweep does two days before."""
    with timeline.ports.database.reading() as session:
        due = slots_queries.due_to_remind(session, timeline.clock.at)
    for slot_id in due:
        timeline.do(SYSTEM, slots.remind, slot_id)


def note(timeline: Timeline, part: Part) -> None:
    """The officer notes that they came."""

    def make(act: Act) -> None:
        for each in slots_queries.list_slots(act.session, stage_of(act.session, part).id):
            if each.entry_id is not None:
                slots.note(act, each.id, Attendance.CAME)

    timeline.do(timeline.person(OFFICER), make)
