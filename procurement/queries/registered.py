"""Reading the register as a whole: the organisations in it, and what changed in it. As `queries.register` it knows no
other table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_
from sqlalchemy.orm import Session

from procurement.models.register import RegisterAward, RegisterEntry
from procurement.queries.register import COUNTED_STATUSES
from procurement.queries.words import matching
from procurement.rules.organisations_table import RegisteredOrganisation

PAGE = 20
CHANGES = 100  # of one page of data
_SUBJECTS = ("award", "grant", "call")


@dataclass(frozen=True)
class Change:
    """A publication that followed another of the same thing, and what each says."""

    entry: RegisterEntry
    before: dict[str, Any]
    after: dict[str, Any]


def organisations(
    session: Session, q: str = "", *, ref: str | None = None, page: int | None = None
) -> list[RegisteredOrganisation]:
    """The organisations that have an award, whatever became of it, in the order of their names: all of those that the
    words find, or one page of them, or one."""
    standing = RegisterAward.status.in_(COUNTED_STATUSES)
    # the newest row says what it is called, and what it said of itself
    asked = (
        select(
            func.max(RegisterAward.id).label("newest"),
            func.count().label("listed"),
            _sum(standing, 1).label("awards"),
            _sum(standing, RegisterAward.amount).label("amount"),
            _sum(and_(standing, RegisterAward.single_bid.is_(True)), 1).label("single_bids"),
        )
        .where(*_where(q, ref))
        .group_by(RegisterAward.organisation_ref)
        .subquery()
    )
    found = (
        select(RegisterAward, asked.c.listed, asked.c.awards, asked.c.amount, asked.c.single_bids)
        .join(asked, asked.c.newest == RegisterAward.id)
        .order_by(RegisterAward.organisation, RegisterAward.organisation_ref)
    )
    if page is not None:
        found = found.limit(PAGE).offset((page - 1) * PAGE)
    return [
        RegisteredOrganisation(
            ref=row.organisation_ref,
            name=row.organisation,
            number=row.organisation_number,
            place=str(((row.more.get("organisations") or [{}])[0]).get("locality") or ""),
            size=row.size,
            sme=row.sme,
            vcse=row.vcse,
            listed=listed,
            awards=awards,
            amount=Decimal(amount),
            single_bids=single_bids,
        )
        for row, listed, awards, amount, single_bids in session.execute(found)
    ]


def count_organisations(session: Session, q: str = "") -> int:
    asked = select(func.count(func.distinct(RegisterAward.organisation_ref))).where(*_where(q, None))
    return session.scalar(asked) or 0


def _where(q: str, ref: str | None) -> list[ColumnElement[bool]]:
    conditions = matching(q, RegisterAward.words)
    return conditions if ref is None else [*conditions, RegisterAward.organisation_ref == ref]


def _sum(which: ColumnElement[bool], what: Any) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((which, what), else_=0)), 0)


def count_changes(session: Session) -> int:
    """How many publications followed another."""
    return session.scalar(select(func.count(RegisterEntry.id)).where(*_followed())) or 0


def changes(session: Session, page: int) -> list[Change]:
    """One page of them, the newest first."""
    asked = select(RegisterEntry).where(*_followed()).order_by(RegisterEntry.id.desc())
    return _with_before(session, session.scalars(asked.limit(PAGE).offset((page - 1) * PAGE)).all())


def changes_after(session: Session, after: int) -> list[Change]:
    """Those that follow a place in the chain, in its order: at most `CHANGES`."""
    asked = select(RegisterEntry).where(*_followed(), RegisterEntry.event_position > after)
    return _with_before(session, session.scalars(asked.order_by(RegisterEntry.event_position).limit(CHANGES)).all())


def _followed() -> list[ColumnElement[bool]]:
    return [RegisterEntry.subject.in_(_SUBJECTS), RegisterEntry.number > 1]


def _with_before(session: Session, entries: Sequence[RegisterEntry]) -> list[Change]:
    """With the publication before each: one statement."""
    key = tuple_(RegisterEntry.subject, RegisterEntry.public_id, RegisterEntry.number)
    wanted = [(each.subject, each.public_id, each.number - 1) for each in entries]
    known = {
        (each.subject, each.public_id, each.number): json.loads(each.content)
        for each in session.scalars(select(RegisterEntry).where(key.in_(wanted)))
    }
    return [
        Change(each, known[each.subject, each.public_id, each.number - 1], json.loads(each.content)) for each in entries
    ]
