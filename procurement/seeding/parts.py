"""A stage of a planned call on the timeline: what the catalogue lays down for it, what the plan says, its instants."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.rules.calls import fields_of
from procurement.rules.dates import is_working_day, uk_day, uk_instant
from procurement.seeding.firms import FIRM_NAMES
from procurement.seeding.plans import Bid, Plan, StagePlan
from workflows.catalogue import PROCEDURES
from workflows.definition import PlannedStage

NOON = time(12)
COME_AFTER = timedelta(days=6)  # teams come this long after the closing, where a stage collects too
ANSWERED_IN = timedelta(days=7)
CHOOSE_BEFORE = timedelta(days=3)


@dataclass(frozen=True)
class Part:
    """One stage of one plan. `opens_at`, `closes_at`: 12 noon on working days, unless they are nearer than two days."""

    plan: Plan
    shape: PlannedStage
    says: StagePlan
    opens_at: datetime
    closes_at: datetime
    window: int = 1

    @property
    def bids(self) -> tuple[Bid, ...]:
        """What is answered to it."""
        return tuple(bid for bid in self.plan.bids if bid.window == self.window)

    @property
    def moderates(self) -> bool:
        return "moderate" in self.shape.steps

    @property
    def checks(self) -> bool:
        return "check" in self.shape.steps

    @property
    def marked_from(self) -> datetime:
        """When there is something to assess: from the closing, or when the teams come."""
        return self.closes_at + COME_AFTER if self.shape.presents and self.shape.collects else self.closes_at

    @property
    def ask_by(self) -> datetime | None:
        """Until when questions are taken: a week before the closing, and until it where that is too soon."""
        until = self.closes_at - ANSWERED_IN
        return until if until > self.opens_at else None

    @property
    def dates(self) -> dict[str, Any]:
        """The dates that are published."""
        assess_by = self.marked_from + timedelta(days=self.says.assessed)
        decide_by = uk_day(assess_by + timedelta(days=self.says.decided))
        while not is_working_day(decide_by):
            decide_by += timedelta(days=1)
        every = {
            "opens_at": self.opens_at,
            "ask_by": self.ask_by,
            "closes_at": self.closes_at,
            "choose_by": self.marked_from - CHOOSE_BEFORE,
            "assess_by": assess_by,
            "decide_by": decide_by,
        }
        return {name: every[name] for name in fields_of("dates", self.shape.steps)}

    def level(self, bid: Bid) -> int:
        return self.says.levels.get(bid.firm, bid.level)


def parts_of(plan: Plan, now: datetime) -> Iterator[Part]:
    """The stages of a plan in their order; those of a further window have its number behind their keys."""
    shapes = PROCEDURES[plan.procedure].stages
    for number, says in enumerate(plan.stages):
        before, place = divmod(number, len(shapes))
        shape, window = shapes[place], before + 1
        named = shape if window == 1 else replace(shape, key=f"{shape.key}-{window}")
        yield Part(plan, named, says, at_noon(now, says.opens), at_noon(now, says.closes), window)


def at_noon(now: datetime, distance: timedelta) -> datetime:
    """12 noon on the working day that is about this far away; distances below two days are taken as they are."""
    at = now + distance
    if abs(distance) < timedelta(days=2):
        return at.replace(minute=0, second=0, microsecond=0)
    day = uk_day(at)
    while not is_working_day(day):
        day -= timedelta(days=1)
    found = uk_instant(day, NOON)
    if not isinstance(found, datetime):
        raise ValueError(str(found))
    return found


def call_of(session: Session, plan: Plan) -> Call:
    return session.scalars(select(Call).where(Call.title == plan.title)).one()


def stage_of(session: Session, part: Part) -> Stage:
    """The row of a stage, with its call and lots."""
    found = stages_queries.find(session, call_of(session, part.plan).ref, part.shape.key)
    if found is None:
        raise ValueError(f"{part.plan.title} has no stage {part.shape.key}")
    return found


def find_entry(session: Session, part: Part, bid: Bid) -> Entry | None:
    """The firm's application in a stage; None where it did not come so far."""
    return session.scalars(
        select(Entry)
        .join(Application, Application.id == Entry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Entry.stage_id == stage_of(session, part).id, Organisation.name == FIRM_NAMES[bid.firm])
        .options(joinedload(Entry.application), joinedload(Entry.stage))
    ).one_or_none()


def entries_of(session: Session, part: Part) -> list[tuple[Bid, Entry]]:
    """Everybody who came to a stage, in the order of the plan."""
    found = [(bid, find_entry(session, part, bid)) for bid in part.bids]
    return [(bid, entry) for bid, entry in found if entry is not None]
