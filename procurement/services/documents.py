"""Asking for documents. A row is the request; what renders it is `services.rendering`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.queries import installation as installation_queries
from procurement.rules.documents import CODE_LENGTH, DOCUMENT_KINDS, Content, Issue, code_from, grouped
from procurement.rules.statuses import DocumentStatus, SliceKind
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, afterwards, ring
from procurement.services.commitments import commit
from procurement.services.slices import MOST_AT_ONCE, put_off

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


def request_all(act: Act, wanted: Sequence[Wanted], *, whole: bool = False) -> dict[str, str]:
    """As `request`, of many: as many statements for a thousand as for one. Their verify codes by their keys, of those
    too that were asked for before.

    More than `slices.MOST_AT_ONCE` are put off, unless `whole`: what each says is frozen now, under the code that it
    will have, and a worker writes the rows after the commit.
    """
    asked = select(Document.key, Document.code).where(Document.key.in_([each.key for each in wanted]))
    codes = {key: code for key, code in act.session.execute(asked)}
    new = [_columns(act, each) for each in {each.key: each for each in wanted if each.key not in codes}.values()]
    if whole or len(new) <= MOST_AT_ONCE:
        _write(act, new, act)
    else:
        where = About(call_id=wanted[0].about.call_id, stage_id=wanted[0].about.stage_id)
        put_off(act, SliceKind.DOCUMENTS, wanted[0].kind, where, new)
    return {**codes, **{each["key"]: each["code"] for each in new}}


def request_part(act: Act, items: Sequence[Mapping[str, Any]], asked: Act) -> None:
    """Ask for what was put off (`request_all`), once; `asked` is the act that it follows."""
    keys = [each["key"] for each in items]
    there = set(act.session.scalars(select(Document.key).where(Document.key.in_(keys))))
    _write(act, [each for each in items if each["key"] not in there], asked)


def _columns(act: Act, wanted: Wanted) -> dict[str, Any]:
    """What the row of a document says, but for when and by whom it was asked for."""
    row, issue = _row(act, wanted.kind, wanted.reference)
    return {
        "key": wanted.key,
        "kind": row.kind,
        "code": row.code,
        "title": wanted.title or row.title,
        "reference": row.reference,
        "public": row.public,
        "template": row.template,
        "content": _said(wanted.kind, wanted.content, issue),
        **wanted.about.columns,
    }


def _write(act: Act, columns: Sequence[Mapping[str, Any]], asked: Act) -> None:
    rows = [
        Document(
            **each,
            state=DocumentStatus.REQUESTED,
            requested_at=asked.now,
            requested_by=asked.by.id,
            due_at=act.ports.clock.unshifted() + UNHEARD_AFTER,
        )
        for each in columns
    ]
    act.session.add_all(rows)
    for row in rows:
        commit(act, row)
    act.session.flush()
    for row in rows:
        ring(act.session, JOB, row.id)


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
