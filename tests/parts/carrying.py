"""Calls whose second stage ranks by what the first carries into it, which the catalogue need not have.

carrying.offered(monkeypatch)                     the procedure, until the test ends
call = carrying.demonstrated(ports)               both stages marked and locked: the second is at "deciding"
"""

import tomllib

import pytest

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.rules.ports import Ports
from procurement.services import assessment
from procurement.services.act import perform
from tests.parts import assessment as parts
from tests.parts import calls, moderation
from tests.parts.scenes import prepared
from workflows.catalogue import PROCEDURES, source
from workflows.reading import read_procedure

CARRYING = """
key = "carrying"
name = "Challenge with a demonstration"
title = "Challenge tender with a demonstration"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "proposal"
title = "Proposal"
noun = "proposal"
nouns = "proposals"
steps = ["collect", "check", "assess"]
names = "hidden"
other_marks = "after_own"

[[stage]]
key = "demonstration"
title = "Demonstration"
noun = "demonstration"
nouns = "demonstrations"
steps = ["assess", "moderate", "award"]
names = "shown"
other_marks = "after_own"
shows = ["proposal"]
ranks_by = { proposal = 60, demonstration = 40 }
"""
PLAIN = tomllib.loads(CARRYING)
SECOND = 39_000  # what Firm B asks for


def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedure beside those of the catalogue, until the test ends."""
    monkeypatch.setitem(PROCEDURES, PLAIN["key"], read_procedure(PLAIN))
    monkeypatch.setitem(source.PROCEDURES, PLAIN["key"], PLAIN)


def written(entry: Entry, person: Person, criterion: str) -> int:
    """Firm A, which asks for 40,000, is the best on paper, and each next firm one mark worse."""
    return 5 - int((40_000 - (entry.amount or 0)) / 1000)


def shown(entry: Entry, person: Person, criterion: str) -> int:
    """Firm B shows most, and the others alike."""
    return 5 if entry.amount == SECOND else 3


@prepared
def proposed(ports: Ports, *, firms: int = 3) -> Call:
    """The marks of the first stage are locked."""
    return parts.locked(ports, procedure="carrying", firms=firms, mark=written)


@prepared
def demonstrating(ports: Ports, *, firms: int = 3) -> Call:
    """The first stage is told and everybody went on; the second is being assessed."""
    call = proposed(ports, firms=firms)
    moderation.go_on(ports, call)
    moderation.set_up(ports, call, least=5, key="demonstration")
    return calls.read(ports, call.id)


@prepared
def demonstrated(ports: Ports, *, firms: int = 3) -> Call:
    call = demonstrating(ports, firms=firms)
    parts.assigned(ports, call)
    parts.marked(ports, call, shown)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    perform(ports, officer, now, assessment.lock_marks, stage.id)
    return calls.read(ports, call.id)
