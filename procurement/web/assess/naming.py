"""How an application is called before an assessor's eyes: its title, or its number where the stage is blind."""

from procurement.queries.assessment import Task
from procurement.rules.dossier import neutral_name


def shown_name(task: Task) -> str:
    neutral = neutral_name(task.entry.number or 0, task.stage.noun)
    return neutral if task.blind else task.entry.title or neutral
