"""Comparing rows with what the chain holds for them, both ways."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.history import Event
from procurement.services.commitments.baseline import BASELINE, FILES
from procurement.services.commitments.committing import MADE, TAG
from procurement.services.commitments.kind import Kind

BATCH = 500
Line = tuple[int, str, bool]  # the form, the commitment, and whether it is of the baseline


@dataclass
class Held:
    """What the chain holds: for each kind the newest line of each row's name. `found_at`: when rows of before there
    were commitments were taken up; `begun`: whether it holds any commitment at all."""

    lines: dict[str, dict[str | int, Line]] = field(default_factory=dict)
    found_at: datetime | None = None
    begun: bool = False

    def of(self, key: str) -> dict[str | int, Line]:
        return self.lines.setdefault(key, {})

    def as_found(self, key: str) -> int:
        """How many rows of a kind are held as they were found, and not as they were made."""
        return sum(baseline for _form, _commitment, baseline in self.of(key).values())


def held_of(session: Session) -> Held:
    """Every commitment in the chain, later ones in the place of earlier ones."""
    held = Held()
    events = session.scalars(
        select(Event)
        .where(Event.tag.in_((TAG, BASELINE, MADE)))
        .order_by(Event.position)
        .execution_options(yield_per=BATCH)
    )
    for event in events:
        held.begun = True
        if event.tag == MADE:
            held.of(FILES)[event.subject_id] = (0, event.data["digest"], False)
            continue
        baseline = event.tag == BASELINE
        held.found_at = event.recorded_at if baseline else held.found_at
        for key, lines in event.data.items():
            held.of(key).update((name, (form, commitment, baseline)) for name, form, commitment in lines)
    return held


def check(session: Session, kind: Kind, held: Held) -> Iterator[str | None]:
    """Each row says what the chain holds for it, each that must be there is there, and no other; a sentence for each of
    which that is not so. Rows of before there were commitments are passed over until they are taken up."""
    known = dict(held.of(kind.key))
    rows = session.scalars(select(kind.model).order_by(kind.model.id).execution_options(yield_per=BATCH))
    for row in rows:
        name = f"{kind.called} {kind.name_of(row)}"
        line = known.pop(kind.name_of(row), None)
        if line is None:
            unknown = held.begun and kind.due(row)
            yield f"{name}: the chain knows nothing of it." if unknown else None
        elif line[1] == "":
            yield f"{name}: it was taken out, and is there again."
        else:
            yield None if kind.commitment(row, line[0]) == line[1] else f"{name}: it was changed."
    yield from (f"{kind.called} {name}: it was removed." for name, (_, commitment, _b) in known.items() if commitment)


def check_file(held: Held, document_id: int, digest: str | None) -> bool:
    """Whether a document has the digest that the chain holds for its bytes."""
    line = held.of(FILES).get(document_id)
    return line[1] == digest if line is not None else not held.begun
