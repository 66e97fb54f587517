"""Documents that must be read: said before one starts, and again before one submits where there is a new version."""

import pytest
from sqlalchemy import select

from procurement.models.applications import Submission
from procurement.models.call_documents import DocumentReading
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.people import Organisation
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import applications as services
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications, calls, papers, people
from tests.services.test_leaving import refused

NEW = b"The insurance is one million pounds.\n"


def with_contract(ports: Ports) -> Call:
    """An open call whose contract must be read, and whose plan need not."""
    call = calls.drafted(ports)
    papers.written(ports, call, "The contract", required=True)
    papers.written(ports, call, "Site plan", b"A plan.\n")
    return papers.publish(ports, call)


def must_read(ports: Ports, call: Call) -> list[int]:
    with ports.database.reading() as session:
        return [each.id for each in call_documents_queries.must_read(session, call.id, ports.clock.now())]


def start(ports: Ports, call: Call, lead: Principal, organisation: Organisation, read: list[int]) -> object:
    with ports.database.reading() as session:
        lot = calls_queries.lots_of(session, call.id)[0]
    return perform(ports, lead, ports.clock.now(), services.start, call.id, lot.id, organisation.id, read=read)


def test_nobody_starts_without_saying_that_it_was_read_and_it_is_kept_who_said_so(ports: Ports) -> None:
    call = with_contract(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    expected = ["Say that you have read “The contract”, version 1."]
    assert refused(start, ports, call, lead, organisation, []) == expected
    must = must_read(ports, call)
    assert len(must) == 1
    start(ports, call, lead, organisation, must)
    start(ports, call, lead, organisation, [])  # coming back to what is there asks nothing again
    with ports.database.reading() as session:
        reading = session.scalars(select(DocumentReading)).one()
        assert (reading.file_id, reading.person_id) == (must[0], lead.id)
        event = session.scalars(select(Event).where(Event.tag == "entry.read_documents")).one()
        assert event.data["files"] == must


def test_a_new_version_is_asked_about_before_one_submits(ports: Ports) -> None:
    call = with_contract(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    start(ports, call, lead, organisation, must_read(ports, call))
    application = applications.written(ports, call, lead, organisation)
    with ports.database.reading() as session:
        first = call_documents_queries.find(session, call.ref, 1)
        plan = call_documents_queries.find(session, call.ref, 2)
    assert first is not None
    assert plan is not None
    papers.approved(ports, papers.proposed(ports, plan, b"Another plan.\n"))
    papers.approved(ports, papers.proposed(ports, first, NEW))
    assert refused(applications.press, ports, application, lead) == [
        "Say that you have read “The contract”, version 2."
    ]
    other, _organisation = people.firm(ports, "Digbeth Data Ltd", "lead@digbeth.example")
    now = ports.clock.now()
    with pytest.raises(Refusal):
        perform(ports, other, now, services.confirm_read, application.entry.id, must_read(ports, call))
    perform(ports, lead, now, services.confirm_read, application.entry.id, must_read(ports, call))
    perform(ports, lead, now, services.confirm_read, application.entry.id, must_read(ports, call))  # the same press
    assert isinstance(applications.press(ports, application, lead), Submission)
    with ports.database.reading() as session:
        assert len(session.scalars(select(DocumentReading)).all()) == 2


def test_what_was_submitted_stands_whatever_is_published_afterwards(ports: Ports) -> None:
    call = with_contract(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    start(ports, call, lead, organisation, must_read(ports, call))
    application = applications.written(ports, call, lead, organisation)
    made = applications.press(ports, application, lead, "a" * 32)
    with ports.database.reading() as session:
        first = call_documents_queries.find(session, call.ref, 1)
    assert first is not None
    papers.approved(ports, papers.proposed(ports, first, NEW))
    assert isinstance(made, Submission)
    again = applications.press(ports, application, lead, "a" * 32, version=made.draft_version)
    assert isinstance(again, Submission)
    assert again.id == made.id
