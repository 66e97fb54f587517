"""Amending a published call: its edited copy, agreed by two people, published at one instant as its next version."""

from procurement.services.call_amendments.publishing import approve
from procurement.services.call_amendments.writing import begin, describe, send, send_back, take_back, take_up

__all__ = ["approve", "begin", "describe", "send", "send_back", "take_back", "take_up"]
