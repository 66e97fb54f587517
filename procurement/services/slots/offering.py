"""Officers lay out the times of a stage: one, or a series; say where each is; and take free ones away."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from procurement.models.applications import Application, Entry
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import slots as slots_queries
from procurement.rules.calls import mark
from procurement.rules.slots import MOST_OF_A_STAGE, Offer, faults, where_faults
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, Stale
from procurement.services.slots.locks import lock_managed, lock_managed_stage
from procurement.services.slots.telling import invite, tell_changed
from workflows.facts import Sentence


def offer(act: Act, stage_id: int, offered: Offer) -> list[Slot]:
    """Offer times: all of them or, with every reason, none. Whoever can choose one is told, once.

    The same time at the same place is not offered twice, so that a second press changes nothing.
    """
    call, stage = lock_managed_stage(act, stage_id)
    there = slots_queries.list_slots(act.session, stage.id)
    reasons = faults(offered, act.now)
    if offered.lot_id is not None and offered.lot_id not in [row.lot_id for row in stage.lots]:
        reasons.append(Sentence("This stage is not for that lot."))
    if len(there) + len(offered.times) > MOST_OF_A_STAGE:
        reasons.append(Sentence("A stage has at most %(most)s times.", most=MOST_OF_A_STAGE))
    reasons += [
        Sentence("%(time)s is offered at this place already.", time=time.words)
        for time in offered.times
        if any(
            each.starts_at < time.ends_at
            and time.starts_at < each.ends_at
            and (each.place, each.joining) == (offered.place, offered.joining)
            for each in there
        )
    ]
    if reasons:
        raise Refusal(*reasons)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    made = [
        Slot(
            call_id=call.id,
            stage_id=stage.id,
            lot_id=offered.lot_id,
            starts_at=time.starts_at,
            ends_at=time.ends_at,
            place=offered.place,
            joining=offered.joining,
            offered_by=act.by.id,
            offered_at=act.now,
        )
        for time in offered.times
    ]
    act.session.add_all(made)
    act.session.flush()
    record(
        act,
        "stage.offer_slots",
        "stage",
        stage.id,
        call_id=call.id,
        data={
            "slots": [each.id for each in made],
            "starts": [each.starts_at for each in made],
            "ends": [each.ends_at for each in made],
            "lot": offered.lot_id,
        },
        note=_where(offered.place, offered.joining),
    )
    _tell(act, stage, there, made)
    return made


def withdraw(act: Act, slot_id: int) -> Stage:
    """Take a free time away; the row stays. Taking away what is gone already changes nothing."""
    call, stage, slot = lock_managed(act, slot_id)
    if slot.withdrawn_at is not None:
        return stage
    if slot.entry_id is not None:
        raise Refusal(Sentence("Somebody has this time. Give them another one first, or free it."))
    slot.withdrawn_at, slot.withdrawn_by = act.now, act.by.id
    data = {"slot": slot.id, "starts": slot.starts_at}
    record(act, "stage.withdraw_slot", "stage", stage.id, call_id=call.id, data=data)
    return stage


def change_place(act: Act, slot_id: int, place: str, joining: str, *, version: int) -> Stage:
    """Say where a time is now. Whoever has it is told, with a new letter and calendar file. Raises Stale."""
    call, stage, slot = lock_managed(act, slot_id)
    if slot.withdrawn_at is not None:
        raise Refusal(Sentence("This time was taken away."))
    if (slot.place, slot.joining) == (place, joining):
        return stage
    if version != (current := place_mark(slot)):
        theirs = {"place": slot.place, "joining": slot.joining}
        raise Stale(yours={"place": place, "joining": joining}, theirs=theirs, version=current)
    if reasons := where_faults(place, joining):
        raise Refusal(*reasons)
    slot.place, slot.joining = place, joining
    act.session.flush()
    data, note = {"slot": slot.id}, _where(place, joining)
    if slot.entry_id is None:
        record(act, "stage.change_slot", "stage", stage.id, call_id=call.id, data=data, note=note)
        return stage
    entry = _entry(act, slot.entry_id)
    record(act, slots_queries.CHANGED, "entry", entry.id, call_id=call.id, data=data, note=note)
    tell_changed(act, call, stage, entry, slot)
    return stage


def place_mark(slot: Slot) -> int:
    """A number that changes whenever the place of a time does."""
    return mark({"place": slot.place, "joining": slot.joining})


def _tell(act: Act, stage: Stage, before: list[Slot], made: list[Slot]) -> None:
    """Tell whoever has no time, and had none to choose from before, or was never told that there are any."""
    if not slots_queries.is_presenting(stage.call, stage):
        return  # the sweep tells each when there is something for it to do
    lots = {each.lot_id for each in before if each.free and each.starts_at > act.now}
    told = slots_queries.told_ids(act.session, stage.id)
    for entry in slots_queries.without_slot(act.session, stage.id):
        lot_id = entry.application.lot_id
        if not {None, lot_id} & {each.lot_id for each in made}:
            continue
        if entry.id not in told or not {None, lot_id} & lots:
            invite(act, stage, entry, occasion=made[0].id)


def _entry(act: Act, entry_id: int) -> Entry:
    return act.session.scalars(
        select(Entry)
        .where(Entry.id == entry_id)
        .options(
            joinedload(Entry.application).options(joinedload(Application.organisation), joinedload(Application.lot))
        )
    ).one()


def _where(place: str, joining: str) -> str:
    return " – ".join(filter(None, (place, joining)))
