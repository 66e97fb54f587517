"""The kinds of tasks of staff of calls: what each is called, why it waits, and who tells of it."""

from datetime import datetime, time
from enum import StrEnum

from procurement.rules.dates import is_working_day, uk_day, uk_instant
from workflows.facts import Sentence


class Kind(StrEnum):
    """The kinds of tasks, in the order of a person's page: what others wait for comes first."""

    REVIEW_CALL = "review_call"
    APPROVE_DECISIONS = "approve_decisions"
    FIND_INELIGIBLE = "find_ineligible"
    APPROVE_PROMOTION = "approve_promotion"
    APPROVE_DATES = "approve_dates"
    DECIDE_DISQUALIFICATION = "decide_disqualification"
    PUBLISH_NOTICE = "publish_notice"
    DECIDE_CLAIM = "decide_claim"
    DECIDE_ABANDONMENT = "decide_abandonment"
    OPEN = "open"
    SENT_BACK = "sent_back"
    DECISIONS_SENT_BACK = "decisions_sent_back"
    DECIDE_ELIGIBILITY = "decide_eligibility"
    LOOK_AT_ANSWER = "look_at_answer"
    ANSWER_REVIEW = "answer_review"
    ASK_ASSESSORS = "ask_assessors"
    ASSIGN = "assign"
    LATE_MARKS = "late_marks"
    LOCK_MARKS = "lock_marks"
    PROPOSE = "propose"
    TELL = "tell"
    SETTLE = "settle"
    DRAFT = "draft"


# Its heading on a person's page, and one sentence about it.
WORDS: dict[Kind, tuple[Sentence, Sentence]] = {
    Kind.REVIEW_CALL: (
        Sentence("Calls to review"),
        Sentence("Somebody else wrote them and asks you to publish them."),
    ),
    Kind.APPROVE_DECISIONS: (
        Sentence("Decisions to approve"),
        Sentence("Each applicant has a proposal, by somebody else."),
    ),
    Kind.FIND_INELIGIBLE: (Sentence("Eligibility to approve"), Sentence("Somebody is proposed as not eligible.")),
    Kind.APPROVE_PROMOTION: (
        Sentence("Promotions to approve"),
        Sentence("Somebody in reserve is proposed to go on."),
    ),
    Kind.APPROVE_DATES: (Sentence("Dates to approve"), Sentence("Dates of a published call are proposed to move.")),
    Kind.DECIDE_DISQUALIFICATION: (Sentence("Disqualifications to decide"), Sentence("Proposed by somebody else.")),
    Kind.PUBLISH_NOTICE: (Sentence("Notices to publish"), Sentence("Drafted by somebody else.")),
    Kind.DECIDE_CLAIM: (Sentence("Claims to look at"), Sentence("Typed by somebody else; the awards wait meanwhile.")),
    Kind.DECIDE_ABANDONMENT: (Sentence("Calls to abandon"), Sentence("Proposed by somebody else.")),
    Kind.OPEN: (Sentence("Submissions to open"), Sentence("The holding time is over. Two people open them.")),
    Kind.SENT_BACK: (Sentence("Sent back to you"), Sentence("An approver asks for changes.")),
    Kind.DECISIONS_SENT_BACK: (Sentence("Decisions sent back"), Sentence("An approver asks for changes.")),
    Kind.DECIDE_ELIGIBILITY: (Sentence("Eligibility to decide"), Sentence("The submissions are open.")),
    Kind.LOOK_AT_ANSWER: (
        Sentence("Answers to look at"),
        Sentence("Applicants answered what you asked. Each waits until an officer says that it was read."),
    ),
    Kind.ANSWER_REVIEW: (
        Sentence("Reviews to answer"),
        Sentence("By an officer who neither proposed nor approved the decision."),
    ),
    Kind.ASK_ASSESSORS: (
        Sentence("Assessors who have not answered"),
        Sentence("They were invited to a stage, and the day to answer by is over."),
    ),
    Kind.ASSIGN: (Sentence("Assessors to assign"), Sentence("Some have fewer readers than the call says.")),
    Kind.LATE_MARKS: (Sentence("Marks that are late"), Sentence("The day by which they were due is over.")),
    Kind.LOCK_MARKS: (Sentence("Marks to lock"), Sentence("Every scorecard is in.")),
    Kind.PROPOSE: (Sentence("Decisions to propose"), Sentence("The marks are locked.")),
    Kind.TELL: (Sentence("Outcomes to tell"), Sentence("The decisions are approved, and nobody knows of them yet.")),
    Kind.SETTLE: (
        Sentence("Awards and ends to settle"),
        Sentence("Everybody is told. What is left stands on the page of the outcome."),
    ),
    Kind.DRAFT: (Sentence("Drafts of yours"), Sentence("Nobody else waits for them.")),
}
NOBODY_IS_TOLD = frozenset({Kind.DRAFT})
# Whoever acts tells of these at once, by a message of their own kind.
TOLD_BY_THE_ACT = frozenset({Kind.REVIEW_CALL, Kind.SENT_BACK, Kind.LOOK_AT_ANSWER, Kind.ANSWER_REVIEW})
DIGEST_AT = time(8)  # in the morning of each working day
# The messages about tasks, which whoever has chosen a digest reads there instead.
IN_THE_DIGEST = frozenset(
    {"work_waiting", "review_asked", "sent_back", "opening_asked", "request_answered", "review_requested"}
)


class Mail(StrEnum):
    """How somebody is told of tasks: of each at once, or of all of them once a day."""

    EACH = "each"
    DAILY = "daily"


def is_time_for_digest(now: datetime) -> bool:
    """Whether the digest of this day may go out."""
    today = uk_day(now)
    begins = uk_instant(today, DIGEST_AT)
    return is_working_day(today) and isinstance(begins, datetime) and begins <= now
