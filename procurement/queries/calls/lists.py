"""Many calls: the public list and its search, where each stands, the calls of those who make them, counts, teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.people import Membership, Person
from procurement.models.stages import Stage
from procurement.queries import visibility as visibility_queries
from procurement.queries.words import matching
from procurement.rules import calls as rules
from procurement.rules.permissions import ANYBODY, Permission
from procurement.rules.statuses import CallStatus
from workflows.catalogue import states


@dataclass(frozen=True)
class Search:
    """A search of the public list; empty tuples do not restrict."""

    words: str = ""
    statuses: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sort: str = "closing"
    page: int = 1


SORTS = ("closing", "newest", "title")
BEGINNING = (Stage.number == 1, Stage.ended_at.is_(None))  # the twin of `stages.firsts`
PAGE = 20


def status_of(call: Call, stages: Sequence[Stage], now: datetime) -> CallStatus:
    """Where a call stands for everybody."""
    return rules.status(call.state, stages, now)


def _firsts(*asked: ColumnElement[bool]) -> Select[int]:
    """The stages of the call in which an application begins, and of which this is so."""
    return select(Stage.id).where(Stage.call_id == Call.id, *BEGINNING, *asked).correlate(Call)


def _awarding() -> ColumnElement[bool]:
    """The SQL twin of `Stage.awards`."""
    return cast(Stage.steps, String).contains('"award"')


def status_column(now: datetime) -> ColumnElement[str]:
    """The SQL twin of `rules.calls.status`, for calls that were published."""
    at = literal(now, type_=Stage.opens_at.type)
    is_told = and_(Stage.told_at.is_not(None), Stage.told_at <= at)
    of_call = select(Stage.id).where(Stage.call_id == Call.id, Stage.ended_at.is_(None)).correlate(Call)
    return case(
        (Call.state.in_(states.call.cancelled), CallStatus.CANCELLED.value),
        (Call.state.in_(states.call.concluded), CallStatus.DECIDED.value),
        (_firsts(Stage.opens_at <= at, Stage.closes_at > at).exists(), CallStatus.OPEN.value),
        (_firsts(Stage.opens_at > at).exists(), CallStatus.UPCOMING.value),
        (
            and_(
                of_call.where(_awarding(), is_told).exists(), not_(of_call.where(_awarding(), not_(is_told)).exists())
            ),
            CallStatus.DECIDED.value,
        ),
        (of_call.where(Stage.opened_at.is_not(None)).exists(), CallStatus.IN_ASSESSMENT.value),
        else_=CallStatus.CLOSED.value,
    )


def _matching(words: str) -> list[ColumnElement[bool]]:
    """Each word must occur somewhere in what the list shows."""
    return matching(words, Call.words)


def counts(session: Session, words: str, now: datetime) -> dict[tuple[str, str, str], int]:
    """How many published calls that match the words there are of each (status, theme, kind)."""
    status = status_column(now).label("status")
    readable = visibility_queries.where(Permission.CALL_READ, ANYBODY, now)
    inner = select(status, Call.theme, Call.kind).where(readable, *_matching(words)).subquery()
    rows = session.execute(
        select(inner.c.status, inner.c.theme, inner.c.kind, func.count()).group_by(
            inner.c.status, inner.c.theme, inner.c.kind
        )
    )
    return {(status, theme, kind): count for status, theme, kind, count in rows}


def _found(search: Search, now: datetime) -> Select[Call]:
    found = select(Call).where(visibility_queries.where(Permission.CALL_READ, ANYBODY, now), *_matching(search.words))
    if search.statuses:
        found = found.where(status_column(now).in_(search.statuses))
    if search.themes:
        found = found.where(Call.theme.in_(search.themes))
    if search.kinds:
        found = found.where(Call.kind.in_(search.kinds))
    return found


def list_public(session: Session, search: Search, now: datetime, *, whole: bool = False) -> list[Call]:
    """One page of a search, or all of it. `closing`: what can still be applied for comes first."""
    at = literal(now, type_=Stage.opens_at.type)
    status = status_column(now)
    of_firsts = select(func.min(Stage.closes_at)).where(Stage.call_id == Call.id, *BEGINNING).correlate(Call)
    latest = select(func.max(Stage.closes_at)).where(Stage.call_id == Call.id, *BEGINNING).correlate(Call)
    orders: dict[str, tuple[Any, ...]] = {
        "closing": (
            case((status == CallStatus.OPEN.value, 0), (status == CallStatus.UPCOMING.value, 1), else_=2),
            of_firsts.where(Stage.closes_at > at).scalar_subquery().asc().nulls_last(),
            latest.scalar_subquery().desc(),
        ),
        "newest": (Call.published_at.desc(),),
        "title": (Call.words,),
    }
    found = _found(search, now).order_by(*orders[search.sort], Call.id.desc())
    if not whole:
        found = found.limit(PAGE).offset((search.page - 1) * PAGE)
    return list(session.scalars(found))


# for the people who make them


def list_managed(session: Session, states: Sequence[str] = ()) -> list[Call]:
    """Every call, or those in some states: the latest first. Copies that amend one are none."""
    found = select(Call).where(Call.amends_id.is_(None)).order_by(Call.id.desc())
    return list(session.scalars(found.where(Call.state.in_(states)) if states else found))


@dataclass(frozen=True)
class Counted:
    """How many applications a stage has, and nothing else about them. `took_part`: those that were opened in it; in a
    stage that collects nothing each is from the beginning."""

    drafts: int = 0
    submitted: int = 0
    took_part: int = 0


def counts_as_draft() -> ColumnElement[bool]:
    """Which entries of a stage are counted as drafts. One that was disqualified, or whose lot was abandoned, before the
    opening stays in the counts where it was, so that they do not say what it had handed in."""
    gone = (*states.entry.disqualified, *states.entry.abandoned)
    out = and_(Entry.state.in_(gone), Entry.opened_at.is_(None), Entry.standing_id.is_(None))
    return or_(Entry.state.in_(states.entry.unsent), out)


def counted(session: Session, stage_ids: Sequence[int]) -> dict[int, Counted]:
    """Counts only, for any number of stages in one statement: before the opening staff may know no more."""
    if not stage_ids:
        return {}
    drafting = counts_as_draft()
    submitted = Entry.standing_id.is_not(None)
    rows = session.execute(
        select(
            Entry.stage_id,
            func.sum(case((drafting, 1), else_=0)),
            func.sum(case((submitted, 1), else_=0)),
            func.count(Entry.opened_at),
        )
        .where(Entry.stage_id.in_(stage_ids))
        .group_by(Entry.stage_id)
    )
    return {stage_id: Counted(int(drafts), int(sent), opened) for stage_id, drafts, sent, opened in rows}


def teams_of(
    session: Session, call_id: int, *, declined: bool = False, lot_id: int | None = None
) -> list[tuple[Entry, list[Person]]]:
    """The newest entry of each application that is still in the running, drafts included, with whom a message to its
    team goes to. Whoever was told that it goes no further is not; `declined`: those alone. `lot_id`: of one lot."""
    out = and_(Entry.told_at.is_not(None), Entry.state.in_(states.entry.declined))
    rows = session.execute(
        select(Entry, Person)
        .join(Application, Application.entry_id == Entry.id)
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Application.call_id == call_id,
            Entry.state.not_in(states.entry.absent),
            out if declined else not_(out),
            Person.disabled_at.is_(None),
            *(() if lot_id is None else (Application.lot_id == lot_id,)),
        )
        .options(joinedload(Entry.application), joinedload(Entry.stage))
        .order_by(Application.id, Person.id)
    )
    teams: dict[Entry, list[Person]] = {}
    for entry, person in rows:
        teams.setdefault(entry, []).append(person)
    return list(teams.items())
