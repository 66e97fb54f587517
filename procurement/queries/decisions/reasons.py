"""Reading the one text per criterion that applicants read, and what is taken out of what others read of a bid."""

from dataclasses import dataclass

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.people import Person
from procurement.models.reasons import Reason, Redaction


@dataclass(frozen=True, slots=True)
class Written:
    """A text that an officer wrote or took over about one criterion; `agreed_id` is the agreed mark that it is about,
    None where the mean of the marks counts. The text is empty where texts were not read."""

    id: int
    text: str
    made_from: str
    agreed_id: int | None


def reasons_of(session: Session, stage_id: int, *, texts: bool) -> dict[int, dict[str, Written]]:
    """What stands, by entry and criterion: one statement, of plain rows."""
    columns = (Reason.entry_id, Reason.criterion, Reason.id)
    rows = session.execute(
        select(*columns, Reason.text if texts else literal(""), Reason.made_from, Reason.agreed_id)
        .join(Entry, Entry.id == Reason.entry_id)
        .where(Entry.stage_id == stage_id, Reason.superseded_at.is_(None))
        .order_by(Reason.id)
    )
    found: dict[int, dict[str, Written]] = {}
    for entry_id, criterion, reason_id, text, made_from, agreed_id in rows:
        found.setdefault(entry_id, {})[criterion] = Written(reason_id, text, made_from, agreed_id)
    return found


def reasons_on(session: Session, entry_id: int) -> dict[str, Written]:
    """What stands about one entry, by criterion."""
    rows = session.scalars(select(Reason).where(Reason.entry_id == entry_id, Reason.superseded_at.is_(None)))
    return {row.criterion: Written(row.id, row.text, row.made_from, row.agreed_id) for row in rows}


def redactions_of(session: Session, stage_id: int) -> dict[int, list[Redaction]]:
    """What is taken out of what others read, by entry, with who took it out: one statement."""
    rows = session.scalars(
        select(Redaction)
        .join(Entry, Entry.id == Redaction.entry_id)
        .where(Entry.stage_id == stage_id, Redaction.put_back_at.is_(None))
        .options(joinedload(Redaction.person))
        .order_by(Redaction.id)
    )
    found: dict[int, list[Redaction]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def last_writer(session: Session, entry_id: int) -> str:
    """The name of whoever wrote the newest text about an entry; empty where nobody did."""
    asked = select(Person.name).join(Reason, Reason.written_by == Person.id).where(Reason.entry_id == entry_id)
    return session.scalar(asked.order_by(Reason.id.desc()).limit(1)) or ""
