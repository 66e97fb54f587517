"""The pages of the documents of a call: uploaded by an officer, read by an approver, downloaded by everybody."""

import hashlib
import io

from flask import Flask

from procurement.models.call_documents import CallDocument
from procurement.queries import call_documents as call_documents_queries
from procurement.rules.ports import Ports
from tests.parts import applications, calls, papers, people
from tests.parts.pages import checked as page
from tests.parts.pages import parse
from tests.parts.statements import statements
from tests.web.test_reserve import words

PDF_LIKE = b"%PDF-1.7\nnot really one"


def upload(content: bytes, name: str, **more: str) -> dict[str, object]:
    return {"file": (io.BytesIO(content), name), **more}


def test_a_document_is_written_uploaded_published_and_replaced_through_the_pages(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    stranger = app.test_client()
    here = f"/manage/calls/{call.ref}/setup/documents"
    assert here in page(officer.get(f"/manage/calls/{call.ref}"))
    assert "There is none. A call can do without." in words(page(officer.get(here)))
    typed = {"title": "The contract", "kind": "contract", "language": "en", "fills": "", "required": "yes"}
    assert "Give the document a title" in page(officer.send(f"{here}/new", {**typed, "title": " "}), 422)
    assert officer.send(f"{here}/new", typed).headers["Location"].endswith("/documents/1")
    assert "Upload the file of “The contract”" in words(page(officer.get(here)))
    assert "Choose a file first" in page(officer.send(f"{here}/1", {}, to=f"{here}/1/file"), 422)
    bad = page(officer.send(f"{here}/1", upload(PDF_LIKE, "contract.pdf"), to=f"{here}/1/file"), 422)
    assert "contract.pdf" in bad
    assert officer.send(f"{here}/1", upload(papers.TEXT, "contract.txt"), to=f"{here}/1/file").status_code == 303
    shown = page(officer.get(f"{here}/1"))
    assert hashlib.sha256(papers.TEXT).hexdigest() in shown.replace(" ", "")
    assert stranger.get(f"/calls/{call.ref}/documents/1/1").status_code == 404

    calls.reviewed(ports, call)
    review = page(approver.get(f"/manage/calls/{call.ref}/review"))
    assert "The contract" in review
    assert officer.get(f"{here}/new").status_code == 302  # while it is reviewed nobody writes
    version = calls.read(ports, call.id).version
    assert (
        approver.send(
            f"/manage/calls/{call.ref}/review", {"seen": str(version)}, to=f"/manage/calls/{call.ref}/publish"
        ).status_code
        == 303
    )
    public = page(stranger.get(f"/calls/{call.ref}"))
    assert "must be read before you apply" in words(public)
    got = stranger.get(f"/calls/{call.ref}/documents/1/1")
    assert (got.status_code, got.data) == (200, papers.TEXT)
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    etag = got.headers["ETag"]
    assert stranger.get(f"/calls/{call.ref}/documents/1/1", headers={"If-None-Match": etag}).status_code == 304
    assert stranger.get(f"/calls/{call.ref}/documents/1").headers["Location"].endswith("/documents/1/1")

    later = upload(b"Another contract.\n", "contract.txt", reason="")
    kept = page(officer.send(f"{here}/1", later, to=f"{here}/1/file"), 422)
    assert "Give a reason" in kept
    later = upload(b"Another contract.\n", "contract.txt", reason=papers.REASON)
    assert officer.send(f"{here}/1", later, to=f"{here}/1/file").status_code == 303
    assert "Somebody else must approve it." in words(page(officer.get(f"{here}/1")))
    assert "Documents to approve" in page(approver.get("/manage"))
    assert "Another contract" not in page(stranger.get(f"/calls/{call.ref}/documents"))
    seen = hashlib.sha256(b"Another contract.\n").hexdigest()
    assert approver.send(f"{here}/1", {"seen": seen}, to=f"{here}/1/approve").status_code == 303
    listed = page(stranger.get(f"/calls/{call.ref}/documents"))
    assert "Version 1, superseded" in words(listed)
    assert stranger.get(f"/calls/{call.ref}/documents/1/1").data == papers.TEXT
    assert stranger.get(f"/calls/{call.ref}/documents/1/2").data == b"Another contract.\n"
    changes = words(page(stranger.get(f"/calls/{call.ref}/changes")))
    assert "Version 2 of the document: The contract" in changes
    assert papers.REASON in changes
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "Published version 2 of document 1" in history
    assert "Added: document “The contract”" in history


def test_the_terms_have_a_page_of_their_own(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, terms="Whoever is awarded it insures the sensors.")
    papers.written(ports, call)
    papers.publish(ports, call)
    shown = words(page(app.test_client().get(f"/calls/{call.ref}/terms")))
    assert "Whoever is awarded it insures the sensors." in shown
    assert "The contract" in shown


def test_a_page_of_a_call_asks_as_often_however_many_documents_it_has(app: Flask, ports: Ports) -> None:
    found = []
    for number in (1, 4):
        call = calls.drafted(ports, title=f"Call with {number}")
        for each in range(number):
            papers.written(ports, call, f"Document {each}", f"Text {each}\n".encode())
        papers.publish(ports, call)
        visitor = app.test_client()
        found.append(
            [
                statements(ports, visitor.get, address)
                for address in (f"/calls/{call.ref}/documents", f"/calls/{call.ref}")
            ]
        )
    assert found[0] == found[1]


def test_who_starts_says_what_was_read_and_gets_the_template_at_its_question(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports)
    key = next(each.key for each in applications.form(ports, call) if each.kind.uploads)
    stage = calls.stage_of(ports, call)
    papers.written(ports, call, required=True)
    papers.written(ports, call, "Cost sheet", b"item;pounds\n", kind="template", stage=stage.key, question=key)
    papers.publish(ports, call)
    lead, _organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    firm = people.signed_in(app, ports, lead)
    here = f"/calls/{call.ref}/apply"
    begin = page(firm.get(here))
    assert "What you must have read" in begin
    assert f"/calls/{call.ref}/documents/1/1" in begin
    fields = hidden(begin)
    assert "Read each of them, and say so by a tick" in page(firm.send(here, fields), 422)
    ticked = {**fields, "read": parse(begin).one("input[name=read]").attributes["value"]}
    application = firm.send(here, ticked).headers["Location"]
    assert "Template" in page(firm.get(f"{application}/questions/{key}"))
    assert f"/calls/{call.ref}/documents/2/1" in page(firm.get(f"{application}/questions/{key}"))
    assert f"/calls/{call.ref}/documents/2/1" in page(app.test_client().get(f"/calls/{call.ref}/form"))

    document = document_of(ports, call.ref, 1)
    papers.approved(ports, papers.proposed(ports, document, b"Another contract.\n"))
    assert "Read “The contract”, version 2, and say so" in words(page(firm.get(application)))
    assert "Read “The contract”, version 2, and say so" in words(page(firm.get(f"{application}/check")))
    reading = page(firm.get(f"{application}/documents"))
    assert papers.REASON in reading
    page(firm.send(f"{application}/documents", {}), 422)
    said = {"read": parse(reading).one("input[name=read]").attributes["value"]}
    assert firm.send(f"{application}/documents", said).headers["Location"].endswith("/check")
    assert "There is nothing that you still have to read." in words(page(firm.get(f"{application}/documents")))


def hidden(shown: str) -> dict[str, str]:
    """The hidden fields of a page's form, but for its token."""
    inputs = [each.attributes for each in parse(shown).all("main input[type=hidden]")]
    return {each["name"]: each["value"] for each in inputs if each["name"] != "csrf_token"}


def document_of(ports: Ports, ref: str, number: int) -> CallDocument:
    with ports.database.reading() as session:
        found = call_documents_queries.find(session, ref, number)
    assert found is not None
    return found
