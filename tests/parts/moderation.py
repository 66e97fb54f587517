"""Calls whose stage is moderated, which the catalogue need not have, made through the services.

moderation.offered(monkeypatch)                   the procedures, until the test ends
call = moderation.moderating(ports)               locked: Firm A's marks lie three apart in each criterion
moderation.panelled(ports, call)                  called together, by then with its chair and a member
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.moderation import Panel
from procurement.models.people import Organisation, Person
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment, moderation
from procurement.services.act import Act, perform
from procurement.services.proposals import Proposal
from tests.parts import assessment as parts
from tests.parts import calls, outcomes
from tests.parts.scenes import prepared
from workflows.catalogue import PROCEDURES, source
from workflows.reading import read_procedure

MODERATED = """
key = "moderated"
name = "Challenge with a panel"
title = "Challenge tender, moderated by a panel"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "application"
title = "Application"
noun = "application"
nouns = "applications"
steps = ["collect", "check", "assess", "moderate", "award"]
names = "hidden"
other_marks = "after_own"
"""
PANEL_OF_ITS_OWN = """
key = "panel_of_its_own"
name = "Fund with a panel"
title = "Fund with a panel of its own"
kind = "fund"
route = "grant"
standard = "360giving"

[[stage]]
key = "application"
title = "Application"
noun = "application"
nouns = "applications"
steps = ["collect", "check", "assess"]
names = "hidden"
other_marks = "after_own"

[[stage]]
key = "panel"
title = "Panel"
noun = "application"
nouns = "applications"
steps = ["moderate", "award"]
names = "shown"
other_marks = "after_own"
shows = ["application"]
marks_of = "application"
"""
PLAIN = {plain["key"]: plain for plain in map(tomllib.loads, (MODERATED, PANEL_OF_ITS_OWN))}
REASON = "The panel read the plan again together, and found its dates and people convincing."
LEFT = "One of us knows the trade better than the other."
CHAIR, MEMBER = "chair@panel.example", "member@panel.example"


def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedures beside those of the catalogue, until the test ends."""
    for key, plain in PLAIN.items():
        monkeypatch.setitem(PROCEDURES, key, read_procedure(plain))
        monkeypatch.setitem(source.PROCEDURES, key, plain)


def apart(entry: Entry, person: Person, criterion: str) -> int:
    """Who asks for 40,000 has marks that lie three apart, everybody else one and the same."""
    first = person.email.startswith("assessor1")
    return (5 if first else 2) if entry.amount == 40_000 else 3


def chair(ports: Ports) -> Principal:
    return calls.staff(ports, CHAIR, "assessor")


def member(ports: Ports) -> Principal:
    return calls.staff(ports, MEMBER, "assessor")


@prepared
def marked(ports: Ports, *, least: int | None = 2, firms: int = 3, procedure: str = "moderated") -> Call:
    """Every scorecard is in, the panel has its chair and a member, and the marks are not locked."""
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, procedure=procedure, firms=firms)))
    parts.assigned(ports, call)
    parts.marked(ports, call, apart)
    set_up(ports, call, least=least, key="panel" if procedure == "panel_of_its_own" else "")
    return calls.read(ports, call.id)


def set_up(ports: Ports, call: Call, *, least: int | None = 2, key: str = "") -> None:
    stage_id, officer, now = calls.stage_of(ports, call, key).id, calls.officer(ports), ports.clock.now()
    for who, role in ((chair(ports), "chair"), (member(ports), "member")):
        perform(ports, officer, now, moderation.add_person, stage_id, who.id or 0, role)
    perform(ports, officer, now, moderation.moderate_from, stage_id, least)


@prepared
def moderating(ports: Ports, *, least: int | None = 2, firms: int = 3) -> Call:
    """The marks are locked, and what differs by `least` is to be settled: three criteria or so of Firm A."""
    call = marked(ports, least=least, firms=firms)
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, calls.stage_of(ports, call).id)
    return calls.read(ports, call.id)


def entries(ports: Ports, call: Call) -> dict[str, int]:
    """The entries of the stage that a call has come to, by their firm's name."""
    with ports.database.reading() as session:
        rows = session.execute(
            select(Organisation.name, Entry.id)
            .join(Application, Application.organisation_id == Organisation.id)
            .join(Entry, Entry.application_id == Application.id)
            .where(Entry.stage_id == calls.newest(session, call).id)
        )
        return {name: entry_id for name, entry_id in rows}


def open_keys(ports: Ports, call: Call) -> list[str]:
    """The criteria that are to be settled, in the order of the queue."""
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        return [each.criterion.key for each in moderation_queries.queue_of(session, stage.call, stage).open]


def settled(ports: Ports, call: Call, marks: Mapping[str, int], *, by: Principal | None = None) -> None:
    """Firm A's marks for some criteria agreed on, everything else that is open left as it is."""
    entry_id, now, who = entries(ports, call)["Firm A"], ports.clock.now(), by or calls.officer(ports)
    present = [chair(ports).id or 0]

    def settle(session: Session) -> None:
        act = Act(session, ports, who, now)
        for key, mark in marks.items():
            moderation.agree(act, entry_id, key, mark, REASON, present)
        moderation.leave_rest(act, entry_id, LEFT, present)

    ports.database.write(settle)


def panelled(ports: Ports, call: Call, key: str = "") -> Panel:
    """A meeting of the panel, in three days."""
    stage, now = calls.stage_of(ports, call, key), ports.clock.now()
    made = perform(
        ports,
        calls.officer(ports),
        now,
        moderation.call_panel,
        stage.id,
        now + timedelta(days=3),
        "Room 4, Council House",
    )
    with ports.database.reading() as session:
        return moderation_queries.get_panel(session, made.id)


def go_on(ports: Ports, call: Call) -> None:
    """Everybody advances from the stage that a call has come to, and is told: the next begins."""
    proposals = {each.ref: Proposal("advance", None, "") for each in outcomes.table(ports, call).entries}
    outcomes.propose(ports, call, proposals)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
