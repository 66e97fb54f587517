"""Statutory notices: drafted by an officer, approved by somebody else, published on the central platform, which an
officer enters here and somebody else confirms. Only then is a notice published, at its instant there.

The tender notice (UK4) invites tenders (Procurement Act 2023 s. 21, and s. 87(1) below the threshold), and comes before
anything of the call is published here (Procurement Regulations 2024 reg. 5(11)). The contract award notice (UK6) begins
the standstill (s. 50 and 51); the contract details notice (UK7) says that a contract was entered into (s. 53); the
procurement termination notice (UK12) says that a procurement, or a lot of it, ended without a contract (s. 55).
"""

from procurement.services.notices.drafting import (
    can_be_tendered_for,
    draft,
    draft_details,
    draft_tender,
    draft_termination,
)
from procurement.services.notices.saying import Drafted, details_said, require_as_noticed, tender_said
from procurement.services.notices.steps import Misplaced, Place, approve, confirm, enter, send_back

__all__ = [
    "Drafted",
    "Misplaced",
    "Place",
    "approve",
    "can_be_tendered_for",
    "confirm",
    "details_said",
    "draft",
    "draft_details",
    "draft_tender",
    "draft_termination",
    "enter",
    "require_as_noticed",
    "send_back",
    "tender_said",
]
