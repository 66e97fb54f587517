"""Reading the public register. Only what was published is here: this module knows no other table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from procurement.models.register import RegisterAward, RegisterEntry, RegisterGrant, RegisterNotice, Release
from procurement.rules.statuses import AwardStatus

PAGE = 20
RELEASES = 100
SORTS: dict[str, tuple[SQLColumnExpression[Any], ...]] = {
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

COUNTED_STATUSES = (
    AwardStatus.PENDING,
    AwardStatus.ACTIVE,
)  # an award with another status was cancelled or not taken up


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
        opened: dict[str, Any] = {facet: None}
        return replace(self, **opened)


@dataclass(frozen=True)
class Summary:
    """The search in numbers: `found` counts its entries; all else only the awards that stand, since what was cancelled
    or not taken up is listed but is no money awarded. `small` counts the awards to SMEs."""

    found: int
    awards: int
    amount: Decimal
    small: int


@dataclass(frozen=True)
class Group:
    """How many entries share a value of every facet, and what they are worth."""

    values: dict[str, Any]
    count: int
    amount: Decimal

    def fits(self, search: Search) -> bool:
        """Whether the facets of a search leave this group."""
        return all(getattr(search, name) in (None, self.values[name]) for name in FACETS)


@dataclass(frozen=True)
class Choice:
    """One value of a facet: the entries that choosing it would show, and the money of those that stand."""

    value: Any
    count: int
    amount: Decimal


def _where(search: Search) -> list[ColumnElement[bool]]:
    conditions = [RegisterAward.words.contains(word, autoescape=True) for word in search.q.split()]
    for name, column in FACETS.items():
        if (value := getattr(search, name)) is not None:
            conditions.append(column == value)
    if search.organisation is not None:
        conditions.append(RegisterAward.organisation_ref == search.organisation)
    return conditions


def _found(search: Search) -> Select[RegisterAward]:
    return select(RegisterAward).where(*_where(search)).order_by(*SORTS[search.sort])


def page(session: Session, search: Search) -> list[RegisterAward]:
    """One page of the search."""
    return list(session.scalars(_found(search).limit(PAGE).offset((search.page - 1) * PAGE)))


def every(session: Session, search: Search) -> Iterator[RegisterAward]:
    """All of the search, in batches: a download is never cut."""
    yield from session.scalars(_found(search).execution_options(yield_per=500))


def grouped(session: Session, search: Search) -> list[Group]:
    """The entries that the words and the organisation leave, counted by all facets together: one pass through the
    table, from which every number of the page follows, whatever else was chosen."""
    opened: dict[str, Any] = dict.fromkeys(FACETS)
    bare = replace(search, **opened)
    columns = tuple(FACETS.values())
    rows = session.execute(
        select(*columns, func.count(RegisterAward.id), func.sum(RegisterAward.amount))
        .where(*_where(bare))
        .group_by(*columns)
    )
    return [Group(dict(zip(FACETS, row, strict=False)), row[-2], row[-1] or Decimal(0)) for row in rows]


def summary(groups: list[Group], search: Search) -> Summary:
    fitting = [each for each in groups if each.fits(search)]
    counted = [each for each in fitting if each.values["status"] in COUNTED_STATUSES]
    return Summary(
        found=sum(each.count for each in fitting),
        awards=sum(each.count for each in counted),
        amount=sum((each.amount for each in counted), Decimal(0)),
        small=sum(each.count for each in counted if each.values["sme"]),
    )


def organisations(session: Session, search: Search) -> int:
    """How many organisations have the awards of a search that stand."""
    counted = select(func.count(func.distinct(RegisterAward.organisation_ref)))
    return session.scalar(counted.where(*_where(search), RegisterAward.status.in_(COUNTED_STATUSES))) or 0


def facets(groups: list[Group], search: Search) -> dict[str, list[Choice]]:
    """For each facet the values that the rest of the search leaves, each with the entries that choosing it gives."""
    found: dict[str, list[Choice]] = {}
    for name in FACETS:
        counts: dict[Any, int] = {}
        amounts: dict[Any, Decimal] = {}
        for each in groups:
            if each.fits(search.without(name)):
                value = each.values[name]
                counts[value] = counts.get(value, 0) + each.count
                stands = each.values["status"] in COUNTED_STATUSES
                amounts[value] = amounts.get(value, Decimal(0)) + (each.amount if stands else 0)
        found[name] = [Choice(value, counts[value], amounts[value]) for value in sorted(counts)]
    return found


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
