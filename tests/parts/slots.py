"""Calls whose teams present at a time of their own, which the catalogue need not have, made through the services.

slots.offered(monkeypatch)                        the procedures, until the test ends
call = slots.presenting(ports)                    in assessment; three firms, nobody has a time yet
ids = slots.laid_out(ports, call, count=3)        times from tomorrow at ten, an hour apart
slots.chosen(ports, call, "Firm A", ids[0])       by its lead
"""

import tomllib
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Organisation
from procurement.models.slots import Slot
from procurement.queries import people as people_queries
from procurement.queries import slots as slots_queries
from procurement.rules.dates import uk_day, uk_instant
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance, Offer, series
from procurement.services import slots
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls, people
from tests.parts.scenes import prepared
from workflows.catalogue import PROCEDURES, source
from workflows.facts import Sentence
from workflows.reading import read_procedure

PRESENTED = """
key = "presented"
name = "Challenge with interviews"
title = "Challenge tender with interviews"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "application"
title = "Interview"
noun = "application"
nouns = "applications"
steps = ["collect", "check", "present", "assess", "award"]
names = "shown"
other_marks = "after_own"
"""
DEMONSTRATED = """
key = "demonstrated"
name = "Challenge with a demonstration"
title = "Challenge tender, proposals and then demonstrations"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "proposal"
title = "Proposal"
noun = "proposal"
nouns = "proposals"
steps = ["collect", "assess"]
names = "shown"
other_marks = "after_own"

[[stage]]
key = "demonstration"
title = "Demonstration"
noun = "demonstration"
nouns = "demonstrations"
steps = ["present", "assess", "award"]
names = "shown"
other_marks = "after_own"
shows = ["proposal"]
"""
PLAIN = {plain["key"]: plain for plain in map(tomllib.loads, (PRESENTED, DEMONSTRATED))}
PLACE, JOINING = "Council House, Victoria Square, room 3", "https://meet.example.org/r/4711"


def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedures beside those of the catalogue, until the test ends."""
    for key, plain in PLAIN.items():
        monkeypatch.setitem(PROCEDURES, key, read_procedure(plain))
        monkeypatch.setitem(source.PROCEDURES, key, plain)


@prepared
def presenting(ports: Ports, *, firms: int = 3) -> Call:
    """Every bid is found eligible, and the assessment has begun; no time is offered."""
    call = assessment.bids_in(ports, procedure="presented", firms=firms)
    return assessment.in_assessment(ports, assessment.opened(ports, call))


def morning(ports: Ports, days: int = 1, clock: str = "10am") -> datetime:
    """A time of day in the UK some days from now."""
    hour = int(clock.removesuffix("am").removesuffix("pm")) + (12 if clock.endswith("pm") else 0)
    found = uk_instant(uk_day(ports.clock.now()) + timedelta(days=days), time(hour))
    assert not isinstance(found, Sentence)
    return found


def laid_out(
    ports: Ports,
    call: Call,
    *,
    count: int = 3,
    first: datetime | None = None,
    place: str = PLACE,
    joining: str = "",
    lot_id: int | None = None,
    key: str = "",
) -> list[int]:
    """Times of 45 minutes with 15 between two, offered by the officer; their ids in their order."""
    times = series(first or morning(ports), minutes=45, pause=15, count=count)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call, key)
    return [
        each.id for each in perform(ports, officer, now, slots.offer, stage.id, Offer(times, place, joining, lot_id))
    ]


def chosen(ports: Ports, call: Call, firm: str, slot_id: int) -> Slot:
    """Taken by the lead of a firm."""
    who, now = lead_of(ports, firm), ports.clock.now()
    return perform(ports, who, now, slots.choose, entries(ports, call)[firm], slot_id)


def noted(ports: Ports, slot_id: int, attendance: Attendance | None) -> None:
    perform(ports, calls.officer(ports), ports.clock.now(), slots.note, slot_id, attendance)


def read(ports: Ports, slot_id: int) -> Slot:
    """The time as it is now, with whoever has it."""
    with ports.database.reading() as session:
        found = slots_queries.find(session, slot_id)
    assert found is not None
    return found


def lead_of(ports: Ports, firm: str) -> Principal:
    with ports.database.reading() as session:
        found = people_queries.find_by_email(session, f"lead@{firm.lower().replace(' ', '')}.example")
    assert found is not None
    return people.principal(ports, found.id)


def entries(ports: Ports, call: Call) -> dict[str, int]:
    """The entries of the stage that a call has come to, by their firm's name."""

    def find(session: Session) -> dict[str, int]:
        rows = session.execute(
            select(Organisation.name, Entry.id)
            .join(Application, Application.organisation_id == Organisation.id)
            .join(Entry, Entry.application_id == Application.id)
            .where(Entry.stage_id == calls.newest(session, call).id)
        )
        return {name: entry_id for name, entry_id in rows}

    with ports.database.reading() as session:
        return find(session)


def refs(ports: Ports, call: Call) -> dict[str, str]:
    """The references of the applications to a call, by their firm's name."""
    with ports.database.reading() as session:
        rows = session.execute(
            select(Organisation.name, Application.ref)
            .join(Application, Application.organisation_id == Organisation.id)
            .where(Application.call_id == call.id)
        )
        return {name: ref for name, ref in rows}


# what was written down, and what was refused


def refused(act: Callable[[], object]) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.status, [str(reason) for reason in caught.value.reasons]


def events(ports: Ports, *tags: str) -> list[tuple[str, str, dict[str, object]]]:
    with ports.database.reading() as session:
        rows = session.scalars(select(Event).where(Event.tag.in_(tags)).order_by(Event.position))
        return [(row.tag, row.subject, row.data) for row in rows]


def messages(ports: Ports, kind: str) -> list[str]:
    """To whom messages of a kind were written, in their order."""
    with ports.database.reading() as session:
        asked = select(Message.address).where(Message.kind == kind).order_by(Message.id)
        return list(session.scalars(asked))


def holders(ports: Ports) -> dict[int, int | None]:
    with ports.database.reading() as session:
        return {slot_id: entry_id for slot_id, entry_id in session.execute(select(Slot.id, Slot.entry_id))}
