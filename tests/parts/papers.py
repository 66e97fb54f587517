"""Documents of a call, written and replaced through the services.

document = papers.written(ports, call, "The contract", required=True)    with its file, by the officer
papers.approved(ports, papers.proposed(ports, document, b"…"))           a new version, by two people
"""

import io

from procurement.models.call_documents import CallDocument, CallFile
from procurement.models.calls import Call
from procurement.rules.call_documents import DocumentType
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import applications, call_documents
from procurement.services import calls as published
from procurement.services.act import perform
from procurement.services.applications import StoredFile
from procurement.services.call_documents import Details
from tests.parts import assessment, calls

REASON = "The insurance that is asked for was ten times too high."
TEXT = b"The supplier keeps the sensors in order for two years.\n"


def stored(ports: Ports, content: bytes = TEXT, name: str = "contract.txt") -> StoredFile:
    return applications.store_file(ports, name, io.BytesIO(content))


def details(title: str = "The contract", kind: str = DocumentType.CONTRACT, **more: object) -> Details:
    return Details(title, kind, "en", **more)  # type: ignore[arg-type]  # because each test names what it is about


def written(
    ports: Ports, call: Call, title: str = "The contract", content: bytes = TEXT, **more: object
) -> CallDocument:
    """A document of a call that is written, with its file."""
    document = perform(
        ports,
        calls.officer(ports),
        ports.clock.now(),
        call_documents.add,
        call.id,
        details(title, **more),  # type: ignore[arg-type]
    )
    put(ports, document, content)
    return document


def put(ports: Ports, document: CallDocument, content: bytes = TEXT, name: str = "contract.txt") -> CallFile:
    kept, now = stored(ports, content, name), ports.clock.now()
    return perform(ports, calls.officer(ports), now, call_documents.put_file, document.id, kept)


def publish(ports: Ports, call: Call) -> Call:
    """The call with its documents, by somebody who wrote none of it."""
    sent, now = calls.reviewed(ports, call), ports.clock.now()
    perform(ports, calls.approver(ports), now, published.approve_and_publish, call.id, seen=sent.version)
    return calls.read(ports, call.id)


def proposed(
    ports: Ports, document: CallDocument, content: bytes, *, reason: str = REASON, by: Principal | None = None
) -> CallFile:
    kept, who = stored(ports, content), by or calls.officer(ports)
    return perform(ports, who, ports.clock.now(), call_documents.propose, document.id, kept, reason)


def approved(ports: Ports, file: CallFile, *, by: Principal | None = None) -> CallFile:
    who = assessment.fresh(ports, by or calls.approver(ports))
    return perform(ports, who, ports.clock.now(), call_documents.approve, file.id, seen=file.digest)
