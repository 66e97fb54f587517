"""Reading up to which sum approvers may approve, and what calls and decisions come to. With VAT, where it is known."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.stages import Stage
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules import limits as rules
from procurement.rules.statuses import Outcome
from procurement.rules.vat import estimated_value, total, vat_of

NOTHING = Decimal(0)


def limits(session: Session, today: date) -> rules.Limits:
    """What holds on a day."""
    return rules.read(installation_queries.settings(session, today)["approval_limits"])


def approvers(session: Session) -> list[tuple[int, str]]:
    """Every approver, by id and email address."""
    return [(each.id, each.email) for each in people_queries.holders_of(session, "approver")]


def of_call(call: Call, lots: Sequence[Lot]) -> Decimal:
    """What a call may come to in all: every lot with its options and extensions."""
    known = estimated_value(call, lots)
    return known if known is not None else sum((each.budget + (each.options or NOTHING) for each in lots), NOTHING)


def of_calls(session: Session, calls: Iterable[Call]) -> dict[int, Decimal]:
    """What each of some calls may come to: one statement."""
    by_id = {each.id: each for each in calls}
    lots: dict[int, list[Lot]] = {call_id: [] for call_id in by_id}
    for lot in session.scalars(select(Lot).where(Lot.call_id.in_(by_id))):
        lots[lot.call_id].append(lot)
    return {call_id: of_call(by_id[call_id], own) for call_id, own in lots.items()}


def of_decisions(session: Session, stages: Sequence[Stage], calls: dict[int, Call]) -> dict[int, Decimal]:
    """What is proposed to be awarded in each of some stages: one statement."""
    rows = session.execute(
        select(Entry.stage_id, Lot, func.sum(Decision.amount))
        .join(Decision, Decision.entry_id == Entry.id)
        .join(Application, Application.id == Entry.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(
            Entry.stage_id.in_([each.id for each in stages]),
            Decision.superseded_at.is_(None),
            Decision.outcome == Outcome.FUND,
        )
        .group_by(Entry.stage_id, Lot.id)
    )
    call_of = {each.id: calls[each.call_id] for each in stages}
    found = {each.id: NOTHING for each in stages}
    for stage_id, lot, amount in rows:
        found[stage_id] += awarded(call_of[stage_id], [(lot, amount or NOTHING)])
    return found


def awarded(call: Call, amounts: Iterable[tuple[Lot, Decimal]]) -> Decimal:
    """What some awards come to, each of a lot."""
    known = list(amounts)
    gross = total((amount, vat_of(call, lot)) for lot, amount in known)
    return gross if gross is not None else sum((amount for _, amount in known), NOTHING)
