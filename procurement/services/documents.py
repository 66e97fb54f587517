"""Asking for documents. A row is the request; what renders it is `services.rendering`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.queries import installation as installation_queries
from procurement.rules.documents import CODE_LENGTH, DOCUMENT_KINDS, Content, Issue, code_from, grouped
from procurement.rules.statuses import DocumentStatus
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, afterwards, ring
from procurement.services.commitments import commit

JOB = "procurement.jobs.documents.render"


@dataclass(frozen=True)
class Wanted:
    """One of many documents that are asked for together; each value as in `request`."""

    kind: str
    key: str
    content: Content
    reference: str
    about: About
    title: str = ""


def request_all(act: Act, wanted: Sequence[Wanted]) -> list[Document]:
    """As `request`, of many: as many statements for a thousand as for one. Returns those that are new."""
    keys = [each.key for each in wanted]
    there = set(act.session.scalars(select(Document.key).where(Document.key.in_(keys))))
    rows = []
    for each in {each.key: each for each in wanted if each.key not in there}.values():
        row, issue = _row(act, each.kind, each.reference)
        row.key, row.title = each.key, each.title or row.title
        _place(row, each.about)
        row.content = _said(each.kind, each.content, issue)
        rows.append(row)
    act.session.add_all(rows)
    for row in rows:
        commit(act, row)
    act.session.flush()
    for row in rows:
        ring(act.session, JOB, row.id)
    return rows


def request(
    act: Act,
    kind: str,
    key: str,
    content: Content | Callable[[Session], Content],
    *,
    reference: str,
    about: About,
    title: str = "",
    public: bool | None = None,
    code: str = "",
) -> Document:
    """Ask for a document, once: `key` says what it is the document of, and asking again returns the same row.

    What it says is frozen here. `content` may be a function of the session; it is then called just before the commit,
    when the transaction's events have their places in the chain (`at_commit.afterwards`), as a receipt needs. `code` is
    the verify code where something else carries it already.
    """
    existing = act.session.scalars(select(Document).where(Document.key == key)).one_or_none()
    if existing is not None:
        return existing
    row, issue = _row(act, kind, reference, code)
    row.key, row.title = key, title or row.title
    _place(row, about)
    row.public = row.public if public is None else public
    act.session.add(row)
    commit(act, row)
    act.session.flush()

    def freeze(_: Session) -> None:
        row.content = _said(kind, content(act.session) if callable(content) else content, issue)

    if callable(content):
        afterwards(act.session, freeze)
    else:
        freeze(act.session)
    ring(act.session, JOB, row.id)
    return row


def _row(act: Act, kind: str, reference: str, code: str = "") -> tuple[Document, Issue]:
    """A document of a kind that says nothing yet, and what each document says about itself."""
    described = DOCUMENT_KINDS[kind]
    settings = installation_queries.settings(act.session, act.today)
    code = code or code_from(act.ports.randomness.bytes(CODE_LENGTH))
    issue = Issue(
        reference=reference,
        requested=act.now,
        authority=settings["authority_name"],
        service=settings["service_name"],
        code=grouped(code),
        verify_url=f"{act.ports.base_url}/verify?code={code}",
    )
    row = Document(
        kind=kind,
        code=code,
        title=described.title,
        reference=reference,
        state=DocumentStatus.REQUESTED,
        public=described.public,
        requested_at=act.now,
        requested_by=act.by.id,
        content={},
        template=described.template,
        due_at=act.ports.clock.unshifted() + UNHEARD_AFTER,
    )
    return row, issue


def _place(row: Document, about: About) -> None:
    for name, value in about.columns.items():
        setattr(row, name, value)


def _said(kind: str, said: Content, issue: Issue) -> dict[str, Any]:
    if said.kind != kind:
        raise ValueError(f"a {kind} cannot say what a {said.kind} says")
    return said.as_content(issue)
