"""Reading what an opening looks at: counts only before it, every bid with its digest after it. All by stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Application, Entry, NearMiss, Submission
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.people import Organisation, Person
from procurement.models.stages import Opening, Stage
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import endings as endings_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.queries.words import matching
from procurement.rules.permissions import Principal
from procurement.rules.statuses import Outcome
from workflows.catalogue import states
from workflows.facts import Facts

DAMAGED = "entry.damaged"
DAMAGED_BEFORE = "application.damaged"  # before there were stages; the entry has the application's id then


@dataclass(frozen=True)
class Counts:
    """All that staff may know before the opening."""

    drafts: int
    submitted: int
    withdrawn: int
    near_misses: int


def counts(session: Session, stage_id: int) -> Counts:
    """Counts only: two statements, whatever there is."""
    drafting = calls_queries.counts_as_draft()
    withdrawn = and_(Entry.state.in_(states.entry.withdrawn), Entry.opened_at.is_(None))
    submitted = Entry.standing_id.is_not(None)  # whoever withdraws before the opening has none that stands
    drafts, submitted, withdrawn = session.execute(
        select(
            func.coalesce(func.sum(case((drafting, 1), else_=0)), 0),
            func.coalesce(func.sum(case((submitted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((withdrawn, 1), else_=0)), 0),
        ).where(Entry.stage_id == stage_id)
    ).one()
    late = (
        select(func.count())
        .select_from(NearMiss)
        .join(Entry, Entry.id == NearMiss.entry_id)
        .join(Stage, Stage.id == Entry.stage_id)
        # what comes too late after the opening is an answer to a request
        .where(Entry.stage_id == stage_id, or_(Stage.opened_at.is_(None), NearMiss.received_at <= Stage.opened_at))
    )
    return Counts(int(drafts), int(submitted), int(withdrawn), session.scalar(late) or 0)


def find_opening(session: Session, stage_id: int) -> Opening | None:
    """The row that holds the first person, with both people."""
    return session.scalars(
        select(Opening)
        .where(Opening.stage_id == stage_id)
        .options(joinedload(Opening.first), joinedload(Opening.second))
    ).one_or_none()


def possible_openers(session: Session, but: int | None) -> list[Person]:
    """Everybody who may open bids, without the one who has asked."""
    found = people_queries.holding("officer", "approver").where(Person.id != (but or 0))
    return list(session.scalars(found.order_by(Person.name, Person.id)))


def find_record(session: Session, stage_id: int) -> Document | None:
    """The opening record of a stage."""
    return session.scalars(select(Document).where(Document.key == f"opening_record:{stage_id}")).one_or_none()


def facts(call: Call, stage: Stage, *, by: Principal, now: datetime, second: bool) -> Facts:
    """What opening looks at: the clock and whether this is the second of two people."""
    return replace(stages_queries.facts(call, stage, by=by, now=now), second_person=second)


def due_to_open(session: Session, now: datetime) -> list[int]:
    """The stages that have closed and that nobody has to open, because nothing in them was sealed."""
    return list(
        session.scalars(
            select(Stage.id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                Stage.state.in_(states.stage.collecting),
                Stage.sealed.is_(False),
                Stage.closes_at <= now,
                Call.state.in_(states.call.published),
            )
            .order_by(Stage.id)
        )
    )


def to_open(session: Session, stage: Stage) -> list[Entry]:
    """What an opening opens, in the order in which it is locked, held: every entry with a submission that stands, and
    where nobody has to send anything every draft too."""
    wanted = states.entry.standing if stage.required else (*states.entry.standing, *states.entry.drafts)
    asked = (
        select(Entry)
        .where(Entry.stage_id == stage.id, Entry.state.in_(wanted))
        .options(joinedload(Entry.application), joinedload(Entry.standing))
    )
    return _held(session, stage, asked)


def _held(session: Session, stage: Stage, asked: Select[Entry]) -> list[Entry]:
    """Entries of a stage, held, each with the stage, which is not read again with every one of them."""
    entries = session.scalars(
        asked.order_by(Entry.id).with_for_update(of=Entry).execution_options(populate_existing=True)
    ).all()
    for entry in entries:
        set_committed_value(entry, "stage", stage)
    return list(entries)


def drafts(session: Session, stage: Stage) -> list[Entry]:
    """The drafts that the clock has ended but nobody has written down, in the order in which they are locked, held."""
    asked = (
        select(Entry)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.drafts))
        .options(
            joinedload(Entry.application).options(joinedload(Application.lot), joinedload(Application.organisation))
        )
    )
    return _held(session, stage, asked)


def invited(session: Session, stage: Stage) -> list[Application]:
    """Who was let into a stage from the one before, by name: that much is known before anything is opened."""
    before = list(applications_queries.entries_before(session, stage))
    return list(
        session.scalars(
            select(Application)
            .join(Entry, Entry.application_id == Application.id)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .where(Entry.stage_id == stage.id, Application.id.in_(before))
            .options(joinedload(Application.organisation), joinedload(Application.lot))
            .order_by(Organisation.words, Application.id)
        )
    )


@dataclass(frozen=True)
class Opened:
    """One opened bid with what the record says of it. `submission`: None where nothing was sent in this stage."""

    entry: Entry
    application: Application
    organisation: Organisation
    lot: Lot
    submission: Submission | None


def opened_bids(session: Session, stage_id: int) -> list[Opened]:
    """Every bid that was opened, in the order in which they were received."""
    rows = session.execute(
        select(Entry, Application, Organisation, Lot, Submission)
        .join(Application, Application.id == Entry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .outerjoin(Submission, Submission.id == Entry.standing_id)
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
        .order_by(*_received())
    )
    return [Opened(*row) for row in rows]


def _received() -> tuple[ColumnElement[datetime], ColumnElement[int]]:
    return Submission.received_at.asc().nulls_last(), Entry.application_id.asc()


def damaged_ids(session: Session, stage_id: int) -> frozenset[int]:
    """The entries whose bytes could not be opened, as the history says."""
    return frozenset(
        session.scalars(
            select(Event.subject_id)
            .join(Entry, Entry.id == Event.subject_id)
            .where(
                Entry.stage_id == stage_id,
                Event.subject.in_(("entry", "application")),  # by the index, not through all events of the call
                Event.tag.in_((DAMAGED, DAMAGED_BEFORE)),
            )
        )
    )


# the list of bids and one bid


@dataclass(frozen=True)
class Search:
    """A filter of the list of bids; empty does not restrict."""

    words: str = ""
    states: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bid:
    """One line of the list, with how far it is (`queries.endings`)."""

    entry: Entry
    application: Application
    organisation: Organisation
    lot: Lot
    submission: Submission | None
    of: str  # whose word the status is
    standing: str
    proposed: bool  # whether somebody has proposed to find it ineligible

    @property
    def status(self) -> str:
        undecided = self.entry.state in states.entry.checking
        return states.INELIGIBLE_PROPOSED if self.proposed and undecided else self.standing


def list_bids(session: Session, stage_id: int, search: Search = Search()) -> list[Bid]:
    """The opened bids of a stage that match, the earliest received first: one statement."""
    columns = (Entry, Application, Organisation, Lot, Submission, endings_queries.WHOSE, endings_queries.KEY)
    asked = (
        endings_queries.joined(select(*columns, Decision.outcome).select_from(Entry))
        .join(Application, Application.id == Entry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .outerjoin(Submission, Submission.id == Entry.standing_id)
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
        .order_by(*_received())
    )
    if search.states:
        asked = asked.where(endings_queries.KEY.in_(search.states))
    if search.lots:
        asked = asked.where(Lot.number.in_(search.lots))
    reference = func.lower(func.replace(Application.ref, "-", " "))  # letters and digits of ASCII
    asked = asked.where(*matching(search.words, Entry.words, reference, Organisation.words))
    rows = session.execute(asked)
    return [
        Bid(entry, application, firm, lot, sent, of, key, outcome == Outcome.INELIGIBLE)
        for entry, application, firm, lot, sent, of, key, outcome in rows
    ]


def counts_by_state(session: Session, stage_id: int) -> dict[tuple[str, str], int]:
    """How many opened bids there are of each status, (whose word it is, key)."""
    opened = (Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
    return {(whose, key): count for whose, key, count in endings_queries.counts_of(session, *opened)}


def find_bid(session: Session, call_ref: str, ref: str, stage: str = "") -> Entry | None:
    """A bid of a call in one of its stages (in its newest where none is named), with its application, call, lot,
    organisation, stage and standing submission."""
    found = applications_queries.find_entry(session, ref, stage)
    return found if found is not None and found.application.call.ref == call_ref else None


def find_proposal(session: Session, entry_id: int) -> Decision | None:
    """The proposal to find an entry ineligible that stands, if there is one."""
    return session.scalars(
        select(Decision).where(
            Decision.entry_id == entry_id,
            Decision.superseded_at.is_(None),
            Decision.outcome == Outcome.INELIGIBLE,
        )
    ).one_or_none()


def proposed_ids(session: Session, stage_id: int) -> frozenset[int]:
    """The entries of a stage that somebody proposed to find ineligible."""
    return frozenset(
        session.scalars(
            select(Decision.entry_id)
            .join(Entry, Entry.id == Decision.entry_id)
            .where(
                Entry.stage_id == stage_id,
                Decision.superseded_at.is_(None),
                Decision.outcome == Outcome.INELIGIBLE,
            )
        )
    )


def undecided(session: Session, stage_id: int) -> int:
    """How many opened entries of a stage still need a decision on whether they are eligible."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Entry)
            .where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.checking))
        )
        or 0
    )


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """The names of some people by their ids."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {person_id: name for person_id, name in rows}
