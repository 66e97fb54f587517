"""Whoever changes what is written is found out."""

import random
from typing import Any

import pytest
from sqlalchemy import text

from procurement.rules.ports import Ports
from procurement.services.act import perform
from procurement.services.commitments import KINDS
from procurement.services.verification import verify
from tests.parts import calls

SEED = 20261123


def broken(ports: Ports) -> list[str]:
    with ports.database.reading() as session:
        return [sentence for finding in verify(session, ports) for sentence in finding.broken]


def tamper(ports: Ports, statement: str, **values: Any) -> None:
    ports.database.write(lambda session: session.execute(text(statement), values))


def test_what_nobody_changed_holds(ports: Ports) -> None:
    calls.published(ports)
    with ports.database.reading() as session:
        findings = verify(session, ports)
    assert [finding.broken for finding in findings] == [()] * (11 + len(KINDS))
    assert findings[0].checked > 5
    assert findings[1].checked == 1


ALTERATIONS = [
    ("UPDATE events SET tag = 'call.other' WHERE position = :at", True),
    ("UPDATE events SET subject_id = subject_id + 1 WHERE position = :at", True),
    ("UPDATE events SET recorded_at = effective_at, effective_at = '2020-01-01 00:00:00' WHERE position = :at", True),
    ("UPDATE events SET digest = previous || 'ff' WHERE position = :at", True),
    ("UPDATE events SET previous = digest WHERE position = :at", True),
    ("DELETE FROM events WHERE position = :at AND id NOT IN (SELECT event_id FROM event_notes)", True),
    ("UPDATE chain_head SET position = position - 1", False),
    ("UPDATE register_entries SET digest = 'aa' || substr(digest, 3)", False),
    ("UPDATE register_entries SET event_position = event_position + 1", False),
    ("DELETE FROM register_entries", False),
    ("UPDATE call_versions SET number = number + 1", False),
    ("UPDATE call_versions SET fingerprint = 'aa' || substr(fingerprint, 3)", False),
    ("DELETE FROM call_versions", False),
]


@pytest.mark.parametrize(("statement", "anywhere"), ALTERATIONS)
def test_each_alteration_is_found(ports: Ports, statement: str, anywhere: bool) -> None:
    calls.published(ports)
    with ports.database.reading() as session:
        # the words of an event hold it where it is
        free = "SELECT position FROM events WHERE position > 1 AND id NOT IN (SELECT event_id FROM event_notes)"
        places = session.scalars(text(f"{free} ORDER BY position")).all()
    at = random.Random(f"{SEED}{statement}").choice(places)
    tamper(ports, statement, **({"at": at} if anywhere else {}))
    assert broken(ports) != []


def test_words_that_were_changed_are_found(ports: Ports) -> None:
    call = calls.reviewed(ports, calls.drafted(ports))
    by, now = calls.approver(ports), ports.clock.now()
    from procurement.services.calls import send_back

    perform(ports, by, now, send_back, call.id, "The budget is too low.")
    assert broken(ports) == []
    tamper(ports, "UPDATE event_notes SET text = 'The budget is fine.'")
    assert len(broken(ports)) == 1
