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


class SliceKind(StrEnum):
    """What a part of an act on many things still has to make."""

    MESSAGES = "messages"
    DOCUMENTS = "documents"


class SliceStatus(StrEnum):
    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


class NoticeStatus(StrEnum):
    """Published means in law: on the central platform, where somebody confirmed that it is."""

    DRAFT = "draft"
    APPROVED = "approved"  # to be published on the central platform
    ENTERED = "entered"  # its number there was typed, and waits for somebody else
    PUBLISHED = "published"


class AwardStatus(StrEnum):
    """An award in the register, in the words of OCDS."""

    PENDING = "pending"  # the standstill runs
    SUSPENDED = "suspended"  # a claim holds it; in OCDS it is pending
    ACTIVE = "active"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class TenderStatus(StrEnum):
    """A tender or lot that is over, in the words of OCDS."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class AwardChange(StrEnum):
    """What happened to an award that the register tells. Older publications say `lapsed` of both disqualified and
    abandoned."""

    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    SIGNED = "signed"  # both had signed what it led to
    REFUSED = "refused"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    DISQUALIFIED = "disqualified"
    ABANDONED = "abandoned"  # its call was, or its lot
    SUSPENDED = "suspended"
    RESUMED = "resumed"  # the suspension was lifted


AWARD_ENDS = (
    AwardChange.REFUSED,
    AwardChange.EXPIRED,
    AwardChange.LAPSED,
    AwardChange.DISQUALIFIED,
    AwardChange.ABANDONED,
)
AWARD_HOLDS = (AwardChange.SUSPENDED, AwardChange.RESUMED)


class Ending(StrEnum):
    """By what an application, or its award, ended, where one state stands for several endings."""

    EXCLUDED = "excluded"  # on a ground for exclusion, or by the debarment list
    DISREGARDED = "disregarded"  # its tender, for a condition or a procedural requirement
    ABNORMALLY_LOW = "abnormally_low"  # its tender, for its price
    DISQUALIFIED = "disqualified"
    RESERVE_ENDED = "reserve_ended"
    DID_NOT_COME = "did_not_come"
    UNANSWERED = "unanswered"  # its award, by its date
    WITH_THE_CALL = "with_the_call"  # its award, when the call was abandoned


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
    ABANDONED = "abandoned"  # its lot was
    IN_ASSESSMENT = "in_assessment"
    DECIDING = "deciding"
    TOLD = "told"
