"""How far things are that no workflow moves: documents, messages, notices, what the register says, what was decided.

The states of calls, applications, assignments and awards are not here: `workflows.catalogue.states`.
"""

from enum import StrEnum


class DocumentStatus(StrEnum):
    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"


class MessageStatus(StrEnum):
    STAGED = "staged"  # until somebody lets it go
    APPROVED = "approved"  # waits to be sent
    SENT = "sent"
    FAILED = "failed"
    DISCARDED = "discarded"


class NoticeStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class AwardStatus(StrEnum):
    """An award in the register, in the words of OCDS."""

    PENDING = "pending"  # the standstill runs
    ACTIVE = "active"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class TenderStatus(StrEnum):
    """A tender or lot that is over, in the words of OCDS."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class AwardChange(StrEnum):
    """What happened to an award that the register tells."""

    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    LAPSED = "lapsed"


AWARD_ENDS = (AwardChange.REFUSED, AwardChange.EXPIRED, AwardChange.LAPSED)


class CallStatus(StrEnum):
    """Where a call stands for everybody, in the order in which lists offer them."""

    OPEN = "open"
    UPCOMING = "upcoming"
    CLOSED = "closed"
    IN_ASSESSMENT = "in_assessment"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What is decided about an application in one stage: whoever goes on is funded where the stage awards."""

    FUND = "fund"
    ADVANCE = "advance"
    RESERVE = "reserve"
    DECLINE = "decline"
    INELIGIBLE = "ineligible"


class Place(StrEnum):
    """Where an application is for its team: what the clock, the call and the telling make of its state."""

    DRAFT = "draft"
    REOPENED = "reopened"
    SUBMITTED = "submitted"
    NOT_SUBMITTED = "not_submitted"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"
    CANCELLED = "cancelled"  # its call was
    IN_ASSESSMENT = "in_assessment"
    DECIDING = "deciding"
    TOLD = "told"
