"""Reading minimal financial assistance: what an enterprise was asked to confirm, what of ours it has, what fell due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.models.stages import Question, Stage
from procurement.queries import awards as awards_queries
from procurement.queries import installation as installation_queries
from procurement.queries import requests as requests_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.assistance import Assistance, Reckoned, ceiling_of
from procurement.rules.dates import start_of_day, uk_day
from procurement.rules.questions import Purpose
from procurement.rules.requests import RequestKind
from procurement.rules.starters.assistance import answered
from workflows.catalogue import states
from workflows.definition import Route


@dataclass(frozen=True)
class Own:
    """An award of this service that is firm, as minimal financial assistance: its reference, pounds, and the day."""

    ref: str
    amount: Decimal
    day: date


def is_confirmed_first(session: Session, call: Call) -> bool:
    """Whether the awards of a call wait for the enterprise's confirmation: they are minimal financial assistance, and
    the rules that the call took can end an award that is told."""
    if not awards_queries.assists(session, call):
        return False
    moves = workflows_queries.workflow_of(call, "award").moves_from(states.award.told.only)
    return any(move.action == "lapse" for move in moves)


def request_of(session: Session, entry_id: int) -> Request | None:
    """What the team of an entry was asked to confirm, as `requests.find` loads it; None where it was not asked."""
    asked = select(Request).where(Request.entry_id == entry_id, Request.kind == RequestKind.ASSISTANCE)
    return session.scalars(asked.options(*requests_queries.WHOLE)).one_or_none()


def requests_of(session: Session, stage_id: int) -> dict[int, Request]:
    """The same of a stage, by entry: one statement."""
    asked = (
        select(Request)
        .join(Entry, Entry.id == Request.entry_id)
        .where(Entry.stage_id == stage_id, Request.kind == RequestKind.ASSISTANCE)
    )
    return {each.entry_id: each for each in session.scalars(asked)}


def reckoned_of(
    session: Session, request: Request, award: Award, answers: Mapping[str, Any], now: datetime
) -> tuple[Reckoned, bool]:
    """What the answers to a request (opened, by key) come to with its grant if that is given on this day, and whether
    the enterprise says that it keeps within the ceiling."""
    sums, keeps = answered(request.number, answers)
    day = uk_day(now)
    assistance = Assistance(award.amount, ceiling_of(installation_queries.settings(session, day)), day)
    return assistance.reckon(sums), keeps


def due_to_lapse(session: Session, now: datetime) -> Sequence[int]:
    """The awards that nobody confirmed by the closing of what was asked."""
    return session.scalars(
        select(Award.id)
        .join(Request, Request.entry_id == Award.entry_id)
        .join(Call, Call.id == Award.call_id)
        .where(
            Award.state.in_(states.award.told),
            Call.state.in_(states.call.published),
            Request.kind == RequestKind.ASSISTANCE,
            Request.answered_at.is_(None),
            Request.closes_at <= now,
        )
        .order_by(Award.id)
    ).all()


def own_of(
    session: Session,
    organisation_ids: Collection[int],
    assistance: Assistance,
    *,
    but: Collection[int] = (),
    among: Collection[str] = states.award.relied_on,
) -> dict[int, list[Own]]:
    """The awards of this service that are firm (or in the states `among`) and count beside a grant, by organisation,
    but those of some entries; organisations with none are left out. One statement."""
    given = func.coalesce(Award.answered_at, Award.confirmed_at)
    assisted = exists().where(
        Stage.call_id == Call.id, Question.stage_id == Stage.id, Question.purpose == Purpose.ASSISTANCE
    )
    rows = session.execute(
        select(Application.organisation_id, Award.ref, Award.amount, given)
        .join(Application, Application.id == Award.application_id)
        .join(Call, Call.id == Award.call_id)
        .where(
            Application.organisation_id.in_(organisation_ids),
            Award.state.in_(among),
            Award.entry_id.not_in(but),
            Call.route == Route.GRANT,
            assisted,
            given >= start_of_day(assistance.since),
            given < start_of_day(assistance.day + timedelta(days=1)),
        )
        .order_by(Award.id)
    )
    found: dict[int, list[Own]] = {}
    for organisation_id, ref, amount, at in rows:
        found.setdefault(organisation_id, []).append(Own(ref, amount, uk_day(at)))
    return found
