"""Taking a time in hand: the call first, then its stage, then the time; and the two ways in which it changes hands."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import slots as slots_queries
from procurement.rules.permissions import Permission
from procurement.services.act import Act
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence

NO_SUCH = Sentence("There is no such time.")
ENDED = Sentence("The times of this stage are over: its marks are locked, or the call is not running.")


def lock_managed(act: Act, slot_id: int) -> tuple[Call, Stage, Slot]:
    """A time with its stage and call, held by an officer who may change it."""
    stage_id = act.session.scalar(select(Slot.stage_id).where(Slot.id == slot_id))
    if stage_id is None:
        raise Refusal(NO_SUCH, status=404)
    call, stage = lock_managed_stage(act, stage_id)
    return call, stage, lock_slots(act.session, [slot_id])[slot_id]


def lock_managed_stage(act: Act, stage_id: int) -> tuple[Call, Stage]:
    """A stage whose times an officer may lay out and change now, and its call, held."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.SLOT_MANAGE)
    if not stage.presents or stage.started_at is None:
        raise Refusal(NO_SUCH, status=404)
    if not slots_queries.is_offering(call, stage):
        raise Refusal(ENDED)
    return call, stage


def lock_slots(session: Session, slot_ids: list[int]) -> dict[int, Slot]:
    """Some times as they are now, held, in the order of their ids: whoever gives one up for another cannot get stuck
    with somebody who does it the other way round."""
    found = session.scalars(
        select(Slot)
        .where(Slot.id.in_(slot_ids))
        .order_by(Slot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {slot.id: slot for slot in found}


def give(act: Act, slot: Slot, entry: Entry, before: Slot | None) -> None:
    """Let an entry have a time; the one that it had before is free again."""
    assert act.by.id is not None  # noqa: S101  (somebody of the team, or an officer)
    if before is not None:
        take(act.session, before)
    slot.entry_id, slot.chosen_by, slot.chosen_at = entry.id, act.by.id, act.now
    act.session.flush()


def take(session: Session, slot: Slot) -> None:
    """Free a time. What was noted of it stays in the history."""
    slot.entry_id = slot.chosen_by = slot.chosen_at = slot.reminded_at = None
    slot.attendance, slot.noted_by, slot.noted_at = "", None, None
    session.flush()  # the other one can be given only after this: an entry has one time at most
