"""Reading calls: for the people who make them, for everybody, and for the decisions about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call, CallVersion, Criterion, Lot
from procurement.models.calls import Question as QuestionRow
from procurement.models.history import Event
from procurement.models.people import Membership, Person
from procurement.queries import visibility as visibility_queries
from procurement.rules import call_checks, questions
from procurement.rules.calls import SECTION_FIELDS, Draft, LotDraft, mark
from procurement.rules.permissions import ANYBODY, Permission, Principal
from procurement.rules.statuses import CallStatus
from workflows.catalogue import states
from workflows.facts import Facts
from workflows.scoring import schemes


def find_call(session: Session, ref: str) -> Call | None:
    """By its reference; whoever asks is the permissions' business."""
    return session.scalars(select(Call).where(Call.ref == ref)).one_or_none()


def get_call(session: Session, call_id: int) -> Call:
    return session.get_one(Call, call_id)


def lots_of(session: Session, call_id: int) -> list[Lot]:
    return list(session.scalars(select(Lot).where(Lot.call_id == call_id).order_by(Lot.number)))


def questions_of(session: Session, call_id: int) -> list[QuestionRow]:
    """The questions of a call's form, in its order."""
    return list(
        session.scalars(
            select(QuestionRow).where(QuestionRow.call_id == call_id).order_by(QuestionRow.position, QuestionRow.id)
        )
    )


def criteria_of(session: Session, call_id: int) -> list[Criterion]:
    found = select(Criterion).where(Criterion.call_id == call_id)
    return list(session.scalars(found.order_by(Criterion.position, Criterion.id)))


def as_question(row: QuestionRow) -> questions.Question:
    """A stored question as the rules know it."""
    return questions.Question(
        key=row.key,
        section=row.section,
        text=row.text,
        kind=questions.get_kind(row.kind),
        guidance=row.guidance,
        required=row.required,
        word_limit=row.word_limit,
        options=tuple(row.options),
        minimum=row.minimum,
        maximum=row.maximum,
        criterion=row.criterion,
        purpose=questions.Purpose(row.purpose),
    )


def form_of(session: Session, call_id: int) -> tuple[questions.Question, ...]:
    """The whole form of a call, as the rules know it."""
    return tuple(as_question(row) for row in questions_of(session, call_id))


def as_criterion(row: Criterion) -> schemes.Criterion:
    """A stored criterion as the scoring knows it; a lowest mark of 0 is none."""
    return schemes.Criterion(row.key, row.name, row.weight, row.top, row.minimum or None, tuple(row.words))


def draft_of(session: Session, call: Call) -> Draft:
    """The whole call as plain values: three statements."""
    criteria = criteria_of(session, call.id)
    names = (
        *SECTION_FIELDS["details"],
        *SECTION_FIELDS["dates"],
        "ref",
        "kind",
        "procedure",
        "budget",
        "readers",
        "hold_minutes",
    )
    return Draft(
        **{name: getattr(call, name) for name in names},
        lots=tuple(LotDraft(lot.number, lot.title, lot.description, lot.budget) for lot in lots_of(session, call.id)),
        questions=form_of(session, call.id),
        criteria=tuple(as_criterion(row) for row in criteria),
        descriptions=tuple(row.description for row in criteria),
        minimum_total=Decimal(call.minimum_total),
    )


def scheme_of(call: Call) -> schemes.Scheme:
    """The scheme that a published call froze. Raises LookupError for one that was not published."""
    if call.scheme is None:
        raise LookupError(f"{call.ref} was not published")
    return schemes.read_scheme(call.scheme)


def frozen_workflows(call: Call) -> dict[str, Any]:
    """The workflows that a published call froze, by subject: what their fingerprint was taken of."""
    if call.workflows is None:
        raise LookupError(f"{call.ref} was not published")
    return {subject: copy["plain"] for subject, copy in call.workflows.items()}


def facts(
    session: Session, call: Call, *, by: Principal, now: datetime, reason: str = "", whole: bool = False
) -> Facts:
    """What every move of a call looks at; whoever moves it later adds what that move needs (`dataclasses.replace`).

    `whole`: count the problems too, which reads lots, questions and criteria.
    """
    hold_until = None if call.closes_at is None else call.closes_at + timedelta(minutes=call.hold_minutes)
    return Facts(
        now=now,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        hold_until=hold_until,
        actor=by.id,
        authors=frozenset(call.authors),
        problems=len(call_checks.call_problems(draft_of(session, call), now)) if whole else None,
        reason=reason,
        told_at=call.told_at,
    )


# what a page sends back as its version: taken of the content that it shows


def section_mark(session: Session, call: Call, section: str) -> int:
    """Of a section of plain fields; the criteria's also covers each weight."""
    values: dict[str, Any] = {field: getattr(call, field) for field in SECTION_FIELDS[section]}
    if section == "criteria":
        values |= {f"weight-{row.key}": row.weight for row in criteria_of(session, call.id)}
    return mark(values)


def question_mark(row: QuestionRow) -> int:
    return mark({name: str(value) for name, value in questions.to_plain(as_question(row)).items()})


