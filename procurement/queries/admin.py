"""What an operator sees: whether things run, what failed, who has an account. Nothing of a bid, and nothing that tells
who applied in a stage whose bids are not opened: of these rows there are counts only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.documents import Document
from procurement.models.history import ChainHead
from procurement.models.installation import Lease, Setting
from procurement.models.messages import Message
from procurement.models.people import Contest, Membership, Person, RoleHeld, SignIn
from procurement.models.stages import Stage
from procurement.queries.words import matching
from procurement.rules.statuses import DocumentStatus, MessageStatus

PAGE = 50


@dataclass(frozen=True)
class Counts:
    """How many rows there are of each state."""

    documents: dict[str, int]
    messages: dict[str, int]


def counts(session: Session) -> Counts:
    found = [
        {state: number for state, number in session.execute(select(table.state, func.count()).group_by(table.state))}
        for table in (Document, Message)
    ]
    return Counts(*found)


def oldest_wait(session: Session) -> datetime | None:
    """Since when the longest-waiting document or message has been waiting (the service's time)."""
    documents = session.scalar(
        select(func.min(Document.requested_at)).where(Document.state == DocumentStatus.REQUESTED)
    )
    messages = session.scalar(select(func.min(Message.staged_at)).where(Message.state == MessageStatus.APPROVED))
    return min(filter(None, (documents, messages)), default=None)


def sweep_until(session: Session) -> datetime | None:
    """Until when the sweep holds its lease (unshifted time); it renews it every few seconds."""
    return session.scalar(select(Lease.until).where(Lease.name == "sweep"))


def chain_length(session: Session) -> int:
    return session.scalar(select(ChainHead.position).where(ChainHead.id == 1)) or 0


def _shown(table: type[Document] | type[Message]) -> ColumnElement[bool]:
    """Which rows may be shown one by one; `table` is Document or Message, joined to its stage."""
    sealed = table.sealed if table is Message else Document.application_id.is_not(None)
    return or_(~sealed, Stage.opened_at.is_not(None))


def list_messages(
    session: Session, state: str = "", *, before: int | None = None, size: int = PAGE
) -> tuple[list[Message], bool]:
    """Messages that may be shown, the newest first; and whether there are older ones."""
    chosen = (
        select(Message)
        .join(Stage, Stage.id == Message.stage_id, isouter=True)
        .where(_shown(Message))
        .order_by(Message.id.desc())
        .limit(size + 1)
    )
    if state:
        chosen = chosen.where(Message.state == state)
    if before is not None:
        chosen = chosen.where(Message.id < before)
    rows = list(session.scalars(chosen))
    return rows[:size], len(rows) > size


def sealed_messages(session: Session) -> list[tuple[str, str, int]]:
    """(kind, state, number) of what may not be shown one by one."""
    return _grouped(session, Message)


def find_message(session: Session, message_id: int) -> Message | None:
    """A message that may be shown."""
    return session.scalars(
        select(Message)
        .join(Stage, Stage.id == Message.stage_id, isouter=True)
        .where(Message.id == message_id, _shown(Message))
    ).one_or_none()


def list_documents(session: Session) -> list[Document]:
    """Documents that are not ready and may be shown: failed ones first, then the longest waiting."""
    return list(
        session.scalars(
            select(Document)
            .join(Stage, Stage.id == Document.stage_id, isouter=True)
            .where(Document.state != DocumentStatus.READY, _shown(Document))
            .order_by(Document.state, Document.id)
            .limit(200)
        )
    )


def sealed_documents(session: Session) -> list[tuple[str, str, int]]:
    """(kind, state, number) of documents that are not ready and may not be shown one by one."""
    return [row for row in _grouped(session, Document) if row[1] != DocumentStatus.READY]


def _grouped(session: Session, table: type[Document] | type[Message]) -> list[tuple[str, str, int]]:
    rows = session.execute(
        select(table.kind, table.state, func.count())
        .join(Stage, Stage.id == table.stage_id, isouter=True)
        .where(~_shown(table))
        .group_by(table.kind, table.state)
        .order_by(table.kind, table.state)
    )
    return [(kind, state, number) for kind, state, number in rows]


def failed_ids(session: Session, table: type[Document] | type[Message]) -> list[int]:
    """Every failed row, shown or not: trying it again tells nobody anything."""
    failed = DocumentStatus.FAILED if table is Document else MessageStatus.FAILED
    return list(session.scalars(select(table.id).where(table.state == failed).order_by(table.id)))


def list_people(session: Session, text: str = "", role: str = "", *, page: int = 1) -> tuple[list[Person], int]:
    """One page of people by name, and how many there are in all; `role` may be `applicant` for those without one."""
    chosen = select(Person)
    if text:
        chosen = chosen.where(*matching(text, Person.words))
    if role == "applicant":
        chosen = chosen.where(~select(RoleHeld.id).where(RoleHeld.person_id == Person.id).exists())
    elif role:
        chosen = chosen.where(
            select(RoleHeld.id).where(RoleHeld.person_id == Person.id, RoleHeld.role == role).exists()
        )
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.options(selectinload(Person.roles))
        .order_by(Person.name, Person.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(rows), total


def find_person(session: Session, person_id: int) -> Person | None:
    """A person with their roles and organisations."""
    return session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .options(selectinload(Person.roles), selectinload(Person.memberships).joinedload(Membership.organisation))
    ).one_or_none()


def count_sign_ins(session: Session, person_id: int) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        )
        or 0
    )


def setting_rows(session: Session, key: str = "") -> list[Setting]:
    """The dated rows of one setting or of all, the newest first."""
    chosen = select(Setting).order_by(Setting.key, Setting.holds_from.desc())
    return list(session.scalars(chosen.where(Setting.key == key) if key else chosen))


def list_contests(session: Session) -> list[Contest]:
    """Contested numbers, those that wait first, each with who holds it."""
    asked = select(Contest).options(joinedload(Contest.organisation))
    return list(session.scalars(asked.order_by(Contest.decided_at.is_not(None), Contest.id.desc())))


def find_contest(session: Session, contest_id: int) -> Contest | None:
    """One contested number with who holds it and who wants it."""
    asked = select(Contest).where(Contest.id == contest_id)
    return session.scalars(asked.options(joinedload(Contest.organisation), joinedload(Contest.person))).one_or_none()


def get_contest(session: Session, contest_id: int) -> Contest:
    """As `find_contest`, of one that is there."""
    found = find_contest(session, contest_id)
    if found is None:
        raise ValueError(f"there is no contest {contest_id}")
    return found
