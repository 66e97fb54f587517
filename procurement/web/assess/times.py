"""When the teams present whom an assessor marks: in the queue by time, and on the scorecard itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from procurement.models.assessment import Assignment
from procurement.models.slots import Slot
from procurement.queries import slots as slots_queries
from procurement.queries.assessment import Task
from procurement.rules.slots import times_in_words
from procurement.web.context import session
from workflows.catalogue import states


@dataclass(frozen=True)
class Appointment:
    """A time with what is marked then. `joining` is empty for whoever has not accepted yet."""

    task: Task
    slot: Slot
    when: str
    joining: str
    may_mark: bool


def appointments(tasks: Sequence[Task]) -> list[Appointment]:
    """The times of what is still to be answered or marked, the earliest first: one statement."""
    due = [task for task in tasks if task.stage.presents and task.assignment.state in states.assignment.due]
    found = slots_queries.of_entries(session(), [task.entry.id for task in due]) if due else {}
    made = [
        Appointment(
            task,
            slot,
            times_in_words(slot.starts_at, slot.ends_at),
            slot.joining if (reading := task.assignment.state in states.assignment.reading) else "",
            reading,
        )
        for task in due
        if (slot := found.get(task.entry.id)) is not None
    ]
    return sorted(made, key=lambda each: (each.slot.starts_at, each.slot.id))


def time_of(assignment: Assignment) -> tuple[Slot, str] | None:
    """The time of what is marked on a scorecard, and that time in words; None where nothing is presented, or no time
    is chosen yet."""
    if not assignment.entry.stage.presents:
        return None
    slot = slots_queries.of_entry(session(), assignment.entry_id)
    return None if slot is None else (slot, times_in_words(slot.starts_at, slot.ends_at))