LOT_FIELDS = ("title", "description", "budget")
CRITERION_FIELDS = ("name", "description", "top", "minimum")


def lot_mark(lot: Lot) -> int:
    return mark({name: getattr(lot, name) for name in LOT_FIELDS})


def criterion_mark(row: Criterion) -> int:
    return mark({"words": "\n".join(row.words), **{name: getattr(row, name) for name in CRITERION_FIELDS}})


def authors_of(session: Session, call: Call) -> list[Person]:
    """Everybody who wrote any of it, by name."""
    return list(session.scalars(select(Person).where(Person.id.in_(call.authors)).order_by(Person.name, Person.id)))


def last_editor(session: Session, call_id: int) -> str:
    """The name of whoever changed the call last; empty if nobody did."""
    return (
        session.scalar(
            select(Person.name)
            .join(Event, Event.actor_id == Person.id)
            .where(Event.call_id == call_id, Event.tag == "call.edit")
            .order_by(Event.position.desc())
            .limit(1)
        )
        or ""
    )


def newest_version(session: Session, call_id: int) -> CallVersion | None:
    return session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc()).limit(1)
    ).one_or_none()


def count_of_year(session: Session, beginning: str) -> int:
    """How many calls have a reference that begins so; calls are never removed."""
    found = select(func.count()).select_from(Call).where(Call.ref.startswith(beginning, autoescape=True))
    return session.scalar(found) or 0


# for everybody


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
PAGE = 20


def status_column(now: datetime) -> ColumnElement[str]:
    """The SQL twin of `rules.calls.status`, for calls that were published."""
    at = literal(now, type_=Call.opens_at.type)
    told = and_(Call.told_at.is_not(None), Call.told_at <= at)
    published = Call.state.in_(states.call.published)
    return case(
        (Call.state.in_(states.call.cancelled), CallStatus.CANCELLED.value),
        (and_(published, Call.opens_at > at), CallStatus.UPCOMING.value),
        (and_(published, Call.closes_at > at), CallStatus.OPEN.value),
        (published, CallStatus.CLOSED.value),
        (told, CallStatus.DECIDED.value),
        else_=CallStatus.IN_ASSESSMENT.value,
    )


def _matching(words: str) -> list[ColumnElement[bool]]:
    """Each word must occur somewhere in what the list shows."""
    text = func.lower(Call.title + " " + Call.summary + " " + Call.problem + " " + Call.ref)
    return [text.contains(word, autoescape=True) for word in words.lower().split()]


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
    at = literal(now, type_=Call.opens_at.type)
    published = Call.state.in_(states.call.published)
    orders: dict[str, tuple[Any, ...]] = {
        "closing": (
            case(
                (and_(published, Call.opens_at <= at, Call.closes_at > at), 0),
                (and_(published, Call.opens_at > at), 1),
                else_=2,
            ),
            case((Call.closes_at > at, Call.closes_at), else_=None).asc().nulls_last(),
            Call.closes_at.desc(),
        ),
        "newest": (Call.published_at.desc(),),
        "title": (func.lower(Call.title),),
    }
    found = _found(search, now).order_by(*orders[search.sort], Call.id.desc())
    if not whole:
        found = found.limit(PAGE).offset((search.page - 1) * PAGE)
    return list(session.scalars(found))


# for the people who make them


def list_managed(session: Session, states: Sequence[str] = ()) -> list[Call]:
    """Every call, or those in some states: the latest first."""
    found = select(Call).order_by(Call.id.desc())
    return list(session.scalars(found.where(Call.state.in_(states)) if states else found))


@dataclass(frozen=True)
class Counted:
    """How many applications a call has, and nothing else about them."""

    drafts: int = 0
    submitted: int = 0


def counted(session: Session, call_ids: Sequence[int]) -> dict[int, Counted]:
    """Counts only, for any number of calls in one statement: before the opening staff may know no more."""
    if not call_ids:
        return {}
    drafting = Application.state.in_(states.application.unsent)
    submitted = and_(Application.standing_id.is_not(None), Application.state.not_in(states.application.withdrawn))
    rows = session.execute(
        select(
            Application.call_id,
            func.sum(case((drafting, 1), else_=0)),
            func.sum(case((submitted, 1), else_=0)),
        )
        .where(Application.call_id.in_(call_ids))
        .group_by(Application.call_id)
    )
    return {call_id: Counted(int(drafts), int(submitted)) for call_id, drafts, submitted in rows}


def teams_of(session: Session, call_id: int) -> list[tuple[Application, list[Person]]]:
    """Each application that is still in the running, drafts included, with whom a message to its team goes to."""
    rows = session.execute(
        select(Application, Person)
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Application.call_id == call_id,
            Application.state.not_in(states.application.absent),
            Person.disabled_at.is_(None),
        )
        .order_by(Application.id, Person.id)
    )
    teams: dict[Application, list[Person]] = {}
    for application, person in rows:
        teams.setdefault(application, []).append(person)
    return list(teams.items())
