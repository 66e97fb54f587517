"""Reading what an opening looks at: counts only before it, every bid with its digest after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Submission
from procurement.models.calls import Call, Lot, NearMiss, Opening
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.people import Organisation, Person
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.rules.permissions import Principal
from procurement.rules.statuses import Outcome
from workflows.catalogue import states
from workflows.facts import Facts

DAMAGED = "application.damaged"


@dataclass(frozen=True)
class Counts:
    """All that staff may know before the opening."""

    drafts: int
    submitted: int
    withdrawn: int
    near_misses: int


def counts(session: Session, call_id: int) -> Counts:
    """Counts only: two statements, whatever there is."""
    drafting = Application.state.in_(states.application.unsent)
    withdrawn = Application.state.in_(states.application.withdrawn)
    submitted = and_(Application.standing_id.is_not(None), ~withdrawn)
    drafts, submitted, withdrawn = session.execute(
        select(
            func.coalesce(func.sum(case((drafting, 1), else_=0)), 0),
            func.coalesce(func.sum(case((submitted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((withdrawn, 1), else_=0)), 0),
        ).where(Application.call_id == call_id)
    ).one()
    late = session.scalar(select(func.count()).select_from(NearMiss).where(NearMiss.call_id == call_id)) or 0
    return Counts(int(drafts), int(submitted), int(withdrawn), late)


def find_opening(session: Session, call_id: int) -> Opening | None:
    """The row that holds the first person, with both people."""
    return session.scalars(
        select(Opening).where(Opening.call_id == call_id).options(joinedload(Opening.first), joinedload(Opening.second))
    ).one_or_none()


def possible_openers(session: Session, but: int | None) -> list[Person]:
    """Everybody who may open bids, without the one who has asked."""
    found = people_queries.holding("officer", "approver").where(Person.id != (but or 0))
    return list(session.scalars(found.order_by(Person.name, Person.id)))


def find_record(session: Session, call_id: int) -> Document | None:
    """The opening record of a call."""
    return session.scalars(select(Document).where(Document.key == f"opening_record:{call_id}")).one_or_none()


def facts(session: Session, call: Call, *, by: Principal, now: datetime, second: bool) -> Facts:
    """What opening looks at: the clock and whether this is the second of two people."""
    return replace(calls_queries.facts(session, call, by=by, now=now), second_person=second)


def standing_ids(session: Session, call_id: int) -> list[int]:
    """The applications with a submission that stands, in the order in which they are locked."""
    return list(
        session.scalars(
            select(Application.id)
            .where(Application.call_id == call_id, Application.state.in_(states.application.standing))
            .order_by(Application.id)
        )
    )


def draft_ids(session: Session, call_id: int) -> list[int]:
    """The drafts that the clock has ended but nobody has written down."""
    return list(
        session.scalars(
            select(Application.id)
            .where(Application.call_id == call_id, Application.state.in_(states.application.drafts))
            .order_by(Application.id)
        )
    )


@dataclass(frozen=True)
class Opened:
    """One opened bid with what the record says of it."""

    application: Application
    organisation: Organisation
    lot: Lot
    submission: Submission


def opened_bids(session: Session, call_id: int) -> list[Opened]:
    """Every bid that was opened, in the order in which they were received."""
    rows = session.execute(
        select(Application, Organisation, Lot, Submission)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Submission, Submission.id == Application.standing_id)
        .where(Application.call_id == call_id, Application.state.not_in(states.application.unopened))
        .order_by(Submission.received_at, Application.id)
    )
    return [Opened(*row) for row in rows]


def damaged_ids(session: Session, call_id: int) -> frozenset[int]:
    """The applications whose bytes could not be opened, as the history says."""
    return frozenset(session.scalars(select(Event.subject_id).where(Event.call_id == call_id, Event.tag == DAMAGED)))


# the list of bids and one bid


@dataclass(frozen=True)
class Search:
    """A filter of the list of bids; empty does not restrict."""

    words: str = ""
    states: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bid:
    """One line of the list."""

    application: Application
    organisation: Organisation
    lot: Lot
    submission: Submission
    proposed: bool  # whether somebody has proposed to find it ineligible

    @property
    def status(self) -> str:
        undecided = self.application.state in states.application.checking
        return states.INELIGIBLE_PROPOSED if self.proposed and undecided else self.application.state


def list_bids(session: Session, call_id: int, search: Search = Search()) -> list[Bid]:
    """The opened bids of a call that match, the earliest received first: one statement."""
    asked = (
        select(Application, Organisation, Lot, Submission, Decision.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Submission, Submission.id == Application.standing_id)
        .outerjoin(
            Decision,
            and_(
                Decision.application_id == Application.id,
                Decision.superseded_at.is_(None),
                Decision.outcome == Outcome.INELIGIBLE,
            ),
        )
        .where(Application.call_id == call_id, Application.state.not_in(states.application.unopened))
        .order_by(Submission.received_at, Application.id)
    )
    if search.states:
        asked = asked.where(Application.state.in_(search.states))
    if search.lots:
        asked = asked.where(Lot.number.in_(search.lots))
    for word in search.words.lower().split():
        asked = asked.where(
            or_(
                *(
                    func.lower(column).contains(word, autoescape=True)
                    for column in (Application.title, Application.ref, Organisation.name)
                )
            )
        )
    rows = session.execute(asked)
    return [Bid(application, firm, lot, sent, found is not None) for application, firm, lot, sent, found in rows]


def counts_by_state(session: Session, call_id: int) -> dict[str, int]:
    """How many opened bids there are in each state."""
    rows = session.execute(
        select(Application.state, func.count())
        .where(Application.call_id == call_id, Application.state.not_in(states.application.unopened))
        .group_by(Application.state)
    )
    return {state: count for state, count in rows}


def find_bid(session: Session, call_ref: str, ref: str) -> Application | None:
    """An application of a call with its call, lot, organisation and standing submission."""
    return session.scalars(
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.ref == ref, Call.ref == call_ref)
        .options(
            joinedload(Application.call),
            joinedload(Application.lot),
            joinedload(Application.organisation),
            joinedload(Application.standing).joinedload(Submission.person),
        )
    ).one_or_none()


def find_proposal(session: Session, application_id: int) -> Decision | None:
    """The proposal to find an application ineligible that stands, if there is one."""
    return session.scalars(
        select(Decision).where(
            Decision.application_id == application_id,
            Decision.superseded_at.is_(None),
            Decision.outcome == Outcome.INELIGIBLE,
        )
    ).one_or_none()


def undecided(session: Session, call_id: int) -> int:
    """How many opened applications still need a decision on whether they are eligible."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Application)
            .where(Application.call_id == call_id, Application.state.in_(states.application.checking))
        )
        or 0
    )


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """The names of some people by their ids."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {person_id: name for person_id, name in rows}
