"""Reading the ranking of a call and what is decided about each application."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.people import Organisation
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Principal
from procurement.rules.statuses import Outcome
from workflows.catalogue import states
from workflows.facts import Facts, Sentence
from workflows.scoring.budget import BudgetLine, budget_line, departures, in_rank_order
from workflows.scoring.ranking import Bid, Ranking, Row, rank
from workflows.scoring.schemes import Scheme, read_scheme

OUTCOMES = (Outcome.FUND, Outcome.RESERVE, Outcome.DECLINE)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class GivenMark:
    """One assessor's mark for one criterion, with the comment to the applicant where comments were read."""

    criterion: str
    mark: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard that is in, without a name."""

    marks: tuple[GivenMark, ...]

    @property
    def by_criterion(self) -> dict[str, int]:
        return {given.criterion: given.mark for given in self.marks if given.mark is not None}


@dataclass(frozen=True)
class Ranked:
    """One assessed application with its place (None while marks are missing) and the decision that stands."""

    application: Application
    organisation: Organisation
    lot: Lot
    cards: tuple[Card, ...]
    row: Row | None
    decision: Decision | None

    @property
    def asks(self) -> Decimal:
        return self.application.amount or NOTHING


@dataclass(frozen=True)
class LotTable:
    """One lot in rank order with its budget line; `line` is None while marks are missing."""

    lot: Lot
    entries: tuple[Ranked, ...]
    line: BudgetLine | None
    committed: Decimal  # what the decisions that stand commit

    @property
    def over(self) -> Decimal:
        return max(NOTHING, self.committed - self.lot.budget)


@dataclass(frozen=True)
class Table:
    """The whole ranking of a call. `leaving`: references whose decision departs from rank order."""

    scheme: Scheme
    ranking: Ranking
    lots: tuple[LotTable, ...]
    leaving: frozenset[str]

    @property
    def entries(self) -> list[Ranked]:
        return [entry for lot in self.lots for entry in lot.entries]

    @property
    def undecided(self) -> list[Ranked]:
        return [entry for entry in self.entries if entry.decision is None]

    @property
    def unexplained(self) -> list[Ranked]:
        """Those that depart from rank order without a reason."""
        return [
            entry
            for entry in self.entries
            if entry.application.ref in self.leaving and entry.decision is not None and not entry.decision.departure
        ]

    def in_rank_order(self, reserves: int) -> list[tuple[Ranked, str]]:
        """What plain rank order says of each application that has no decision yet: (application, outcome)."""
        found: list[tuple[Ranked, str]] = []
        for lot in self.lots:
            ranked = [entry.row for entry in lot.entries if entry.row is not None]
            decided = in_rank_order(ranked, lot.lot.budget, reserves)
            found += [
                (entry, decided[entry.application.ref])
                for entry in lot.entries
                if entry.decision is None and entry.row is not None
            ]
        return found

    @property
    def over(self) -> Decimal:
        """Pounds above the budgets, lot by lot, together."""
        return sum((lot.over for lot in self.lots), NOTHING)

    @property
    def counts(self) -> dict[str, int]:
        """How many are decided how."""
        found: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
        for entry in self.entries:
            if entry.decision is not None:
                found[entry.decision.outcome] += 1
        return found

    @property
    def committed(self) -> Decimal:
        return sum((lot.committed for lot in self.lots), NOTHING)

    @property
    def seen(self) -> str:
        """What an approver has read: changes with every decision that stands."""
        said = "|".join(f"{e.application.ref}:{e.decision.id if e.decision else 0}" for e in self.entries)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def entry(self, ref: str) -> Ranked | None:
        return next((entry for entry in self.entries if entry.application.ref == ref), None)


def table_of(
    session: Session,
    call: Call,
    *,
    budgets: Mapping[int, Decimal] | None = None,
    minimum_total: Decimal | None = None,
    comments: bool = True,
) -> Table:
    """The ranking of a published call by its frozen scheme: four statements, however many applications there are.

    `budgets` (by the lot's number) and `minimum_total` ask what would be; nothing of it is kept. Without `comments`
    only the figures are read.
    """
    assert call.scheme is not None  # noqa: S101  (a call that is assessed was published with its scheme)
    scheme = read_scheme(call.scheme)
    if minimum_total is not None:
        scheme = replace(scheme, minimum_total=minimum_total)
    lots = session.scalars(select(Lot).where(Lot.call_id == call.id).order_by(Lot.number)).all()
    found = session.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.state.in_(states.application.ranked))
        .options(joinedload(Application.organisation), joinedload(Application.lot))
        .order_by(Application.id)
    ).all()
    cards = _cards(session, call.id, comments=comments)
    decisions = {row.application_id: row for row in standing_decisions(session, call.id)}
    ranking = rank(scheme, (_bid(each, cards.get(each.id, ())) for each in found))
    rows = {row.ref: row for row in ranking.rows}
    entries = [
        Ranked(each, each.organisation, each.lot, cards.get(each.id, ()), rows.get(each.ref), decisions.get(each.id))
        for each in found
    ]
    entries.sort(key=lambda entry: (entry.lot.number, entry.row.place if entry.row else 0, entry.application.ref))
    decided: dict[str, Any] = {
        entry.application.ref: entry.decision.outcome for entry in entries if entry.decision is not None and entry.row
    }
    return Table(
        scheme,
        ranking,
        tuple(_lot(lot, [e for e in entries if e.lot.id == lot.id], (budgets or {}).get(lot.number)) for lot in lots),
        frozenset(departures(ranking.rows, decided)),
    )


def _cards(session: Session, call_id: int, *, comments: bool) -> dict[int, tuple[Card, ...]]:
    """The scorecards that are in, by application, in the order in which they were assigned.

    Plain rows, since a large call has a hundred thousand marks.
    """
    columns = (Assignment.application_id, Assignment.id, Mark.criterion, Mark.mark)
    rows = session.execute(
        select(*columns, Mark.comment if comments else literal(""))
        .join(Mark, Mark.assignment_id == Assignment.id, isouter=True)
        .where(Assignment.call_id == call_id, Assignment.state.in_(states.assignment.handed_in))
        .order_by(Assignment.id, Mark.criterion)
    ).all()
    found: dict[int, list[Card]] = {}
    for (application_id, _), given in groupby(rows, key=itemgetter(0, 1)):
        marks = tuple(GivenMark(*row[2:]) for row in given if row[2] is not None)
        found.setdefault(application_id, []).append(Card(marks))
    return {application_id: tuple(cards) for application_id, cards in found.items()}


def _bid(application: Application, cards: Sequence[Card]) -> Bid:
    marks = tuple(card.by_criterion for card in cards)
    return Bid(application.ref, application.lot.number, marks, application.amount or NOTHING)


def _lot(lot: Lot, entries: list[Ranked], budget: Decimal | None) -> LotTable:
    committed = sum((e.decision.amount or NOTHING for e in entries if e.decision is not None), NOTHING)
    ranked = all(entry.row is not None for entry in entries)
    passing = [(entry.application.ref, entry.asks) for entry in entries if entry.row is not None and entry.row.passes]
    line = budget_line(passing, lot.budget if budget is None else budget) if ranked else None
    return LotTable(lot, tuple(entries), line, committed)


def standing_decisions(session: Session, call_id: int) -> list[Decision]:
    """The decisions that stand about the assessed applications of a call."""
    return list(
        session.scalars(
            select(Decision)
            .where(Decision.call_id == call_id, Decision.superseded_at.is_(None), Decision.outcome.in_(OUTCOMES))
            .order_by(Decision.application_id)
        )
    )


def count_undecided(session: Session, call_id: int) -> int:
    """How many assessed applications of a call have no decision that stands."""
    decided = select(Decision.application_id).where(
        Decision.call_id == call_id, Decision.superseded_at.is_(None), Decision.outcome.in_(OUTCOMES)
    )
    asked = select(func.count()).where(
        Application.call_id == call_id, Application.state.in_(states.application.ranked), Application.id.not_in(decided)
    )
    return session.scalar(asked) or 0


def find_standing(session: Session, application_id: int) -> Decision | None:
    """The decision that stands about an application."""
    return session.scalars(
        select(Decision).where(
            Decision.application_id == application_id,
            Decision.superseded_at.is_(None),
            Decision.outcome.in_(OUTCOMES),
        )
    ).one_or_none()


def facts(session: Session, call: Call, table: Table, *, by: Principal, now: datetime) -> Facts:
    """What approving the decisions of a call looks at: whoever proposed any of them may not approve."""
    return replace(
        calls_queries.facts(session, call, by=by, now=now),
        authors=frozenset(call.proposers),
        decisions_missing=len(table.undecided),
        over_budget=table.over,
        departures=len(table.unexplained),
    )


def incomplete_summaries(table: Table) -> tuple[Sentence, ...]:
    """What an assessment summary would lack (Procurement Regulations 2024 reg. 31): a mark, or its explanation."""
    missing = []
    for entry in table.entries:
        for criterion in table.scheme.criteria:
            marks = [mark for card in entry.cards for mark in card.marks if mark.criterion == criterion.key]
            if not marks or any(mark.mark is None or not mark.comment.strip() for mark in marks):
                missing.append(
                    Sentence(
                        "%(application)s: “%(criterion)s” has no mark or no explanation of it.",
                        application=entry.application.ref,
                        criterion=criterion.name,
                    )
                )
    return tuple(missing)


def published(call: Call, table: Table) -> dict[str, Any]:
    """Scheme and marks without names, so that anybody can rank again; assessors are letters, a new one each time."""
    return {
        "call": call.ref,
        "scheme_fingerprint": call.scheme_fingerprint,
        "scheme": call.scheme,
        "bids": [
            {
                "ref": entry.application.ref,
                "lot": entry.lot.number,
                "cards": [card.by_criterion for card in entry.cards],
                "agreed": {},
            }
            for entry in table.entries
        ],
    }


def comments_on(session: Session, application_id: int) -> dict[str, list[str]]:
    """The assessors' comments to the applicant by criterion, in their order and without their names."""
    rows = session.execute(
        select(Mark.criterion, Mark.comment)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .where(Assignment.application_id == application_id, Assignment.state.in_(states.assignment.handed_in))
        .order_by(Assignment.id, Mark.criterion)
    )
    found: dict[str, list[str]] = {}
    for criterion, comment in rows:
        found.setdefault(criterion, []).append(comment)
    return found
