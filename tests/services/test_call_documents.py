"""Documents of a call: written with it, frozen with it, replaced by two people, told to whoever has a draft."""

import hashlib
import json

import pytest
from sqlalchemy import select

from procurement.models.call_documents import CallDocument, CallFile
from procurement.models.calls import Call, CallVersion
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.register import Release
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import work as work_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.call_documents import DocumentType
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import call_documents, vault, verification
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from tests.parts import applications, assessment, calls, papers, people
from tests.services.test_leaving import refused

WAITS = "Another file of this document waits for an approver already."
CHANGED = "The file was changed after you opened this page. Look at it again."


def versions(ports: Ports, call: Call) -> list[CallVersion]:
    with ports.database.reading() as session:
        return amendments_queries.versions_of(session, call.id)


def published(ports: Ports, call: Call) -> list[tuple[str, list[tuple[int | None, str]]]]:
    """What everybody can have: the title of each document, with its versions and their digests, the newest first."""
    with ports.database.reading() as session:
        found = call_documents_queries.published_of(session, call.id, ports.clock.now())
        return [(each.document.title, [(file.version, file.digest) for file in each.files]) for each in found]


def problems(ports: Ports, call: Call) -> list[tuple[str, str]]:
    with ports.database.reading() as session:
        draft = calls_queries.draft_of(session, session.get_one(Call, call.id))
        found = call_problems(draft, ports.clock.now())
        return [(each.field, str(each.sentence)) for each in found if each.section == "documents"]


def kinds(ports: Ports, who: Principal) -> list[Kind]:
    with ports.database.reading() as session:
        found = work_queries.tasks(session, ports.clock.now())
        return [task.kind for task in work_queries.mine(found, who.id, who.roles)]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_is_published_with_a_call_is_frozen_in_its_version_and_named_in_its_data(ports: Ports) -> None:
    call = calls.drafted(ports)
    without = calls.drafted(ports, title="Quieter streets")
    document = papers.written(ports, call, required=True)
    assert published(ports, call) == []
    for each in (call, without):
        papers.publish(ports, each)
    assert published(ports, call) == [("The contract", [(1, sha(papers.TEXT))])]
    content = json.loads(versions(ports, call)[0].content)
    assert content["documents"] == [
        {
            "number": 1,
            "title": "The contract",
            "kind": "contract",
            "language": "en",
            "required": True,
            "version": 1,
            "name": "contract.txt",
            "media_type": "text/plain",
            "size": len(papers.TEXT),
            "sha256": sha(papers.TEXT),
        }
    ]
    assert "documents" not in json.loads(versions(ports, without)[0].content)  # as before there were any
    with ports.database.reading() as session:
        releases = [json.loads(each.content) for each in session.scalars(select(Release).order_by(Release.id))]
        (given,) = next(each["tender"]["documents"] for each in releases if "documents" in each["tender"])
        file = session.scalars(select(CallFile)).one()
        assert b"".join(vault.open_file(ports, {"ref": file.ref, "stored": file.stored})) == papers.TEXT
    assert given["documentType"] == "contractDraft"
    assert given["url"].endswith(f"/calls/{call.ref}/documents/{document.number}/1")
    assert (given["format"], given["language"]) == ("text/plain", "en")
    with ports.database.reading() as session:
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []


def test_a_draft_says_what_its_documents_lack(ports: Ports) -> None:
    call = calls.drafted(ports)
    by, now = calls.officer(ports), ports.clock.now()
    contract = perform(ports, by, now, call_documents.add, call.id, papers.details())
    template = perform(ports, by, now, call_documents.add, call.id, papers.details("Cost sheet", DocumentType.TEMPLATE))
    papers.put(ports, template)
    assert problems(ports, call) == [
        ("document-1", "Upload the file of “The contract”, or remove the document."),
        ("document-2", "Say at which question applicants upload “Cost sheet” when they have filled it in."),
    ]
    papers.put(ports, contract)
    perform(ports, by, now, call_documents.remove, template.id)
    assert problems(ports, call) == []
    with ports.database.reading() as session:
        assert len(session.scalars(select(CallFile)).all()) == 1


