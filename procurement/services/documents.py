"""Asking for documents. A row is the request; what renders it is `services.rendering`."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.queries import installation as installation_queries
from procurement.rules.documents import CODE_LENGTH, DOCUMENT_KINDS, Content, Issue, code_from, grouped
from procurement.rules.statuses import DocumentStatus
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, afterwards, ring

JOB = "procurement.jobs.documents.render"


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
        key=key,
        kind=kind,
        code=code,
        title=title or described.title,
        reference=reference,
        state=DocumentStatus.REQUESTED,
        public=described.public if public is None else public,
        **about.columns,
        requested_at=act.now,
        requested_by=act.by.id,
        content={},
        template=described.template,
        due_at=act.ports.clock.unshifted() + UNHEARD_AFTER,
    )
    act.session.add(row)
    act.session.flush()

    def freeze(_: Session) -> None:
        said = content(act.session) if callable(content) else content
        if said.kind != kind:
            raise ValueError(f"a {kind} cannot say what a {said.kind} says")
        row.content = said.as_content(issue)

    if callable(content):
        afterwards(act.session, freeze)
    else:
        freeze(act.session)
    ring(act.session, JOB, row.id)
    return row
