"""Reading what is moderated: what the marks differ in (`queue`), who settles it (`people`), and its meetings
(`panels`)."""

from procurement.queries.moderation.panels import (
    Item,
    agenda_of,
    find_item,
    find_panel,
    find_stage,
    get_panel,
    last_position,
    list_panels,
    on_agendas,
    panels_of,
    sits_on_a_panel,
    stages_chaired,
)
from procurement.queries.moderation.people import (
    applicants_of,
    as_reader,
    candidates,
    find_person,
    interests_against,
    interests_of_people,
    markers_of,
    names_of,
    people_of,
    present_choices,
)
from procurement.queries.moderation.queue import Difference, Moved, Queue, queue_of

__all__ = [
    "Difference",
    "Item",
    "Moved",
    "Queue",
    "agenda_of",
    "applicants_of",
    "as_reader",
    "candidates",
    "find_item",
    "find_panel",
    "find_person",
    "find_stage",
    "get_panel",
    "interests_against",
    "interests_of_people",
    "last_position",
    "list_panels",
    "markers_of",
    "names_of",
    "on_agendas",
    "panels_of",
    "people_of",
    "present_choices",
    "queue_of",
    "sits_on_a_panel",
    "stages_chaired",
]
