"""Reading corrections of marks: which marks a bid has, what a correction would change, and what waits."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call
from procurement.models.corrections import Correction
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.decisions import LotTable, Ranked, Table
from procurement.rules.corrections import AGREED, Place, Shift
from procurement.rules.ledger import canonical
from workflows.catalogue import states
from workflows.scoring.ranking import Bid, Row, rank

READ = (
    joinedload(Correction.proposer),
    joinedload(Correction.approver),
    joinedload(Correction.assignment).joinedload(Assignment.person),
    joinedload(Correction.entry).joinedload(Entry.application).joinedload(Application.organisation),
)


@dataclass(frozen=True)
class Given:
    """A mark of a bid that counts: one assessor's, or the one on which the panel agreed. `key` names it on a page."""

    key: str
    criterion: str
    name: str  # of the criterion
    mark: int
    top: int
    person: Person | None = None  # whose it is; None where it was agreed on
    assignment_id: int | None = None
    agreed_id: int | None = None


@dataclass(frozen=True)
class Effect:
    """What a correction would change: of each bid whose place, total or passing it moves, or whose decision loses its
    ground; and the bid that it is about. `shown` names them by reference."""

    shifts: tuple[Shift, ...]
    shown: Mapping[str, Ranked]
    seen: str = ""

    @property
    def withdrawn(self) -> tuple[Shift, ...]:
        """Those whose decision is withdrawn."""
        return tuple(each for each in self.shifts if each.groundless)


def find(session: Session, stage: Stage, number: int) -> Correction | None:
    """One correction of a stage."""
    asked = select(Correction).join(Entry, Entry.id == Correction.entry_id)
    return session.scalars(
        asked.where(Correction.id == number, Entry.stage_id == stage.id).options(*READ)
    ).one_or_none()


def of_stage(session: Session, stage_id: int) -> list[Correction]:
    """The corrections of a stage, the newest first, with whose mark each is about and who proposed it."""
    asked = select(Correction).join(Entry, Entry.id == Correction.entry_id).where(Entry.stage_id == stage_id)
    return list(session.scalars(asked.options(*READ).order_by(Correction.id.desc())))


def of_card(session: Session, assignment_id: int) -> list[Correction]:
    """What was corrected of one scorecard, in its order, with who proposed and who approved it."""
    asked = select(Correction).where(Correction.assignment_id == assignment_id, Correction.approved_at.is_not(None))
    people = (joinedload(Correction.proposer), joinedload(Correction.approver))
    return list(session.scalars(asked.options(*people).order_by(Correction.approved_at, Correction.id)))


def corrected_of(session: Session, call_id: int) -> frozenset[tuple[int, str]]:
    """Which marks of the scorecards of a call were corrected: (assignment, criterion). What their assessor wrote is
    about the mark of before."""
    asked = select(Correction.assignment_id, Correction.criterion).join(Entry, Entry.id == Correction.entry_id)
    rows = session.execute(
        asked.join(Stage, Stage.id == Entry.stage_id).where(
            Stage.call_id == call_id, Correction.approved_at.is_not(None), Correction.assignment_id.is_not(None)
        )
    )
    return frozenset((assignment_id, criterion) for assignment_id, criterion in rows if assignment_id is not None)


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[Correction]:
    """Those of some calls that wait for an approver, about bids that are still ranked; with entry and stage."""
    return list(
        session.scalars(
            select(Correction)
            .join(Entry, Entry.id == Correction.entry_id)
            .where(
                Entry.call_id.in_(call_ids),
                Entry.state.in_(states.entry.ranked),
                Correction.approved_at.is_(None),
                Correction.ended_at.is_(None),
            )
            .options(joinedload(Correction.entry).options(joinedload(Entry.stage), joinedload(Entry.application)))
            .order_by(Correction.id)
        )
    )


def waiting_of(session: Session, stage_id: int) -> list[Correction]:
    """Those of one stage: nobody approves decisions, nor tells them, while one waits."""
    call_id = session.scalars(select(Stage.call_id).where(Stage.id == stage_id)).one()
    return [each for each in waiting_in(session, [call_id]) if each.entry.stage_id == stage_id]


