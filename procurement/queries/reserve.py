"""Reading the reserve of a stage: who is next, what stands in the way of letting it go on, and when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.going_on import Promotion
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import stages as stages_queries
from procurement.queries import vacancies as vacancies_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.decisions import LotTable, Ranked
from procurement.queries.vacancies import Vacancy
from procurement.rules.calls import BOUND
from procurement.rules.dates import DAYS_TO_SUBMIT
from procurement.rules.money import format_pounds
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import Refused, decide
from workflows.facts import Facts, Sentence

NO_MONEY = Sentence("It asks for no money, so there is nothing to award.")
NOT_FREE = Sentence("Nobody who goes on has dropped out, so no place is free.")
NOT_PASSED_ON = Sentence(
    "Those who are in reserve were told that the award does not pass to them: that needs a new call. Calls that are "
    "decided from now on can promote."
)
NO_AWARD_ENDED = Sentence("No award of this lot has ended, so nothing came free.")


@dataclass(frozen=True)
class Reserve:
    """The reserve of one lot. `after` is the stage to which it would go on; `left`: of the lot's budget, where the
    stage awards; `closes_from`: the earliest new closing of `after` where too little time is left in it; `problems`:
    why nobody of it can be promoted now; `as_tendered`: an award is for exactly what was tendered."""

    lot: LotTable
    entries: tuple[Ranked, ...]
    after: Stage | None
    ended: bool
    left: Decimal | None
    closes_from: datetime | None
    problems: tuple[Sentence, ...]
    as_tendered: bool = False

    @property
    def next(self) -> tuple[Ranked, ...]:
        """Whoever has the highest place in it: any of them can be promoted."""
        return tuple(each for each in self.entries if _place(each) == _place(self.entries[0]))

    def most(self, entry: Ranked) -> Decimal | None:
        """What one of them can be awarded at most, where the stage awards."""
        return None if self.left is None else min(self.left, entry.asks)

    def problems_of(self, entry: Ranked) -> tuple[Sentence, ...]:
        """Why one of them cannot be promoted now."""
        found = list(self.problems)
        if entry.row is not None and not entry.row.passes:
            why = " ".join(str(each) for each in entry.row.below)
            found.append(Sentence("It misses a published threshold, so it cannot go on. %(why)s", why=why))
        if self.left is not None and entry.asks <= 0:
            found.append(NO_MONEY)
        elif self.left is not None and self.as_tendered and not self.problems and entry.asks > self.left:
            found.append(
                Sentence(
                    "It was tendered at %(asks)s, and %(left)s is free. A procurement awards what was tendered, or "
                    "nothing.",
                    asks=format_pounds(entry.asks),
                    left=format_pounds(self.left),
                )
            )
        return tuple(found)


def reserves_of(session: Session, call: Call, stage: Stage, now: datetime) -> list[Reserve]:
    """The reserve of each lot of a stage that was told and has one, in rank order."""
    if stage.told_at is None:
        return []
    table = decisions_queries.table_of(session, call, stage, comments=False)
    passes_on = promotes(session, call, stage)
    stages = stages_queries.of_call(session, call.id)
    vacancies = vacancies_queries.of_stage(session, stage)
    found = []
    for lot in table.lots:
        waiting = tuple(each for each in lot.entries if each.entry.state in states.entry.reserve)
        if waiting:
            after = stages_queries.following(stages, stage, lot.lot.id)
            ends = is_over(call, stage, after, now)
            left = decisions_queries.left_of(session, stage, lot) if stage.awards else None
            found.append(
                Reserve(
                    lot,
                    waiting,
                    after,
                    ends,
                    left,
                    None if ends or stage.awards else closes_from(after, now),
                    (
                        *_in_the_way(call, stage, after, waiting[0].entry.state, now),
                        *([] if passes_on else [NOT_PASSED_ON]),
                        *_problems(call, stage, lot, vacancies.get(lot.lot.id, vacancies_queries.NONE), left),
                    ),
                    as_tendered=call.route in BOUND,
                )
            )
    return found


def _place(entry: Ranked) -> int:
    return entry.row.place if entry.row is not None else 0


def is_of_stage(session: Session, promotion_id: int, stage_id: int) -> bool:
    """Whether a promotion is one of that stage."""
    return session.scalar(select(Promotion.stage_id).where(Promotion.id == promotion_id)) == stage_id


def promotes(session: Session, call: Call, stage: Stage) -> bool:
    """Whether anybody can ever be taken from the reserve of a stage: as `that_promote`."""
    return stage.id in that_promote(session, call, [stage])


def that_promote(session: Session, call: Call, stages: Sequence[Stage]) -> frozenset[int]:
    """From the reserve of which of these stages of a call, by id, anybody can ever be taken: not where a covered
    procurement told those who are in it that the award does not pass to them, as it did before an award from the
    reserve had summaries, a notice and a standstill of its own. One statement at most."""
    asked = [each.id for each in stages if each.awards and awards_queries.needs_notice(call) and each.told_at]
    if not asked:
        return frozenset(each.id for each in stages)
    firsts = (
        select(func.min(Document.id))
        .where(Document.stage_id.in_(asked), Document.kind == "reserve_letter", Document.withdrawn_at.is_(None))
        .group_by(Document.stage_id)
    )
    rows = session.execute(select(Document.stage_id, Document.content).where(Document.id.in_(firsts)))
    otherwise = {stage_id for stage_id, said in rows if not said.get("until")}
    return frozenset(each.id for each in stages if each.id not in otherwise)


def is_over(call: Call, stage: Stage, after: Stage | None, now: datetime) -> bool:
    """Whether the reserve of a stage has ended: the stage to which it would go on has closed, or ranked what it marks
    where it collects nothing; where the stage awards, when the call is concluded."""
    if call.state not in states.call.published:
        return True
    if stage.awards or after is None:
        return False
    return stages_queries.takes_nobody_more(after, now)


def closes_from(after: Stage | None, now: datetime) -> datetime | None:
    """When the next stage may close at the earliest, if somebody enters it now; None where enough time is left."""
    if after is None or not after.collects or after.closes_at is None:
        return None
    least = now + timedelta(days=DAYS_TO_SUBMIT)
    return least if after.closes_at < least else None


def facts(call: Call, stage: Stage, after: Stage | None, *, now: datetime, actor: int | None = None) -> Facts:
    """What the moves of an entry in reserve look at."""
    return Facts(
        now=now,
        actor=actor,
        authors=frozenset(),
        call_live=call.state in states.call.published,
        told_at=stage.told_at,
        reserve_ended=is_over(call, stage, after, now),
    )


def waiting_of(session: Session, stage_id: int) -> dict[int, Promotion]:
    """The promotions of a stage that wait for an approver, by entry, with who proposed each."""
    asked = select(Promotion).where(
        Promotion.stage_id == stage_id, Promotion.approved_at.is_(None), Promotion.ended_at.is_(None)
    )
    return {each.entry_id: each for each in session.scalars(asked.options(joinedload(Promotion.proposer)))}


def due_to_release(session: Session, now: datetime) -> list[int]:
    """The entries of running calls whose reserve has ended and that nobody has written down as released yet.

    A call that was published before there was such a move keeps its reserve as it is.
    """
    rows = session.scalars(
        select(Entry)
        .join(Stage, Stage.id == Entry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Entry.state.in_(states.entry.reserve), Entry.told_at.is_not(None), Call.state.in_(states.call.published))
        .options(joinedload(Entry.application), joinedload(Entry.stage).joinedload(Stage.call))
        .order_by(Entry.id)
    ).all()
    by_call = stages_queries.of_calls(session, sorted({each.call_id for each in rows}), whole=True)
    found = []
    for entry in rows:
        stage = entry.stage
        after = stages_queries.following(by_call[entry.call_id], stage, entry.application.lot_id)
        if is_over(stage.call, stage, after, now) and can_release(stage.call, entry):
            found.append(entry.id)
    return found


def in_reserve(session: Session, call_id: int) -> list[int]:
    """The entries of a call that are in a reserve and know it."""
    asked = select(Entry.id).where(
        Entry.call_id == call_id, Entry.state.in_(states.entry.reserve), Entry.told_at.is_not(None)
    )
    return list(session.scalars(asked.order_by(Entry.id)))


def can_release(call: Call, entry: Entry) -> bool:
    """Whether the rules of the call know that a reserve ends; the entry has its stage loaded."""
    workflow = workflows_queries.workflow_of(call, "entry", entry.stage)
    return any(move.action == "release" for move in workflow.moves_from(entry.state))


def _in_the_way(call: Call, stage: Stage, after: Stage | None, state: str, now: datetime) -> tuple[Sentence, ...]:
    """What stands in the way of the move itself, for whoever approves it."""
    workflow = workflows_queries.workflow_of(call, "entry", stage)
    so = facts(call, stage, after, now=now, actor=0)
    answer = decide(workflow, state, "promote", frozenset({Role.APPROVER}), so)
    return answer.reasons if isinstance(answer, Refused) else ()


def _problems(call: Call, stage: Stage, lot: LotTable, vacancy: Vacancy, left: Decimal | None) -> tuple[Sentence, ...]:
    """Why nobody of a lot can go on: nothing came free that somebody else had, or nothing is left of it."""
    found = []
    if not stage.awards and lot.seats is not None and vacancy.taken >= lot.seats:
        found.append(
            Sentence.plural(
                "The only seat is taken: nobody who goes on has dropped out.",
                "All %(num)s seats are taken: nobody who goes on has dropped out.",
                vacancy.taken,
            )
        )
    elif not stage.awards and vacancy.places <= 0:
        found.append(NOT_FREE)
    elif stage.awards and lot.seats is not None and vacancy.taken >= lot.seats:
        found.append(
            Sentence.plural(
                "This lot makes one award, as was published, and that stands.",
                "This lot makes at most %(num)s awards, as was published, and those stand.",
                lot.seats,
            )
        )
    if left is not None and not (vacancy.places > 0 if call.route in BOUND else vacancy.money > 0):
        found.append(NO_AWARD_ENDED)
    elif left is not None and left <= 0:
        found.append(Sentence("Nothing is left of the budget of this lot."))
    return tuple(found)


def with_actor(so: Facts, actor: int | None, proposer: int) -> Facts:
    """The same facts for whoever approves what somebody proposed."""
    return replace(so, actor=actor, authors=frozenset({proposer}))
