"""What a team does with its application in a stage: start, write, add files, submit, change, withdraw; and what the
clock does, and whoever lets it go on."""

from procurement.services.applications.acknowledging import confirm_read
from procurement.services.applications.answers import Saved, save_answer
from procurement.services.applications.carrying import apply_again
from procurement.services.applications.changing import keep, lapse, lapse_all, lapse_due, reopen, restart, withdraw
from procurement.services.applications.confirming import confirm_answer
from procurement.services.applications.files import StoredFile, add_file, remove_file, store_file
from procurement.services.applications.reminding import remind_of_closing
from procurement.services.applications.starting import enter, enter_all, give_numbers, start, take_over
from procurement.services.applications.submitting import ChangedSince, Late, submit

__all__ = [
    "ChangedSince",
    "Late",
    "Saved",
    "StoredFile",
    "add_file",
    "apply_again",
    "confirm_answer",
    "confirm_read",
    "enter",
    "enter_all",
    "give_numbers",
    "keep",
    "lapse",
    "lapse_all",
    "lapse_due",
    "remind_of_closing",
    "remove_file",
    "reopen",
    "restart",
    "save_answer",
    "start",
    "store_file",
    "submit",
    "take_over",
    "withdraw",
]