def marks_of(session: Session, stage: Stage, entry: Entry) -> list[Given]:
    """The marks of a bid that can be corrected in a stage, by criterion, each card's in the order that was drawn; then
    those on which its panel agreed. A stage that reads the marks of another has only the latter."""
    scheme = decisions_queries.scheme_of(session, stage)
    found = []
    rows = session.execute(
        select(Assignment, Mark)
        .join(Mark, Mark.assignment_id == Assignment.id)
        .where(
            Assignment.entry_id == entry.id,
            Assignment.state.in_(states.assignment.handed_in),
        )
        .options(joinedload(Assignment.person))
        .order_by(Assignment.ref)
    ).all()
    agreed = decisions_queries.agreed_on(session, entry.id) if stage.moderates else {}
    for criterion in scheme.criteria:
        for assignment, mark in rows:
            if mark.criterion == criterion.key and mark.mark is not None:
                key, who = f"{assignment.ref}:{criterion.key}", assignment.person
                given = Given(key, criterion.key, criterion.name, mark.mark, criterion.top, who, assignment.id)
                found.append(given)
        row = agreed.get(criterion.key)
        if row is not None and row.mark is not None:
            key = f"{AGREED}:{criterion.key}"
            found.append(Given(key, criterion.key, criterion.name, row.mark, criterion.top, agreed_id=row.id))
    return found


def effect_of(session: Session, call: Call, stage: Stage, row: Correction) -> Effect:
    """What a correction that waits would change, reckoned anew from what stands now, as the ranking itself is."""
    table = decisions_queries.table_of(session, call, stage, comments=False)
    bids = [_corrected(each, row) for each in table.entries if not each.missed]
    after = rank(table.scheme, bids, carried=table.carried, seed=table.seed)
    rows = {each.ref: each for each in after.rows}
    gone = _without_ground(call, stage, table, rows)
    shown = {each.ref: each for each in table.entries}
    shifts = tuple(
        shift
        for each in table.entries
        if (shift := _shift(each, rows.get(each.ref), groundless=each.ref in gone)).before != shift.after
        or shift.groundless
        or each.entry.id == row.entry_id
    )
    plain = {"correction": row.id, "shifts": [each.plain() for each in shifts]}
    return Effect(shifts, shown, hashlib.sha256(canonical(plain)).hexdigest()[:16])


def _corrected(ranked: Ranked, row: Correction) -> Bid:
    """A bid as the scoring takes it, with the mark corrected where it is this bid's."""
    bid = decisions_queries.bid_of(ranked.entry, ranked.cards, dict(ranked.agreed))
    if ranked.entry.id != row.entry_id:
        return bid
    if row.agreed_id is not None:
        return replace(bid, agreed={**bid.agreed, row.criterion: row.after})
    cards = tuple(
        {**marks, row.criterion: row.after} if card.assignment_id == row.assignment_id else marks
        for card, marks in zip(ranked.cards, bid.cards, strict=True)
    )
    return replace(bid, cards=cards)


def _shift(ranked: Ranked, after: Row | None, *, groundless: bool) -> Shift:
    decision = ranked.decision
    return Shift(
        ref=ranked.ref,
        lot=ranked.lot.number,
        before=_place(ranked.row),
        after=_place(after),
        decided="" if decision is None else decision.outcome,
        groundless=groundless,
    )


def _place(row: Row | None) -> Place:
    return Place(None, "", passes=False) if row is None else Place(row.place, str(row.total), row.passes)


def _without_ground(call: Call, stage: Stage, table: Table, rows: Mapping[str, Row]) -> frozenset[str]:
    """Whose decision stands on a place, a total or a threshold that is another then: in a procurement what the
    published rule does not give any more, in a fund what would depart from it without a reason; in both whoever passes
    a threshold now or passes it no more."""
    decided = {each.ref: each for each in table.entries if each.decision is not None}
    crossed = {
        ref
        for ref, each in decided.items()
        if each.row is not None and ref in rows and each.row.passes != rows[ref].passes
    }
    lots = [_reordered(lot, rows) for lot in table.lots]
    if workflows_queries.rule_binds(call, stage):
        broken = {ref for lot in lots for ref in decisions_queries.broken_in(lot, awards=table.awards)}
        return frozenset(crossed | (broken - set(table.breaking)))
    leaving = decisions_queries.leaving_of(lots, awards=table.awards) - table.leaving
    unexplained = {ref for ref in leaving if ref in decided and not _departure(decided[ref])}
    return frozenset(crossed | unexplained)


def _departure(ranked: Ranked) -> str:
    return "" if ranked.decision is None else ranked.decision.departure


def _reordered(lot: LotTable, rows: Mapping[str, Row]) -> LotTable:
    entries = [replace(each, row=rows.get(each.ref)) for each in lot.entries]
    entries.sort(key=lambda each: (each.missed, each.row.place if each.row else 0, each.ref))
    return replace(lot, entries=tuple(entries))
