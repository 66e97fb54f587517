"""Who has which time: a team chooses, an officer gives one to whoever did not, or frees it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import slots as slots_queries
from procurement.rules.permissions import Permission
from procurement.rules.slots import chosen_until
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_team
from procurement.services.slots.locks import ENDED, NO_SUCH, give, lock_managed, lock_slots, take
from procurement.services.slots.telling import tell_changed, tell_chosen, tell_released
from workflows.catalogue import states
from workflows.facts import Sentence

TAKEN = Sentence("Somebody else has just taken this time. Choose another one.")


def choose(act: Act, entry_id: int, slot_id: int) -> Slot:
    """A team takes a free time, or gives its own up for another: who comes second to one gets a sentence.

    Refusal: 410 when the time for choosing is over; choosing what one has changes nothing.
    """
    call, entry = lock_entry(act.session, entry_id)
    stage = entry.stage
    require_team(act.by, Permission.SLOT_CHOOSE, entry, act.now)
    _require_presenting(call, entry)
    own_id = act.session.scalar(select(Slot.id).where(Slot.entry_id == entry.id))
    held = lock_slots(act.session, [each for each in (own_id, slot_id) if each is not None])
    own, wanted = held.get(own_id or 0), held.get(slot_id)
    if wanted is None or wanted.stage_id != entry.stage_id:
        raise Refusal(NO_SUCH, status=404)
    if wanted is own:
        return wanted
    for each in (own, wanted):
        if each is not None and act.now >= (until := chosen_until(each.starts_at, stage.choose_by)):
            raise Refusal(
                Sentence("A time could be chosen or changed until %(until)s. Write to the officers.", until=until),
                status=410,
            )
    if not wanted.free:
        raise Refusal(TAKEN)
    _require_lot(wanted, entry)
    give(act, wanted, entry, own)
    _record(act, call, entry, slots_queries.CHOSEN, wanted, own)
    (tell_chosen if own is None else tell_changed)(act, call, stage, entry, wanted)
    return wanted


def assign(act: Act, slot_id: int, entry_id: int) -> Stage:
    """An officer gives a free time to an entry: one that did not choose, or that needs another one."""
    call, stage, slot = lock_managed(act, slot_id)
    entry = _lock_entry_of(act, stage, entry_id)
    _require_presenting(call, entry)
    own_id = act.session.scalar(select(Slot.id).where(Slot.entry_id == entry.id))
    if own_id == slot.id:
        return stage
    if not slot.free:
        raise Refusal(TAKEN)
    if slot.starts_at <= act.now:
        raise Refusal(Sentence("This time has begun. Choose one that lies ahead."))
    _require_lot(slot, entry)
    own = lock_slots(act.session, [own_id])[own_id] if own_id is not None else None
    give(act, slot, entry, own)
    _record(act, call, entry, slots_queries.GIVEN, slot, own)
    (tell_chosen if own is None else tell_changed)(act, call, stage, entry, slot)
    return stage


def release(act: Act, slot_id: int) -> Stage:
    """An officer frees a time: its team has none any more, and is told so. Freeing a free one changes nothing."""
    call, stage, slot = lock_managed(act, slot_id)
    if slot.entry_id is None:
        return stage
    if slot.attendance:
        raise Refusal(Sentence("It is noted whether they came. Take the note back before you free this time."))
    entry = _lock_entry_of(act, stage, slot.entry_id)
    take(act.session, slot)
    _record(act, call, entry, slots_queries.RELEASED, slot, None)
    tell_released(act, call, stage, entry, slot)
    return stage


def _require_presenting(call: Call, entry: Entry) -> None:
    if not entry.stage.presents:
        raise Refusal(NO_SUCH, status=404)
    if not slots_queries.is_presenting(call, entry.stage):
        before = entry.stage.state in (*states.stage.collecting, *states.stage.checking)
        raise Refusal(Sentence("Times can be chosen when the assessment has begun.") if before else ENDED)
    if entry.state not in states.entry.assessing:
        raise Refusal(Sentence("This application is not being assessed in this stage."))


def _require_lot(slot: Slot, entry: Entry) -> None:
    if slot.lot_id not in (None, entry.application.lot_id):
        raise Refusal(Sentence("This time is for another lot."))


def _lock_entry_of(act: Act, stage: Stage, entry_id: int) -> Entry:
    """An entry of this stage, held; its stage and call are held already."""
    entry = act.session.scalars(
        select(Entry)
        .where(Entry.id == entry_id, Entry.stage_id == stage.id)
        .options(
            joinedload(Entry.stage),
            joinedload(Entry.application).options(joinedload(Application.lot), joinedload(Application.organisation)),
        )
        .with_for_update(of=Entry)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if entry is None:
        raise Refusal(Sentence("There is no such application."), status=404)
    return entry


def _record(act: Act, call: Call, entry: Entry, tag: str, slot: Slot, before: Slot | None) -> None:
    data = {"slot": slot.id, "starts": slot.starts_at, "before": before.id if before is not None else None}
    record(act, tag, "entry", entry.id, call_id=call.id, data=data)
