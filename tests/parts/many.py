"""Calls with many applications, made by copying the rows of the newest one: what a thousand firms would have sent.

many.more(ports, call, 100)     a hundred applications more, each of a firm of its own with the same lead
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry, Submission
from procurement.models.assessment import Assignment, Mark
from procurement.models.base import Base
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.people import Membership, Organisation
from procurement.rules.ports import Ports
from procurement.services import vault
from tests.parts import calls

AT_ONCE = 500
UNNUMBERED = {"company_number": None, "charity_number": None}


def more(ports: Ports, call: Call, times: int) -> None:
    """So many copies of the newest application of a call, as it stands, with all that hangs on it in its stage but
    documents that name a winner: nobody can tell them from the first but by their firm."""
    for first in range(0, times, AT_ONCE):
        count = min(AT_ONCE, times - first)
        ports.database.write(lambda session, count=count: _more(session, ports, call, count))  # type: ignore[misc]


def _more(session: Session, ports: Ports, call: Call, times: int) -> None:
    stage = calls.newest(session, call)
    entry = session.scalars(select(Entry).where(Entry.stage_id == stage.id).order_by(Entry.id.desc()).limit(1)).one()
    application = session.get_one(Application, entry.application_id)
    submissions = session.scalars(select(Submission).where(Submission.entry_id == entry.id)).all()
    assignments = session.scalars(select(Assignment).where(Assignment.entry_id == entry.id)).all()
    marks = session.scalars(select(Mark).where(Mark.assignment_id.in_([each.id for each in assignments]))).all()
    decisions = session.scalars(
        select(Decision).where(Decision.entry_id == entry.id, Decision.superseded_at.is_(None))
    ).all()
    documents = session.scalars(select(Document).where(Document.entry_id == entry.id, Document.kind != "receipt")).all()
    members = session.scalars(select(Membership).where(Membership.organisation_id == application.organisation_id)).all()

    firms = _copied(session, [session.get_one(Organisation, application.organisation_id)], times, **UNNUMBERED)
    _copied(session, members, times, organisation_id=firms)
    made = _copied(session, [application], times, organisation_id=firms, entry_id=None)
    entries = _copied(session, [entry], times, application_id=made, standing_id=None)
    for each in submissions:
        content = vault.open_bytes(ports, each)
        sent = _copied(
            session,
            [each],
            times,
            application_id=made,
            entry_id=entries,
            closed=[vault.seal_submission(ports, one, each.number, content) for one in made],
        )
        if each.id == entry.standing_id:
            session.flush()
            for at, one in zip(sent, entries, strict=True):
                session.get_one(Entry, one).standing_id = at
    for at, one in zip(made, entries, strict=True):
        session.get_one(Application, at).entry_id = one
        row = session.get_one(Entry, one)
        row.state = entry.state
    session.flush()
    for each in assignments:
        read = _copied(session, [each], times, application_id=made, entry_id=entries)
        for mark in (mark for mark in marks if mark.assignment_id == each.id):
            _copied(session, [mark], times, assignment_id=read)
    _copied(session, decisions, times, application_id=made, entry_id=entries)
    for document in documents:
        keys = [f"{document.kind.removesuffix('ed_letter')}:copy:{one}" for one in entries]
        _copied(session, [document], times, application_id=made, entry_id=entries, key=keys)


def _copied(session: Session, rows: Iterable[Base], times: int, **changed: Any) -> list[int]:
    """Each row so many times, with other values where they are given (one for all or one for each copy); what must be
    unique gets a number. The ids of the copies of the last one."""
    found: list[int] = []
    for row in rows:
        table = row.__table__
        unique = {column.name for column in table.columns if column.unique}
        kept = {column.name: getattr(row, column.key) for column in table.columns if column.name != "id"}
        if "standing_id" in changed:  # it has none until its submission is copied
            kept["state"] = "draft"
        lines = []
        for number in range(times):
            line = dict(kept)
            for name in unique - {"id"}:
                if line.get(name) is not None:
                    line[name] = f"{line[name]}-{session.info.setdefault('copies', 0)}-{number}-{row.id}"
            for name, value in changed.items():
                line[name] = value[number] if isinstance(value, list) else value
            lines.append(line)
        made = session.execute(
            insert(type(row)).returning(type(row).id, sort_by_parameter_order=True),  # type: ignore[attr-defined]
            lines,
        )
        found = list(made.scalars())
    return found
