"""Noting who came and who did not, until the marks are locked."""

from procurement.models.stages import Stage
from procurement.rules.slots import Attendance
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal
from procurement.services.slots.locks import lock_managed
from workflows.facts import Sentence


def note(act: Act, slot_id: int, attendance: Attendance | None) -> Stage:
    """Note whether the team that has a time came to it; None takes a note back. Each change is one event.

    Whoever did not come stays in the stage: no mark is owed on it, it is not ranked, and an officer proposes to decline
    it, with a reason.
    """
    call, stage, slot = lock_managed(act, slot_id)
    if slot.entry_id is None:
        raise Refusal(Sentence("Nobody has this time, so nobody can have come to it."))
    if act.now < slot.starts_at:
        raise Refusal(
            Sentence("Whether they came can be noted from %(starts_at)s, when it begins.", starts_at=slot.starts_at)
        )
    said = "" if attendance is None else attendance.value
    if slot.attendance == said:
        return stage
    slot.attendance = said
    slot.noted_by, slot.noted_at = (act.by.id, act.now) if said else (None, None)
    act.session.flush()
    data = {"slot": slot.id, "attendance": said}
    record(act, "entry.note_attendance", "entry", slot.entry_id, call_id=call.id, data=data)
    return stage
