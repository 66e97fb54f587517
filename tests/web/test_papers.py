"""The papers of a call: the blank form as a DOCX that another program opens, and the way to the PDFs."""

import io
import re
import zipfile
from datetime import timedelta

import docx
import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.queries import documents as documents_queries
from procurement.rules.ports import Ports
from procurement.rules.uploads import Accepted, examine
from tests.parts import amending, applications, calls
from tests.parts.pages import checked as page
from tests.parts.pages import parse


def test_the_blank_form_opens_elsewhere_and_has_every_question_in_its_order(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    visitor = app.test_client()
    form = page(visitor.get(f"/calls/{call.ref}/form"))
    (address,) = [each for each in parse(form).links if each.endswith("form.docx")]
    got = visitor.get(address)
    assert got.status_code == 200
    assert got.data == visitor.get(f"/calls/{call.ref}/form.docx").data
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert visitor.get(address, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    accepted = examine("form.docx", got.data)  # no macro, nothing that leads outside: what we ask of applicants
    assert isinstance(accepted, Accepted)
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        names = archive.namelist()
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert b"External" not in relations
    assert not [name for name in names if "vba" in name.lower()]
    opened = docx.Document(io.BytesIO(got.data))
    core = opened.core_properties
    assert (core.author, core.last_modified_by, core.comments) == (*["Birmingham City Council"] * 2, "")
    asked = [each.text for each in applications.form(ports, call)]
    headings = [each.text for each in opened.paragraphs if each.style.name == "Heading 2"]
    assert [re.sub(r"^\d+\. ", "", each) for each in headings] == asked


def test_a_stage_that_collects_nothing_has_no_form(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    assert app.test_client().get(f"/calls/{call.ref}/stages/nothing/form.docx").status_code == 404


@pytest.mark.parametrize("kind", ["prospectus", "blank_form"])
def test_papers_are_asked_for_with_each_version_and_linked_from_the_call(app: Flask, ports: Ports, kind: str) -> None:
    call = calls.published(ports)
    with ports.database.reading() as session:
        first = session.scalars(select(Document).where(Document.kind == kind)).one()
    assert first.public is True
    where = f"/calls/{call.ref}" if kind == "prospectus" else f"/calls/{call.ref}/form"
    assert f"/documents/{first.code}.pdf" in page(app.test_client().get(where))
    closes_at = calls.stage_of(ports, call).closes_at
    assert closes_at is not None
    amending.moved(ports, call, closes_at=closes_at + timedelta(days=7))
    with ports.database.reading() as session:
        rows = list(session.scalars(select(Document).where(Document.kind == kind).order_by(Document.id)))
        newest = documents_queries.papers_of(session, call.id)[rows[-1].key.rpartition(":")[0]]
    assert [each.key.rpartition(":")[2] for each in rows] == ["1", "2"]
    assert newest.id == rows[-1].id
    shown = page(app.test_client().get(where))
    assert f"/documents/{newest.code}.pdf" in shown
    assert f"/documents/{first.code}.pdf" not in shown
    assert app.test_client().get(f"/documents/{first.code}.pdf").status_code == 202  # it stays, and is being made
