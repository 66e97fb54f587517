"""Reading the public register. Only what was published is here: this module knows no other table."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from procurement.models.register import RegisterAward, RegisterEntry, RegisterGrant, RegisterNotice, Release
from procurement.queries.words import matching
from procurement.rules.published import PublishedCall, read
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
    "single_bid": RegisterAward.single_bid,
}

COUNTED_STATUSES = (AwardStatus.ACTIVE,)  # an award that stands; nothing else is money awarded
PENDING_STATUSES = (AwardStatus.PENDING,)  # in standstill
SUSPENDED_STATUSES = (AwardStatus.SUSPENDED,)  # by a claim; any other was cancelled or not taken up


@dataclass(frozen=True)
class Search:
    """What somebody looks for; None where they do not mind. `q` is what was typed, each word of which must be there."""

    q: str = ""
    year: int | None = None
    kind: str | None = None
    theme: str | None = None
    sme: bool | None = None
    status: str | None = None
    single_bid: bool | None = None
    organisation: str | None = None
    sort: str = "newest"
    page: int = 1

    def without(self, facet: str) -> "Search":
        """The same search with one facet open."""
        opened: dict[str, Any] = {facet: None}
        return replace(self, **opened)


@dataclass(frozen=True)
class Summary:
    """The search in numbers: `found` counts its entries; `awards`, `amount` and `small` (to SMEs) only the awards that
    stand, `pending` and `pending_amount` those whose standstill runs, `suspended` and its amount those that a claim
    holds. What was cancelled or not taken up is listed but is no money awarded."""

    found: int
    awards: int
    amount: Decimal
    small: int
    pending: int
    pending_amount: Decimal
    suspended: int
    suspended_amount: Decimal


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
    conditions = matching(search.q, RegisterAward.words)
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
    waiting = [each for each in fitting if each.values["status"] in PENDING_STATUSES]
    held = [each for each in fitting if each.values["status"] in SUSPENDED_STATUSES]
    return Summary(
        found=sum(each.count for each in fitting),
        awards=sum(each.count for each in counted),
        amount=sum((each.amount for each in counted), Decimal(0)),
        small=sum(each.count for each in counted if each.values["sme"]),
        pending=sum(each.count for each in waiting),
        pending_amount=sum((each.amount for each in waiting), Decimal(0)),
        suspended=sum(each.count for each in held),
        suspended_amount=sum((each.amount for each in held), Decimal(0)),
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
        # what nobody counted is no choice
        found[name] = [Choice(each, counts[each], amounts[each]) for each in sorted(counts.keys() - {None})]
    return found


def find_award(session: Session, public_id: str) -> RegisterAward | None:
    return session.scalars(select(RegisterAward).where(RegisterAward.public_id == public_id)).one_or_none()


def count(session: Session) -> int:
    """How many awards there are, whatever became of them."""
    return session.scalar(select(func.count(RegisterAward.id))) or 0


def addresses(session: Session, limit: int, offset: int) -> list[tuple[str, datetime]]:
    """The awards by their names in addresses, each with when it was last published, oldest first."""
    found = select(RegisterAward.public_id, RegisterAward.changed_at).order_by(RegisterAward.id)
    return [(ref, at) for ref, at in session.execute(found.limit(limit).offset(offset))]


def organisation_refs(session: Session) -> list[str]:
    """Every organisation that has an award, by its name in addresses."""
    return list(
        session.scalars(select(RegisterAward.organisation_ref).distinct().order_by(RegisterAward.organisation_ref))
    )


def awards_named(session: Session, public_ids: Sequence[str]) -> dict[str, RegisterAward]:
    """Some awards by their public ids, as they stand now."""
    rows = session.scalars(select(RegisterAward).where(RegisterAward.public_id.in_(public_ids)))
    return {row.public_id: row for row in rows}


def entries_of(session: Session, public_id: str) -> list[RegisterEntry]:
    """Every publication of an award or grant, oldest first."""
    return list(
        session.scalars(
            select(RegisterEntry)
            .where(RegisterEntry.subject.in_(("award", "grant")), RegisterEntry.public_id == public_id)
            .order_by(RegisterEntry.id)
        )
    )


def calls(session: Session, reference: str | None = None) -> dict[str, PublishedCall]:
    """What was last published of every call, or of one, by its reference."""
    newest = select(func.max(RegisterEntry.id)).where(RegisterEntry.subject == "call").group_by(RegisterEntry.public_id)
    if reference is not None:
        newest = newest.where(RegisterEntry.public_id == reference)
    rows = session.execute(select(RegisterEntry.public_id, RegisterEntry.content).where(RegisterEntry.id.in_(newest)))
    return {ref: read(PublishedCall, json.loads(content)) for ref, content in rows}


def cancelled_at(session: Session, reference: str) -> datetime | None:
    """When a call was cancelled for everybody to see; None where it was not."""
    found = calls(session, reference).get(reference)
    return None if found is None else found.cancelled_at


def call_publications(
    session: Session, reference: str | None = None
) -> dict[str, list[tuple[datetime, PublishedCall]]]:
    """Every publication of every call, or of one, by its reference, the oldest first, each with its instant."""
    asked = select(RegisterEntry.public_id, RegisterEntry.published_at, RegisterEntry.content)
    asked = asked.where(RegisterEntry.subject == "call").order_by(RegisterEntry.id)
    if reference is not None:
        asked = asked.where(RegisterEntry.public_id == reference)
    found: dict[str, list[tuple[datetime, PublishedCall]]] = {}
    for ref, at, content in session.execute(asked):
        found.setdefault(ref, []).append((at, read(PublishedCall, json.loads(content))))
    return found


def calls_changed(session: Session, references: Sequence[str]) -> dict[str, datetime]:
    """When the newest publication of each of some calls was recorded."""
    rows = session.execute(
        select(RegisterEntry.public_id, func.max(RegisterEntry.published_at))
        .where(RegisterEntry.subject == "call", RegisterEntry.public_id.in_(references))
        .group_by(RegisterEntry.public_id)
    )
    return {reference: at for reference, at in rows}


def find_notice(session: Session, public_id: str) -> RegisterNotice | None:
    return session.scalars(select(RegisterNotice).where(RegisterNotice.public_id == public_id)).one_or_none()


def list_notices(session: Session) -> list[RegisterNotice]:
    """Every published notice, newest first."""
    return list(session.scalars(select(RegisterNotice).order_by(RegisterNotice.published_at.desc(), RegisterNotice.id)))


def awards_of_call(session: Session, call_ref: str) -> list[RegisterAward]:
    """The published awards of a call, in the order of their references."""
    found = select(RegisterAward).where(RegisterAward.call_ref == call_ref).order_by(RegisterAward.public_id)
    return list(session.scalars(found))


def notices_of_call(session: Session, call_ref: str) -> list[RegisterNotice]:
    """The published notices of a call, the oldest first."""
    found = select(RegisterNotice).where(RegisterNotice.call_ref == call_ref).order_by(RegisterNotice.published_at)
    return list(session.scalars(found))


@dataclass(frozen=True)
class Window:
    """Releases that were published from `since` on and before `until`; None: from the first on, up to the newest."""

    since: datetime | None = None
    until: datetime | None = None


def releases_after(session: Session, after: int, limit: int = RELEASES, window: Window | None = None) -> list[Release]:
    """Releases in the order in which they were published, from the one that follows `after` (a place)."""
    found = select(Release).where(Release.place > after).order_by(Release.place).limit(limit)
    if window is not None and window.since is not None:
        found = found.where(Release.recorded_at >= window.since)
    if window is not None and window.until is not None:
        found = found.where(Release.recorded_at < window.until)
    return list(session.scalars(found))


def newest_release(session: Session) -> datetime | None:
    """When the newest release of all was published."""
    return session.scalar(select(func.max(Release.recorded_at)))


def releases_of(session: Session, ocid: str) -> list[Release]:
    """One contracting process, oldest first."""
    return list(session.scalars(select(Release).where(Release.ocid == ocid).order_by(Release.moment)))


def processes(session: Session) -> list[tuple[str, datetime]]:
    """Every contracting process with the instant of its last release."""
    rows = session.execute(select(Release.ocid, func.max(Release.moment)).group_by(Release.ocid).order_by(Release.ocid))
    return [(ocid, moment) for ocid, moment in rows]


def grants(session: Session) -> list[RegisterGrant]:
    return list(session.scalars(select(RegisterGrant).order_by(RegisterGrant.id)))


def grants_dated(session: Session) -> tuple[datetime, datetime] | None:
    """When the first grant was published, and when one last changed, those that ended included; None before one was."""
    asked = select(func.min(RegisterAward.published_at), func.max(RegisterAward.changed_at))
    first, last = session.execute(asked.where(RegisterAward.kind == "grant")).one()
    return None if first is None or last is None else (first, last)


def count_grants(session: Session) -> int:
    return session.scalar(select(func.count(RegisterGrant.id))) or 0


def version(session: Session) -> tuple[int, datetime | None]:
    """What the register is at: it changes with every publication, and with nothing else."""
    row = session.execute(select(func.max(RegisterEntry.id), func.max(RegisterEntry.published_at))).one()
    return row[0] or 0, row[1]
