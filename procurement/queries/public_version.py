"""What the public pages are at: a value that changes whenever one of them may say something else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from procurement.models.history import Event
from procurement.models.register import RegisterEntry
from procurement.models.stages import Stage

# Every change of one of these is an event of its own; what the register shows changes with an entry.
PUBLIC_SUBJECTS = ("call", "stage", "installation")


@dataclass(frozen=True)
class PublicVersion:
    """`numbers`: the newest register entry and the newest event of each of PUBLIC_SUBJECTS. `until`: the instant at
    which the clock alone next changes a call (a stage opens, closes, or its outcome is told); None when it will not."""

    numbers: tuple[int, ...]
    until: datetime | None


def public_version_of(session: Session, now: datetime) -> PublicVersion:
    """In one statement, by indexes; it is asked once a second at most by each process (`web/parts/cache.py`)."""
    instants: tuple[InstrumentedAttribute[Any], ...] = (
        Stage.opens_at,
        Stage.ask_by,
        Stage.closes_at,
        Stage.told_at,
    )
    at = literal(now, type_=Stage.opens_at.type)
    row = session.execute(
        select(
            select(func.max(RegisterEntry.id)).scalar_subquery(),
            *(
                select(func.max(Event.position)).where(Event.subject == each).scalar_subquery()
                for each in PUBLIC_SUBJECTS
            ),
            *(select(func.min(each)).where(each > at).scalar_subquery() for each in instants),
        )
    ).one()
    counted = 1 + len(PUBLIC_SUBJECTS)
    return PublicVersion(tuple(each or 0 for each in row[:counted]), min(filter(None, row[counted:]), default=None))
