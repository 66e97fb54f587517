"""Putting off what an act on many things makes: its messages and documents are written down as parts, in the act's own
transaction, and made by a worker one part after the other (`services.making`).

What is written down is what will be made: the words of each document, and for whom and about what each message is. So
nothing that happens afterwards changes it, a worker that dies takes nothing with it, and everybody is told as of the
instant of the act.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete

from procurement.models.slices import Slice
from procurement.rules.statuses import SliceKind, SliceStatus
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, ring

JOB = "procurement.jobs.slices.make"
MOST_AT_ONCE = 100  # so many an act makes itself; a part holds as many, which takes a worker less than a second
Item = Mapping[str, Any]


def put_off(act: Act, makes: SliceKind, kind: str, about: About, items: Sequence[Item]) -> None:
    """Write down what is to be made (each as plain JSON), in parts, inserted together. `about`: whose page says how far
    it is."""
    rows = [
        Slice(
            makes=makes,
            kind=kind,
            state=SliceStatus.WAITING,
            call_id=about.call_id,
            stage_id=about.stage_id,
            size=len(items[first : first + MOST_AT_ONCE]),
            content=list(items[first : first + MOST_AT_ONCE]),
            asked_at=act.now,
            asked_by=act.by.id,
            attempts=0,
            due_at=act.ports.clock.unshifted() + UNHEARD_AFTER,
            error="",
        )
        for first in range(0, len(items), MOST_AT_ONCE)
    ]
    act.session.add_all(rows)
    act.session.flush()
    for row in rows:
        ring(act.session, JOB, row.id)


def discard(act: Act, stage_id: int, kinds: Collection[str]) -> None:
    """Never make what was put off of a stage, of these kinds, and is not made: it was overtaken. A part that a worker
    makes at this moment is waited for, and is there afterwards."""
    act.session.execute(
        delete(Slice)
        .where(Slice.stage_id == stage_id, Slice.kind.in_(kinds), Slice.state != SliceStatus.MADE)
        .execution_options(synchronize_session=False)
    )
