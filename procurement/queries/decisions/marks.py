"""Reading marks as the scoring takes them: a stage's own, what earlier stages carry into it, and all that a call
publishes, so that anybody can rank again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.stages import Stage
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.queries.decisions.agreed import Agreed, agreed_of, marks_in
from procurement.queries.decisions.tables import NOTHING, Card, GivenMark
from workflows.catalogue import states
from workflows.scoring.carried import Carried, Totals
from workflows.scoring.published import StageMarks, published
from workflows.scoring.ranking import Bid, own_totals
from workflows.scoring.schemes import read_scheme
from workflows.scoring.seats import LotRule


def in_ranking(stage: Stage) -> ColumnElement[bool]:
    """Which entries the ranking of a stage is of: those that are eligible; once it is told, all that were told of their
    place in it, whatever became of them since, so that what it said never changes."""
    ranked = and_(Entry.stage_id == stage.id, Entry.state.in_(states.entry.ranked))
    if stage.told_at is None:
        return ranked
    told = and_(Entry.told_at == stage.told_at, Entry.state.not_in(states.entry.ineligible))
    return or_(ranked, and_(Entry.stage_id == stage.id, told))


def cards_of(session: Session, stage_id: int, *, comments: bool) -> dict[int, tuple[Card, ...]]:
    """The scorecards that are in, by application, in the order that was drawn for each.

    Plain rows, since a large call has a hundred thousand marks; without comments one for each scorecard.
    """
    if not comments:
        return _cards_without_comments(session, stage_id)
    rows = session.execute(
        select(Assignment.application_id, Assignment.id, Mark.criterion, Mark.mark, Mark.comment)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Mark, Mark.assignment_id == Assignment.id, isouter=True)
        .where(Entry.stage_id == stage_id, Assignment.state.in_(states.assignment.handed_in))
        .order_by(Assignment.ref, Mark.criterion)  # drawn for each bid: nobody is first everywhere
    ).all()
    found: dict[int, list[Card]] = {}
    for (application_id, assignment_id), given in groupby(rows, key=itemgetter(0, 1)):
        marks = tuple(GivenMark(*row[2:]) for row in given if row[2] is not None)
        found.setdefault(application_id, []).append(Card(marks, assignment_id))
    return {application_id: tuple(cards) for application_id, cards in found.items()}


def _cards_without_comments(session: Session, stage_id: int) -> dict[int, tuple[Card, ...]]:
    """The marks of a scorecard come as one text, `criterion=mark` after `criterion=mark`; equal ones are one object."""
    said = func.aggregate_strings(Mark.criterion + "=" + func.coalesce(cast(Mark.mark, String), ""), "|")
    rows = session.execute(
        select(Assignment.application_id, Assignment.id, said)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Mark, Mark.assignment_id == Assignment.id, isouter=True)
        .where(Entry.stage_id == stage_id, Assignment.state.in_(states.assignment.handed_in))
        .group_by(Assignment.application_id, Assignment.id, Assignment.ref)
        .order_by(Assignment.ref)
    ).all()
    known: dict[str, GivenMark] = {}
    found: dict[int, list[Card]] = {}
    for application_id, assignment_id, given in rows:
        each = sorted(given.split("|")) if given else []
        for one in each:
            if one not in known:
                criterion, _, mark = one.partition("=")
                known[one] = GivenMark(criterion, int(mark) if mark else None, "")
        found.setdefault(application_id, []).append(Card(tuple(known[one] for one in each), assignment_id))
    return {application_id: tuple(cards) for application_id, cards in found.items()}


def bid_of(entry: Entry, cards: Sequence[Card], agreed: Agreed) -> Bid:
    marks = tuple(card.by_criterion for card in cards)
    lot = entry.application.lot.number
    return Bid(entry.application.ref, lot, marks, entry.amount or NOTHING, marks_in(agreed))


def seed_of(session: Session, stage: Stage, marked: Stage) -> str:
    """What decides between equals where a stage awards and its published scheme says that it is drawn: the digest with
    which the log recorded the lock of the marks, which nobody chose. Empty where nothing is drawn."""
    if not stage.awards or marked.scheme is None or not read_scheme(marked.scheme).drawn:
        return ""
    asked = select(Event.digest).where(
        Event.tag == "stage.lock_marks", Event.subject == "stage", Event.subject_id == marked.id
    )
    return session.scalar(asked.order_by(Event.position.desc()).limit(1)) or ""


def carried_into(session: Session, stage: Stage) -> Carried | None:
    """What a stage ranks by, with the totals of the earlier stages that count in it; None where its own total alone
    does. Each of those stages costs a few statements, however many bids it had."""
    if not stage.ranks_by:
        return None
    by_key = {each.key: each for each in stages_queries.listed(session, stage.call_id)}
    percents = {key: stage.ranks_by[key] for key in by_key if key in stage.ranks_by}  # in the order of the stages
    earlier = {key: _totals(session, by_key[key], by_key) for key in percents if key != stage.key}
    return Carried(stage.key, percents, earlier)


def _totals(session: Session, stage: Stage, by_key: Mapping[str, Stage]) -> Totals:
    marked = by_key[stage.marks_of or stage.key]
    if marked.scheme is None:
        return {}
    return own_totals(read_scheme(marked.scheme), bids_of_stage(session, stage, marked))


def bids_of_stage(session: Session, stage: Stage, marked: Stage) -> list[Bid]:
    """The bids of a stage whose ranking there is, by the scorecards of the stage `marked`: without names."""
    found = session.scalars(
        select(Entry)
        .where(in_ranking(stage))
        .options(joinedload(Entry.application).joinedload(Application.lot))
        .order_by(Entry.id)
    ).all()
    cards, agreed = cards_of(session, marked.id, comments=False), agreed_of(session, stage)
    missed = slots_queries.missed_ids(session, stage.id) if stage.presents else frozenset()
    return [
        bid_of(each, cards.get(each.application_id, ()), agreed.get(each.id, {}))
        for each in found
        if each.id not in missed
    ]


def for_recomputing(session: Session, call: Call) -> dict[str, Any]:
    """The rules and marks of every stage whose marks are locked, without names, so that anybody can rank each again;
    assessors are places in a list, in no order that says who they are. A few statements for each stage."""
    stages = stages_queries.of_call(session, call.id)
    return published(call.ref, list(_stage_marks(session, [each for each in stages if _locked(each)])))


def _locked(stage: Stage) -> bool:
    return stage.state in states.stage.ranked


def _stage_marks(session: Session, stages: Sequence[Stage]) -> Iterable[StageMarks]:
    by_key = {each.key: each for each in stages}
    for stage in stages:
        bids = bids_of_stage(session, stage, by_key[stage.marks_of or stage.key])
        yield StageMarks(
            key=stage.key,
            scheme=None if stage.marks_of else stage.scheme,
            lots=tuple(LotRule(row.lot.number, row.seats, row.money if stage.awards else None) for row in stage.lots),
            bids=tuple(replace(bid, cards=()) for bid in bids) if stage.marks_of else tuple(bids),
            window=stage.window,
            ranks_by=stage.ranks_by,
            marks_of=stage.marks_of,
            seed=seed_of(session, stage, by_key[stage.marks_of or stage.key]),
        )
