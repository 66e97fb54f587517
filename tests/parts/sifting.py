"""A call whose first stage only sifts: whoever advances goes on to a second, which awards.

call = sifting.sift(ports, seats=2)     its marks are locked; a form, dates and a scheme of the second stage are there
sifting.in_order(ports, call)           everybody proposed in rank order, so many kept in reserve
call = sifting.told_with_reserve(ports) the first of three goes on, the second is in reserve, the third declined; told
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, make_transient

from procurement.models.calls import Call
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.queries import decisions as decisions_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from procurement.services import decisions
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes

REASON = "The plan for working with schools lacked people and dates."


def copied(session: Session, row: Any, **changed: Any) -> None:
    """A row like another one, of its own."""
    make_transient(row)
    row.id = None
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)


def sift(
    ports: Ports, *, seats: int | None, firms: int = 3, procedure: str = "challenge_open", awards: bool = False
) -> Call:
    """A call with locked marks, whose stage only sifts; a stage that awards comes after it, with form and scheme.

    `awards`: the first awards too, as a call does that is awarded phase by phase.
    """
    call = assessment.locked(ports, firms=firms, procedure=procedure)

    def add(session: Session) -> None:
        first = calls.newest(session, call)
        closes_at = ports.clock.now() + timedelta(days=90)
        first.steps = ["collect", "check", "assess", *(["award"] if awards else [])]
        first.reasons = "required" if awards else "optional"
        first.noun, first.nouns, first.title = "expression of interest", "expressions of interest", "Interest"
        for row in first.lots:
            row.seats = seats
        after = Stage(
            call_id=call.id,
            number=2,
            key="proposal",
            title="Proposal",
            noun="proposal",
            nouns="proposals",
            steps=["collect", "assess", "award"],
            state="planned",
            opens_at=closes_at - timedelta(days=60),
            closes_at=closes_at,
            assess_by=closes_at + timedelta(days=10),
            decide_by=(closes_at + timedelta(days=20)).date(),
            names="shown",
            other_marks="never",
            shows=["application"],
            ranks_by={},
            minimum_total=first.minimum_total,
            scheme=first.scheme,
            scheme_fingerprint=first.scheme_fingerprint,
            proposers=[],
        )
        session.add(after)
        session.flush()
        for lot in first.lots:
            session.add(StageLot(stage_id=after.id, lot_id=lot.lot_id))
        for table in (Question, Criterion):
            for row in session.scalars(select(table).where(table.stage_id == first.id)).all():
                copied(session, row, stage_id=after.id)

    ports.database.write(add)
    return call


def table(session: Session, stage: Stage) -> decisions_queries.Table:
    """The ranking of a stage, whichever the call has come to since."""
    found = stages_queries.get(session, stage.id)
    return decisions_queries.table_of(session, found.call, found)


def in_order(ports: Ports, call: Call, reserves: int = 0) -> int:
    """Everybody proposed in rank order, so many of each lot kept in reserve."""
    stage = calls.stage_of(ports, call)
    given = {"reserve": REASON, "decline": REASON}
    seen = outcomes.table(ports, call).seen
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, decisions.propose_in_rank_order, stage.id, reserves, given, seen=seen)


def told_with_reserve(ports: Ports, *, seats: int = 1, reserves: int = 1, firms: int = 3, **given: Any) -> Call:
    """A sift that was told: so many went on to the second stage, so many are in its reserve."""
    call = sift(ports, seats=seats, firms=firms, **given)
    in_order(ports, call, reserves)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    return outcomes.tell(ports, call)
