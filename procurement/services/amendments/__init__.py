"""Dates of a published stage that move: from what to what, why, by which two people, and told to whom it concerns."""

from procurement.services.amendments.applying import move_closing, next_version
from procurement.services.amendments.proposing import approve, propose, send_back, take_back

__all__ = ["approve", "move_closing", "next_version", "propose", "send_back", "take_back"]
