"""Acts on a whole call: as many statements for many applications as for a few, and time that grows in line with them.

Time is the processor's, the best of three, and only ever compared with itself: other work goes on beside the tests.
"""

import gc
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries.decisions.marks import cards_of
from procurement.rules.ports import Ports
from procurement.services import abandoning, awards, decisions, opening
from procurement.services import assessment as assessing
from procurement.services.act import Act, perform
from procurement.services.verification import verify
from tests.parts import assessment, calls, many, outcomes
from tests.parts.statements import statements
from workflows.catalogue import states

FEW, MANY = 12, 48
MOST = 7  # times as long for four times as many: with the square of it, it would be sixteen
Press = Callable[[], object]

pytestmark = pytest.mark.both_databases


def bidding(ports: Ports, *, submitted: int = 3, drafts: int = 0) -> Call:
    """A published call with a few bids, of firms of its own: several such calls stand in one database."""
    call = calls.published(ports, "challenge_open")
    for number in range(submitted + drafts):
        assessment.bid(ports, call, f"Firm {call.id} {number}", submit=number < submitted, amount=30_000 - number)
    return call


def bids(ports: Ports, size: int) -> tuple[Call, int]:
    """A closed call of so many bids that one person has asked to open: the call and its stage."""
    call = bidding(ports)
    many.more(ports, call, size - 3)
    return asked_to_open(ports, call)


def drafts(ports: Ports, size: int) -> tuple[Call, int]:
    """The same, where nearly all were never submitted."""
    call = bidding(ports, submitted=2, drafts=1)
    many.more(ports, call, size - 3)
    return asked_to_open(ports, call)


def asked_to_open(ports: Ports, call: Call) -> tuple[Call, int]:
    assessment.closed(ports, call)
    stage_id = calls.stage_of(ports, call).id
    perform(ports, assessment.fresh(ports, calls.officer(ports)), ports.clock.now(), opening.ask, stage_id)
    return call, stage_id


def opened(ports: Ports, size: int, made: Callable[[Ports, int], tuple[Call, int]] = bids) -> Press:
    _call, stage_id = made(ports, size)
    who = assessment.fresh(ports, calls.approver(ports))
    return lambda: perform(ports, who, ports.clock.now(), opening.complete, stage_id)


def lapsed(ports: Ports, size: int) -> Press:
    return opened(ports, size, drafts)


def marked(ports: Ports, size: int) -> Call:
    call = assessment.in_assessment(ports, assessment.opened(ports, bidding(ports)))
    staff = [assessment.assessor(ports, f"reader{number}.{call.id}@readers.example") for number in range(3)]
    assessment.assigned(ports, call, staff)
    assessment.marked(ports, call)
    many.more(ports, call, size - 3)
    return call


def locked(ports: Ports, size: int) -> Press:
    stage_id, officer = calls.stage_of(ports, marked(ports, size)).id, calls.officer(ports)
    return lambda: perform(ports, officer, ports.clock.now(), assessing.lock_marks, stage_id)


def proposed(ports: Ports, size: int) -> Call:
    call = marked(ports, size)
    perform(ports, calls.officer(ports), ports.clock.now(), assessing.lock_marks, calls.stage_of(ports, call).id)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    outcomes.explained(ports, call)
    return call


def approved(ports: Ports, size: int) -> Press:
    call = proposed(ports, size)
    stage_id, seen = calls.stage_of(ports, call).id, outcomes.table(ports, call).seen
    who = assessment.fresh(ports, calls.approver(ports))
    return lambda: perform(ports, who, ports.clock.now(), decisions.approve, stage_id, seen=seen)


def told(ports: Ports, size: int) -> Press:
    call = proposed(ports, size)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)
    return lambda: perform(ports, officer, ports.clock.now(), awards.tell, stage_id)


def abandoned(ports: Ports, size: int) -> Press:
    call, _stage_id = bids(ports, size)
    officer, approver = calls.officer(ports), assessment.fresh(ports, calls.approver(ports))
    row = perform(ports, officer, ports.clock.now(), abandoning.propose, call.id, "The money is gone.")
    return lambda: perform(ports, approver, ports.clock.now(), abandoning.approve, row.id, seen=row.id)


ACTS = {
    "opening": opened,
    "lapsing": lapsed,
    "locking": locked,
    "approving": approved,
    "telling": told,
    "abandoning": abandoned,
}


def chain_holds(ports: Ports) -> bool:
    with ports.database.reading() as session:
        return not verify(session, ports)[0].broken


