"""How an application is called before an assessor's eyes: its title, or its number where the stage is blind."""

from procurement.queries.assessment import Task
from procurement.rules.dossier import neutral_name


def shown_name(task: Task) -> str:
    return (
        neutral_name(task.assignment.number)
        if task.blind
        else task.application.title or neutral_name(task.assignment.number)
    )
