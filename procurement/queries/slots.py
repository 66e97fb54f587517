"""Reading the times of a stage: what is offered, who has which, who did not come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.rules.slots import REMINDED_BEFORE, Attendance
from workflows.catalogue import states

WHOLE = (
    joinedload(Slot.lot),
    joinedload(Slot.chooser),
    joinedload(Slot.noter),
    joinedload(Slot.stage).joinedload(Stage.call),
    joinedload(Slot.entry)
    .joinedload(Entry.application)
    .options(joinedload(Application.organisation), joinedload(Application.lot)),
)
ORDER = (Slot.starts_at, Slot.place, Slot.id)
# what changes the calendar file of whoever has a time
CHOSEN, GIVEN = "entry.choose_slot", "entry.assign_slot"
CHANGED, RELEASED = "entry.change_slot", "entry.release_slot"
OFFERED = "slot_offered"  # the kind of message


def list_slots(session: Session, stage_id: int, *, withdrawn: bool = False) -> list[Slot]:
    """Every time of a stage in its order, with whoever has it; those that were taken away only where asked for."""
    asked = select(Slot).where(Slot.stage_id == stage_id)
    if not withdrawn:
        asked = asked.where(Slot.withdrawn_at.is_(None))
    return list(session.scalars(asked.options(*WHOLE).order_by(*ORDER)))


def find(session: Session, slot_id: int, *, fresh: bool = False) -> Slot | None:
    """A time with its stage, and whoever has it; `fresh`: as it is now, whatever was read of it before."""
    asked = select(Slot).where(Slot.id == slot_id).options(*WHOLE)
    return session.scalars(asked.execution_options(populate_existing=fresh)).one_or_none()


def find_of_stage(session: Session, call_ref: str, stage: str, slot_id: int) -> Slot | None:
    """A time of the stage that an address names, and of no other."""
    found = find(session, slot_id)
    if found is None or (found.stage.call.ref, found.stage.key) != (call_ref, stage):
        return None
    return found


def of_entry(session: Session, entry_id: int) -> Slot | None:
    """The time that an entry has."""
    return session.scalars(select(Slot).where(Slot.entry_id == entry_id).options(*WHOLE)).one_or_none()


def of_entries(session: Session, entry_ids: Collection[int]) -> dict[int, Slot]:
    """The times that some entries have, by entry: one statement."""
    found = session.scalars(select(Slot).where(Slot.entry_id.in_(entry_ids)))
    return {slot.entry_id: slot for slot in found if slot.entry_id is not None}


def letter_of(session: Session, entry_id: int) -> Document | None:
    """The newest letter about the time of an entry."""
    return session.scalars(
        select(Document)
        .where(Document.entry_id == entry_id, Document.kind == "slot_letter")
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def free_for(session: Session, stage_id: int, lot_id: int, now: datetime) -> list[Slot]:
    """What an entry of a lot can still choose."""
    return list(
        session.scalars(
            select(Slot)
            .where(
                Slot.stage_id == stage_id,
                Slot.entry_id.is_(None),
                Slot.withdrawn_at.is_(None),
                Slot.starts_at > now,
                (Slot.lot_id == lot_id) | Slot.lot_id.is_(None),
            )
            .order_by(*ORDER)
        )
    )


def without_slot(session: Session, stage_id: int) -> list[Entry]:
    """The entries that are assessed in a stage and have no time, with their application, its lot and organisation."""
    taken = select(Slot.entry_id).where(Slot.stage_id == stage_id, Slot.entry_id.is_not(None))
    return list(
        session.scalars(
            _assessed(stage_id)
            .where(Entry.id.not_in(taken))
            .options(
                joinedload(Entry.stage),
                joinedload(Entry.application).options(
                    joinedload(Application.organisation), joinedload(Application.lot)
                ),
            )
            .order_by(Entry.id)
        )
    )


def told_ids(session: Session, stage_id: int) -> set[int]:
    """The entries of a stage whose team was told that there are times to choose from."""
    asked = select(Message.entry_id).where(Message.stage_id == stage_id, Message.kind == OFFERED).distinct()
    return {entry_id for entry_id in session.scalars(asked) if entry_id is not None}


def _assessed(stage_id: int) -> Select[Entry]:
    return select(Entry).where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.assessing))


def id_of_entry(session: Session, entry_id: int) -> int | None:
    """The time that an entry has."""
    return session.scalar(select(Slot.id).where(Slot.entry_id == entry_id))


def ids_of_entries(session: Session, entry_ids: Sequence[int]) -> list[int]:
    """The times that some entries have."""
    return list(session.scalars(select(Slot.id).where(Slot.entry_id.in_(entry_ids)).order_by(Slot.id)))


# attendance


def attendance_missing(session: Session, stage: Stage) -> int:
    """How many of those that are assessed in a stage have no note whether they came: what the lock of the marks asks.

    0 where nobody presents anything. Whoever has no time counts too: an officer gives them one first.
    """
    if not stage.presents:
        return 0
    noted = select(Slot.entry_id).where(Slot.stage_id == stage.id, Slot.attendance != "")
    asked = _assessed(stage.id).where(Entry.id.not_in(noted)).subquery()
    return session.scalar(select(func.count()).select_from(asked)) or 0


def missed(stage_id: int) -> Select[int | None]:
    """The ids of a stage's entries whose team did not come, for a statement: nobody owes a mark on them, and they are
    not ranked."""
    return select(Slot.entry_id).where(Slot.stage_id == stage_id, Slot.attendance == Attendance.DID_NOT_COME)


def missed_ids(session: Session, stage_id: int) -> frozenset[int]:
    """The same, read."""
    return frozenset(session.scalars(select(Entry.id).where(Entry.id.in_(missed(stage_id)))))


# what the calendar file says of itself


@dataclass(frozen=True)
class Revision:
    """How often the time of an entry was chosen, changed or given back, and when last."""

    number: int
    at: datetime


def revision_of(session: Session, entry_id: int) -> Revision | None:
    """Read from the history, so that it never goes back, whatever time the entry comes to have; None before any."""
    count, last = session.execute(
        select(func.count(), func.max(Event.recorded_at)).where(
            Event.subject == "entry", Event.subject_id == entry_id, Event.tag.in_((CHOSEN, GIVEN, CHANGED, RELEASED))
        )
    ).one()
    return Revision(count, last) if count else None


# what falls due


def due_to_remind(session: Session, now: datetime) -> list[int]:
    """The times whose team is to be reminded now: two days before, once; nobody who has chosen it since then."""
    rows = session.execute(
        select(Slot.id, Slot.chosen_at, Slot.starts_at)
        .join(Entry, Entry.id == Slot.entry_id)
        .join(Call, Call.id == Slot.call_id)
        .where(
            Slot.starts_at > now,
            Slot.starts_at <= now + REMINDED_BEFORE,
            Slot.reminded_at.is_(None),
            Entry.state.in_(states.entry.assessing),
            Call.state.in_(states.call.published),
        )
        .order_by(Slot.id)
    )
    return [slot_id for slot_id, chosen, starts in rows if chosen is not None and chosen <= starts - REMINDED_BEFORE]


def due_to_offer(session: Session, now: datetime) -> list[int]:
    """The entries that can choose a time and were not told: whoever came into assessment after times were offered."""
    told = select(Message.id).where(Message.entry_id == Entry.id, Message.kind == OFFERED)
    free = select(Slot.id).where(
        Slot.stage_id == Entry.stage_id, Slot.entry_id.is_(None), Slot.withdrawn_at.is_(None), Slot.starts_at > now
    )
    own = select(Slot.id).where(Slot.entry_id == Entry.id)
    return list(
        session.scalars(
            select(Entry.id)
            .join(Stage, Stage.id == Entry.stage_id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                Entry.state.in_(states.entry.assessing),
                Stage.state.in_(states.stage.assessing),
                Call.state.in_(states.call.published),
                free.exists(),
                ~own.exists(),
                ~told.exists(),
            )
            .order_by(Entry.id)
        )
    )


def choosing(session: Session, entry_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Those of some entries whose team can choose a time now, and has none: one statement."""
    free = select(Slot.id).where(
        Slot.stage_id == Entry.stage_id,
        Slot.entry_id.is_(None),
        Slot.withdrawn_at.is_(None),
        Slot.starts_at > now,
        (Slot.lot_id == Application.lot_id) | Slot.lot_id.is_(None),
    )
    own = select(Slot.id).where(Slot.entry_id == Entry.id)
    running = (*states.stage.assessing, *states.stage.moderating)
    asked = (
        select(Entry)
        .join(Application, Application.id == Entry.application_id)
        .join(Entry.stage)
        .join(Stage.call)
        .where(
            Entry.id.in_(entry_ids),
            Entry.state.in_(states.entry.assessing),
            Stage.state.in_(running),
            Stage.choose_by.is_(None) | (Stage.choose_by > now),
            free.exists(),
            ~own.exists(),
        )
        .options(contains_eager(Entry.stage).contains_eager(Stage.call))
    )
    return frozenset(each.id for each in session.scalars(asked) if is_presenting(each.stage.call, each.stage))


# what can be done now


def is_presenting(call: Call, stage: Stage) -> bool:
    """Whether the teams of a stage choose their times and come to them now: it begins when everybody is found eligible,
    and ends with the lock of the marks (where it has none, with the agreement on them)."""
    running = states.stage.assessing if stage.assesses else states.stage.moderating
    return stage.presents and call.state in states.call.published and stage.state in running


def is_offering(call: Call, stage: Stage) -> bool:
    """Whether officers may lay out times: from the beginning of the stage until it ends as above."""
    begun = stage.started_at is not None and stage.marks_locked_at is None and stage.agreed_at is None
    return stage.presents and begun and call.state in states.call.published and stage.state in states.stage.live