def test_a_file_is_replaced_in_place_until_publication_and_only_by_two_people_after_it(ports: Ports) -> None:
    call = calls.drafted(ports)
    document = papers.written(ports, call)
    papers.put(ports, document, b"Another text.\n")
    papers.publish(ports, call)
    assert published(ports, call) == [("The contract", [(1, sha(b"Another text.\n"))])]
    with pytest.raises(Refusal):
        papers.put(ports, document, b"A third one.\n")
    assert refused(papers.proposed, ports, document, b"A third one.\n", reason=" ") == ["Give a reason."]
    assert refused(papers.proposed, ports, document, b"Another text.\n") == [
        "This is the file that everybody has already."
    ]
    file = papers.proposed(ports, document, b"A third one.\n")
    assert papers.proposed(ports, document, b"A third one.\n").id == file.id  # the same press once more
    assert refused(papers.proposed, ports, document, b"A fourth one.\n") == [WAITS]
    assert len(published(ports, call)[0][1]) == 1
    assert (Kind.APPROVE_DOCUMENT in kinds(ports, calls.officer(ports))) is False
    assert Kind.APPROVE_DOCUMENT in kinds(ports, calls.approver(ports))
    fresh, now = assessment.fresh(ports, calls.approver(ports)), ports.clock.now()
    assert refused(perform, ports, fresh, now, call_documents.approve, file.id, seen="another") == [CHANGED]
    papers.approved(ports, file)
    assert Kind.APPROVE_DOCUMENT not in kinds(ports, calls.approver(ports))
    assert published(ports, call) == [("The contract", [(2, sha(b"A third one.\n")), (1, sha(b"Another text.\n"))])]
    first, second = versions(ports, call)
    assert [json.loads(each.content)["documents"][0]["version"] for each in (first, second)] == [1, 2]
    with ports.database.reading() as session:
        newest = json.loads(session.scalars(select(Release.content).order_by(Release.id.desc())).first() or b"{}")
        assert newest["tag"] == ["tenderAmendment"]
        assert newest["tender"]["amendments"][0]["rationale"] == papers.REASON
        assert newest["tender"]["amendments"][0]["description"] == "Version 2 of the document: The contract."
        assert newest["tender"]["documents"][0]["dateModified"] == newest["date"]
        event = session.scalars(select(Event).where(Event.tag == "call.publish_document")).one()
        assert (event.data["document"], event.data["number"]) == (1, 2)
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []


def test_who_has_a_draft_is_told_of_a_new_document_and_staff_does_not_learn_who(ports: Ports) -> None:
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    applications.started(ports, call, lead, organisation)
    document = perform(
        ports, calls.officer(ports), ports.clock.now(), call_documents.add, call.id, papers.details("Site plan")
    )
    assert published(ports, call) == []
    papers.approved(ports, papers.proposed(ports, document, b"A plan.\n"))
    with ports.database.reading() as session:
        told = session.scalars(select(Message).where(Message.kind == "document_changed")).all()
        assert [(each.address, each.sealed) for each in told] == [("lead@aston.example", True)]
        assert "“Site plan” is new." in " ".join(told[0].body.split())
    assert published(ports, call) == [("Site plan", [(1, sha(b"A plan.\n"))])]


def test_a_proposal_is_sent_back_or_taken_back_and_nobody_outside_sees_it(ports: Ports) -> None:
    call = calls.drafted(ports)
    document = papers.written(ports, call)
    papers.publish(ports, call)
    for act, who in (
        (call_documents.send_back, calls.approver(ports)),
        (call_documents.take_back, calls.officer(ports)),
    ):
        file = papers.proposed(ports, document, b"Other words.\n")
        perform(ports, who, ports.clock.now(), act, file.id, "It names the wrong year.")
        assert refused(papers.approved, ports, file) == ["There is no proposal to decide on."]
    assert published(ports, call) == [("The contract", [(1, sha(papers.TEXT))])]
    assert len(versions(ports, call)) == 1


def test_two_who_write_the_same_document_see_both_texts_and_order_is_a_press(ports: Ports) -> None:
    call = calls.drafted(ports)
    by, now = calls.officer(ports), ports.clock.now()
    first, second = papers.written(ports, call, "One"), papers.written(ports, call, "Two")
    seen = call_documents_queries.details_mark(first)
    perform(ports, by, now, call_documents.save, first.id, papers.details("First"), seen=seen)
    with pytest.raises(Stale) as stale:
        perform(ports, by, now, call_documents.save, first.id, papers.details("Primary"), seen=seen)
    assert (stale.value.yours["title"], stale.value.theirs["title"]) == ("Primary", "First")
    perform(ports, by, now, call_documents.move, second.id, -1)
    perform(ports, by, now, call_documents.move, second.id, -1)  # at the edge nothing happens
    papers.publish(ports, call)
    assert [title for title, _files in published(ports, call)] == ["Two", "First"]
    with pytest.raises(Refusal):
        perform(ports, by, now, call_documents.save, first.id, papers.details("Late"), seen=seen)
    with pytest.raises(Refusal):
        perform(ports, by, now, call_documents.remove, first.id)
    with ports.database.reading() as session:
        assert len(session.scalars(select(CallDocument)).all()) == 2
