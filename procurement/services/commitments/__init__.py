"""Fixing in the chain what a row says, in the transaction that writes it, so that nobody changes it unnoticed.

`commit` is called by whoever writes such a row; `seal` puts the commitments into one event just before the database
commits; `take_up` does it once for rows of before; `check` compares every row with what the chain holds for it.
"""

from procurement.services.commitments.baseline import is_due, take_up
from procurement.services.commitments.checking import Held, check, check_file, held_of
from procurement.services.commitments.committing import commit, commit_file, commit_removal, seal
from procurement.services.commitments.kind import Kind
from procurement.services.commitments.kinds import KINDS

__all__ = [
    "KINDS",
    "Held",
    "Kind",
    "check",
    "check_file",
    "commit",
    "commit_file",
    "commit_removal",
    "held_of",
    "is_due",
    "seal",
    "take_up",
]
