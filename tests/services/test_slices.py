"""What an act on many things makes after its own transaction: part by part, each part once, whatever dies meanwhile."""

from collections.abc import Callable

import pytest
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.adapters.queue import connect, line
from procurement.config import Config
from procurement.jobs import slices as slice_jobs
from procurement.jobs import sweep
from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.slices import Slice
from procurement.queries import documents as documents_queries
from procurement.queries import slices as slices_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import making, slices
from procurement.services.act import Act, perform
from procurement.services.assessment import lock_marks
from procurement.services.refusal import Refusal
from procurement.services.slices import MOST_AT_ONCE
from tests.parts import assessment, calls, many, outcomes
from tests.parts.clock import StandingClock
from tests.parts.scenes import prepared
from tests.services.test_whole_call import chain_holds

SIZE = MOST_AT_ONCE + 10  # two parts

pytestmark = pytest.mark.both_databases


@prepared
def decided(ports: Ports) -> Call:
    """Many are decided on, and the parts of their letters wait."""
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports)))
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    many.more(ports, call, SIZE - 3)
    outcomes.proposed(ports, locked(ports, call), most=3)
    return outcomes.approve(ports, call)


def locked(ports: Ports, call: Call) -> Call:
    perform(ports, calls.officer(ports), ports.clock.now(), lock_marks, calls.stage_of(ports, call).id)
    return call


@prepared
def told(ports: Ports) -> Call:
    """All are told, and the parts of their messages wait."""
    call = decided(ports)
    outcomes.made_ready(ports, call)
    return outcomes.tell(ports, call)


def parts(ports: Ports, state: str = "waiting") -> list[Slice]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Slice).where(Slice.state == state).order_by(Slice.id)))


def counted(ports: Ports, model: type[Document] | type[Message], *kinds: str) -> int:
    with ports.database.reading() as session:
        return session.scalar(select(func.count()).where(model.kind.in_(kinds))) or 0


def letters(ports: Ports) -> int:
    return counted(ports, Document, *documents_queries.LETTERS)


def told_of(ports: Ports) -> int:
    return counted(ports, Message, "outcome_ready")


def test_all_are_told_at_one_instant_though_the_messages_follow_in_parts(ports: Ports, work: Callable[[], int]) -> None:
    call = told(ports)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        entries = session.scalars(select(Entry).where(Entry.stage_id == stage.id)).all()
        assert {entry.told_at for entry in entries} == {stage.told_at}
    assert (told_of(ports), [each.size for each in parts(ports)]) == (0, [100, 10])
    outcomes.parts_made(ports)
    with ports.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.kind == "outcome_ready")).all()
        assert sorted(row.entry_id or 0 for row in rows) == sorted(entry.id for entry in entries)
        assert {row.staged_at for row in rows} == {stage.told_at}
    assert [(each.state, each.content) for each in parts(ports, "made") if each.makes == "messages"] == [
        ("made", [])
    ] * 2


def test_nobody_is_told_while_letters_are_put_off(ports: Ports) -> None:
    call = decided(ports)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        assert documents_queries.letters_due(session, stage.id) == 2 * SIZE  # with the summaries
    with pytest.raises(Refusal, match="220 letters and summaries are not ready yet"):
        outcomes.tell(ports, call)
    slice_jobs.make_part(ports, parts(ports)[0].id)
    with pytest.raises(Refusal, match="220 letters and summaries are not ready yet"):
        outcomes.tell(ports, call)
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)


def test_a_letter_that_was_put_off_is_dated_and_signed_as_the_act_was(ports: Ports, clock: StandingClock) -> None:
    decided(ports)
    at = clock.now()
    clock.forward(days=2)
    outcomes.parts_made(ports)
    with ports.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.kind.in_(documents_queries.LETTERS))).all()
        assert (len(rows), {row.requested_at for row in rows}) == (2 * SIZE, {at})
        assert {row.requested_by for row in rows} == {calls.approver(ports).id}
        assert len({row.content["requested"] for row in rows}) == 1
        assert len({row.code for row in rows}) == 2 * SIZE
    assert chain_holds(ports)


