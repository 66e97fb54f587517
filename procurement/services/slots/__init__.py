"""The times of interviews and demonstrations: offered by officers, chosen by teams, and who came."""

from procurement.services.slots.attendance import note
from procurement.services.slots.choosing import assign, choose, release
from procurement.services.slots.offering import change_place, offer, withdraw
from procurement.services.slots.telling import remind, tell_free

__all__ = ["assign", "change_place", "choose", "note", "offer", "release", "remind", "tell_free", "withdraw"]
