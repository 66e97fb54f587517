"""Reading the public register. Only what was published is here: this module knows no other table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from procurement.models.register import RegisterAward, RegisterEntry, RegisterGrant, RegisterNotice, Release

PAGE = 20
RELEASES = 100
SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (RegisterAward.awarded_on.desc(), RegisterAward.public_id),
    "oldest": (RegisterAward.awarded_on, RegisterAward.public_id),
    "largest": (RegisterAward.amount.desc(), RegisterAward.public_id),
    "smallest": (RegisterAward.amount, RegisterAward.public_id),
    "organisation": (RegisterAward.organisation, RegisterAward.public_id),
}
FACETS: dict[str, InstrumentedAttribute[Any]] = {
    "year": RegisterAward.year,
    "kind": RegisterAward.kind,
    "theme": RegisterAward.theme,
    "sme": RegisterAward.sme,
    "status": RegisterAward.status,
}


@dataclass(frozen=True)
class Search:
    """What somebody looks for; None where they do not mind. `q` is folded text, every word of which must be there."""

    q: str = ""
    year: int | None = None
    kind: str | None = None
    theme: str | None = None
    sme: bool | None = None
    status: str | None = None
    organisation: str | None = None
    sort: str = "newest"
    page: int = 1

    def without(self, facet: str) -> "Search":
        """The same search with one facet open."""
        return replace(self, **{facet: None})


@dataclass(frozen=True)
class Summary:
    """The search in numbers; `small` counts the awards to SMEs."""

    awards: int
    amount: Decimal
    organisations: int
    small: int


def _where(search: Search) -> list[ColumnElement[bool]]:
    conditions = [RegisterAward.words.contains(word, autoescape=True) for word in search.q.split()]
    for name, column in FACETS.items():
        if (value := getattr(search, name)) is not None:
            conditions.append(column == value)
    if search.organisation is not None:
        conditions.append(RegisterAward.organisation_ref == search.organisation)
    return conditions


def _found(search: Search) -> Select[tuple[RegisterAward]]:
    return select(RegisterAward).where(*_where(search)).order_by(*SORTS[search.sort])


def page(session: Session, search: Search) -> list[RegisterAward]:
    """One page of the search."""
    return list(session.scalars(_found(search).limit(PAGE).offset((search.page - 1) * PAGE)))


def every(session: Session, search: Search) -> Iterator[RegisterAward]:
    """All of the search, in batches: a download is never cut."""
    yield from session.scalars(_found(search).execution_options(yield_per=500))


def summary(session: Session, search: Search) -> Summary:
    row = session.execute(
        select(
            func.count(RegisterAward.id),
            func.sum(RegisterAward.amount),
            func.count(func.distinct(RegisterAward.organisation_ref)),
            func.count(RegisterAward.id).filter(RegisterAward.sme.is_(True)),
        ).where(*_where(search))
    ).one()
    return Summary(row[0], row[1] or Decimal(0), row[2], row[3])


def facets(session: Session, search: Search) -> dict[str, list[tuple[Any, int, Decimal]]]:
    """For each facet the values that the rest of the search leaves, each with the rows that choosing it gives."""
    found = {}
    for name, column in FACETS.items():
        rows = session.execute(
            select(column, func.count(RegisterAward.id), func.sum(RegisterAward.amount))
            .where(*_where(search.without(name)))
            .group_by(column)
            .order_by(column)
        ).all()
        found[name] = [(value, count, amount or Decimal(0)) for value, count, amount in rows]
    return found


def totals(session: Session) -> Summary:
    """The whole register in numbers, without what was cancelled: for the first page."""
    row = session.execute(
        select(
            func.count(RegisterAward.id),
            func.sum(RegisterAward.amount),
            func.count(func.distinct(RegisterAward.organisation_ref)),
            func.count(RegisterAward.id).filter(RegisterAward.sme.is_(True)),
        ).where(RegisterAward.status.in_(("pending", "active")))
    ).one()
    return Summary(row[0], row[1] or Decimal(0), row[2], row[3])


def find_award(session: Session, public_id: str) -> RegisterAward | None:
    return session.scalars(select(RegisterAward).where(RegisterAward.public_id == public_id)).one_or_none()


def entries_of(session: Session, public_id: str) -> list[RegisterEntry]:
    """Every publication of an award or grant, oldest first."""
    return list(
        session.scalars(
            select(RegisterEntry)
            .where(RegisterEntry.subject.in_(("award", "grant")), RegisterEntry.public_id == public_id)
            .order_by(RegisterEntry.id)
        )
    )


def find_notice(session: Session, public_id: str) -> RegisterNotice | None:
    return session.scalars(select(RegisterNotice).where(RegisterNotice.public_id == public_id)).one_or_none()


def list_notices(session: Session) -> list[RegisterNotice]:
    """Every published notice, newest first."""
    return list(session.scalars(select(RegisterNotice).order_by(RegisterNotice.published_at.desc(), RegisterNotice.id)))


def releases_after(session: Session, after: int, limit: int = RELEASES) -> list[Release]:
    """Releases in the order in which they were published, from the one that follows `after` (an id)."""
    return list(session.scalars(select(Release).where(Release.id > after).order_by(Release.id).limit(limit)))


def releases_of(session: Session, ocid: str) -> list[Release]:
    """One contracting process, oldest first."""
    return list(session.scalars(select(Release).where(Release.ocid == ocid).order_by(Release.moment)))


def processes(session: Session) -> list[tuple[str, datetime]]:
    """Every contracting process with the instant of its last release."""
    rows = session.execute(select(Release.ocid, func.max(Release.moment)).group_by(Release.ocid).order_by(Release.ocid))
    return [(ocid, moment) for ocid, moment in rows]


def grants(session: Session) -> list[RegisterGrant]:
    return list(session.scalars(select(RegisterGrant).order_by(RegisterGrant.id)))


def version(session: Session) -> tuple[int, datetime | None]:
    """What the register is at: it changes with every publication, and with nothing else."""
    row = session.execute(select(func.max(RegisterEntry.id), func.max(RegisterEntry.published_at))).one()
    return row[0] or 0, row[1]
