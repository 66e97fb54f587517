"""The bell rings through Redis, never for long, never twice for one attempt, and never in pickles."""

import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis
from rq import Callback, Queue, SimpleWorker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from procurement.adapters.queue import QUEUE, RedisBell, SilentBell, connect, line, only, working

NOBODY = "procurement.jobs.documents.render"


def test_an_attempt_rings_once_and_the_next_one_again(redis_url: str) -> None:
    bell = RedisBell(redis_url)
    for attempt in (1, 1, 2):
        bell.ring(NOBODY, 7, attempt)
    with connect(redis_url) as connection:
        assert line(connection).job_ids == ["documents-render-7-1", "documents-render-7-2"]
        raw = connection.hget("rq:job:documents-render-7-1", "data")
    assert bell.waiting() == 2
    assert raw is not None
    assert b"procurement.jobs.documents.render" in zlib.decompress(raw)
    assert SilentBell().waiting() == 0


def test_without_redis_a_press_waits_less_than_a_second(redis_url: str) -> None:
    for url in ("unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0"):
        taken = []
        for _ in range(5):  # the quickest counts: a busy machine may hold up any of them
            begun = time.monotonic()
            bell = RedisBell(url)
            bell.ring(NOBODY, 7, 1)
            assert bell.waiting() == 0
            taken.append(time.monotonic() - begun)
        assert min(taken) < 1


def test_a_pickle_in_the_queue_is_not_opened(redis_url: str, tmp_path: Path) -> None:
    """Whoever writes to Redis must not be able to run code (docs/threats.md 50)."""

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (f"{tmp_path}/sprung", "w"))

    with Redis.from_url(redis_url) as connection:
        attacker = Queue(QUEUE, connection=connection)  # RQ's own default: pickles
        job = Job.create("builtins.print", args=(Trap(),), connection=connection)
        attacker.enqueue_job(job)
        worker = SimpleWorker([line(connection)], connection=connection, serializer=JSONSerializer)
        worker.work(burst=True, logging_level="CRITICAL")
    assert list(tmp_path.iterdir()) == []


def test_nothing_runs_but_what_we_ring_for(redis_url: str, tmp_path: Path) -> None:
    """RQ runs the function that a job names, in whatever module: so the names are ours, and the values ids."""
    ours, ran = "builtins.abs", f"touch {tmp_path}/sprung"
    with connect(redis_url) as connection:
        queue = line(connection)
        foreign = [
            queue.enqueue("os.system", ran),
            queue.enqueue("procurement.jobs.sweep.logging.os.system", ran),
            queue.enqueue("procurement.jobs.bound.ports"),
            queue.enqueue(ours, ran),
            queue.enqueue(ours, True),
            queue.enqueue(ours, 1, 2),
            queue.enqueue(ours, 7, key=7),
        ]
        followed = queue.enqueue(ours, 7, on_success=Callback("os.remove"), on_failure=Callback("os.remove"))
        worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer, job_class=only({ours}))
        worker.work(burst=True, logging_level="CRITICAL")
        assert [each.get_status(refresh=True) for each in foreign] == [JobStatus.FAILED] * len(foreign)
        assert (followed.get_status(refresh=True), followed.return_value(refresh=True)) == (JobStatus.FINISHED, 7)
    assert list(tmp_path.iterdir()) == []


def test_nobody_works_until_somebody_does(redis_url: str) -> None:
    with connect(redis_url) as connection:
        assert working(connection, datetime.now(UTC)) == 0
