"""What was said at a call while it was prepared, and what was changed in it since somebody read it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.comments import CallComment
from procurement.models.history import Event
from procurement.rules import edits
from procurement.rules.edits import Change

LOOKED = ("call.look", "call.send_back")  # whoever sends a call back has read it
EDITED = "call.edit"


def open_at(session: Session, call_id: int) -> list[CallComment]:
    """The comments of a call that nobody has settled, in the order in which they were made: one statement."""
    found = select(CallComment).where(CallComment.call_id == call_id, CallComment.settled_at.is_(None))
    return list(session.scalars(found.options(joinedload(CallComment.speaker)).order_by(CallComment.id)))


@dataclass(frozen=True)
class SinceRead:
    """What was changed in a call since it was read: by whom and when, and every field from what to what."""

    looked: Event
    changes: tuple[Change, ...]
    editors: tuple[str, ...]


def since_read(session: Session, call_id: int, reader: int | None) -> SinceRead | None:
    """What changed since this person read the call last, or, where they never did, since any approver did; None where
    nobody has. Two statements, however much was changed."""
    asked = select(Event).where(Event.call_id == call_id, Event.tag.in_((*LOOKED, EDITED)), Event.subject == "call")
    found = asked.options(joinedload(Event.actor), joinedload(Event.note)).order_by(Event.position)
    events = session.scalars(found).all()
    looks = [event for event in events if event.tag in LOOKED]
    looked = next((event for event in reversed(looks) if event.actor_id == reader), looks[-1] if looks else None)
    if looked is None:
        return None
    after = [event for event in events if event.tag == EDITED and event.position > looked.position]
    changes = edits.since([event.note.text for event in after if event.note is not None])
    names = dict.fromkeys(event.actor.name for event in after if event.actor is not None)
    return SinceRead(looked, tuple(changes), tuple(names))
