"""Moderating a stage: what its assessors differ in is settled by its panel (`agreeing`), the agreed marks are committed
to (`closing`), by the people of the panel (`people`) in meetings with an agenda and minutes (`panels`)."""

from procurement.services.moderation.agreeing import agree, leave_as_is, leave_rest
from procurement.services.moderation.closing import canonical_of, close_moderation, reopen_moderation
from procurement.services.moderation.minutes import close_panel, note_item, write_item_minutes, write_minutes
from procurement.services.moderation.panels import (
    call_panel,
    change_panel,
    declare_interest,
    discuss,
    fill_agenda,
    leave_the_room,
)
from procurement.services.moderation.people import add_person, moderate_from, remove_person

__all__ = [
    "add_person",
    "agree",
    "call_panel",
    "canonical_of",
    "change_panel",
    "close_moderation",
    "close_panel",
    "declare_interest",
    "discuss",
    "fill_agenda",
    "leave_as_is",
    "leave_rest",
    "leave_the_room",
    "moderate_from",
    "note_item",
    "remove_person",
    "reopen_moderation",
    "write_item_minutes",
    "write_minutes",
]
