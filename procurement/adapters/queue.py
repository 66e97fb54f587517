"""The bell: tells a worker through Redis that a row waits. Losing Redis loses nothing, since the row is the request."""

import logging

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

QUEUE = "procurement"
PATIENCE = 0.4  # seconds for each of connecting and answering: a press never waits a second for the bell
FINISHED_FOR = 60  # seconds that a finished job's note stays in Redis; the row has the lasting one
FAILED_FOR = 24 * 3600
JOB_SECONDS = 300  # above the renderer's own limit, so that the renderer's sentence is the one that people read

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
    """The queue that every process means. JSON, because whoever may write pickles to Redis may run code (threat 50)."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer, default_timeout=JOB_SECONDS)


class RedisBell:
    """Rings by putting a job into the queue; its id carries the attempt, so a later attempt is a job of its own."""

    def __init__(self, url: str) -> None:
        self._queue = line(connect(url, patience=PATIENCE))

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


class SilentBell:
    """For a process that has no Redis, as a migration or a check; the sweep finds what it asked for."""

    def ring(self, job: str, key: int, attempt: int) -> None:
        return None

    def waiting(self) -> int:
        return 0