@pytest.fixture
def only_parts(ports: Ports, config: Config) -> Callable[[], int]:
    """Make the parts that were rung for, as a worker does; what else was rung for waits."""

    def make() -> int:
        with connect(config.redis_url) as connection:
            rung = [job for job in line(connection).jobs if job.func_name == slices.JOB]
        return sum(slice_jobs.make_part(ports, *job.args) for job in rung)

    return make


class Killed(BaseException):
    """As a process that is gone: nothing of it runs on."""


def kill_in(ports: Ports, slice_id: int) -> None:
    """A worker that dies when it has made a part and not committed it."""
    taken = ports.database.write(lambda session: making.claim(session, slice_id, at=ports.clock.unshifted()))
    assert taken is not None

    def half(session: Session) -> None:
        assert making.finish(Act(session, ports, SYSTEM, ports.clock.now()), taken)
        raise Killed

    with pytest.raises(Killed):
        ports.database.write(half)


@pytest.mark.parametrize("killed", range(2))
def test_a_worker_that_is_killed_between_or_in_parts_loses_and_doubles_nothing(
    killed: int, ports: Ports, config: Config, clock: StandingClock, only_parts: Callable[[], int]
) -> None:
    told(ports)
    due = [each.id for each in parts(ports)]
    for each in due[:killed]:
        assert slice_jobs.make_part(ports, each) is True
    assert told_of(ports) == 100 * killed
    kill_in(ports, due[killed])
    assert told_of(ports) == 100 * killed
    assert slice_jobs.make_part(ports, due[killed]) is False  # somebody may still work on it
    with Redis.from_url(config.redis_url) as redis:
        redis.flushall()  # and the bells are lost as well
    clock.forward(seconds=61)
    assert sweep.ring_again(ports) >= len(due) - killed
    only_parts()
    assert told_of(ports) == SIZE
    assert parts(ports) == []
    assert chain_holds(ports)
    for each in due:  # a bell that is heard late
        assert slice_jobs.make_part(ports, each) is False
    assert told_of(ports) == SIZE


def test_a_part_that_is_finished_late_makes_nothing_again(ports: Ports, clock: StandingClock) -> None:
    told(ports)
    first = parts(ports)[0].id
    late = ports.database.write(lambda session: making.claim(session, first, at=clock.unshifted()))
    assert late is not None
    clock.forward(seconds=61)
    assert slice_jobs.make_part(ports, first) is True
    assert perform(ports, SYSTEM, clock.now(), making.finish, late) is False
    assert told_of(ports) == 100


def test_a_part_that_cannot_be_made_is_counted_and_made_at_another_press(ports: Ports, clock: StandingClock) -> None:
    call = told(ports)
    broken = parts(ports)[0].id

    def change(session: Session, kind: str) -> None:
        row = session.get_one(Slice, broken)
        row.content = [each | {"kind": kind} for each in row.content]

    ports.database.write(lambda session: change(session, "no_such_kind"))
    for _ in range(4):
        outcomes.parts_made(ports)
        clock.forward(minutes=10)
    assert [each.id for each in parts(ports, "failed")] == [broken]
    assert told_of(ports) == SIZE - 100
    with ports.database.reading() as session:
        found = slices_queries.messages_of(session, calls.newest(session, call))
        assert (found.failed, found.total >= SIZE) == (100, True)
    ports.database.write(lambda session: change(session, "outcome_ready"))
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)
    assert perform(ports, officer, clock.now(), making.retry_stage, stage_id) == 100
    outcomes.parts_made(ports)
    assert told_of(ports) == SIZE
    with pytest.raises(Refusal):
        perform(ports, assessment.assessor(ports, "a@readers.example"), clock.now(), making.retry_stage, stage_id)


def test_the_act_rings_for_its_parts(ports: Ports, only_parts: Callable[[], int]) -> None:
    told(ports)
    assert only_parts() == 2
    assert (told_of(ports), parts(ports)) == (SIZE, [])
