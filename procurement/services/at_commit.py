"""What waits for the commit: contents that need the chain just before it, and workers to ring for just after."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

UNHEARD_AFTER = timedelta(seconds=10)  # then the sweep takes it that the bell was not heard


def afterwards(session: Session, finish: Callable[[Session], None]) -> None:
    """Run just before the commit, when every event has its place in the chain."""
    session.info.setdefault("afterwards", []).append(finish)


def settle(session: Session) -> None:
    """Run what was put off; called once, by `Database.write`, after the chain was linked."""
    for finish in session.info.pop("afterwards", []):
        finish(session)


def ring(session: Session, job: str, key: int, attempt: int = 1) -> None:
    """Ask a worker to look at a row once the transaction has been committed; `job` is the dotted name of a function in
    `procurement.jobs`, which gets the key alone."""
    session.info.setdefault("bells", []).append((job, key, attempt))
