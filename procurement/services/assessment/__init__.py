"""What people do between the opening and the ranking: eligibility, who reads what, marking, locking."""

from procurement.services.assessment.assigning import assign, remind, remove
from procurement.services.assessment.checks import Checked, check_all, check_entry, record_checks
from procurement.services.assessment.eligibility import (
    approve_ineligible,
    begin_assessment,
    find_eligible,
    propose_ineligible,
    send_back_ineligible,
    withdraw_proposal,
)
from procurement.services.assessment.interests import declare_interests
from procurement.services.assessment.mark_lock import lock_marks
from procurement.services.assessment.marking import Saved, save_field, save_mark, submit_card
from procurement.services.assessment.naming import Because
from procurement.services.assessment.responses import accept, accept_all, declare_conflict, decline
from procurement.services.assessment.returning import return_card
from procurement.services.assessment.sifting import find_all_eligible, meeting_everything

__all__ = [
    "Because",
    "Checked",
    "Saved",
    "accept",
    "accept_all",
    "approve_ineligible",
    "assign",
    "begin_assessment",
    "check_all",
    "check_entry",
    "declare_conflict",
    "declare_interests",
    "decline",
    "find_all_eligible",
    "find_eligible",
    "lock_marks",
    "meeting_everything",
    "propose_ineligible",
    "record_checks",
    "remind",
    "remove",
    "return_card",
    "save_field",
    "save_mark",
    "send_back_ineligible",
    "submit_card",
    "withdraw_proposal",
]
