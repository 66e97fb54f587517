"""Reading the ranking of a stage and what is decided about each application in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.stages import Stage, StageLot
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.decisions.agreed import agreed_of, agreed_on, marks_stage
from procurement.queries.decisions.marks import bid_of, cards_of, carried_into, in_ranking, seed_of
from procurement.queries.decisions.money import PUBLISHED, committed_before, committed_in
from procurement.queries.decisions.reasons import reasons_of, reasons_on, redactions_of
from procurement.queries.decisions.tables import NOTHING, OUTCOMES, LotTable, Ranked, Table
from procurement.rules.permissions import Principal
from procurement.rules.statuses import Outcome
from workflows.catalogue import states
from workflows.facts import Facts, Sentence
from workflows.scoring.budget import beyond, budget_line, departures, in_seats
from workflows.scoring.ranking import rank
from workflows.scoring.schemes import read_scheme
from workflows.scoring.seats import LotRule, breaches

REQUIRED = "required"  # of a stage's reasons
NOBODY: Mapping[str, Any] = MappingProxyType({})


def outcomes_of(stage: Stage) -> tuple[Outcome, ...]:
    """What can be decided in a stage."""
    return (Outcome.FUND if stage.awards else Outcome.ADVANCE, Outcome.RESERVE, Outcome.DECLINE)


def table_of(
    session: Session,
    call: Call,
    stage: Stage,
    *,
    budgets: Mapping[int, Decimal] | None = None,
    minimum_total: Decimal | None = None,
    comments: bool = True,
) -> Table:
    """The ranking of a stage of a published call by its frozen scheme, and by what earlier stages carry into it: five
    statements, however many entries; one more each where it awards, where teams present, where its marks are moderated,
    where they are those of another stage, where ties are drawn; and a few for each earlier stage that counts.

    `budgets` (by the lot's number) and `minimum_total` ask what would be; nothing of it is kept. Without `comments`
    only the figures are read.
    """
    marked = marks_stage(session, stage)
    assert marked.scheme is not None  # noqa: S101  (a call that is assessed was published with its scheme)
    scheme = read_scheme(marked.scheme)
    if minimum_total is not None:
        scheme = replace(scheme, minimum_total=minimum_total)
    lots = session.execute(
        select(Lot, StageLot.seats, PUBLISHED, committed_before(stage), committed_in(stage))
        .join(StageLot, StageLot.lot_id == Lot.id)
        .where(StageLot.stage_id == stage.id)
        .order_by(Lot.number)
    ).all()
    found = session.scalars(
        select(Entry)
        .where(in_ranking(stage))
        .options(
            joinedload(Entry.application).options(joinedload(Application.organisation), joinedload(Application.lot))
        )
        .order_by(Entry.id)
    ).all()
    cards = cards_of(session, marked.id, comments=comments)
    agreed = agreed_of(session, stage)
    missed = slots_queries.missed_ids(session, stage.id) if stage.presents else frozenset()
    decisions = {row.entry_id: row for row in standing_decisions(session, stage.id)}
    written = reasons_of(session, stage.id, texts=comments)
    redactions = redactions_of(session, stage.id) if stage.awards else {}  # of what others read of whoever is awarded
    carried, seed = carried_into(session, stage), seed_of(session, stage, marked)
    ranking = rank(
        scheme,
        (
            bid_of(each, cards.get(each.application_id, ()), agreed.get(each.id, {}))
            for each in found
            if each.id not in missed
        ),
        carried=carried,
        seed=seed,
    )
    rows = {row.ref: row for row in ranking.rows}
    entries = [
        Ranked(
            each,
            each.application.organisation,
            each.application.lot,
            () if each.id in missed else cards.get(each.application_id, ()),
            rows.get(each.application.ref),
            decisions.get(each.id),
            agreed.get(each.id, {}),
            each.id in missed,
            written.get(each.id, {}),
            tuple(redactions.get(each.id, ())),
        )
        for each in found
    ]
    entries.sort(key=lambda entry: (entry.lot.number, entry.missed, entry.row.place if entry.row else 0, entry.ref))
    by_lot = {
        lot.number: LotTable(
            lot,
            seats,
            tuple(each for each in entries if each.lot.id == lot.id),
            None,
            committed or NOTHING,
            before or NOTHING,
            published,
        )
        for lot, seats, published, before, committed in lots
    }
    return Table(
        stage.awards,
        outcomes_of(stage),
        marked,
        scheme,
        ranking,
        tuple(
            _reckoned(each, (budgets or {}).get(number), decided=stage.state in states.stage.decided)
            if stage.awards
            else each
            for number, each in by_lot.items()
        ),
        leaving_of(list(by_lot.values()), awards=stage.awards),
        carried,
        tuple(ref for lot in by_lot.values() for ref in broken_in(lot, awards=stage.awards)),
        seed,
    )


def leaving_of(lots: Sequence[LotTable], proposed: Mapping[str, Any] = NOBODY, *, awards: bool) -> frozenset[str]:
    """Whose decision departs from rank order; and from the seats, where the stage does not award: by the decisions that
    stand and others in their place (outcomes by reference)."""
    standing: dict[str, Any] = {}
    for lot in lots:
        standing |= lot.standing
    ranked = {each.ref for lot in lots for each in lot.entries if each.row is not None}
    decided = {ref: outcome for ref, outcome in {**standing, **proposed}.items() if ref in ranked}
    passed_over = frozenset().union(*(lot.beyond for lot in lots)) if awards else frozenset()
    rows = [each.row for lot in lots for each in lot.entries if each.row is not None]
    leaving = set(departures(rows, decided, passed_over=passed_over))
    for lot in lots if not awards else ():
        plain = in_seats([each.row for each in lot.entries if each.row is not None], lot.seats, 0)
        leaving |= {
            ref
            for ref, outcome in plain.items()
            if ref in decided and (outcome == "advance") != (decided[ref] == "advance")
        }
    return frozenset(leaving)


def broken_in(lot: LotTable, proposed: Mapping[str, Any] = NOBODY, *, awards: bool) -> tuple[str, ...]:
    """Whose decision in a lot is not one that the published rule gives, by the decisions that stand and others in their
    place (outcomes by reference). Where nothing was asked for nothing can be awarded: the rule says nothing of it."""
    rows = [each.row for each in lot.entries if each.row is not None and (each.entry.amount or not awards)]
    rule = lot.rule if awards else LotRule(lot.lot.number, lot.seats)
    return breaches(rows, rule, {**lot.standing, **proposed})


def _reckoned(lot: LotTable, budget: Decimal | None, *, decided: bool) -> LotTable:
    """The lot of a stage that awards with what is committed and its budget line: what earlier stages awarded is gone
    from the budget."""
    entries = lot.entries
    proposed = sum((e.decision.amount or NOTHING for e in entries if e.decision is not None), NOTHING)
    ranked = all(entry.row is not None or entry.missed for entry in entries)
    whole = lot.published if budget is None else budget
    out = beyond((entry.row for entry in entries if entry.row is not None), whole or None)
    passing = [(e.ref, e.asks) for e in entries if e.row is not None and e.row.passes and e.ref not in out]
    line = budget_line(passing, lot.left_of(whole)) if ranked else None
    if line is not None and lot.seats is not None and line.index > lot.seats:
        line = budget_line(passing, lot.left_of(whole), [ref for ref, _ in passing[: lot.seats]])
    return replace(lot, line=line, committed=lot.committed if decided else proposed)


def standing_decisions(session: Session, stage_id: int) -> list[Decision]:
    """The decisions that stand about the assessed entries of a stage."""
    return list(
        session.scalars(
            select(Decision)
            .join(Entry, Entry.id == Decision.entry_id)
            .where(Entry.stage_id == stage_id, Decision.superseded_at.is_(None), Decision.outcome.in_(OUTCOMES))
            .order_by(Decision.entry_id)
        )
    )


def count_undecided(session: Session, stage_id: int) -> int:
    """How many assessed entries of a stage have no decision that stands."""
    decided = select(Decision.entry_id).where(Decision.superseded_at.is_(None), Decision.outcome.in_(OUTCOMES))
    asked = select(func.count()).where(
        Entry.stage_id == stage_id, Entry.state.in_(states.entry.ranked), Entry.id.not_in(decided)
    )
    return session.scalar(asked) or 0


def fully_proposed(session: Session, stage_ids: Collection[int]) -> set[int]:
    """Of these stages those in which each assessed entry has a decision that stands, so that they can be approved."""
    decided = select(Decision.entry_id).where(Decision.superseded_at.is_(None), Decision.outcome.in_(OUTCOMES))
    asked = select(Entry.stage_id, Entry.id.in_(decided)).where(
        Entry.stage_id.in_(stage_ids), Entry.state.in_(states.entry.ranked)
    )
    found = session.execute(asked).all()
    return {stage_id for stage_id, _ in found} - {stage_id for stage_id, proposed in found if not proposed}


def find_standing(session: Session, entry_id: int) -> Decision | None:
    """The decision that stands about an entry."""
    return session.scalars(
        select(Decision).where(
            Decision.entry_id == entry_id,
            Decision.superseded_at.is_(None),
            Decision.outcome.in_(OUTCOMES),
        )
    ).one_or_none()


def facts(call: Call, stage: Stage, table: Table, *, by: Principal, now: datetime) -> Facts:
    """What approving the decisions of a stage looks at: whoever proposed any of them may not approve."""
    broken = table.breaking if workflows_queries.rule_binds(call, stage) else ()
    return replace(
        stages_queries.facts(call, stage, by=by, now=now),
        authors=frozenset(stage.proposers),
        decisions_missing=len(table.undecided),
        over_budget=table.over,
        departures=sum(1 for each in table.unexplained if each.ref not in broken),  # no reason would mend those
        rule_broken=broken,
        reasons_missing=tuple(each.ref for each in table.reasons_missing) if stage.reasons == REQUIRED else (),
    )


def incomplete_summaries(table: Table) -> tuple[Sentence, ...]:
    """What an assessment summary would lack (Procurement Regulations 2024 reg. 31): a mark, or its explanation."""
    missing = []
    for entry in table.entries:
        for criterion in table.scheme.criteria if not entry.missed else ():
            marks = [mark for card in entry.cards for mark in card.marks if mark.criterion == criterion.key]
            said = entry.explained(criterion.key)
            if not marks or any(mark.mark is None for mark in marks) or not all(text.strip() for text in said):
                missing.append(
                    Sentence(
                        "%(application)s: “%(criterion)s” has no mark or no explanation of it.",
                        application=entry.ref,
                        criterion=criterion.name,
                    )
                )
    return tuple(missing)


def comments_on(session: Session, entry_id: int) -> dict[str, list[str]]:
    """What an applicant reads of each criterion: its one reason (`Ranked.reason`), otherwise the assessors' comments,
    in their order and without their names."""
    entry = session.get_one(Entry, entry_id)
    stage = session.get_one(Stage, entry.stage_id)
    marked, agreed = marks_stage(session, stage), agreed_on(session, entry_id) if stage.moderates else {}
    rows = session.execute(
        select(Mark.criterion, Mark.comment)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(
            Entry.stage_id == marked.id,
            Assignment.application_id == entry.application_id,
            Assignment.state.in_(states.assignment.handed_in),
        )
        .order_by(Assignment.ref, Mark.criterion)  # as `marks.cards_of`
    )
    found: dict[str, list[str]] = {}
    for criterion, comment in rows:
        found.setdefault(criterion, []).append(comment)
    told = {key: (row.id, row.reason) for key, row in agreed.items() if row.mark is not None}
    written = {
        key: [row.text]
        for key, row in reasons_on(session, entry_id).items()
        if row.agreed_id == (told[key][0] if key in told else None)
    }
    return {**found, **{key: [reason] for key, (_, reason) in told.items()}, **written}
