"""A worker in the test's own process: what it does is real, and what goes wrong in it fails the test."""

from types import TracebackType

from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from procurement.adapters.queue import line


class Worker(SimpleWorker):
    """Works off the queue and counts; an exception that escapes from a job is kept, and raised by `work_off`."""

    def __init__(self, connection: Redis) -> None:
        self.jobs = 0
        self._escaped: list[BaseException] = []
        super().__init__(
            [line(connection)], connection=connection, serializer=JSONSerializer, exception_handlers=[self._keep]
        )

    def work_off(self) -> int:
        """Run what was rung for until nothing is left; returns how many jobs. Raises what escaped from the first."""
        self.work(burst=True, logging_level="CRITICAL")
        if self._escaped:
            raise self._escaped[0]
        return self.jobs

    def perform_job(self, job: Job, *given: object, **named: object) -> bool:
        self.jobs += 1
        return super().perform_job(job, *given, **named)

    def subscribe(self) -> None:
        """Nobody sends orders to this worker, and to stop listening for them would take a second each time."""

    def unsubscribe(self) -> None:
        """See `subscribe`."""

    def _keep(self, job: Job, kind: type[BaseException], error: BaseException, trace: TracebackType) -> bool:
        self._escaped.append(error)
        return False
