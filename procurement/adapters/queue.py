"""The bell: tells a worker through Redis that a row waits. Losing Redis loses nothing, since the row is the request."""

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

QUEUE = "procurement"
BELL_TIMEOUT = 0.4  # seconds for each of connecting and answering: a press never waits a second for the bell
FINISHED_FOR = 60  # seconds that a finished job's note stays in Redis; the row has the lasting one
FAILED_FOR = 24 * 3600
JOB_SECONDS = 300  # above the renderer's own limit, so that the renderer's sentence is the one that people read
HEARTBEAT = 30  # seconds; a worker that waits says that it lives twice as often
SILENCE = timedelta(seconds=90)  # longer than a heartbeat and a document together

log = logging.getLogger(__name__)


def connect(url: str, *, patience: float | None = None) -> Redis:
    """A connection to Redis or Valkey; with `patience` (seconds) it gives up early and does not try again."""
    if patience is None:
        return Redis.from_url(url)
    return Redis.from_url(
        url,
        socket_connect_timeout=patience,
        socket_timeout=patience,
        retry=Retry(NoBackoff(), 0),
        retry_on_timeout=False,
    )


def line(connection: Redis) -> Queue:
    """The queue that every process means. JSON, since whoever may write pickles to Redis may run code; and of JSON only
    what we ring for is run (`only`, docs/threats.md 50)."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer, default_timeout=JOB_SECONDS)


def working(connection: Redis, at: datetime) -> int:
    """How many workers were heard of lately, `at` being the machine's own time. Raises RedisError."""
    heard = (worker.last_heartbeat for worker in Worker.all(connection=connection))
    return sum(1 for beat in heard if beat is not None and at - beat.replace(tzinfo=beat.tzinfo or UTC) < SILENCE)


class NotOurs(Exception):
    """Somebody put something into the queue that nobody here rings for."""


def only(jobs: Collection[str]) -> type[Job]:
    """A job that is one of these functions with the id of a row, or nothing.

    A job is a name in Redis, and RQ would run whatever function of whatever module it names, before or after another.
    """
    known = frozenset(jobs)

    class OurJob(Job):
        success_callback = failure_callback = stopped_callback = None

        @property
        def func(self) -> Callable[..., Any]:
            given = self.args
            if self.func_name not in known or self.instance or self.kwargs or [type(each) for each in given] != [int]:
                raise NotOurs(f"{self.func_name!r} with {len(given)} values is no job of this service")
            return super().func  # type: ignore[no-any-return]  # because RQ does not say what it gives

    return OurJob


def serve(connection: Redis, jobs: Collection[str]) -> None:
    """Be a worker for these jobs until a signal asks for the end; what is in hand is finished first.

    Jobs run in this process, not in a fork each: what needs a limit runs in the renderer's children, which live on
    from one job to the next.
    """
    SimpleWorker(
        [line(connection)],
        connection=connection,
        job_class=only(jobs),
        serializer=JSONSerializer,
        worker_ttl=HEARTBEAT,
        log_job_description=False,
    ).work(logging_level="WARNING")


class RedisBell:
    """Rings by putting a job into the queue; its id carries the attempt, so a later attempt is a job of its own."""

    def __init__(self, url: str) -> None:
        self._queue = line(connect(url, patience=BELL_TIMEOUT))

    def ring(self, job: str, key: int, attempt: int) -> None:
        """`job` is the dotted name of a function in `procurement.jobs`, which gets the key alone."""
        name = f"{job.removeprefix('procurement.jobs.').replace('.', '-')}-{key}-{attempt}"
        try:
            self._queue.enqueue(
                job,
                key,
                job_id=name,
                unique=True,
                result_ttl=FINISHED_FOR,
                failure_ttl=FAILED_FOR,
                job_timeout=JOB_SECONDS,
            )
        except DuplicateJobError:
            pass  # this attempt has been rung already
        except (RedisError, OSError) as error:
            log.warning("the bell for %s could not be rung (%s); the sweep rings again", name, type(error).__name__)

    def waiting(self) -> int:
        try:
            return self._queue.count
        except (RedisError, OSError):
            return 0

    def workers(self, at: datetime) -> int | None:
        try:
            return working(self._queue.connection, at)
        except (RedisError, OSError):
            return None


class SilentBell:
    """For a process that has no Redis, as a migration or a check; the sweep finds what it asked for."""

    def ring(self, job: str, key: int, attempt: int) -> None:
        return None

    def waiting(self) -> int:
        return 0

    def workers(self, at: datetime) -> int | None:
        return None
