"""Reading the reserve of a stage: who is next, what stands in the way of letting it go on, and when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.going_on import Promotion
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.decisions import LotTable, Ranked
from procurement.rules.dates import DAYS_TO_SUBMIT
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import Refused, decide
from workflows.facts import Facts, Sentence

NO_MONEY = Sentence("It asks for no money, so there is nothing to award.")


@dataclass(frozen=True)
class Reserve:
    """The reserve of one lot. `after` is the stage to which it would go on; `left`: of the lot's budget, where the
    stage awards; `closes_from`: the earliest new closing of `after` where too little time is left in it; `problems`:
    why nobody of it can be promoted now."""

    lot: LotTable
    entries: tuple[Ranked, ...]
    after: Stage | None
    ended: bool
    left: Decimal | None
    closes_from: datetime | None
    problems: tuple[Sentence, ...]

    @property
    def next(self) -> tuple[Ranked, ...]:
        """Whoever has the highest place in it: any of them can be promoted."""
        return tuple(each for each in self.entries if _place(each) == _place(self.entries[0]))

    def most(self, entry: Ranked) -> Decimal | None:
        """What one of them can be awarded at most, where the stage awards."""
        return None if self.left is None else min(self.left, entry.asks)

    def problems_of(self, entry: Ranked) -> tuple[Sentence, ...]:
        """Why one of them cannot be promoted now."""
        return (*self.problems, *((NO_MONEY,) if self.left is not None and entry.asks <= 0 else ()))


def reserves_of(session: Session, call: Call, stage: Stage, now: datetime) -> list[Reserve]:
    """The reserve of each lot of a stage that was told and has one, in rank order."""
    if stage.told_at is None:
        return []
    table = decisions_queries.table_of(session, call, stage, comments=False)
    stages = stages_queries.of_call(session, call.id)
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
                    _problems(session, call, stage, lot, after, left, waiting[0].entry.state, now),
                )
            )
    return found


def _place(entry: Ranked) -> int:
    return entry.row.place if entry.row is not None else 0


def is_of_stage(session: Session, promotion_id: int, stage_id: int) -> bool:
    """Whether a promotion is one of that stage."""
    return session.scalar(select(Promotion.stage_id).where(Promotion.id == promotion_id)) == stage_id


def promotes(call: Call, stage: Stage) -> bool:
    """Whether anybody can ever be taken from the reserve of a stage: not where it awards and each award is in the
    summaries (Procurement Act 2023 s.50) and in the contract award notice of the call."""
    return not (stage.awards and awards_queries.needs_notice(call))


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


def stages_with_waiting(session: Session, stage_ids: Sequence[int]) -> frozenset[int]:
    """In which of some stages a promotion waits for an approver: for the list of what waits."""
    asked = select(Promotion.stage_id).where(
        Promotion.stage_id.in_(stage_ids), Promotion.approved_at.is_(None), Promotion.ended_at.is_(None)
    )
    return frozenset(session.scalars(asked))


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


def _problems(
    session: Session,
    call: Call,
    stage: Stage,
    lot: LotTable,
    after: Stage | None,
    left: Decimal | None,
    state: str,
    now: datetime,
) -> tuple[Sentence, ...]:
    workflow = workflows_queries.workflow_of(call, "entry", stage)
    so = facts(call, stage, after, now=now, actor=0)
    answer = decide(workflow, state, "promote", frozenset({Role.APPROVER}), so)
    found = list(answer.reasons) if isinstance(answer, Refused) else []
    if not stage.awards and lot.seats is not None and (taken := _taken(session, stage, lot)) >= lot.seats:
        found.append(
            Sentence.plural(
                "The only seat is taken: nobody who goes on has dropped out.",
                "All %(num)s seats are taken: nobody who goes on has dropped out.",
                taken,
            )
        )
    if left is not None and left <= 0:
        found.append(Sentence("Nothing is left of the budget of this lot."))
    if not promotes(call, stage):
        found.append(
            Sentence(
                "The awards of this call have assessment summaries and a contract award notice, which a later award "
                "would make wrong. It would need summaries, a notice and a standstill of its own, which this service "
                "cannot make yet."
            )
        )
    return tuple(found)


def _taken(session: Session, stage: Stage, lot: LotTable) -> int:
    """How many of a lot go on and are still in the running, by where each has come to."""
    newest = aliased(Entry)
    asked = (
        select(func.count())
        .select_from(Entry)
        .join(Application, Application.id == Entry.application_id)
        .join(newest, newest.id == Application.entry_id)
        .where(
            Entry.stage_id == stage.id,
            Application.lot_id == lot.lot.id,
            Entry.state.in_(states.entry.advanced),
            newest.state.not_in((*states.entry.absent, *states.entry.ineligible)),
        )
    )
    return session.scalar(asked) or 0


def with_actor(so: Facts, actor: int | None, proposer: int) -> Facts:
    """The same facts for whoever approves what somebody proposed."""
    return replace(so, actor=actor, authors=frozenset({proposer}))
