"""Documents of a call: written with it, and replaced or added after its publication by two people, for a reason that
everybody reads."""

from procurement.services.call_documents.replacing import approve, propose, send_back, take_back
from procurement.services.call_documents.writing import Details, add, move, put_file, remove, save

__all__ = [
    "Details",
    "add",
    "approve",
    "move",
    "propose",
    "put_file",
    "remove",
    "save",
    "send_back",
    "take_back",
]
