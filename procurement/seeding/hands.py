"""The workers of the demonstration while its past is made: they lay out documents beside the timeline, and hand over
messages once a week."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.queries.documents import LETTERS, PAPERS
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.rules.statuses import DocumentStatus, MessageStatus
from procurement.services import delivery, rendering
from procurement.services.act import Act, perform

PAUSE = timedelta(milliseconds=250)  # between two documents that were left, so that a new one never waits behind them


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4), thread_name_prefix="documents")


@dataclass
class Hands:
    """What is asked for in the demonstration is made by these. Documents are laid out in the renderer's own processes
    while the timeline goes on, and written down at instants that are the same in every run. `since`: documents asked
    for earlier are made only where somebody waits for them, and the others left to the workers of the service."""

    ports: Ports
    since: datetime | None = None
    underway: list[tuple[rendering.Claim, Future[rendering.Made]]] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=_pool)

    def begin_letters(self, stage_id: int) -> None:
        """Begin with the letters and summaries of a stage, for which its telling waits."""
        self._begin(Document.stage_id == stage_id, Document.kind.in_(LETTERS))

    def wait_for_letters(self, stage_id: int) -> None:
        """Until every letter and summary of a stage is made; what failed once is tried again, as a worker would."""
        self.end_documents()
        for _ in rendering.RETRIES.pauses:
            self.begin_letters(stage_id)
            self.end_documents()

    def begin_documents(self) -> None:
        """Begin with everything that was asked for and is not left to others."""
        waited_for = Document.kind.not_in(PAPERS)  # nobody waits for the papers of a call
        self._begin(waited_for, *(() if self.since is None else (Document.requested_at >= self.since,)))

    def _begin(self, *which: ColumnElement[bool]) -> None:
        asked = select(Document.id).where(Document.state == DocumentStatus.REQUESTED, *which)
        with self.ports.database.reading() as session:
            keys = set(session.scalars(asked)) - {claim.document_id for claim, _ in self.underway}
        if not keys:
            return
        at = self.ports.clock.unshifted()
        claims = self.ports.database.write(
            lambda session: [rendering.claim(session, key, at=at) for key in sorted(keys)]
        )
        self.underway += [
            (claim, self.pool.submit(rendering.work, self.ports, claim)) for claim in claims if claim is not None
        ]

    def end_documents(self) -> None:
        """Wait for what was begun, and write it down."""
        ended = [(claim, made.result()) for claim, made in self.underway]
        self.underway.clear()

        def write(act: Act) -> None:
            for claim, made in ended:
                rendering.finish(act, claim, made)

        if ended:
            perform(self.ports, SYSTEM, self.ports.clock.now(), write)

    def hand_over(self) -> None:
        """Hand over every message that waits."""
        waiting = select(Message.id).where(Message.state == MessageStatus.APPROVED).order_by(Message.id)
        with self.ports.database.reading() as session:
            keys = session.scalars(waiting).all()
        if not keys:
            return
        at, shown = self.ports.clock.unshifted(), self.ports.mailer.shown
        claims = self.ports.database.write(lambda session: [delivery.claim(session, key, at=at) for key in keys])
        ended = [(claim, delivery.work(self.ports, claim)) for claim in claims if claim is not None]

        def write(act: Act) -> None:
            for claim, error in ended:
                delivery.finish(act, claim, error, shown=shown)

        perform(self.ports, SYSTEM, self.ports.clock.now(), write)

    def leave(self, now: datetime) -> int:
        """Leave what is not made to the workers of the service, which the sweep will ring: the newest first, at a pace
        at which whoever asks for a document meanwhile gets it at once. `now`: unshifted. Returns how many there are."""
        asked = select(Document.id).where(Document.state == DocumentStatus.REQUESTED)
        with self.ports.database.reading() as session:
            keys: Sequence[int] = session.scalars(
                asked.order_by(Document.requested_at.desc(), Document.id.desc())
            ).all()

        def put_off(act: Act) -> None:
            for place, key in enumerate(keys):
                rendering.put_off(act.session, [key], until=now + place * PAUSE)

        if keys:
            perform(self.ports, SYSTEM, self.ports.clock.now(), put_off)
        self.pool.shutdown()
        return len(keys)
