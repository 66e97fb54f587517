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
    APPROVE_AMENDMENT = "approve_amendment"
    APPROVE_DOCUMENT = "approve_document"
    DECIDE_DISQUALIFICATION = "decide_disqualification"
    APPROVE_CORRECTION = "approve_correction"
    PUBLISH_TENDER_NOTICE = "publish_tender_notice"
    CONFIRM_TENDER_NOTICE = "confirm_tender_notice"
    PUBLISH_NOTICE = "publish_notice"
    CONFIRM_NOTICE = "confirm_notice"
    PUBLISH_TERMINATION = "publish_termination"
    CONFIRM_TERMINATION = "confirm_termination"
    CONFIRM_SIGNING = "confirm_signing"
    PUBLISH_DETAILS = "publish_details"
    CONFIRM_DETAILS = "confirm_details"
    DECIDE_CLAIM = "decide_claim"
    DECIDE_ABANDONMENT = "decide_abandonment"
    OPEN = "open"
    OUTAGE = "outage"
    OVERDUE_QUESTION = "overdue_question"
    ANSWER_QUESTION = "answer_question"
    PUBLISH_ANSWER = "publish_answer"
    SENT_BACK = "sent_back"
    DECISIONS_SENT_BACK = "decisions_sent_back"
    DECIDE_ELIGIBILITY = "decide_eligibility"
    LOOK_AT_ANSWER = "look_at_answer"
    ANSWER_REVIEW = "answer_review"
    ASK_ASSESSORS = "ask_assessors"
    ASSIGN = "assign"
    LATE_MARKS = "late_marks"
    LOCK_MARKS = "lock_marks"
    MODERATE = "moderate"
    PROPOSE = "propose"
    TELL = "tell"
    DRAFT_TENDER_NOTICE = "draft_tender_notice"
    ENTER_TENDER_NOTICE = "enter_tender_notice"
    DRAFT_NOTICE = "draft_notice"
    ENTER_NOTICE = "enter_notice"
    DRAFT_TERMINATION = "draft_termination"
    ENTER_TERMINATION = "enter_termination"
    OVERDUE_DETAILS = "overdue_details"
    RECORD_SIGNING = "record_signing"
    DRAFT_DETAILS = "draft_details"
    ENTER_DETAILS = "enter_details"
    SETTLE = "settle"
    WRITE_AMENDMENT = "write_amendment"
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
    Kind.APPROVE_AMENDMENT: (
        Sentence("Amendments to approve"),
        Sentence("Somebody else wrote what a published call is to say."),
    ),
    Kind.APPROVE_DOCUMENT: (
        Sentence("Documents to approve"),
        Sentence("A file of a published call is proposed, new or in the place of another."),
    ),
    Kind.DECIDE_DISQUALIFICATION: (Sentence("Disqualifications to decide"), Sentence("Proposed by somebody else.")),
    Kind.APPROVE_CORRECTION: (
        Sentence("Corrections of marks to approve"),
        Sentence("A mark is proposed to be another one after the lock."),
    ),
    Kind.PUBLISH_TENDER_NOTICE: (Sentence("Tender notices to approve"), Sentence("Drafted by somebody else.")),
    Kind.CONFIRM_TENDER_NOTICE: (
        Sentence("Tender notices to confirm"),
        Sentence("Somebody else entered where they are published. The call is published here after that."),
    ),
    Kind.PUBLISH_NOTICE: (Sentence("Notices to approve"), Sentence("Drafted by somebody else.")),
    Kind.CONFIRM_NOTICE: (
        Sentence("Notices to confirm"),
        Sentence("Somebody else entered where they are published. The standstill waits for it."),
    ),
    Kind.PUBLISH_TERMINATION: (Sentence("Termination notices to approve"), Sentence("Drafted by somebody else.")),
    Kind.CONFIRM_TERMINATION: (
        Sentence("Termination notices to confirm"),
        Sentence("Somebody else entered where they are published."),
    ),
    Kind.CONFIRM_SIGNING: (
        Sentence("Signings to confirm"),
        Sentence("Somebody else recorded when a contract or an agreement was signed."),
    ),
    Kind.PUBLISH_DETAILS: (Sentence("Contract details notices to approve"), Sentence("Drafted by somebody else.")),
    Kind.CONFIRM_DETAILS: (
        Sentence("Contract details notices to confirm"),
        Sentence("Somebody else entered where they are published."),
    ),
    Kind.DECIDE_CLAIM: (Sentence("Claims to look at"), Sentence("Typed by somebody else; the awards wait meanwhile.")),
    Kind.DECIDE_ABANDONMENT: (Sentence("Calls and lots to abandon"), Sentence("Proposed by somebody else.")),
    Kind.OPEN: (Sentence("Submissions to open"), Sentence("The holding time is over. Two people open them.")),
    Kind.OUTAGE: (
        Sentence("Outages before a closing"),
        Sentence("The service could not be reached. Propose a later closing, or say why it stands."),
    ),
    Kind.OVERDUE_QUESTION: (
        Sentence("Questions that are overdue"),
        Sentence("Firms wait for the answer, and the submissions cannot be opened without it."),
    ),
    Kind.ANSWER_QUESTION: (Sentence("Questions to answer"), Sentence("Firms asked about the call.")),
    Kind.PUBLISH_ANSWER: (Sentence("Answers to read and publish"), Sentence("Drafted by somebody else.")),
    Kind.SENT_BACK: (Sentence("Sent back to you"), Sentence("An approver asks for changes.")),
    Kind.DECISIONS_SENT_BACK: (Sentence("Decisions sent back"), Sentence("An approver asks for changes.")),
    Kind.DECIDE_ELIGIBILITY: (
        Sentence("Eligibility to decide"),
        Sentence("The submissions are open, or a review let somebody in again."),
    ),
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
    Kind.MODERATE: (
        Sentence("Moderations to end"),
        Sentence("A panel settles the marks that differ; then its moderation is closed."),
    ),
    Kind.PROPOSE: (Sentence("Decisions to propose"), Sentence("The marks are locked.")),
    Kind.TELL: (Sentence("Outcomes to tell"), Sentence("The decisions are approved, and nobody knows of them yet.")),
    Kind.DRAFT_TENDER_NOTICE: (
        Sentence("Tender notices to draft"),
        Sentence("A covered procurement is reviewed. Nothing of it may be published here before its notice is."),
    ),
    Kind.ENTER_TENDER_NOTICE: (
        Sentence("Tender notices to publish"),
        Sentence("They are approved. Publish them on Find a Tender, and enter here where they are."),
    ),
    Kind.DRAFT_NOTICE: (
        Sentence("Award notices to draft"),
        Sentence("Everybody is told. The standstill begins when the notice is published."),
    ),
    Kind.ENTER_NOTICE: (
        Sentence("Award notices to publish"),
        Sentence("They are approved. Publish them on Find a Tender, and enter here where they are."),
    ),
    Kind.DRAFT_TERMINATION: (
        Sentence("Termination notices to draft"),
        Sentence("A covered procurement, or a lot of it, was abandoned."),
    ),
    Kind.ENTER_TERMINATION: (
        Sentence("Termination notices to publish"),
        Sentence("They are approved. Publish them on Find a Tender, and enter here where they are."),
    ),
    Kind.OVERDUE_DETAILS: (
        Sentence("Contract details notices that are overdue"),
        Sentence("The law asks for them within 30 days of the signing (Procurement Act 2023 section 53)."),
    ),
    Kind.RECORD_SIGNING: (
        Sentence("Contracts and agreements to sign"),
        Sentence("The award is accepted. Record here when both have signed."),
    ),
    Kind.DRAFT_DETAILS: (
        Sentence("Contract details notices to draft"),
        Sentence("A contract is signed, and its details are published."),
    ),
    Kind.ENTER_DETAILS: (
        Sentence("Contract details notices to publish"),
        Sentence("They are approved. Publish them on Find a Tender, and enter here where they are."),
    ),
    Kind.SETTLE: (
        Sentence("Calls to conclude"),
        Sentence("Everybody is told, every award is answered, and nothing hangs."),
    ),
    Kind.WRITE_AMENDMENT: (
        Sentence("Amendments of yours"),
        Sentence("Begun, or sent back to you. Nothing changes before somebody else approves it."),
    ),
    Kind.DRAFT: (Sentence("Drafts of yours"), Sentence("Nobody else waits for them.")),
}
NOBODY_IS_TOLD = frozenset({Kind.DRAFT, Kind.WRITE_AMENDMENT})
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