@pytest.mark.parametrize("act", ACTS)
def test_as_many_statements_for_many_applications_as_for_a_few(act: str, ports: Ports) -> None:
    few = statements(ports, ACTS[act](ports, FEW))
    assert statements(ports, ACTS[act](ports, MANY)) == few
    assert chain_holds(ports)


@pytest.mark.parametrize("act", ["opening", "approving", "telling"])
def test_time_grows_in_line_with_the_applications(act: str, ports: Ports) -> None:
    """What was measured grew with the square: 200 told in 2.5 seconds, 1,000 in 38. Where the first of three
    measurements is right already, it is enough."""
    few = many_ = 0.0
    for _ in range(3):
        few, many_ = least(few, seconds(ACTS[act](ports, FEW * 4))), least(many_, seconds(ACTS[act](ports, MANY * 4)))
        if many_ <= MOST * few:
            return
    assert many_ <= MOST * few


def least(before: float, now: float) -> float:
    return min(before or now, now)


def seconds(press: Press) -> float:
    """Of the processor, without looking for garbage: how long that takes depends on the tests before."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        press()
        return time.process_time() - began
    finally:
        gc.enable()


def test_all_are_told_at_one_instant_and_written_to_once(ports: Ports) -> None:
    call = proposed(ports, 30)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        entries = session.scalars(select(Entry).where(Entry.stage_id == stage.id)).all()
        letters = session.scalars(select(Message).where(Message.kind == "outcome_ready")).all()
        assert len(entries) == 30
        assert {entry.told_at for entry in entries} == {stage.told_at}
        assert sorted(letter.entry_id or 0 for letter in letters) == sorted(entry.id for entry in entries)
        assert {letter.staged_at for letter in letters} == {stage.told_at}
    assert chain_holds(ports)


def test_what_fails_in_the_middle_tells_nobody(ports: Ports) -> None:
    """One transaction: whoever presses again finds everything as it was."""
    call = proposed(ports, 12)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)

    class Stopped(Exception):
        pass

    def stopped(session: Session) -> None:
        awards.tell(Act(session, ports, officer, ports.clock.now()), stage_id)
        raise Stopped

    with pytest.raises(Stopped):
        ports.database.write(stopped)
    assert kept(ports, call) == (0, 0)
    outcomes.tell(ports, call)
    assert kept(ports, call) == (12, 12)


def kept(ports: Ports, call: Call) -> tuple[int, int]:
    """How many entries of a call are told, and how many were written to."""
    with ports.database.reading() as session:
        told = select(func.count()).where(Entry.call_id == call.id, Entry.told_at.is_not(None))
        letters = select(func.count()).where(Message.call_id == call.id, Message.kind == "outcome_ready")
        return session.scalar(told) or 0, session.scalar(letters) or 0


def test_each_application_has_its_own_event_of_what_was_done_to_all(ports: Ports) -> None:
    press = approved(ports, 20)
    press()
    with ports.database.reading() as session:
        decided = (*states.entry.advanced, *states.entry.reserve, *states.entry.declined)
        ids = session.scalars(select(Entry.id).where(Entry.state.in_(decided)).order_by(Entry.id)).all()
        told = session.scalars(
            select(Event.subject_id)
            .where(Event.tag.in_(("entry.advance", "entry.hold_in_reserve", "entry.decline")))
            .order_by(Event.subject_id)
        ).all()
        assert len(ids) == 20
        assert told == ids


def test_a_copied_application_is_another_one(ports: Ports) -> None:
    """What these tests stand on: each copy belongs to a firm of its own."""
    call, _stage_id = bids(ports, 10)
    with ports.database.reading() as session:
        firms = session.scalars(select(Application.organisation_id).where(Application.call_id == call.id)).all()
        assert len(set(firms)) == len(firms) == 10


def test_marks_are_the_same_read_with_and_without_comments(ports: Ports) -> None:
    """Without them a scorecard is one row, which is what keeps the ranking of a large call quick."""
    call = marked(ports, 5)

    def read(*, comments: bool) -> dict[int, list[tuple[int, list[tuple[str, int | None]]]]]:
        with ports.database.reading() as session:
            cards = cards_of(session, calls.newest(session, call).id, comments=comments)
        return {
            application: [
                (card.assignment_id, sorted((one.criterion, one.mark) for one in card.marks)) for card in each
            ]
            for application, each in cards.items()
        }

    found = read(comments=True)
    assert len(found) == 5
    assert read(comments=False) == found
